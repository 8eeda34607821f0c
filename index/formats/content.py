"""What reading a file yields, whatever its format."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.data import Heading, Page
from index.days import METADATA
from index.formats.rows import table_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """A file within a file: an attachment."""

    name: str
    """Ends in the suffix of its format."""
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The text of a file, normalised for good, and what is known about it."""

    text: str
    title: str = ""
    """Empty where the file does not say."""
    published: str | None = None
    """ISO date."""
    dated: str = METADATA
    """What tells ``published``: see ``index.days``."""
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()
    remarks: tuple[str, ...] = ()
    """What could not be read, or was left out, where the user should know."""
    scans: tuple[int, ...] = ()
    """The numbers of pages whose text must be recognised first; then nothing else is told."""
    enclosed: tuple[Enclosed, ...] = ()
    """Files within it, which are documents of their own."""


_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Soft hyphens and what only allows or forbids a line break: they part no word."""


def _visible(text: str) -> str:
    return text.translate(_INVISIBLE)


class Writer:
    """Puts a text together from the parts of a structured file, and notes its headings."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._last = ""
        self.headings: list[Heading] = []

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def heading(self, level: int, text: str) -> None:
        bare = " ".join(_visible(text).split())
        if bare:
            start = self._put("heading", bare)
            self.headings.append(Heading(level=level, start=start, end=start + len(bare)))

    def paragraph(self, text: str) -> None:
        """A paragraph; line breaks within it are kept."""
        kept = "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
        if kept:
            self._put("paragraph", kept)

    def item(self, text: str) -> None:
        """An item of a list."""
        bare = " ".join(text.split())
        if bare:
            self._put("item", f"- {bare}")

    def table(self, rows: Sequence[Sequence[str]], heads: int | None = None) -> None:
        """A table, a line a row; see ``table_lines``."""
        lines = table_lines(rows, heads)
        for number, line in enumerate(lines):
            self._put("row" if number else "first row", line)

    def row(self, text: str, *, first: bool) -> int:
        """A row of a table that is one line already; the first of a table stands apart."""
        return self._put("first row" if first else "row", text)

    @property
    def end(self) -> int:
        """How many characters have been written."""
        return self._length

    def _put(self, kind: str, text: str) -> int:
        """Write a part and return where it begins; items and rows stand close together."""
        text = _visible(text)
        if self._parts:
            close = kind == "row" or kind == self._last == "item"
            self._write("\n" if close else "\n\n")
        start = self._length
        self._write(text)
        self._last = kind
        return start

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
