"""A small report of both chains, made by the real code from scripted outcomes."""

from typing import Any

from assistant.evaluation.case_report import make_report
from assistant.evaluation.reports.results import ChainName
from assistant.evaluation.runner import Run
from tests.unit.evaluation.builders import DOCUMENTS, case, failure, result


class Silent:
    """A chain whose answers are there already."""

    def __init__(self, name: ChainName, depth: int) -> None:
        self.name = name
        self.depth = depth

    def ask(self, case: Any) -> Any:
        raise AssertionError("nothing is asked here")

    def passages(self, document_id: str) -> list[tuple[int, int]]:
        return [(0, 33), (34, 78)] if document_id == "d1" else []


def report(
    *,
    question: str = "What does Ben have?",
    text: str = "Ben has a dog.",
    message: str = "The model died.",
    document: str = "pets.txt",
) -> dict[str, Any]:
    cases = [case(f"q{n}", question=question) for n in range(3)]
    cases.append(case("q3", answers=(), question=question, kind="absent"))
    stock: dict[str, Any] = {
        "chain": "stock", "verdicts": None, "citations": None, "withheld": None,
        "answerability": None,
    }  # fmt: skip
    outcomes = [
        result("q0", text=text, answerability=0.9),
        failure("q1", message=message),
        result("q2", text="", answerability=0.4),
        result("q3", text="", answerability=0.2, withheld=(text,)),
        *(result(f"q{n}", text=text, total_s=4.0, **stock) for n in range(4)),
    ]
    run = Run(
        outcomes={(outcome.id, outcome.chain): outcome for outcome in outcomes},
        asked=8,
        answers_s=20.0,
        total_s=21.0,
    )
    chains = [Silent("citewell", 10), Silent("stock", 4)]
    found = make_report(cases, chains, run, DOCUMENTS)
    for row in [*found["citewell"]["cases"], *found["stock"]["cases"]]:
        for quote in row["gold"]:
            quote["document"] = document
    settings = {"golden": "golden.jsonl", "limit": None, "seed": 7}
    return found | {
        "settings": settings,
        "model": "scripted",
        "run": {"total_s": 21.0, "overhead": 1.05},
    }
