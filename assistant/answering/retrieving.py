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
from index import Library
from index.data import Evidence
from index.retrieval import PassageRetriever

RETRIEVED = 10
"""Passages that an answer is looked for in, and that are shown."""
_SEARCHED = 20
"""Passages of either search, where there are two."""


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
    library: Library, queries: Sequence[str], documents: Collection[str] | None, *, k: int
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
