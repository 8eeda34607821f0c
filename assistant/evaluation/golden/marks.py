"""Golden lines from answers marked in the chat.

An answer marked right becomes a golden line as it stands: its text is the accepted answer and
what it cites the evidence; a refusal marked right becomes an unanswerable question. Of an answer
marked wrong only the question is known: it is listed for a person to complete.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.data import Turn
from assistant.evaluation.golden.cases import GoldenCase, GoldQuote, case_json
from assistant.evaluation.journal import write_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Golden cases from marks, and the questions whose answers were marked wrong."""

    cases: tuple[GoldenCase, ...]
    wrong: tuple[str, ...]


def from_marks(marks: Iterable[Mapping[str, Any]]) -> Export:
    """The golden cases of marks ``{"question", "history", "answer", "mark", "at"}``, oldest first.

    ``answer`` is the form of ``ask --json``. Where a question was marked several times after the
    same conversation the latest mark counts.
    """
    latest: dict[tuple[str, tuple[Turn, ...]], Mapping[str, Any]] = {}
    for mark in sorted(marks, key=lambda item: str(item["at"])):
        asked = (str(mark["question"]), tuple(Turn(**turn) for turn in mark.get("history", ())))
        latest.pop(asked, None)
        latest[asked] = mark
    cases = [
        _case(*asked, mark["answer"])
        for asked, mark in latest.items()
        if mark["mark"] == "right" and _usable(mark["answer"])
    ]
    wrong = [question for (question, _), mark in latest.items() if mark["mark"] == "wrong"]
    return Export(cases=tuple(cases), wrong=tuple(wrong))


def _usable(answer: Mapping[str, Any]) -> bool:
    return answer["status"] == "not_in_documents" or bool(answer["text"].strip())


def _case(question: str, history: tuple[Turn, ...], answer: Mapping[str, Any]) -> GoldenCase:
    answered = answer["status"] != "not_in_documents"
    quotes = [
        GoldQuote(document=citation["document"], quote=citation["quote"])
        for claim in answer["claims"]
        for citation in claim["citations"]
    ]
    said = "\0".join([question, *(turn.content for turn in history)])
    return GoldenCase(
        id=f"mark-{hashlib.sha256(said.encode()).hexdigest()[:12]}",
        question=question,
        history=history,
        answers=(answer["text"],) if answered else (),
        answerable=answered,
        evidence=tuple(dict.fromkeys(quotes)) if answered else (),
    )


def write_export(export: Export, out: Path) -> None:
    """Write the golden lines.

    Raises:
        InputError: the file cannot be written.
    """
    lines = [json.dumps(case_json(case), ensure_ascii=False) + "\n" for case in export.cases]
    write_text(out, "".join(lines))
