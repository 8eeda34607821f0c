"""Whether the documents answer a question of several sentences, and what the model drafts of it.

Told by retrieval and by the model's word on the nearest sentence, and in the end by its draft: one
that is invented from beginning to end answers nothing. Its word on whole passages, and how much of
its draft stands, add nothing to these (``docs/notebook.md``).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assistant.answering.candidates import Sentences, read_sentences
from assistant.answering.judging import judgement_of
from assistant.answering.premises import unshared_premise
from assistant.answering.presuppositions import not_said, unborne
from assistant.answering.retrieving import finds_its_topic, queries, unranked
from assistant.answering.stating import told
from assistant.answering.values import Grounds, Refused, Retrieved, Steps, Weighed
from assistant.answering.whole_drafts import READ, write
from assistant.data import Progress
from assistant.models.options import odds
from index.data import Evidence
from index.entries import Entry

NEAR = 0.75
"""Share of the highest score, or of the highest similarity, that makes a passage one of the near
ones. A document that has none lends no sentence: all right documents of two sets of questions have
one, and few others (``docs/notebook.md``)."""
NEAREST = 3
"""Sentences whose mean nearness to the question is a signal."""
NOTHING_NEAR = "No passage that was found answers this."
SMALL_LIBRARY = 40
"""Passages that are all read for a list, unasked."""


def weigh(found: Retrieved) -> Steps[Weighed | Refused]:
    """The sentences that were read and the first draft, or a refusal if they do not answer."""
    found = _alone_if_it_can(found)
    run, part = found.run, found.part
    held = found.held()
    read, of = _passages_to_read(found, held)
    yield Progress(message=f"Reading {len(read)} passages")
    run.go_on()
    near = _sentences_of(read, found)
    if not near.items:
        return Refused(found=found, answerability=None, kind="not_stated", text=NOTHING_NEAR)
    titles = [item.title for item in near.items]
    premise = unshared_premise(part.question, held, titles) or None
    yield Progress(message="Judging whether your documents answer your question")
    statement = unborne(run, part.question, near)
    if statement:
        return Refused(found=found, answerability=None, kind="premise", text=not_said(statement))
    signals = _signals(found, near, held)
    grounds = Grounds(signals=signals)
    answerability = run.calibration.whole_answerability(signals)
    run.trace("weigh", {"features": signals, "answerability": answerability})
    if answerability < run.calibration.several:
        return Refused(
            found=found,
            answerability=answerability,
            kind="made_up_name" if premise else "not_stated",
            text=premise or NOTHING_NEAR,
            premise=premise,
            grounds=grounds,
        )
    at_once = part.first and not part.composed
    draft = yield from write(found, held[:READ], near, tell=at_once)
    if draft.is_invented:
        return Refused(
            found=found,
            answerability=answerability,
            kind="not_stated",
            text=NOTHING_NEAR,
            grounds=grounds,
        )
    if at_once:
        yield from told(run, (), draft.withheld)
    if part.composed:  # the draft has shown what the answer is about
        draft = replace(draft, claims=(), withheld=())
    return Weighed(
        found=found,
        near=near,
        passages=len(read),
        of=of,
        draft=draft,
        told=at_once,
        answerability=answerability,
    )


def _signals(found: Retrieved, near: Sentences, held: Sequence[Evidence]) -> dict[str, float]:
    """What tells how likely it is that the documents answer, by name."""
    best = judgement_of(found, near.items[0])
    return {
        "similarity": max((each.similarity for each in held), default=0.0),
        "rank": float(np.mean([item.rank for item in near.items[:NEAREST]])),
        "answers_odds": odds(best.answers),
    }


def _passages_to_read(found: Retrieved, held: Sequence[Evidence]) -> tuple[Sequence[Evidence], int]:
    """The passages to read, and how many there are to ask: those of the near documents, or all
    where a list must be complete."""
    part = found.part
    there = part.asked.entries()
    of = sum(info.passages for info in there)
    if part.asked.exhaustive or (part.kind == "list" and of <= SMALL_LIBRARY):
        return _all_passages(found, there), of
    return _of_near_documents(held), of


def near_sentences(found: Retrieved, held: Sequence[Evidence]) -> Sentences:
    """The sentences of those documents of the passages ``held`` that are near, nearest to the
    question first."""
    return _sentences_of(_of_near_documents(held), found)


def _sentences_of(read: Sequence[Evidence], found: Retrieved) -> Sentences:
    library = found.run.library
    sentences = read_sentences(read, library.document, library.sentences, library.embed)
    return sentences.nearest(queries(found.part))


def near_ones(held: Sequence[Evidence]) -> list[Evidence]:
    """The passages that are near the best, by score or by similarity."""
    score = NEAR * max((each.score for each in held), default=0.0)
    similarity = NEAR * max((each.similarity for each in held), default=0.0)
    return [each for each in held if each.score >= score or each.similarity >= similarity]


def _of_near_documents(held: Sequence[Evidence]) -> list[Evidence]:
    """The passages of the documents that have a near one: others only share words."""
    near = {each.passage.span.document_id for each in near_ones(held)}
    return [each for each in held if each.passage.span.document_id in near]


def _alone_if_it_can(found: Retrieved) -> Retrieved:
    """The same without the question before it, if this one finds its topic without. A part has
    the topic of the question that it is a part of."""
    part = found.part
    if not part.earlier or part.of > 1:
        return found
    if not finds_its_topic(found.run.library, part.question, part.asked.documents):
        return found
    return replace(found, part=replace(part, earlier=""))


def _all_passages(found: Retrieved, documents: Sequence[Entry]) -> list[Evidence]:
    """Every passage of the documents, in their order."""
    near = {each.passage.id: each for each in found.evidence}
    return [
        near.get(passage.id) or unranked(passage, info.name)
        for info in documents
        for passage in found.run.library.passages(info.id)
    ]
