"""Cases, outcomes and documents that a test spells out only where it matters."""

from typing import Any

from assistant.evaluation.golden.cases import GoldenCase, GoldQuote
from assistant.evaluation.reports.results import CaseFailure, CaseResult, Quoted
from assistant.evaluation.scoring import Documents

TEXT = "Anna has two cats. Ben has a dog. The dog is old and brown. Nobody has a fish."
SENTENCES = [(0, 18), (19, 33), (34, 59), (60, 78)]
DOCUMENTS = Documents(
    texts={"d1": TEXT, "d2": "A fish swims."},
    sentences={"d1": SENTENCES, "d2": [(0, 13)]},
    ids={"pets.txt": "d1", "fish.txt": "d2"},
)


def case(id: str = "q1", answers: tuple[str, ...] = ("a dog",), **fields: Any) -> GoldenCase:
    defaults: dict[str, Any] = {
        "question": "What does Ben have?",
        "answers": answers,
        "answerable": bool(answers),
        "evidence": (GoldQuote(document="pets.txt", quote="Ben has a dog."),) if answers else (),
    }
    return GoldenCase(id=id, **(defaults | fields))


def quoted(start: int, end: int, document: str = "d1", quote: str | None = None) -> Quoted:
    text = DOCUMENTS.texts[document][start:end] if quote is None else quote
    return Quoted(document_id=document, document="pets.txt", start=start, end=end, quote=text)


def result(id: str = "q1", text: str = "Ben has a dog.", **fields: Any) -> CaseResult:
    answered = bool(text)
    defaults: dict[str, Any] = {
        "chain": "citewell",
        "status": "answered" if answered else "not_in_documents",
        "verdicts": ("verified",) if answered else (),
        "citations": ((quoted(19, 33),),) if answered else (),
        "retrieved": (quoted(0, 33), quoted(34, 78)),
        "withheld": (),
        "answerability": 0.9 if answered else 0.1,
        "first_evidence_s": 0.1,
        "first_token_s": 1.0 if answered else None,
        "first_sentence_s": 1.0 if answered else None,
        "total_s": 2.0,
        "prompt_tokens": 100,
        "completion_tokens": 10,
    }
    return CaseResult(id=id, text=text, **(defaults | fields))


def failure(id: str = "q1", **fields: Any) -> CaseFailure:
    defaults: dict[str, Any] = {
        "chain": "citewell",
        "error": "ModelError",
        "message": "The model died.",
        "total_s": 0.5,
    }
    return CaseFailure(id=id, **(defaults | fields))
