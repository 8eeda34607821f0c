"""SQuAD 1.1 and 2.0 JSON: read as it is, or sliced into a golden file and a corpus.

An article becomes one document, its paragraphs joined by blank lines, named ``Title.txt``. The
gold evidence of a question is the sentence that holds its first marked answer.
"""

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.evaluation.golden.cases import (
    GoldenCase,
    GoldenSet,
    GoldQuote,
    Problem,
    case_json,
    reasons,
)
from assistant.evaluation.golden.sampling import stratified
from index.errors import InputError
from index.sentences import sentences


class _Edge(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Answer(_Edge):
    text: str
    answer_start: int = Field(ge=0)


class _Question(_Edge):
    id: str = Field(min_length=1)
    question: str = Field(pattern=r"\S")
    answers: list[_Answer] = []
    is_impossible: bool = False


class _Paragraph(_Edge):
    context: str
    qas: list[_Question]


class _Article(_Edge):
    title: str = Field(min_length=1)
    paragraphs: list[_Paragraph]


def squad_data(text: str) -> list[Any] | None:
    """The articles of SQuAD JSON; None where the text is something else, such as JSON Lines."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    data = record.get("data")
    return data if isinstance(data, list) else None


def read_squad(data: Sequence[Any]) -> tuple[GoldenSet, list[Problem]]:
    """Cases and contexts of SQuAD articles, and everything that is wrong with them."""
    cases: list[GoldenCase] = []
    contexts: dict[str, str] = {}
    problems: list[Problem] = []
    for number, item in enumerate(data, start=1):
        try:
            article = _Article.model_validate(item)
        except ValidationError as error:
            problems += [
                Problem(where=f"article {number}", reason=reason) for reason in reasons(error)
            ]
            continue
        name = _file_name(article.title, contexts)
        contexts[name] = "\n\n".join(paragraph.context for paragraph in article.paragraphs)
        found, wrong = _questions(article, name, contexts[name])
        cases += found
        problems += wrong
    return GoldenSet(cases=tuple(cases), contexts=contexts), problems


def _file_name(title: str, taken: dict[str, str]) -> str:
    stem = re.sub(r"[^\w.-]+", "_", title).strip("._") or "article"
    name, number = f"{stem}.txt", 2
    while name in taken:
        name, number = f"{stem}_{number}.txt", number + 1
    return name


def _questions(article: _Article, name: str, text: str) -> tuple[list[GoldenCase], list[Problem]]:
    spans = sentences(text)
    cases, problems = [], []
    offset = 0
    for paragraph in article.paragraphs:
        for question in paragraph.qas:
            where = f"article {article.title}, question {question.id}"
            reason = _wrong(question, paragraph.context)
            if reason:
                problems.append(Problem(where=where, reason=reason))
            else:
                cases.append(_case(question, name, text, offset, spans, where))
        offset += len(paragraph.context) + 2
    return cases, problems


def _wrong(question: _Question, context: str) -> str | None:
    if not question.is_impossible and not question.answers:
        return "it is answerable but has no answers"
    for answer in question.answers:
        end = answer.answer_start + len(answer.text)
        if context[answer.answer_start : end] != answer.text:
            return f"the answer {answer.text!r} is not at {answer.answer_start} of its context"
    return None


def _case(
    question: _Question,
    name: str,
    text: str,
    offset: int,
    spans: Sequence[tuple[int, int]],
    where: str,
) -> GoldenCase:
    answers = () if question.is_impossible else question.answers
    evidence: tuple[GoldQuote, ...] = ()
    if answers:
        start = offset + answers[0].answer_start
        quote = sentence_around(text, start, start + len(answers[0].text), spans)
        evidence = (GoldQuote(document=name, quote=quote),)
    return GoldenCase(
        id=question.id,
        question=question.question.strip(),
        answers=tuple(dict.fromkeys(answer.text for answer in answers)),
        answerable=not question.is_impossible,
        evidence=evidence,
        where=where,
    )


def sentence_around(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> str:
    """The text of the sentences that share a character with ``start:end``."""
    touched = [(s, e) for s, e in spans if s < end and start < e]
    return text[touched[0][0] : touched[-1][1]] if touched else text[start:end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """How many questions of each kind to take, and how many whole articles to leave out."""

    answerable: int = 60
    unanswerable: int = 60
    absent: int = 40
    """Answerable questions about articles that the corpus does not have."""
    held_out: int = 3
    """Articles left out of the corpus."""
    seed: int = 7


def write_slice(golden: GoldenSet, out: Path, wanted: Slice) -> tuple[Path, Path]:
    """Write ``golden.jsonl`` and ``corpus/`` into ``out``; both paths are returned.

    The absent questions are answerable ones about ``held_out`` articles chosen with the seed,
    whose documents are not written; the others are about the articles that are.

    Raises:
        InputError: too few questions or articles, or ``out`` cannot be written.
    """
    cases, names = slice_cases(golden, wanted)
    try:
        corpus = out / "corpus"
        corpus.mkdir(parents=True, exist_ok=True)
        for name in names:
            (corpus / name).write_text(golden.contexts[name], encoding="utf-8", newline="")
        lines = "".join(json.dumps(case_json(c), ensure_ascii=False) + "\n" for c in cases)
        (out / "golden.jsonl").write_text(lines, encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(
            f"{out} cannot be written: {error.strerror}.", "Choose another folder."
        ) from error
    return out / "golden.jsonl", corpus


def slice_cases(golden: GoldenSet, wanted: Slice) -> tuple[list[GoldenCase], list[str]]:
    """The chosen cases, in the file's order with the absent last, and the corpus's documents."""
    names = sorted(golden.contexts)
    if len(names) <= wanted.held_out:
        raise InputError(
            f"{wanted.held_out} of {len(names)} articles cannot be held out.", "Hold out fewer."
        )
    out = set(random.Random(wanted.seed).sample(names, wanted.held_out))
    article = {case.id: case.where.partition(", question ")[0] for case in golden.cases}
    held = {article[c.id] for c in golden.cases if c.evidence and c.evidence[0].document in out}
    inside = [case for case in golden.cases if article[case.id] not in held]
    absent = [case for case in golden.cases if article[case.id] in held and case.answerable]
    chosen = [
        *_take([c for c in inside if c.answerable], wanted.answerable, wanted.seed, "answerable"),
        *_take(
            [c for c in inside if not c.answerable],
            wanted.unanswerable,
            wanted.seed,
            "unanswerable",
        ),
    ]
    gone = _take(absent, wanted.absent, wanted.seed, "absent")
    return (
        chosen + [_made_absent(case) for case in gone],
        [name for name in names if name not in out],
    )


def _take(cases: Sequence[GoldenCase], count: int, seed: int, kind: str) -> list[GoldenCase]:
    if len(cases) < count:
        raise InputError(f"There are only {len(cases)} {kind} questions.", "Ask for fewer.")
    return stratified(cases, lambda case: case.answerable, limit=count, seed=seed)


def _made_absent(case: GoldenCase) -> GoldenCase:
    return replace(
        case, id=f"absent-{case.id}", kind="absent", answers=(), answerable=False, evidence=()
    )
