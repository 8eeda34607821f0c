"""Which sentences a whole answer is made of.

The nearest by meaning and wording, of several passages and documents, each near twin once, as many
as a reader wants words; in the order of the text. The model is asked once, of all of them together,
whether they answer the question at all: its word on single sentences was flat
(``docs/notebook.md``).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assistant.answering.candidates import Candidate, candidates
from assistant.answering.premises import unshared_premise
from assistant.answering.retrieving import queries
from assistant.answering.values import Chosen, Refused, Retrieved, Steps
from assistant.checking.citations import LEANS
from assistant.data import Progress
from assistant.language.words import flat
from assistant.models.options import odds
from index.data import DocumentInfo, Evidence, Passage, Span

PASSAGES = 5
"""Of the nearest passages, how many lend their sentences; a list or a comparison takes all."""
CONSIDERED = 24
"""Of their sentences, how many are looked at."""
TWINS = 0.85
"""Cosine similarity from which two sentences say the same."""
WORDS = 100
"""How long an answer may grow before no further sentence is taken."""
DETAILED_WORDS = 180
"""The same where a reader asks for detail."""
FEWEST = 2
FAR = 0.5
"""Share of the best sentence's rank below which a sentence does not belong."""
LONGEST_READ = 1600
"""Characters of the chosen sentences that the model reads to judge them."""
UNTOLD = 0.7
"""What a "yes" of a server without log-probabilities counts."""
NOTHING_NEAR = "No passage that was found answers this."
SMALL_LIBRARY = 40
"""Passages that are all read for a list, unasked."""


def choose(found: Retrieved) -> Steps[Chosen | Refused]:
    """The sentences of a whole answer, or a refusal where retrieval found nothing near."""
    run, part = found.run, found.part
    library = run.library
    held = [each for each in found.evidence if run.holds(each)]
    there = _asked_documents(found)
    of = sum(info.passages for info in there)
    wide = part.kind in ("list", "compare")
    read: Sequence[Evidence] = held if wide else held[:PASSAGES]
    if part.asked.exhaustive or (part.kind == "list" and of <= SMALL_LIBRARY):
        read = _all_passages(found, there)
    yield Progress(message=f"Reading {len(read)} passages")
    run.go_on()
    items = candidates(
        queries(part),
        read,
        library.document,
        library.sentences,
        library.embed,
        passages=len(read),
        ranked=CONSIDERED,
    )
    if not items:
        return Refused(found=found, answerability=None, kind="not_stated", text=NOTHING_NEAR)
    premise = unshared_premise(part.question, held, [item.title for item in items]) or None
    nearest = _distinct(items, library.embed([item.text for item in items]), _words(found))
    sentences = _in_order(nearest)
    yield Progress(message="Judging whether they answer your question")
    run.go_on()
    signals = features(items, held) | {"covers": _covers(found, nearest)}
    answerability = run.calibration.whole_answerability(signals)
    run.trace(
        "choose",
        {
            "candidates": [[item.text, item.rank] for item in items],
            "chosen": [item.text for item in sentences],
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
        sentences=tuple(sentences),
        answerability=answerability,
        passages=len(read),
        of=of,
    )


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


def _covers(found: Retrieved, sentences: Sequence[Candidate]) -> float:
    """The model's log-odds that these sentences answer the question, or a part of it."""
    run, part = found.run, found.part
    text = "\n".join(item.text for item in sentences)[:LONGEST_READ]
    messages = run.prompts.messages(
        "covers",
        evidence=text,
        earlier=f"Earlier question: {part.earlier}\n" if part.earlier else "",
        question=part.question,
    )
    choice = run.model.choose(messages, ("yes", "no"))
    run.spend(choice.usage)
    if choice.probabilities is None:
        return odds(UNTOLD if choice.option == "yes" else 1 - UNTOLD)
    return odds(choice.probabilities["yes"])


def _words(found: Retrieved) -> int:
    part = found.part
    return DETAILED_WORDS if part.asked.detail == "detailed" else WORDS


def _distinct(items: Sequence[Candidate], vectors: np.ndarray, words: int) -> list[Candidate]:
    """The nearest sentences, each with the one it leans on, until there are enough words."""
    kept: list[int] = []
    chosen: list[Candidate] = []
    length = 0
    for at, item in enumerate(items):
        enough = length + len(item.text.split()) > words
        if len(chosen) >= FEWEST and (enough or item.rank < FAR * items[0].rank):
            continue
        if any(float(vectors[at] @ vectors[other]) >= TWINS for other in kept):
            continue
        if any(item.span == other.span for other in chosen):
            continue
        kept.append(at)
        chosen.append(item)
        length += len(item.text.split())
    return chosen


def _in_order(items: Sequence[Candidate]) -> list[Candidate]:
    """By document, the one with the best sentence first, and in each in the order of the text."""
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


def leaning(item: Candidate, text: str) -> bool:
    """Whether a sentence is understood only after the one before it, which stands next to it in
    its document's ``text``: no heading lies between them."""
    if not item.before or not LEANS.match(item.text):
        return False
    return not text[item.before[0].end : item.span.start].strip()


def after_the_one_before(item: Candidate, text: str, before: Span) -> Candidate:
    """The sentence together with the one it leans on, as one quotation."""
    span = Span(document_id=item.span.document_id, start=before.start, end=item.span.end)
    return replace(item, span=span, text=flat(text[before.start : item.span.end]))
