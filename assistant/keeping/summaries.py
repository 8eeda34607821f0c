"""Summaries kept in the library: as spans, so that what comes back is cited from the texts anew."""

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.checking.citations import cite
from assistant.data import Omission, Summary, Timings
from assistant.json_forms import citation_json, summary_from_json, summary_json
from index.data import Document

_PLACE = ("document_id", "start", "end")


def digest(*parts: Any) -> str:
    """One key for all of these JSON values together."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8")).hexdigest()


def note(summary: Summary) -> dict[str, Any]:
    """The summary as a JSON object without the texts it quotes."""
    told: dict[str, Any] = _bare(summary_json(summary))
    del told["model"], told["timings"]
    return told


def recall(
    kept: Mapping[str, Any], documents: Sequence[Document], model: str, *, started: float
) -> Summary:
    """The summary of a note; ``started`` is the monotonic time at which it was asked for."""
    texts = {document.id: document for document in documents}
    took = time.monotonic() - started
    summary = summary_from_json(_quoting(_named(kept), texts))
    omitted = (each.citation.span for each in summary.omitted)  # whose JSON has no document's name
    return replace(
        summary,
        omitted=tuple(
            Omission(citation=cite(texts[span.document_id], span.start, span.end))
            for span in omitted
        ),
        model=model,
        timings=Timings(first_sentence_s=took, total_s=took),
    )


def _bare(value: Any) -> Any:
    """A JSON value in which every citation is its place alone."""
    if isinstance(value, list):
        return [_bare(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "document_id" in value:
        return {key: value[key] for key in _PLACE}
    return {key: _bare(each) for key, each in value.items()}


def _quoting(value: Any, texts: Mapping[str, Document]) -> Any:
    """A JSON value in which every place is a citation again."""
    if isinstance(value, list):
        return [_quoting(each, texts) for each in value]
    if not isinstance(value, dict):
        return value
    if "document_id" in value:
        return citation_json(cite(texts[value["document_id"]], value["start"], value["end"]))
    return {key: _quoting(each, texts) for key, each in value.items()}


def _named(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The note with names for what notes of version 0.1 kept as bare lists."""
    return {
        **kept,
        "headline": _named_claim(kept["headline"]),
        "points": [_named_claim(each) for each in kept["points"]],
        "sections": [
            {**section, "items": [_named_claim(each) for each in section["items"]]}
            for section in _each_named(("name", "items"), kept["sections"])
        ],
        "withheld": _each_named(("text", "reason"), kept["withheld"]),
        "omitted": _each_named(_PLACE, kept["omitted"]),
    }


def _named_claim(claim: Mapping[str, Any]) -> dict[str, Any]:
    return {**claim, "citations": _each_named(_PLACE, claim["citations"])}


def _each_named(names: Sequence[str], items: Sequence[Any]) -> list[dict[str, Any]]:
    return [dict(zip(names, i, strict=True)) if isinstance(i, list) else i for i in items]
