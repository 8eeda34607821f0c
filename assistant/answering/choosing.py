"""Which sentences a whole answer is made of.

First what the model writes of the best passages, as far as that is borne out; then the sentences
nearest to the question and to that draft, of several passages and documents, each near twin once,
as many as a reader wants words, in the order of the text. Whether the question is answered at all
is told by retrieval, by the model's word on the passages, and by how much of its draft stands: its
word on single sentences was flat (``docs/notebook.md``).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assistant.answering.candidates import Candidate, Sentences, read_sentences
from assistant.answering.first_draft import TWINS, FirstDraft, prompted, write
from assistant.answering.premises import unshared_premise
from assistant.answering.retrieving import queries
from assistant.answering.values import Chosen, Refused, Retrieved, Steps
from assistant.checking.calibration import Calibration
from assistant.data import Progress
from assistant.language.words import content_words, flat
from assistant.models.options import odds
from index.data import DocumentInfo, Evidence, Passage, Span
from index.formats.rows import is_head_of

LIKENESS = 0.2
"""Weight of a sentence's likeness to what is said already, which counts against it."""
TOPIC = 0.5
"""Similarity of the nearest passage from which a question is understood without the one before it.
Of 34 questions on another topic than the one before 0.91 reach it, of 39 follow-ups 0.69."""
NEAR = 0.75
"""Share of the highest score, or of the highest similarity, that a passage needs for its document
to lend sentences: all right documents of two sets of questions reach it, and few others
(``docs/notebook.md``)."""
CONSIDERED = 60
"""Of the sentences nearest to question and draft, how many may be taken."""
DRAFTED = 0.5
"""Weight of nearness to the draft beside nearness to the question."""
TELLING = 3
"""Content words of a sentence that says anything alone."""
WORDS = 120
"""How long an answer may grow before no further sentence is taken; each of two parts has two
thirds of them."""
DETAILED_WORDS = 180
"""The same where a reader asks for detail."""
FEWEST = 2
FAR = 0.5
"""Share of the best sentence's rank below which a sentence does not belong."""
UNTOLD = 0.7
"""What a "yes" of a server without log-probabilities counts."""
NOTHING_NEAR = "No passage that was found answers this."
SMALL_LIBRARY = 40
"""Passages that are all read for a list, unasked."""


def choose(found: Retrieved) -> Steps[Chosen | Refused]:
    """The sentences of a whole answer, or a refusal where retrieval found nothing near."""
    found = _alone_if_it_can(found)
    run, part = found.run, found.part
    library = run.library
    held = [each for each in found.evidence if run.holds(each)]
    there = _asked_documents(found)
    of = sum(info.passages for info in there)
    read: Sequence[Evidence] = _of_best_documents(held)
    if part.asked.exhaustive or (part.kind == "list" and of <= SMALL_LIBRARY):
        read = _all_passages(found, there)
    yield Progress(message=f"Reading {len(read)} passages")
    run.go_on()
    sentences = read_sentences(read, library.document, library.sentences, library.embed)
    near = sentences.nearest(queries(part))
    items = near.items
    if not items:
        return Refused(found=found, answerability=None, kind="not_stated", text=NOTHING_NEAR)
    premise = unshared_premise(part.question, held, [item.title for item in items]) or None
    yield Progress(message="Judging whether your documents answer your question")
    run.go_on()
    covers = _covers(found)
    signals = features(items, held) | {"covers": covers}
    told = not part.composed and _is_sure(run.calibration, signals)
    draft = yield from write(found, near, tell=told)
    signals |= {"borne_out": draft.share}
    if part.composed:  # the draft has shown whether there is an answer, and what it is about
        draft = replace(draft, claims=(), withheld=())
    filling = _fill(found, near, draft)
    answerability = run.calibration.whole_answerability(signals)
    run.trace(
        "choose",
        {
            "candidates": [[item.text, item.rank] for item in items],
            "chosen": [item.text for item in filling],
            "features": signals,
            "answerability": answerability,
        },
    )
    if answerability < run.calibration.several:
        return Refused(
            found=found,
            answerability=answerability,
            kind="made_up_name" if premise else "not_stated",
            text=premise or NOTHING_NEAR,
            premise=premise,
        )
    return Chosen(
        found=found,
        claims=draft.claims,
        withheld=draft.withheld,
        told=told,
        sentences=tuple(filling),
        answerability=answerability,
        passages=len(read),
        of=of,
    )


def _alone_if_it_can(found: Retrieved) -> Retrieved:
    """The same without the question before it, if this one finds its topic without."""
    part = found.part
    if not part.earlier:
        return found
    ids = None if part.asked.documents is None else list(part.asked.documents)
    near = found.run.library.search(part.question, k=1, documents=ids)
    if not near or near[0].similarity < TOPIC:
        return found
    return replace(found, part=replace(part, earlier=""))


def _of_best_documents(held: Sequence[Evidence]) -> list[Evidence]:
    """The passages of the documents that have one near the best: others only share words."""
    score = NEAR * max((each.score for each in held), default=0.0)
    similarity = NEAR * max((each.similarity for each in held), default=0.0)
    best = {
        each.passage.span.document_id
        for each in held
        if each.score >= score or each.similarity >= similarity
    }
    return [each for each in held if each.passage.span.document_id in best]


def _is_sure(calibration: Calibration, signals: dict[str, float]) -> bool:
    """Whether the question is answered whatever becomes of the draft."""
    extremes = ({**signals, "borne_out": share} for share in (0.0, 1.0))
    return all(calibration.whole_answerability(each) >= calibration.several for each in extremes)


def features(items: Sequence[Candidate], evidence: Sequence[Evidence]) -> dict[str, float]:
    """Named signals of whether the passages answer a question of several sentences."""
    ranks = [item.rank for item in items]
    if not ranks:
        return {}
    return {
        "similarity": max((item.similarity for item in evidence), default=0.0),
        "rank": float(np.mean(ranks[:3])),
        "lead": ranks[0] - ranks[min(7, len(ranks) - 1)],
    }


def _covers(found: Retrieved) -> float:
    """The model's log-odds that the best passages answer the question, or a part of it."""
    run = found.run
    choice = run.model.choose(prompted(found, "covers"), ("yes", "no"))
    run.spend(choice.usage)
    if choice.probabilities is None:
        return odds(UNTOLD if choice.option == "yes" else 1 - UNTOLD)
    return odds(choice.probabilities["yes"])


def _fill(found: Retrieved, near: Sentences, draft: FirstDraft) -> list[Candidate]:
    """The sentences nearest to the question and to the draft, each weighed against what is said
    already (maximal marginal relevance), until there are enough words; in the order of the text."""
    items = near.items
    ranks = np.array([item.rank for item in items]) + DRAFTED * draft.nearness
    least = FAR * float(ranks.max())
    cited = {citation.span for claim in draft.claims for citation in claim.citations}
    looked_at = [int(at) for at in np.argsort(-ranks, kind="stable")[:CONSIDERED]]
    beside = [items[at] for at in looked_at]
    left = [
        at
        for at in looked_at
        if not any(span.holds(items[at].span) for span in cited)
        and _says_something(items[at], beside)
    ]
    said = [claim.text for claim in draft.claims]
    length = sum(len(text.split()) for text in said)
    vectors = near.vectors[: len(items)]
    others = near.embed(said) if said else vectors[:0]
    words = DETAILED_WORDS if found.part.asked.detail == "detailed" else WORDS
    words = 2 * words // (found.part.of + 1)
    kept: list[int] = []
    while left:
        likest = (vectors[left] @ others.T).max(axis=1) if len(others) else np.zeros(len(left))
        place = int(np.argmax(ranks[left] - LIKENESS * likest))
        at = left.pop(place)
        size = len(items[at].text.split())
        enough = length + size > words or ranks[at] < least
        if likest[place] >= TWINS or (enough and len(said) + len(kept) >= FEWEST):
            continue
        kept.append(at)
        length += size
        others = np.concatenate([others, vectors[at : at + 1]])
    return in_order([items[at] for at in kept])


def _says_something(item: Candidate, items: Sequence[Candidate]) -> bool:
    """Whether a sentence alone tells a reader anything: "There are three causes." does not, nor
    does the head of a table."""
    if len(content_words(item.text)) < TELLING:
        return False
    return not any(is_head_of(item.text, other.text) for other in items)


def in_order(items: Sequence[Candidate]) -> list[Candidate]:
    """By document, as these first name them, and in each in the order of the text."""
    documents = list(dict.fromkeys(item.span.document_id for item in items))
    return sorted(items, key=lambda item: (documents.index(item.span.document_id), item.span.start))


def _asked_documents(found: Retrieved) -> list[DocumentInfo]:
    """The documents that may be asked."""
    ids = found.part.asked.documents
    infos = found.run.library.documents()
    return infos if ids is None else [info for info in infos if info.id in set(ids)]


def _all_passages(found: Retrieved, documents: Sequence[DocumentInfo]) -> list[Evidence]:
    """Every passage of the documents, in their order."""
    near = {each.passage.id: each for each in found.evidence}
    return [
        near.get(passage.id) or _unranked(passage, info.name)
        for info in documents
        for passage in found.run.library.passages(info.id)
    ]


def _unranked(passage: Passage, name: str) -> Evidence:
    return Evidence(label=0, passage=passage, document_name=name, score=0.0, similarity=0.0)


def after_the_one_before(item: Candidate, text: str, before: Span) -> Candidate:
    """The sentence together with the one it leans on, as one quotation."""
    span = Span(document_id=item.span.document_id, start=before.start, end=item.span.end)
    return replace(item, span=span, text=flat(text[before.start : item.span.end]))
