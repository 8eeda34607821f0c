"""Answers in the form of ``ask --json``, to be shown."""

from typing import Any

NASTY = "<img src=x onerror=alert(1)> ${alert(2)} {{value}} \"quoted\" & 'so'"


def citation(
    start: int = 0, quote: str = "Hundreds came.", name: str = "news.txt"
) -> dict[str, Any]:
    return {
        "document_id": "d1",
        "document": name,
        "start": start,
        "end": start + len(quote),
        "quote": quote,
    }


def claim(
    text: str = "Hundreds came.", verdict: str = "verified", *citations: dict[str, Any]
) -> dict[str, Any]:
    return {
        "text": text,
        "verdict": verdict,
        "support": 0.9,
        "citations": list(citations or (citation(),)),
    }


def answer(*claims: dict[str, Any], **known: Any) -> dict[str, Any]:
    return {
        "question": "How many came?",
        "status": "answered" if claims else "not_in_documents",
        "text": " ".join(item["text"] for item in claims),
        "claims": list(claims),
        "premise": None,
        "refusal": None,
        "clarification": None,
        "conflicts": [],
        "withheld": [],
        "evidence": [{**citation(), "score": 1.0}],
        "answerability": 0.9,
        "calibrated": True,
        "model": "scripted",
        "timings": {"first_evidence_s": 0.1, "first_sentence_s": 2.0, "total_s": 3.0},
        **known,
    }
