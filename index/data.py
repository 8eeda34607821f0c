"""What a document, a passage and a piece of evidence are.

Offsets everywhere count characters of ``Document.text`` and are half-open, so that
``document.text[span.start:span.end]`` is the quoted text.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from index.errors import InputError, ProtectedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open range of characters of one document's text."""

    document_id: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, not {self.start}:{self.end}")

    def holds(self, other: "Span") -> bool:
        """Whether the other lies within this one: it is of the same document, and no longer."""
        same = self.document_id == other.document_id
        return same and self.start <= other.start and other.end <= self.end

    def meets(self, other: "Span") -> bool:
        """Whether both are of the same document, and have a character in common."""
        same = self.document_id == other.document_id
        return same and self.start < other.end and other.start < self.end


UNSURE = 80
"""The confidence, in per cent, below which a recognised word is unsure."""


class Recognised(NamedTuple):
    """A word that was recognised in the picture of a page: where it is in the text and there."""

    start: int
    end: int
    left: int
    top: int
    right: int
    bottom: int
    """The sides of its box, in ten-thousandths of the page's width and height."""
    confidence: int
    """Of its least sure letter, in per cent."""

    @property
    def is_unsure(self) -> bool:
        return self.confidence < UNSURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Where one printed page (counted from 1) lies in the text; an empty page has start == end.

    A slide, a sheet, a chapter and a message of a mailbox are the pages of their files.
    """

    number: int
    start: int
    end: int
    kind: str = "page"
    """What it is: ``page``, ``slide``, ``sheet``, ``chapter``, ``message``, ``file``."""
    name: str = ""
    """What it is called instead of its number: the name of a sheet."""
    hidden: bool = False
    """Whether its author hid it, as slides and sheets can be."""
    rows: tuple[tuple[int, int], ...] = ()
    """Of a sheet: offsets with the number of the row that the line there is; each line after it
    is the next row, up to the next offset."""
    words: tuple[Recognised, ...] = ()
    """Of a page that is a picture: those that were recognised on it, in the order of reading."""

    def row_of(self, text: str, offset: int) -> int | None:
        """The number of the row that holds the character at ``offset``, if there are rows."""
        at = bisect_right(self.rows, offset, key=lambda row: row[0]) - 1
        if at < 0:
            return None
        start, number = self.rows[at]
        return number + text.count("\n", start, offset)

    @property
    def label(self) -> str:
        """What a reader calls it: “page 3”, “sheet “Costs””."""
        called = f"{self.kind} “{self.name}”" if self.name else f"{self.kind} {self.number}"
        return f"{called} (hidden)" if self.hidden else called


def pages_of(written: Iterable[Mapping[str, Any]]) -> tuple[Page, ...]:
    """The pages that were written as JSON, by this version or one that knew pages alone."""
    return tuple(
        Page(
            **{
                **page,
                "rows": tuple((at, row) for at, row in page.get("rows", ())),
                "words": tuple(Recognised(*word) for word in page.get("words", ())),
            }
        )
        for page in written
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Where a heading lies in the text; level 1 is the highest."""

    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A loaded document: its text is normalised once and never changes afterwards."""

    id: str
    """The content hash: the first 16 hexadecimal digits of the SHA-256 of the text (UTF-8)."""
    title: str
    name: str
    """The file's name, or the address's last part: what a citation shows."""
    path: str | None
    url: str | None
    published: str | None
    """Its own day, where it tells one or the user does: an ISO date, or its month or year alone."""
    added: str
    """ISO date and time (UTC) at which it was added to the library."""
    text: str
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()
    dated: str | None = None
    """Where its own day is from: ``metadata``, ``mail``, ``front matter``, ``text``, ``name``, or
    ``you``, the user."""
    library: str = ""
    """The library that it is in, where several are asked."""

    def quote(self, span: Span) -> str:
        """The text of a span of this document.

        Raises:
            ValueError: the span belongs to another document or ends after the text.
        """
        if span.document_id != self.id or span.end > len(self.text):
            raise ValueError(f"{span} does not lie in document {self.id}")
        return self.text[span.start : span.end]

    def recognised(self, start: int, end: int) -> Iterator[Recognised]:
        """The words from ``start`` to ``end`` that were recognised in pictures of pages."""
        for page in self.pages:
            if page.start < end and start < page.end:
                yield from (word for word in page.words if word.start < end and start < word.end)

    def unsure(self, start: int, end: int) -> tuple[str, ...]:
        """Those of them that were not recognised for sure, each once."""
        words = (word for word in self.recognised(start, end) if word.is_unsure)
        return tuple(dict.fromkeys(self.text[word.start : word.end] for word in words))

    def page_of(self, offset: int) -> int | None:
        """The number of the page that holds the character at ``offset``, if there are pages."""
        for page in self.pages:
            if page.start <= offset < page.end:
                return page.number
        return None

    def place_of(self, offset: int) -> str:
        """What a reader looks for to find the character at ``offset``: “page 3”, “slide 2”.

        Empty where the document has no parts.
        """
        number = self.page_of(offset)
        if number is None:
            return ""
        page = self.pages[number - 1]
        row = page.row_of(self.text, offset)
        if row is None:
            return page.label
        line = f"line {row}" if page.kind == "file" else f"row {row}"
        return f"{page.label}, {line}" if page.name else line


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Consecutive whole sentences of one document: what is embedded and retrieved."""

    id: str
    """``{document_id}:{start}-{end}``, so equal text in an equal document has an equal id."""
    span: Span
    text: str
    """Exactly the span's characters."""
    heading: str
    """The text of the nearest heading above, or the empty string."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A passage that retrieval found: shown at once, but not yet trusted."""

    label: int
    """Its rank, from 1."""
    passage: Passage
    document_name: str
    score: float
    """Fused retrieval score, higher is better; comparable within one search only."""
    similarity: float
    """Cosine similarity of question and passage embeddings, -1 to 1."""
    published: str | None = None
    """Its document's own day, where there is one."""
    library: str = ""
    """The library that it is in, where several are asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentInfo:
    """A line of the library's list: a document without its text."""

    id: str
    name: str
    title: str
    path: str | None
    url: str | None
    published: str | None
    added: str
    characters: int
    passages: int
    pages: int
    parts: str = "page"
    """What each of its pages is: ``page``, ``slide``, ``sheet``, ``chapter``, ``message``."""
    outdated: bool = False
    """Whether it was read by a reader that a newer one has replaced since."""
    gone: str | None = None
    """ISO date and time (UTC) at which its file was found to be gone from a watched folder."""
    day: str = ""
    """Its own day; else that of its file, else that on which it was added."""
    dated: str = ""
    """Where ``day`` is from: as ``Document.dated``, or ``file``, or ``added``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddResult:
    """What became of one file or address that was to be added."""

    source: str
    status: str
    """``added``, ``unchanged``, ``replaced``, ``duplicate`` or ``failed``; of a document that was
    to be read anew, ``gone`` where its file is no more, and ``kept`` where that is a web page; in
    a watched folder ``renamed``."""
    document_id: str | None
    passages: int
    message: str
    """One line for the user; for ``failed`` it says what is wrong and how to mend it."""
    protected: bool = False
    """Whether it failed for want of its password: given that, it can be added."""

    @classmethod
    def failed(cls, source: str, error: InputError) -> "AddResult":
        """What became of a source that could not be read."""
        return cls(
            source=source,
            status="failed",
            document_id=None,
            passages=0,
            message=str(error),
            protected=isinstance(error, ProtectedError),
        )
