"""Whether the documents answer a question of several sentences, and what the model drafts of it.

Told by retrieval, by the model's word on the best passages, and by how much of its draft stands:
its word on single sentences was flat (``docs/notebook.md``).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assistant.answering.candidates import Candidate, read_sentences
from assistant.answering.premises import unshared_premise
from assistant.answering.presuppositions import not_said, unborne
from assistant.answering.retrieving import finds_its_topic, queries, unranked
from assistant.answering.values import Refused, Retrieved, Steps, Weighed
from assistant.answering.whole_drafts import READ, prompted, write
from assistant.checking.calibration import Calibration
from assistant.data import Progress
from assistant.models.options import odds
from index.data import Evidence
from index.entries import Entry

NEAR = 0.75
"""Share of the highest score, or of the highest similarity, that makes a passage one of the near
ones. A document that has none lends no sentence: all right documents of two sets of questions have
one, and few others (``docs/notebook.md``)."""
UNTOLD = 0.7
"""What a "yes" of a server without log-probabilities counts."""
NOTHING_NEAR = "No passage that was found answers this."
SMALL_LIBRARY = 40
"""Passages that are all read for a list, unasked."""


def weigh(found: Retrieved) -> Steps[Weighed | Refused]:
    """The sentences that were read and the first draft, or a refusal if they do not answer."""
    found = _alone_if_it_can(found)
    run, part = found.run, found.part
    library = run.library
    held = found.held()
    there = _asked_documents(found)
    of = sum(info.passages for info in there)
    read: Sequence[Evidence] = _of_near_documents(held)
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
    statement = unborne(run, part.question, near)
    if statement:
        return Refused(found=found, answerability=None, kind="premise", text=not_said(statement))
    run.go_on()
    best = held[:READ]
    signals = features(items, held) | {"covers": _covers(found, best)}
    told = part.first and not part.composed and _is_sure(run.calibration, signals)
    draft = yield from write(found, best, near, tell=told)
    signals |= {"borne_out": draft.share}
    if part.composed:  # the draft has shown whether there is an answer, and what it is about
        draft = replace(draft, claims=(), withheld=())
    answerability = run.calibration.whole_answerability(signals)
    run.trace("weigh", {"features": signals, "answerability": answerability})
    if answerability < run.calibration.several:
        return Refused(
            found=found,
            answerability=answerability,
            kind="made_up_name" if premise else "not_stated",
            text=premise or NOTHING_NEAR,
            premise=premise,
        )
    return Weighed(
        found=found,
        near=near,
        passages=tuple(read),
        of=of,
        draft=draft,
        told=told,
        answerability=answerability,
    )


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


def _covers(found: Retrieved, read: Sequence[Evidence]) -> float:
    """The model's log-odds that the passages answer the question, or a part of it."""
    run = found.run
    choice = run.model.choose(prompted(found, read, "covers"), ("yes", "no"))
    run.spend(choice.usage)
    if choice.probabilities is None:
        return odds(UNTOLD if choice.option == "yes" else 1 - UNTOLD)
    return odds(choice.probabilities["yes"])


def _asked_documents(found: Retrieved) -> list[Entry]:
    """The documents that may be asked."""
    ids = found.part.asked.documents
    chosen = None if ids is None else set(ids)
    entries = found.run.library.listing.entries()
    return [each for each in entries if chosen is None or each.id in chosen]


def _all_passages(found: Retrieved, documents: Sequence[Entry]) -> list[Evidence]:
    """Every passage of the documents, in their order."""
    near = {each.passage.id: each for each in found.evidence}
    return [
        near.get(passage.id) or unranked(passage, info.name)
        for info in documents
        for passage in found.run.library.passages(info.id)
    ]
