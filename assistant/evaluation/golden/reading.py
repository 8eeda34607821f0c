"""Golden files: questions with the answers and evidence that people marked, as they are read.

A golden file is JSON Lines as ``docs/evaluation.md`` says, or SQuAD 1.1 / 2.0 JSON as it is.
Everything wrong with a file is reported at once, before any model is started.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from assistant.data import Turn
from assistant.evaluation.golden.cases import (
    MAX_QUESTION,
    Fact,
    GoldenCase,
    GoldenError,
    GoldenSet,
    GoldQuote,
    Problem,
    SummaryCase,
    reasons,
)
from assistant.evaluation.golden.quotes import quoted_range
from assistant.evaluation.golden.squad import read_squad, squad_data
from index.errors import InputError


class _Edge(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=False)


class _Quote(_Edge):
    document: str = Field(min_length=1)
    quote: str = Field(min_length=1)


class _Message(_Edge):
    role: str = Field(pattern="^(user|assistant)$")
    content: str = Field(min_length=1)


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, Field(pattern=r"\S"), AfterValidator(_compiles)]


class _PatternFact(_Edge):
    id: str = Field(min_length=1)
    any_of: list[Pattern] = Field(min_length=1)


class _Line(_Edge):
    id: str = Field(min_length=1)
    question: str = Field(pattern=r"\S", max_length=MAX_QUESTION)
    answers: list[str] = []
    answerable: bool
    evidence: list[_Quote] = []
    history: list[_Message] = []
    kind: str = Field(default="", pattern=r"^[\w-]*$")
    documents: list[Annotated[str, Field(min_length=1)]] = []
    facts: list[_PatternFact] = []
    never: list[Pattern] = []
    group: str = ""

    @model_validator(mode="after")
    def _agrees(self) -> "_Line":
        if self.answerable and not self.facts and not any(a.strip() for a in self.answers):
            raise ValueError("it is answerable but has no answers")
        if not self.answerable and self.answers:
            raise ValueError("it is not answerable but has answers")
        if not self.answerable and self.facts:
            raise ValueError("it is not answerable but has facts")
        if repeated := _several(fact.id for fact in self.facts):
            raise ValueError(f"the fact {repeated[0]!r} occurs several times")
        return self


class _Fact(_Edge):
    id: str = Field(min_length=1)
    any_of: list[Annotated[str, Field(pattern=r"\S")]] = Field(min_length=1)


class _SummaryLine(_Edge):
    id: str = Field(min_length=1)
    document: str = Field(min_length=1)
    key_facts: list[_Fact] = Field(min_length=1)
    reference: str | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "_SummaryLine":
        if repeated := _several(fact.id for fact in self.key_facts):
            raise ValueError(f"the key fact {repeated[0]!r} occurs several times")
        return self


def read_text(path: Path) -> str:
    """The text of a file of golden pairs or claims.

    Raises:
        InputError: it is not there, cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text.", "Save it as UTF-8.") from error
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}.", "Check the path and its permissions."
        ) from error


def read_golden(path: Path) -> tuple[GoldenSet, list[Problem]]:
    """What a golden file holds and everything that is wrong with it.

    Raises:
        InputError: the file cannot be read at all.
    """
    text = read_text(path)
    data = squad_data(text)
    golden, problems = read_squad(data) if data is not None else _read_lines(text)
    problems += repeated_ids(golden.cases) + repeated_ids(golden.summaries)
    if not problems and not golden.cases and not golden.summaries:
        problems = [Problem(where="line 1", reason="the file holds no golden line")]
    return golden, problems


def load_golden(path: Path) -> GoldenSet:
    """The golden set of a file.

    Raises:
        GoldenError: naming every malformed line.
        InputError: the file cannot be read at all.
    """
    golden, problems = read_golden(path)
    if problems:
        raise GoldenError(path, problems)
    return golden


def missing_quotes(cases: Iterable[GoldenCase], texts: Mapping[str, str]) -> list[Problem]:
    """Documents that ``texts`` (file name to text) has not, and evidence that is not in them."""
    problems = []
    for case in cases:
        for name in case.documents:
            if name not in texts:
                reason = f"there is no document {name!r} to ask in the corpus"
                problems.append(Problem(where=case.where, reason=reason))
        for item in case.evidence:
            text = texts.get(item.document)
            if text is None:
                reason = f"there is no document {item.document!r} in the corpus"
            elif quoted_range(text, item.quote) is None:
                reason = f"the quote does not occur in {item.document}: {_shortened(item.quote)!r}"
            else:
                continue
            problems.append(Problem(where=case.where, reason=reason))
    return problems


def _shortened(text: str, length: int = 80) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _read_lines(text: str) -> tuple[GoldenSet, list[Problem]]:
    cases: list[GoldenCase] = []
    summaries: list[SummaryCase] = []
    problems: list[Problem] = []
    if _spread_over_lines(text):
        reason = "the file is one JSON value over many lines; put each case on a line of its own"
        return GoldenSet(cases=()), [Problem(where="line 1", reason=reason)]
    for number, line in enumerate(text.split("\n"), start=1):
        where = f"line {number}"
        if not line.strip():
            continue
        try:
            item = parse_line(line, where)
        except ValueError as error:
            problems += [Problem(where=where, reason=reason) for reason in reasons(error)]
            continue
        if isinstance(item, GoldenCase):
            cases.append(item)
        else:
            summaries.append(item)
    return GoldenSet(cases=tuple(cases), summaries=tuple(summaries)), problems


def _spread_over_lines(text: str) -> bool:
    """Whether a file is JSON, but not JSON Lines: an array of cases, or an indented one."""
    if "\n" not in text.strip():
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def parse_line(line: str, where: str) -> GoldenCase | SummaryCase:
    """One golden line.

    Raises:
        ValueError: it is malformed (pydantic's ``ValidationError`` is one).
    """
    record = json_object(line)
    if "key_facts" in record:
        return _summary_case(_SummaryLine.model_validate(record), where)
    return _case(_Line.model_validate(record), where)


def json_object(line: str) -> dict[str, Any]:
    """The JSON object of a line; a ValueError says what else it is."""
    try:
        record = json.loads(line)
        json.dumps(record, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON ({error.msg} at column {error.colno})") from error
    except UnicodeEncodeError:
        raise ValueError("it has half of a surrogate pair, which is no character") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(record, dict):
        raise ValueError("it is not a JSON object")
    return record


def _case(line: _Line, where: str) -> GoldenCase:
    return GoldenCase(
        id=line.id,
        question=line.question.strip(),
        answers=tuple(answer for answer in line.answers if answer.strip()),
        answerable=line.answerable,
        evidence=tuple(GoldQuote(document=e.document, quote=e.quote) for e in line.evidence),
        history=tuple(_turn(message) for message in line.history),
        documents=tuple(dict.fromkeys(line.documents)),
        facts=tuple(Fact(id=fact.id, any_of=tuple(fact.any_of)) for fact in line.facts),
        never=tuple(line.never),
        group=line.group,
        kind=line.kind,
        where=where,
    )


def _turn(message: _Message) -> Turn:
    return Turn(role="user" if message.role == "user" else "assistant", content=message.content)


def _summary_case(line: _SummaryLine, where: str) -> SummaryCase:
    return SummaryCase(
        id=line.id,
        document=line.document,
        key_facts=tuple((fact.id, tuple(fact.any_of)) for fact in line.key_facts),
        reference=line.reference,
        where=where,
    )


def repeated_ids(cases: Sequence[GoldenCase | SummaryCase]) -> list[Problem]:
    """The lines whose id an earlier line has."""
    counts = Counter(case.id for case in cases)
    seen: set[str] = set()
    problems = []
    for case in cases:
        if case.id in seen:
            reason = f"the id {case.id!r} occurs {counts[case.id]} times"
            problems.append(Problem(where=case.where, reason=reason))
        seen.add(case.id)
    return problems


def _several(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
