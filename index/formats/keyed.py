"""Files of keys and values (.json .jsonl .xml) as text: each record a line with its keys.

Numbers keep the characters that they have in the file: 1.50 is not 1.5.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from index.errors import InputError
from index.formats.archives import xml
from index.formats.content import Content, Writer
from index.formats.rows import row_line
from index.formats.text import decoded

MOST_RECORDS = 20_000
"""Lines of a file that are written: see the sheets."""
_HALF = re.compile("[\ud800-\udfff]")
"""Half a character, as programs write that cut a text in the middle of one."""
_LONGEST_VALUE = 300
"""Characters of a value that stands in its record's line; a longer one is a paragraph."""


@dataclass(frozen=True, slots=True)
class _Object:
    """Keys with values, in their order; a key may stand twice."""

    pairs: Sequence[tuple[str, Any]]


def read_json(content: bytes, name: str) -> Content:
    """The records of a JSON file.

    Raises:
        InputError: it is no JSON.
    """
    try:
        return _content([("", _loads(decoded(content, name)))])
    except ValueError as error:
        raise InputError(
            f"{name} is no JSON ({error}).", "Mend it, or rename it to .txt."
        ) from error


def read_jsonl(content: bytes, name: str) -> Content:
    """The records of a file with a JSON value a line; lines that hold none are told.

    Raises:
        InputError: no line holds one.
    """
    found: list[tuple[str, Any]] = []
    broken: list[str] = []
    for number, line in enumerate(decoded(content, name).split("\n"), start=1):
        if line.strip():
            try:
                found.append((f"{number}", _loads(line)))
            except ValueError:
                broken.append(f"{number}")
    if not found:
        raise InputError(f"No line of {name} is JSON.", "Mend it, or rename it to .txt.")
    named = ", ".join(broken[:10]) + (", …" if len(broken) > 10 else "")
    return _content(found, [f"lines that are no JSON: {named}"] if broken else [])


def read_xml(content: bytes, name: str) -> Content:
    """The elements of an XML file, each with its attributes and what is in it.

    Raises:
        InputError: it is no XML.
    """
    from lxml import etree

    try:
        root = xml(content)
    except etree.XMLSyntaxError as error:
        raise InputError(
            f"{name} is no XML ({error.msg}).", "Mend it, or rename it to .txt."
        ) from error
    return _content([(_name(root), _of_element(root))])


def _loads(text: str) -> Any:
    return json.loads(
        text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_Object
    )


def _content(found: Sequence[tuple[str, Any]], remarks: Sequence[str] = ()) -> Content:
    writer = Writer()
    told = list(remarks)
    for number, (label, line) in enumerate(
        line for name, value in found for line in _lines(value, name)
    ):
        line = _HALF.sub("\ufffd", line)
        if number >= MOST_RECORDS:
            told.append(f"only the first {MOST_RECORDS:,} records were read: split the file")
            break
        writer.paragraph(line) if label else writer.row(line, first=not number)
    return Content(text=writer.text, remarks=tuple(told))


def _lines(value: Any, name: str) -> Iterator[tuple[bool, str]]:
    """The lines of a value under its name, and whether each is a paragraph for itself."""
    if isinstance(value, _Object):
        plain = [(key, _said(each)) for key, each in value.pairs if _is_plain(each)]
        short = [(key, said) for key, said in plain if said and len(said) <= _LONGEST_VALUE]
        if short:
            (key, said), *others = [("", name), *short] if name else short
            first = f"{key}: {said}" if key else said
            yield False, row_line(("", *(k for k, _ in others)), (first, *(s for _, s in others)))
        for key, each in value.pairs:
            inner = f"{name} {key}".strip()
            if not _is_plain(each):
                yield from _lines(each, inner)
            elif len(said := _said(each)) > _LONGEST_VALUE:
                yield True, f"{inner}: {said}"
    elif isinstance(value, list) and not all(map(_is_plain, value)):
        for number, each in enumerate(value, start=1):
            yield from _lines(each, f"{name} {number}".strip())
    else:
        said = _said(value)
        if said:
            yield True, f"{name}: {said}" if name else said


def _is_plain(value: Any) -> bool:
    """Whether this is written in one go: a value, or a list of values."""
    if isinstance(value, list):
        return not any(isinstance(each, list | _Object) for each in value)
    return not isinstance(value, _Object)


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_said, value)))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).strip()


def _of_element(element: Any) -> Any:
    """An element as a value: its text, or its attributes and children by their names."""
    children = [child for child in element if isinstance(child.tag, str)]
    mixed = children and any(
        (text or "").strip() for text in (element.text, *(child.tail for child in element))
    )
    pairs = [(key.rpartition("}")[2], value) for key, value in element.items()]
    if mixed or not children:
        text = " ".join("".join(element.itertext()).split())
        return _Object([*pairs, ("text", text)]) if pairs else text
    known: dict[str, list[Any]] = {}
    for child in children:
        known.setdefault(_name(child), []).append(_of_element(child))
    pairs += [(name, each[0] if len(each) == 1 else each) for name, each in known.items()]
    return _Object(pairs)


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
