"""What the model writes of some passages at one go, and which of its sentences are borne out.

The default model writes well from plain passages and cites blindly, so the sources of each sentence
are found afterwards: the sentences nearest to it, checked as every claim is. What falls is withheld
in sight, but still tells what the answer is about: sentences of the documents that are near to a
draft are better ones than those that are near to the question alone (``docs/notebook.md``).
"""

import re
from collections.abc import Sequence
from itertools import groupby, islice

import numpy as np
from langchain_core.messages import BaseMessage

from assistant.answering.candidates import Candidate, Sentences, leaning
from assistant.answering.stating import citations_of, stated, told
from assistant.answering.values import Draft, Retrieved, Run, Steps
from assistant.checking.citations import LEANS, covering
from assistant.checking.guards import adds_to, objections
from assistant.data import Claim, Progress, Withheld
from assistant.language.drafts import one_sentence
from assistant.language.statements import is_statement
from assistant.models.protocol import Usage, Written
from index.data import Evidence
from index.sentences import sentences

READ = 3
"""Passages that the model reads."""
LONGEST_READ = 4000
"""Characters of them."""
WRITTEN = 200
"""Tokens of the draft."""
MOST_SENTENCES = 5
"""Sentences of the draft that are checked: each check costs a call."""
MOST_SOURCES = 3
"""Sentences of the documents that one sentence of the draft may be from."""
MOST_NAMED = 2
"""Sources of a withheld or copied sentence that are quoted: 0.73 of them belong to the answer, of
those that only fill it up half (``docs/notebook.md``)."""
LIKE = 0.5
"""Cosine similarity below which a withheld or copied sentence is not from the one nearest to it: of
those nearest ones 0.35 belong to the answer, of the others 0.62 (``docs/notebook.md``)."""
COPIED = 320
"""Tokens of what is copied."""
ENDING = frozenset(".!?\n")
"""Of what is copied, the characters with which a sentence may end."""
MOST_COPIED = 9
"""Sentences of it."""
NO_SOURCE = "no sentence that was found says it"
LEANING = "it leans on a sentence that was withheld"
TWINS = 0.85
"""Cosine similarity from which two sentences say the same, if no guard objects."""
_MARK = re.compile(r"^(?:[-*•]|\d+[.)])\s+")
"""What the model puts before a line of a list."""


def prompted(found: Retrieved, read: Sequence[Evidence], name: str) -> list[BaseMessage]:
    """The prompt ``name`` about some passages, those of one document under its name.

    ``first_draft`` and ``copy`` begin alike, so that the server reads them once.
    """
    run, part = found.run, found.part
    texts = [
        "\n".join([name, *(item.passage.text for item in items)])
        for name, items in groupby(read, key=lambda item: item.document_name)
    ]
    return run.prompts.messages(
        name,
        evidence="\n\n".join(texts)[:LONGEST_READ],
        earlier=f"Earlier question: {part.earlier}\n" if part.earlier else "",
        question=part.question,
    )


def write(
    found: Retrieved,
    read: Sequence[Evidence],
    near: Sentences,
    *,
    tell: bool,
    before: Sequence[Claim] = (),
) -> Steps[Draft]:
    """A draft of the passages ``read``, each sentence checked against those of ``near`` that it is
    from; of one that repeats a claim ``before`` nothing comes.

    ``tell`` each that stands as soon as it is checked; the withheld ones are left to the caller.
    """
    run, part = found.run, found.part
    yield Progress(message="Writing a further draft" if before else "Writing a first draft")
    run.go_on()
    written = run.model.write(prompted(found, read, "first_draft"), max_tokens=WRITTEN)
    run.spend(written.usage)
    said = drafted_sentences(written.text, part.question, finished=written.finished)
    if part.kind != "list":  # whose items may be names alone
        said = [sentence for sentence in said if is_statement(sentence)]
    said = new_ones(run, said, [claim.text for claim in before]) if said else []
    claims: list[Claim] = []
    withheld: list[Withheld] = []
    named: list[Candidate] = []
    if said:
        yield Progress(message="Checking what it says against its sources")
    ranked = [near.ranks(sentence) for sentence in said]
    fell = False
    for sentence, ranks in zip(said, ranked, strict=True):
        run.go_on()
        from_ = sources(sentence, near, ranks, run)
        if fell and LEANS.match(sentence):
            claim, reason = None, LEANING
        else:
            claim, reason = _checked(found, sentence, from_)
        fell = claim is None
        if claim is not None:
            claims.append(claim)
        else:
            withheld.append(Withheld(text=sentence, reason=reason))
            named += _pointed_at(sentence, from_, near)
        if tell and claim is not None:
            yield from told(run, claims[-1:])
    run.trace(
        "further_draft" if before else "first_draft",
        {
            "text": written.text,
            "claims": [[claim.text, claim.support] for claim in claims],
            "withheld": [[item.text, item.reason] for item in withheld],
        },
    )
    return Draft(
        claims=tuple(claims),
        withheld=tuple(withheld),
        named=tuple(named),
        nearness=_nearest(ranked, near),
    )


def copied(found: Retrieved, read: Sequence[Evidence], near: Sentences) -> Steps[Draft]:
    """What the model points at when it is asked to copy all that belongs in an answer.

    It is quoted from the documents, so that nothing need be checked. To be asked of each sentence
    whether it belongs tells this model little; copying does (``docs/notebook.md``).
    """
    run = found.run
    yield Progress(message="Looking for what else belongs to the answer")
    run.go_on()
    written = _copying(run, prompted(found, read, "copy"))
    lines = drafted_sentences(
        written.text, found.part.question, finished=written.finished, most=MOST_COPIED
    )
    ranked = [near.ranks(line) for line in lines]
    named = [
        item
        for line, ranks in zip(lines, ranked, strict=True)
        for item in _pointed_at(line, sources(line, near, ranks, run), near)
    ]
    run.trace("copy", {"text": written.text, "named": [item.text for item in named]})
    return Draft(claims=(), withheld=(), named=tuple(named), nearness=_nearest(ranked, near))


def _copying(run: Run, messages: Sequence[BaseMessage]) -> Written:
    """What the model copies, up to where it begins again: a small one goes round in circles."""
    written = Written(text="", finished=True, usage=Usage())
    seen = 0
    for written in run.model.stream(messages, max_tokens=COPIED):
        run.go_on()
        run.spend(written.usage)
        new, seen = written.text[seen:], len(written.text)
        if ENDING.isdisjoint(new):
            continue
        whole = [written.text[start:end].strip() for start, end in sentences(written.text)][:-1]
        if len(set(whole)) < len(whole):
            break
    return written


def _pointed_at(text: str, from_: Sequence[Candidate], near: Sentences) -> list[Candidate]:
    """Those of a sentence's sources that it is like; what is made up has none."""
    return [item for item in from_[:MOST_NAMED] if near.likeness(text, item) >= LIKE]


def _nearest(ranked: Sequence[np.ndarray], near: Sentences) -> np.ndarray:
    """The highest of the ranks of each of n sentences; shape (n,)."""
    return np.asarray(np.max(ranked, axis=0)) if ranked else np.zeros(len(near.items))


def drafted_sentences(
    text: str, question: str, *, finished: bool = True, most: int = MOST_SENTENCES
) -> list[str]:
    """The sentences of a draft that say something: each once, without list marks, lead-ins ("The
    reasons are:"), and what only repeats the question. The last one falls if it was cut off."""
    lines = [_MARK.sub("", line.strip()) for line in text.splitlines() if line.strip()]
    pieces = [line[start:end] for line in lines for start, end in sentences(line)]
    if not finished:
        pieces = pieces[:-1]
    cleaned = [one_sentence(piece) for piece in pieces if not piece.rstrip().endswith(":")]
    kept = [sentence for sentence in cleaned if sentence and adds_to(sentence, question)]
    return list(dict.fromkeys(kept))[:most]


def new_ones(run: Run, said: list[str], before: list[str]) -> list[str]:
    """Those sentences that say what none before them says."""
    texts = [*before, *said]
    vectors = run.library.embed(texts)
    kept: list[int] = []
    for at, text in enumerate(texts):
        if not is_twin(text, [texts[k] for k in kept], vectors[kept] @ vectors[at]):
            kept.append(at)
    return [texts[at] for at in kept if at >= len(before)]


def is_twin(text: str, others: Sequence[str], likeness: Sequence[float] | np.ndarray) -> bool:
    """Whether one of n other texts says all of a text, by their cosine similarity to it, shape
    (n,): alike, and nothing in it is against the other ("not locked" and "locked" are alike, and
    so are "on Friday" and "on Monday")."""
    return any(
        alike >= TWINS and not objections(text, [other])
        for other, alike in zip(others, likeness, strict=True)
    )


def sources(sentence: str, near: Sentences, ranks: np.ndarray, run: Run) -> list[Candidate]:
    """The sentences that a drafted one is from, at most ``MOST_SOURCES``: the nearest by its
    ``ranks``, then any of its document that has words or numbers that the ones before have not.

    Of two documents none: what one says must not be told of what the other is about. Nor one that
    leans on a sentence that does not stand before it, for beside another it would lean on that.
    """
    order = np.argsort(-ranks, kind="stable")
    firm = (near.items[at] for at in order if not _dangles(near.items[at], run))
    best = list(islice(firm, 2 * MOST_SOURCES))
    best = [item for item in best if item.span.document_id == best[0].span.document_id]
    lent = [f"{item.text} {item.title} {item.heading}" for item in best]
    told = covering(sentence, [item.text for item in best], MOST_SOURCES, lent=lent)
    return [best[at] for at in told]


def _dangles(item: Candidate, run: Run) -> bool:
    """Whether a sentence leans on one that is not there to be cited with it."""
    text = run.library.document(item.span.document_id).text
    return bool(LEANS.match(item.text)) and not leaning(item, text)


def _shared(items: Sequence[Candidate]) -> list[str]:
    """Their title, and the heading if it stands over all of them: what may lend a name."""
    headings = {item.heading for item in items}
    return [items[0].title, *(headings if len(headings) == 1 else ())]


def _checked(
    found: Retrieved, sentence: str, from_: Sequence[Candidate]
) -> tuple[Claim | None, str]:
    """A drafted sentence as a claim that cites what it is from, or why it falls."""
    if not from_:
        return None, NO_SOURCE
    run, question = found.run, found.part.question
    cited = citations_of(run, from_)
    claim, support = stated(run, sentence, cited, question=question, context=_shared(from_))
    return claim, support.reason
