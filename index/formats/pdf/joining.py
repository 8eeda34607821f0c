"""One text of all pages, with where each page and heading lies in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.data import Heading, Page
from index.formats.content import Content
from index.formats.pdf import hyphens
from index.formats.pdf.hyphens import SOFT, Words
from index.formats.pdf.layout import Read
from index.formats.pdf.shapes import Block, Line

LARGER = 1.12
"""How much larger than the body a heading's letters are, at least."""
_WIDER = 1.4
"""How much wider than between lines the gap between paragraphs is, at least."""
_LONGEST_HEADING = 200
"""Characters: longer is text in large letters."""
_ENDS = re.compile(r"[.!?…:。！？][\"'”’»)\]]*(?: \(note [^)]*\))?$")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*(?: \(note [^)]*\))?\s+(?=[\"'“‘«(]*[A-Z0-9À-Þ])")


@dataclass(slots=True, kw_only=True)
class _Piece:
    """A line with what stands before it."""

    text: str
    before: str
    line: Line
    is_heading: bool


def joined(pages: Sequence[Read], body: float, words: Words, title: str) -> Content:
    """The content; a paragraph may run on over the end of a column or a page."""
    out = _Text(words)
    for page in pages:
        start = out.page_starts(_pieces(page.blocks, body))
        notes = _notes(page.notes, words)
        out.page_ends(page.number, start, [*notes, *page.extras])
    return Content(
        text=out.text,
        title=title,
        pages=tuple(out.pages),
        headings=tuple(out.headings()),
    )


def _notes(lines: Sequence[Line], words: Words) -> list[str]:
    """Each note as a paragraph."""
    notes: list[str] = []
    for line in lines:
        text = line.text
        if line.mark or not notes:
            notes.append(text)
            continue
        first, _, rest = text.partition(" ")
        whole, is_parted = hyphens.continued(notes[-1], first, words)
        notes[-1] = f"{whole}\n{rest}".rstrip() if is_parted else f"{notes[-1]}\n{text}"
    return [note.replace(SOFT, "") for note in notes]


def _pieces(blocks: Sequence[Block], body: float) -> Iterator[_Piece]:
    previous: Line | None = None
    for block in blocks:
        for number, line in enumerate(block.lines):
            text = line.text
            if not text:
                continue
            heading = _is_heading(line, body)
            before = _between(previous, line, body, is_first=number == 0)
            yield _Piece(text=text, before=before, line=line, is_heading=heading)
            previous = line


def _is_heading(line: Line, body: float) -> bool:
    text = line.text
    large = line.size >= LARGER * body and not line.is_row
    return large and any(map(str.isalpha, text)) and len(text) <= _LONGEST_HEADING


def _between(upper: Line | None, lower: Line, body: float, *, is_first: bool) -> str:
    """What parts two lines: a line break, or a blank line between paragraphs and at headings."""
    if upper is None:
        return "?"
    if upper.is_row and lower.is_row and not is_first:
        return "\n"
    at_heading = max(upper.size, lower.size) >= LARGER * body and upper.size != lower.size
    if at_heading or upper.is_row or lower.is_row:
        return "\n\n"
    if is_first:
        return "?"
    return "\n\n" if lower.gap > _WIDER * lower.spacing > 0 else "\n"


class _Text:
    """The text so far."""

    def __init__(self, words: Words) -> None:
        self.text = ""
        self.pages: list[Page] = []
        self._words = words
        self._marks: list[tuple[float, int, int]] = []
        self._last: _Piece | None = None
        self._parts: list[str] = []
        self._page: str = ""

    def page_starts(self, pieces: Iterator[_Piece]) -> int:
        """Add the lines of a page and return where it begins."""
        start = -1
        for piece in pieces:
            at = self._add(piece)
            start = at if start < 0 else start
        return start if start >= 0 else len(self.text)

    def page_ends(self, number: int, start: int, paragraphs: Sequence[str]) -> None:
        """Put what stands apart where no sentence runs over it, and end the page."""
        if paragraphs:
            start = self._insert(start, "\n\n".join(paragraphs))
        empty = start >= len(self.text)
        self.pages.append(
            Page(number=number, start=len(self.text) if empty else start, end=len(self.text))
        )

    def headings(self) -> Iterator[Heading]:
        """Headings, the largest letters being the highest level."""
        sizes = sorted({size for size, _, _ in self._marks}, reverse=True)
        for size, start, end in self._marks:
            yield Heading(level=min(6, 1 + sizes.index(size)), start=start, end=end)

    def _add(self, piece: _Piece) -> int:
        """Add a line; returns where it begins."""
        last = self._last
        self._last = piece
        text = piece.text
        before = piece.before
        if last is None:
            start = len(self.text)
            if self.text:
                self.text += "\n\n"
                start = len(self.text)
            self._put(piece, text.replace(SOFT, "") if not text.endswith(SOFT) else text)
            return start
        if before == "?":
            before = "\n" if _runs_on(last, piece, self.text) else "\n\n"
        if before == "\n" and not piece.line.is_row:
            first, _, rest = text.partition(" ")
            line_start = self.text.rfind("\n") + 1
            whole, is_parted = hyphens.continued(self.text[line_start:], first, self._words)
            if is_parted:
                self.text = self.text[:line_start] + whole
                start = len(self.text)
                if rest:
                    self.text += "\n" if rest[0].isalnum() else " "
                    start += 1
                    self._put(piece, rest)
                return start
        self.text += before
        start = len(self.text)
        self._put(piece, text)
        return start

    def _put(self, piece: _Piece, text: str) -> None:
        start = len(self.text)
        self.text += text
        if piece.is_heading:
            size = piece.line.size
            marks = self._marks
            if marks and marks[-1][0] == size and self.text[marks[-1][2] : start] == "\n":
                marks[-1] = size, marks[-1][1], len(self.text)
            else:
                marks.append((size, start, len(self.text)))

    def _insert(self, start: int, added: str) -> int:
        """Put paragraphs after the last sentence that ends on the page; where it begins then."""
        page = self.text[start:]
        if not page.strip() or _ENDS.search(page) or (self._last and self._last.line.is_row):
            self.text += ("\n\n" if self.text else "") + added
            self._last = None
            return start if page.strip() else len(self.text) - len(added)
        ends = [found.end() for found in _SENTENCE_END.finditer(page)]
        paragraph = page.rfind("\n\n") + 2
        at = max([*ends, paragraph if paragraph > 1 else 0])
        self.text = f"{self.text[: start + at].rstrip()}\n\n{added}\n\n{self.text[start + at :]}"
        if at == 0:
            self.text = self.text.lstrip()
        return start


def _runs_on(upper: _Piece, lower: _Piece, text: str) -> bool:
    """Whether a sentence goes on over the end of a column or a page."""
    if upper.is_heading or lower.is_heading or _ENDS.search(text[-60:]):
        return False
    if lower.text[:1].islower():
        return True
    if abs(upper.line.size - lower.line.size) > 0.05 * lower.line.size:
        return False
    return (
        len(upper.text.split()) >= 2
        and (upper.text.split()[-1].islower() or upper.text[-1] in ",-")
        and len(text[text.rfind("\n\n") + 1 :].split()) >= 8
    )
