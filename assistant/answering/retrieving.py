"""The passages nearest to a question, through the project's LangChain retriever.

A follow-up is searched for alone and after the question before it, and the scores are added: alone
it loses its topic, and after the other it loses itself. On a third of the conversations of MTRAG a
right passage is among the first three in 0.84 of the questions, against 0.71 alone
(``docs/notebook.md``); no model is asked.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from assistant.answering.follow_ups import leans_on_history
from assistant.answering.values import Retrieved, Steps, Understood
from assistant.data import EvidenceFound
from assistant.language.numbers import words_and_numbers
from index.data import Evidence, Passage
from index.readable import Readable
from index.retrieval import PassageRetriever

RETRIEVED = 10
"""Passages that an answer is looked for in, and that are shown."""
_SEARCHED = 20
"""Passages of either search, where there are two."""
TOPIC = 0.5
"""Similarity of the nearest passage from which a question is understood without the one before it.
Of 34 questions on another topic than the one before 0.91 reach it, of 39 follow-ups 0.69."""
NAMED = 0.75
"""Share of a question's words, and at least three, in the nearest passage, from which that is its
topic however little alike they are: a question is like no passage of a short document. It tells 16
more of 135 questions that stand alone, and is wrong of one of 51 follow-ups."""


def retrieve(part: Understood) -> Steps[Retrieved]:
    """The passages nearest to one part of a question."""
    run = part.run
    evidence = nearest(run.library, queries(part), part.asked.documents, k=RETRIEVED)
    meter = run.meter
    meter.first_evidence_s = meter.first_evidence_s or meter.clock()
    run.trace("retrieve", {"passages": [[e.passage.id, e.score] for e in evidence]})
    yield EvidenceFound(evidence=evidence, question=part.question)
    return Retrieved(part=part, evidence=evidence)


def queries(part: Understood) -> list[str]:
    """The forms in which a part is searched for: alone, and after what was asked before; the whole
    question where the part leans on the rest of it, for alone it would be near to anything."""
    if part.of > 1 and leans_on_history(part.question):
        return [part.earlier]
    return [part.question, f"{part.earlier} {part.question}"] if part.earlier else [part.question]


def nearest(
    library: Readable, queries: Sequence[str], documents: Collection[str] | None, *, k: int
) -> tuple[Evidence, ...]:
    """The ``k`` passages with the highest sum of scores over the queries, best first."""
    ids = None if documents is None else list(documents)
    retriever = PassageRetriever(
        library=library, k=k if len(queries) == 1 else _SEARCHED, documents=ids
    )
    found: dict[str, Evidence] = {}
    scores: dict[str, float] = {}
    for query in queries:
        for chain_document in retriever.invoke(query):
            evidence: Evidence = chain_document.metadata["evidence"]
            found.setdefault(evidence.passage.id, evidence)
            scores[evidence.passage.id] = scores.get(evidence.passage.id, 0.0) + evidence.score
    best = sorted(scores, key=lambda name: -scores[name])[:k]
    return tuple(
        replace(found[name], label=label, score=scores[name] / len(queries))
        for label, name in enumerate(best, start=1)
    )


def finds_its_topic(
    library: Readable, question: str, documents: Collection[str] | None = None
) -> bool:
    """Whether a question leads to its topic alone, without what was asked before it: the nearest
    passage is like it, or has under its title nearly all that the question names."""
    found = library.search(question, k=1, documents=None if documents is None else list(documents))
    if not found:
        return False
    nearest_passage = found[0].passage
    title = library.document(nearest_passage.span.document_id).title
    asked = words_and_numbers(question)
    there = words_and_numbers(f"{title} {nearest_passage.heading} {nearest_passage.text}")
    return found[0].similarity >= TOPIC or len(asked & there) >= max(3, NAMED * len(asked))


def unranked(passage: Passage, name: str = "") -> Evidence:
    """A passage that is read whatever it is like, of a document called ``name``."""
    return Evidence(label=0, passage=passage, document_name=name, score=0.0, similarity=0.0)
