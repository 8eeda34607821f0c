"""PDF: the text layer as pdfium reads it, with pages, and headings told by their size."""

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from index.data import Heading, Page
from index.errors import InputError
from index.formats.content import Content

_LARGER = 1.12
"""How much larger than the body a heading's letters are, at least."""
_WIDER = 1.4
"""How much wider than between lines the gap between paragraphs is, at least."""
_SAME_HEIGHT = 3.0
"""Points by which the heights of a running line differ from page to page, at most."""
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|pg|p|seite|s|pagina|página|pág|sida|side|strana|strona|стр|страница)\b\W*)?"
    r"\d+(?:\s*(?:/|-|–|of|von|de|sur|di|av|z|из)\s*\d+)?\W*",
    re.IGNORECASE,
)
_LETTERS = str.maketrans(
    dict(
        zip("ﬀﬁﬂﬃﬄﬅﬆ\t\u00a0", ["ff", "fi", "fl", "ffi", "ffl", "ft", "st", " ", " "], strict=True)
    )
)
"""Ligatures as the letters that people search for."""
_HYPHENATED = re.compile("(?<=\\w)[\x02\ufffe\u00ad](\\w\\S*)(?:( )(?=\\w))?")
"""Where pdfium has joined a word that was parted at a line's end, and with it the two lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One printed line, or two that a hyphenated word joins. Sizes and heights are in points."""

    text: str
    size: float
    """Of its letters."""
    first: float
    """The height at which its first letters stand on the page."""
    last: float
    """The same of its last letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """A heading before its level is known."""

    size: float
    start: int
    end: int

    def moved(self, by: int) -> "_Mark":
        return _Mark(size=self.size, start=self.start + by, end=self.end + by)


def read(content: bytes, name: str) -> Content:
    """The text of all pages, and where each page and heading lies in it.

    Lines printed on most pages at the same place (running titles, page numbers) are left out,
    words parted at a line's end are joined, and a paragraph may run on over a page's end.

    Raises:
        InputError: it is no PDF, broken, encrypted, or has no text layer.
    """
    title, pages = _printed(content, name)
    pages = _without_running_lines(pages)
    if not any(pages):
        raise InputError(
            f"{name} has no text layer: its pages are pictures.",
            "Recognise its text first (OCR, for example with ocrmypdf), then add the result.",
        )
    return _joined(pages, title)


def _printed(content: bytes, name: str) -> tuple[str, list[list[_Line]]]:
    """The title and the lines of each page."""
    import pypdfium2

    if b"%PDF-" not in content[:1024]:
        raise _broken(name)
    try:
        with pypdfium2.PdfDocument(content) as document:
            return _title(document), [
                list(_lines_of(document, number)) for number in range(len(document))
            ]
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise InputError(
                f"{name} is encrypted.", "Save a copy without a password and add that."
            ) from error
        raise _broken(name) from error


def _title(document: Any) -> str:
    """The title that the file gives itself; empty where it is no text."""
    try:
        return str(document.get_metadata_value("Title")).strip("\x00 ")
    except UnicodeDecodeError:
        return ""


def _broken(name: str) -> InputError:
    return InputError(f"{name} is broken, or no PDF.", "Save or download it again.")


def _lines_of(document: Any, number: int) -> Iterator[_Line]:
    page = document[number]
    text_page = page.get_textpage()
    try:
        yield from _lines(text_page)
    finally:
        text_page.close()
        page.close()


def _lines(text_page: Any) -> Iterator[_Line]:
    from pypdfium2 import raw

    codes: list[int] = []
    first = 0
    count = text_page.count_chars()
    for index in range(count + 1):
        code = raw.FPDFText_GetUnicode(text_page, index) if index < count else 0x0A
        if code not in (0x0A, 0x0D):
            codes.append(code)
            continue
        text = _decoded(codes).strip()
        if text:
            letter = next(at for at, code in enumerate(codes, first) if not chr(code).isspace())
            yield _Line(
                text=text,
                size=round(raw.FPDFText_GetFontSize(text_page, letter), 1),
                first=_height(text_page, range(first, min(index, first + 20))),
                last=_height(text_page, range(max(first, index - 20), index)),
            )
        codes, first = [], index + 1


def _height(text_page: Any, letters: range) -> float:
    """The lowest point of most of these letters."""
    return float(statistics.median(text_page.get_charbox(index)[1] for index in letters))


def _decoded(codes: Sequence[int]) -> str:
    """Text of pdfium's code units: surrogates joined, stray ones and controls made harmless."""
    units = "".join(map(chr, codes)).encode("utf-16", "surrogatepass")
    text = units.decode("utf-16", "replace").translate(_LETTERS)
    text = _HYPHENATED.sub(lambda found: found[1] + ("\n" if found[2] else ""), text)
    return re.sub("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe]", "", text)


def _without_running_lines(pages: Sequence[Sequence[_Line]]) -> list[list[_Line]]:
    """Pages without the first and last lines that most of them have at the same height."""
    if len(pages) < 3:
        return [list(page) for page in pages]
    running = {end: _running(pages, end) for end in (0, -1)}
    kept = []
    for page in pages:
        rest = list(page)
        for end, heights in running.items():
            if rest and _is_near(rest[end], heights.get(_numberless(rest[end]))):
                rest.pop(end)
        kept.append(rest)
    return kept


def _running(pages: Sequence[Sequence[_Line]], end: int) -> dict[str, float]:
    """The lines that most pages begin or end with, and the height at which they stand."""
    found: dict[str, list[_Line]] = defaultdict(list)
    for page in pages:
        if page:
            found[_numberless(page[end])].append(page[end])
    heights = {
        text: statistics.median_low([each.first for each in same]) for text, same in found.items()
    }
    return {
        text: height
        for text, height in heights.items()
        if sum(_is_near(each, height) for each in found[text]) > max(2, len(pages) / 2)
    }


def _is_near(line: _Line, height: float | None) -> bool:
    return height is not None and abs(line.first - height) <= _SAME_HEIGHT


def _numberless(line: _Line) -> str:
    """The line's text, a page number without its digits: they differ from page to page."""
    return re.sub(r"\d+", "#", line.text) if _PAGE_NUMBER.fullmatch(line.text) else line.text


def _joined(pages: Sequence[Sequence[_Line]], title: str) -> Content:
    parts: list[str] = []
    length = 0
    places: list[Page] = []
    marks: list[_Mark] = []
    body = _body_size(pages)
    for number, page in enumerate(pages, start=1):
        text, found = _page_text(page, body)
        if text and parts:
            parts.append("\n" if _runs_on(parts[-1], text) else "\n\n")
            length += len(parts[-1])
        places.append(Page(number=number, start=length, end=length + len(text)))
        marks += [mark.moved(length) for mark in found]
        if text:
            parts.append(text)
            length += len(text)
    return Content(
        text="".join(parts), title=title, pages=tuple(places), headings=tuple(_ranked(marks))
    )


def _page_text(page: Sequence[_Line], body: float) -> tuple[str, list[_Mark]]:
    """The text of a page and its headings, from the page's start."""
    text = ""
    marks: list[_Mark] = []
    spacing = _spacing(page)
    previous: _Line | None = None
    for line in page:
        if previous is not None:
            text += _between(previous, line, spacing, body)
        start = len(text)
        text += line.text
        if line.size >= _LARGER * body and any(map(str.isalpha, line.text)):
            mark = _Mark(size=line.size, start=start, end=len(text))
            if marks and marks[-1].size == mark.size and text[marks[-1].end : start] == "\n":
                mark = _Mark(size=mark.size, start=marks.pop().start, end=mark.end)
            marks.append(mark)
        previous = line
    return text, marks


def _between(upper: _Line, lower: _Line, spacing: float, body: float) -> str:
    """What parts two lines: a line break, or a blank line between paragraphs and at headings."""
    at_heading = max(upper.size, lower.size) >= _LARGER * body and upper.size != lower.size
    apart = upper.last - lower.first > _WIDER * spacing > 0
    return "\n\n" if at_heading or apart else "\n"


def _ranked(marks: Sequence[_Mark]) -> Iterator[Heading]:
    """Headings, the largest letters being the highest level."""
    sizes = sorted({mark.size for mark in marks}, reverse=True)
    for mark in marks:
        yield Heading(level=min(6, 1 + sizes.index(mark.size)), start=mark.start, end=mark.end)


def _body_size(pages: Sequence[Sequence[_Line]]) -> float:
    """The size in which most letters are printed."""
    letters: Counter[float] = Counter()
    for page in pages:
        for line in page:
            letters[line.size] += len(line.text)
    return letters.most_common(1)[0][0] if letters else 0.0


def _spacing(page: Sequence[_Line]) -> float:
    """The usual distance between lines."""
    gaps = [upper.last - lower.first for upper, lower in pairwise(page)]
    return statistics.median([gap for gap in gaps if gap > 0] or [0.0])


def _runs_on(page: str, following: str) -> bool:
    """Whether a sentence goes on over the page's end."""
    return following[:1].islower() and not re.search(r"[.!?…][\"'”’»)\]]*$", page[-20:])
