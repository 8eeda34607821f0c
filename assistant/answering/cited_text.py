"""A written answer's sentences with the numbers that each ends in, read while it is written.

As JSON (``schema``) where the server was held to that, else as lines: "The weir broke. [3]". Pure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from langchain_core.utils.json import parse_json_markdown

from assistant.language.drafts import one_sentence
from assistant.language.words import flat
from index.sentences import sentences

_MARKS = re.compile(r"(?:\s*\[\d+(?:\s*[,;]\s*\d+)*\])+(?P<stop>[.!?]?)")
"""The numbers of sentences in brackets, one or more; and the full stop that some models write
after them."""
_ENDED = re.compile(r"[.!?][\"'”’)]*\s*\Z")
_NUMBER = re.compile(r"\d+")
_BULLETS = "-*•– "
MOST_CITED = 5
"""Sentences that one sentence may be from: what cites everything cites nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSentence:
    """One sentence as it was written."""

    text: str
    numbers: tuple[int, ...]
    """As written: they may be none, and may stand for nothing."""


def schema(count: int) -> dict[str, Any]:
    """The JSON schema of an answer from ``count`` numbered sentences."""
    numbers = {"type": "integer", "enum": list(range(1, count + 1))}
    fields = {
        "text": {"type": "string"},
        "sources": {"type": "array", "items": numbers, "minItems": 1, "maxItems": MOST_CITED},
    }
    return _object({"sentences": {"type": "array", "items": _object(fields)}})


def cited_sentences(text: str, *, ended: bool) -> list[CitedSentence]:
    """The sentences that are complete, in order; what comes later adds to them and changes none.

    ``ended`` says that nothing more will come. Words that are no sentence are left out.
    """
    pieces = _from_json(text, ended) if text.lstrip().startswith(("{", "```")) else None
    return [
        CitedSentence(text=sentence, numbers=numbers)
        for words, numbers in (_from_lines(text, ended) if pieces is None else pieces)
        for sentence in _sentences(words)
    ]


def without_marks(text: str) -> str:
    """A text without numbers in brackets, such as an encyclopaedia's notes."""
    return flat(_MARKS.sub(r"\g<stop>", text))


def _object(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _from_json(text: str, ended: bool) -> list[tuple[str, tuple[int, ...]]] | None:
    """None where it is no JSON, although it may look so."""
    try:
        found = parse_json_markdown(text)
    except ValueError:
        return None if ended else []
    items = found.get("sentences") if isinstance(found, dict) else None
    if not isinstance(items, list):
        return []
    whole = items if ended else items[:-1]
    return [
        (without_marks(item["text"]), _whole_numbers(item.get("sources")))
        for item in whole
        if isinstance(item, dict) and isinstance(item.get("text"), str)
    ]


def _whole_numbers(value: object) -> tuple[int, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(item for item in items if type(item) is int))


def _from_lines(text: str, ended: bool) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Numbers belong to what stands before them in their line."""
    *lines, last = text.split("\n")
    for line in lines:
        yield from _from_line(line, whole=True)
    yield from _from_line(last, whole=ended)


def _from_line(line: str, *, whole: bool) -> Iterator[tuple[str, tuple[int, ...]]]:
    at, words, numbers = 0, "", dict[int, None]()
    for marks in _MARKS.finditer(line):
        rest = line[marks.end() :].lstrip()
        if not whole and (not rest or rest.startswith("[")):
            return  # more numbers may follow
        words += line[at : marks.start()] + marks["stop"]
        numbers |= dict.fromkeys(map(int, _NUMBER.findall(marks.group())))
        at = marks.end()
        if rest and rest[0].islower() and not _ENDED.search(words):
            continue  # the sentence goes on: "It broke [1] because of rain [2]."
        yield words, tuple(numbers)
        words, numbers = "", {}
    if whole:
        yield words + line[at:], tuple(numbers)


def _sentences(words: str) -> Iterator[str]:
    line = flat(words).lstrip(_BULLETS)
    for start, end in sentences(line):
        if sentence := one_sentence(line[start:end]):
            yield sentence
