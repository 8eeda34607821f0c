"""Markdown: the text as it was written, but comments are left out and tables become rows."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from index.data import Heading
from index.days import FRONT
from index.formats.content import Content
from index.formats.rows import table_lines
from index.formats.text import decoded

if TYPE_CHECKING:
    from markdown_it.token import Token

_LINE = re.compile(r"\r\n|\n|\r")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FRONT = re.compile(r"---\r?\n(.*?)\r?\n---\r?(?:\n|$)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:[ \t]*(\S.*)$", re.MULTILINE | re.IGNORECASE)
_FRONT_DATE = re.compile(
    r"^(?:date|updated|published|last_?mod(?:ified)?):[ \t]*[\"']?(\d{4}-\d\d-\d\d)",
    re.MULTILINE | re.IGNORECASE,
)
_CODE = ("fence", "code_block")

Edit = tuple[int, int, str]
"""Start and end of what is replaced in the file's text, and what stands there instead."""


def read(content: bytes, name: str) -> Content:
    """Markdown as it was written, with its ``#`` and underlined headings, by markdown-it's blocks.

    Raises:
        InputError: as ``index.formats.text.read``.
    """
    source = decoded(content, name)
    front = _FRONT.match(source)
    begin = front.end() if front else 0
    starts = [begin, *(found.end() for found in _LINE.finditer(source, begin)), len(source)]
    tokens = _tokens(source[begin:])
    edits = sorted([*_tables(tokens, starts), *_comments(source, tokens, starts)])
    text, places = _edited(source, edits)
    headings = tuple(_headings(source, tokens, starts, text, places))
    named = _FRONT_TITLE.search(front[1]) if front else None
    dated = _FRONT_DATE.search(front[1]) if front else None
    title = text[headings[0].start : headings[0].end] if headings else ""
    return Content(
        text=text,
        title=_unquoted(named[1].strip()) if named else title,
        published=dated[1] if dated else None,
        dated=FRONT,
        headings=headings,
    )


def _tokens(source: str) -> "list[Token]":
    """The blocks of a text; what stands within a paragraph is not looked at."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table").disable("reference")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser.parse(source)


def _headings(
    source: str,
    tokens: "Sequence[Token]",
    starts: Sequence[int],
    text: str,
    places: Sequence[tuple[int, int]],
) -> Iterator[Heading]:
    quoted = 0
    for number, token in enumerate(tokens):
        quoted += (token.type == "blockquote_open") - (token.type == "blockquote_close")
        if token.type != "heading_open" or quoted or token.map is None:
            continue
        words = _COMMENT.sub("", tokens[number + 1].content).split()
        if not words:
            continue
        start = source.find(words[0], starts[token.map[0]], starts[token.map[1]])
        start = _moved(start, places) if start >= 0 else start
        end = start
        for word in words:
            found = text.find(word, end)
            end = found + len(word)
        if start >= 0 and end > start:
            yield Heading(level=int(token.tag[1]), start=start, end=end)


def _tables(tokens: "Sequence[Token]", starts: Sequence[int]) -> Iterator[Edit]:
    rows: list[list[str]] = []
    opened = (0, 0)
    for number, token in enumerate(tokens):
        if token.type == "table_open" and token.map:
            rows, opened = [], (starts[token.map[0]], starts[token.map[1]])
        elif token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open") and rows:
            rows[-1].append(_COMMENT.sub("", tokens[number + 1].content))
        elif token.type == "table_close":
            yield *opened, "\n".join(table_lines(rows, 1)) + "\n"


def _comments(source: str, tokens: "Sequence[Token]", starts: Sequence[int]) -> Iterator[Edit]:
    """Comments that stand neither in code nor in a table, which is written anew."""
    kept = sorted(
        (starts[token.map[0]], starts[token.map[1]])
        for token in tokens
        if token.map and token.type in (*_CODE, "table_open")
    )
    for found in _COMMENT.finditer(source, starts[0]):
        at = bisect_right(kept, (found.start(), len(source))) - 1
        if at < 0 or kept[at][1] <= found.start():
            yield found.start(), found.end(), ""


def _edited(source: str, edits: Sequence[Edit]) -> tuple[str, list[tuple[int, int]]]:
    """The text after the edits, and for places of the source by how much what follows moved."""
    parts, places = [], [(0, 0)]
    last = shift = 0
    for start, end, written in edits:
        if start < last:
            continue
        parts += [source[last:start], written]
        shift += len(written) - (end - start)
        places.append((end, shift))
        last = end
    return "".join([*parts, source[last:]]), places


def _moved(offset: int, places: Sequence[tuple[int, int]]) -> int:
    return offset + places[bisect_right(places, (offset, len(places) + 10**12)) - 1][1]


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value
