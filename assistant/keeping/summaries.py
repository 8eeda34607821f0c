"""Summaries kept in the library: as spans, so that what comes back is cited from the texts anew."""

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.checking.citations import cite
from assistant.data import Citation, Claim, Omission, Section, Summary, Timings, Withheld
from index.data import Document


def digest(*parts: Any) -> str:
    """One key for all of these JSON values together."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8")).hexdigest()


def note(summary: Summary) -> dict[str, Any]:
    """The summary as a JSON object without the texts it quotes."""
    return {
        "documents": list(summary.documents),
        "headline": _claim_note(summary.headline),
        "points": [_claim_note(claim) for claim in summary.points],
        "sections": [
            [section.name, [_claim_note(claim) for claim in section.items]]
            for section in summary.sections
        ],
        "withheld": [[each.text, each.reason] for each in summary.withheld],
        "omitted": [_citation_note(each.citation) for each in summary.omitted],
        "coverage": summary.coverage,
        "topic": summary.topic,
        "audience": summary.audience,
    }


def recall(
    kept: Mapping[str, Any], documents: Sequence[Document], model: str, *, started: float
) -> Summary:
    """The summary of a note; ``started`` is the monotonic time at which it was asked for."""
    texts = {document.id: document for document in documents}
    took = time.monotonic() - started
    return Summary(
        documents=tuple(kept["documents"]),
        headline=_claim(kept["headline"], texts),
        points=tuple(_claim(each, texts) for each in kept["points"]),
        sections=tuple(
            Section(name=name, items=tuple(_claim(each, texts) for each in items))
            for name, items in kept["sections"]
        ),
        withheld=tuple(Withheld(text=text, reason=reason) for text, reason in kept["withheld"]),
        omitted=tuple(Omission(citation=_citation(each, texts)) for each in kept["omitted"]),
        coverage=kept["coverage"],
        topic=kept["topic"],
        audience=kept["audience"],
        model=model,
        timings=Timings(first_sentence_s=took, total_s=took),
    )


def _claim_note(claim: Claim) -> dict[str, Any]:
    return {
        "text": claim.text,
        "verdict": claim.verdict,
        "support": claim.support,
        "citations": [_citation_note(citation) for citation in claim.citations],
    }


def _citation_note(citation: Citation) -> list[Any]:
    return [citation.span.document_id, citation.span.start, citation.span.end]


def _claim(kept: Mapping[str, Any], texts: Mapping[str, Document]) -> Claim:
    return Claim(
        text=kept["text"],
        citations=tuple(_citation(each, texts) for each in kept["citations"]),
        verdict=kept["verdict"],
        support=kept["support"],
    )


def _citation(kept: Sequence[Any], texts: Mapping[str, Document]) -> Citation:
    document_id, start, end = kept
    return cite(texts[document_id], start, end)
