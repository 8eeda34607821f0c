"""Which sentences a whole answer is made of.

First what the model writes of the best passages, as far as that is borne out, and of the next ones
while there is room; then the sentences that it points at, by copying them or by a draft that was
withheld; then those nearest to the question and to the drafts, of several passages and documents.
Each near twin once, as many as a reader wants words, in the order of the text.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from assistant.answering.candidates import Candidate, in_order
from assistant.answering.stating import told
from assistant.answering.values import Chosen, Draft, Steps, Understood, Weighed
from assistant.answering.weighing import near_ones
from assistant.answering.whole_drafts import READ, copied, is_twin, write
from assistant.data import Claim
from assistant.language.statements import is_statement
from assistant.language.words import content_words, flat
from index.data import Span
from index.formats.rows import MARK, is_head_of

LIKENESS = 0.2
"""Weight of a sentence's likeness to what is said already, which counts against it."""
CONSIDERED = 60
"""Of the sentences nearest to question and draft, how many may be taken."""
ASKED = 0.25
"""Weight of nearness to the question beside nearness to the drafts: what is nearest to the question
is cited by them already, and of the rest the drafts tell better what belongs
(``docs/notebook.md``)."""
TELLING = 3
"""Content words of a sentence that says anything alone."""
WORDS = 120
"""How long an answer is to be, about; each of two parts has two thirds of them."""
DETAILED_WORDS = 180
"""The same where a reader asks for detail."""
POINTED = 1.3
FILLED = 0.8
"""Share of these words up to which a sentence is taken that the model points at, and one that only
fills the answer up: of the former more belong to it (``docs/notebook.md``)."""
FEWEST = 2
FAR = 0.8
"""Share of the nearest uncited sentence's nearness below which a sentence does not belong, unless
the model points at it."""
ROOM = 0.5
"""Share of the words that the first draft leaves, from which the next passages are drafted too."""


def choose(weighed: Weighed) -> Steps[Chosen]:
    """What the model writes further, and the sentences that fill the answer up."""
    found, draft = weighed.found, weighed.draft
    words = words_of(found.part)
    held = found.held()
    further = [each for each in near_ones(held) if each not in held[:READ]][:READ]
    if further and not found.part.composed and _length(draft) <= (1 - ROOM) * words:
        more = yield from write(
            found, further, weighed.near, tell=weighed.told, before=draft.claims
        )
        draft = draft.then(more)
        if weighed.told:
            yield from told(found.run, (), more.withheld)
    if held and not found.part.composed:
        draft = draft.then((yield from copied(found, held[:READ], weighed.near)))
    filling = _fill(weighed, draft, words)
    found.run.trace(
        "choose",
        {
            "candidates": [[item.text, item.rank] for item in weighed.near.items],
            "chosen": [item.text for item in filling],
        },
    )
    return Chosen(
        found=found,
        claims=draft.claims,
        withheld=draft.withheld,
        told=weighed.told,
        sentences=tuple(filling),
        answerability=weighed.answerability,
        passages=weighed.passages,
        of=weighed.of,
    )


def words_of(part: Understood) -> int:
    """How long the answer to a part of a question may grow."""
    words = DETAILED_WORDS if part.asked.detail == "detailed" else WORDS
    return 2 * words // (part.of + 1)


def _length(draft: Draft) -> int:
    return sum(len(claim.text.split()) for claim in draft.claims)


def _fill(weighed: Weighed, draft: Draft, words: int) -> list[Candidate]:
    """The sentences that the model points at, then those nearest to the question and to the drafts,
    each weighed against what is said already (maximal marginal relevance), until there are enough
    words; in the order of the text."""
    near = weighed.near
    items = near.items
    ranks = ASKED * np.array([item.rank for item in items]) + draft.nearness
    cited = cited_spans(draft.claims)
    looked_at = [int(at) for at in np.argsort(-ranks, kind="stable")[:CONSIDERED]]
    beside = [items[at] for at in looked_at]
    left = [at for at in looked_at if may_follow(items[at], cited, beside)]
    named = {item.span for item in draft.named}
    others_ranks = [ranks[at] for at in left if items[at].span not in named]
    least, filled = FAR * max(others_ranks, default=0.0), FILLED * words
    if weighed.found.part.composed:  # that model leaves out itself what does not belong
        least, filled = 0.0, words
    said = [claim.text for claim in draft.claims]
    length = _length(draft)
    vectors = near.vectors[: len(items)]
    others = near.embed(said) if said else vectors[:0]
    kept: list[int] = []
    while left:
        likeness = vectors[left] @ others.T if said else np.zeros((len(left), 0))
        likest = likeness.max(axis=1, initial=0.0)
        worth = ranks[left] - LIKENESS * likest
        pointed = [place for place, at in enumerate(left) if items[at].span in named]
        place = max(pointed or range(len(left)), key=worth.__getitem__)
        at = left.pop(place)
        text = items[at].text
        size = len(text.split())
        room = POINTED * words if pointed else filled
        enough = length + size > room or not (pointed or ranks[at] >= least)
        if is_twin(text, said, likeness[place]) or (enough and len(said) >= FEWEST):
            continue
        kept.append(at)
        said.append(text)
        length += size
        others = np.concatenate([others, vectors[at : at + 1]])
    return in_order([items[at] for at in kept])


def cited_spans(claims: Sequence[Claim]) -> set[Span]:
    return {citation.span for claim in claims for citation in claim.citations}


def may_follow(item: Candidate, cited: Collection[Span], beside: Sequence[Candidate]) -> bool:
    """Whether a sentence may be quoted beside claims: it is within nothing that these cite, and
    says something alone."""
    return not any(span.holds(item.span) for span in cited) and _says_something(item, beside)


def _says_something(item: Candidate, items: Sequence[Candidate]) -> bool:
    """Whether a sentence alone tells a reader anything: "There are three causes." does not, nor
    does the head of a table, nor a line that is no sentence, row or item: a heading that nothing
    marks as one, a link of a menu, an address."""
    text = item.text
    if len(content_words(text)) < TELLING:
        return False
    if MARK not in text and not is_statement(text):
        return False
    return not any(is_head_of(text, other.text) for other in items)


def after_the_one_before(item: Candidate, text: str, before: Span) -> Candidate:
    """The sentence together with the one it leans on, as one quotation."""
    span = Span(document_id=item.span.document_id, start=before.start, end=item.span.end)
    return replace(item, span=span, text=flat(text[before.start : item.span.end]))
