"""What a golden file holds, as values: cases, and what is wrong with a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.data import Turn
from index.errors import InputError

MAX_QUESTION = 4_000
"""Characters: as long as a question may be anywhere in the program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldQuote:
    """Words of a document that answer the question; ``document`` is its file name."""

    document: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that a whole answer says: found where any of the patterns occurs in it."""

    id: str
    any_of: tuple[str, ...]
    """Regular expressions, searched without regard to case, all white space being one space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenCase:
    """A question with what a right answer would be."""

    id: str
    question: str
    answers: tuple[str, ...]
    """Accepted wordings, any of which is right, or reference answers; none where the question
    is unanswerable or ``facts`` say what an answer must have."""
    answerable: bool
    evidence: tuple[GoldQuote, ...] = ()
    history: tuple[Turn, ...] = ()
    documents: tuple[str, ...] = ()
    """File names of the documents to ask, and no others; all where there is none."""
    facts: tuple[Fact, ...] = ()
    never: tuple[str, ...] = ()
    """Regular expressions, as in ``Fact``, that occur in wrong answers alone."""
    group: str = ""
    """What the case shares with others, so that intervals treat them as one observation."""
    kind: str = ""
    """A label by which refusals are also told apart, such as ``absent``."""
    where: str = ""
    """The line or record of the file, for messages."""


def conversation(case: GoldenCase) -> str:
    """The case's ``group``, else the words that its conversation began with.

    The first turn of a conversation asks what the history of every later one begins with.
    """
    asked = (turn.content for turn in case.history if turn.role == "user")
    return case.group or " ".join(next(asked, case.question).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryCase:
    """Key facts that a summary of a document should have, each in any of several wordings."""

    id: str
    document: str
    key_facts: tuple[tuple[str, tuple[str, ...]], ...]
    reference: str | None = None
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenSet:
    """What one golden file holds. ``contexts`` maps a file name to its text (SQuAD only)."""

    cases: tuple[GoldenCase, ...]
    summaries: tuple[SummaryCase, ...] = ()
    contexts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong with a golden file: where, and why."""

    where: str
    reason: str


class GoldenError(InputError):
    """A golden file that cannot be used; ``problems`` are all that is wrong with it."""

    def __init__(self, path: Path, problems: Sequence[Problem]) -> None:
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        lines = [f"{path}, {problem.where}: {problem.reason}" for problem in problems]
        super().__init__(
            f"The golden file has {count}:\n" + "\n".join(lines) + "\n",
            "Mend these lines; nothing was asked yet.",
        )
        self.problems = tuple(problems)


def case_json(case: GoldenCase) -> dict[str, Any]:
    """The golden line of a case."""
    line: dict[str, Any] = {
        "id": case.id,
        "question": case.question,
        "answers": list(case.answers),
        "answerable": case.answerable,
        "evidence": [{"document": e.document, "quote": e.quote} for e in case.evidence],
    }
    if case.history:
        line["history"] = [{"role": t.role, "content": t.content} for t in case.history]
    if case.documents:
        line["documents"] = list(case.documents)
    if case.facts:
        line["facts"] = [{"id": fact.id, "any_of": list(fact.any_of)} for fact in case.facts]
    if case.never:
        line["never"] = list(case.never)
    if case.group:
        line["group"] = case.group
    if case.kind:
        line["kind"] = case.kind
    return line


def reasons(error: ValueError) -> list[str]:
    """What is wrong, a line for each field."""
    if not isinstance(error, ValidationError):
        return [str(error)]
    return [
        ": ".join(
            part
            for part in (
                ".".join(map(str, item["loc"])),
                item["msg"].removeprefix("Value error, "),
            )
            if part
        )
        for item in error.errors()
    ]
