"""A PDF's page as it is printed, or a picture, with the cited words framed on it."""

import base64
import ctypes
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.page.html.markup import button, element
from index import Document, apart
from index.data import Page
from index.errors import InputError
from index.formats.scanned import FINE
from index.loading import PICTURES, Raw, load

WIDTH = 900
"""Pixels of a rendered page's width."""
TALLEST = 20
"""How many times as high as wide a page may be."""
UNCOMPARED = frozenset("-\x02\ufffe\u00ad\u2010")
"""Hyphens: those at a line's end are not in a document's text."""

Box = tuple[float, float, float, float]
"""Left, top, width and height, as shares of the page's width and height."""
Place = tuple[float, float, float, float]
"""Left, bottom, right and top on the page, in points."""
Placed = tuple[str, Place | None]
"""A word as it is read, and where it is printed, if it is."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A rendered page and where the cited words stand on it."""

    jpeg: str
    """In base64."""
    boxes: tuple[Box, ...]


def page(document: Document, number: int, start: int, end: int) -> str:
    """The HTML of a page with the span framed; empty where the file has gone or has changed."""
    file = Path(document.path or "")
    if file.suffix.lower() not in (".pdf", *PICTURES) or not _is_still(document, file):
        return ""
    place = document.pages[number - 1]
    low, high = max(start, place.start), min(end, place.end)
    quote = document.text[low:high] if low < high and not place.words else ""
    before = document.text[place.start : low] if quote else ""
    printed = _printed(file, file.stat().st_mtime_ns, number, quote, before)
    if printed is None:
        return ""
    boxes = _recognised(place, start, end) if place.words else printed.boxes
    return element(
        "figure",
        _turning(document, number, start, end),
        element(
            "div",
            f"<img src='data:image/jpeg;base64,{printed.jpeg}' alt='Page {number} as printed'>",
            *(_frame(box) for box in boxes),
            class_="sheet",
        ),
        class_="printed",
    )


def _is_still(document: Document, file: Path) -> bool:
    """Whether the file is the one that the document was read from.

    One whose pages were recognised, which takes long, is not read again to find out.
    """
    try:
        facts = file.stat()
    except OSError:
        return False
    changed = max(facts.st_mtime, facts.st_ctime)
    added = datetime.fromisoformat(document.added).timestamp()
    if changed < added:
        return True
    if any(page.words for page in document.pages):
        return int(changed) <= added
    return _document_id(file, facts.st_size, changed) == document.id


@lru_cache(maxsize=32)
def _document_id(file: Path, size: int, changed: float) -> str | None:
    """The id of the document that the file holds now; None where it cannot be read any more."""
    try:
        return load(Raw(source=str(file), kind=".pdf", content=file.read_bytes())).id
    except (OSError, InputError):
        return None


def _turning(document: Document, number: int, start: int, end: int) -> str:
    """Buttons to the pages before and after."""
    turns = []
    for label, other in (("Previous page", number - 1), ("Next page", number + 1)):
        turns.append(
            button(
                label,
                "turn",
                class_="quiet",
                data_document=document.id,
                data_start=start,
                data_end=end,
                data_number=other,
                disabled=None if 1 <= other <= len(document.pages) else "",
            )
        )
    words = element("span", f"Page {number} of {len(document.pages)}")
    return element("div", turns[0], words, turns[1], class_="steps")


def _frame(box: Box) -> str:
    left, top, width, height = (f"{share * 100:.2f}%" for share in box)
    style = f"left:{left};top:{top};width:{width};height:{height}"
    return element("i", "", class_="page-hit", style=style)


@lru_cache(maxsize=32)
def _printed(file: Path, modified_ns: int, number: int, quote: str, before: str) -> Printed | None:
    """The page rendered; None where the file cannot be read any more, or not within limits."""
    try:
        found = apart.CHILD.call(render, file.read_bytes(), file.name, number, quote, before)
    except (OSError, InputError):
        return None
    boxes = tuple((left, top, width, height) for left, top, width, height in found["boxes"])
    return Printed(jpeg=found["jpeg"], boxes=boxes)


def _recognised(page: Page, start: int, end: int) -> list[Box]:
    """One box for each line of the words from ``start`` to ``end`` of a page that is a picture."""
    words = [word for word in page.words if word.start < end and start < word.end]
    rows = _rows([(word.left, -word.bottom, word.right, -word.top) for word in words])
    return [
        (left / FINE, -top / FINE, (right - left) / FINE, (top - bottom) / FINE)
        for left, bottom, right, top in rows
    ]


def render(content: bytes, name: str, number: int, quote: str, before: str) -> dict[str, Any]:
    """A page's picture and where the quote stands on it, as JSON; called in a process apart.

    ``before`` is the text of the page before the quote.

    Raises:
        InputError: the file is no PDF or picture, or has no such page.
    """
    if name.lower().endswith(PICTURES):
        from index.formats import pictures

        shown = pictures.page(content, name, number)
        shown.thumbnail((WIDTH, TALLEST * WIDTH))
        return {"jpeg": _jpeg(shown), "boxes": ()}
    import pypdfium2

    from index.formats.pdf import placed

    try:
        with pypdfium2.PdfDocument(content) as pdf:
            sheet = pdf[number - 1]
            width, height = sheet.get_size()
            if not 0 < height <= TALLEST * width:
                raise InputError(f"Page {number} of {name} is no sheet of paper.")
            image = sheet.render(scale=WIDTH / width).to_pil().convert("RGB")
            boxes = _boxes(sheet, list(placed(content, number)), quote, before) if quote else ()
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise InputError(f"Page {number} of {name} cannot be shown.") from error
    return {"jpeg": _jpeg(image), "boxes": boxes}


def _jpeg(image: Any) -> str:
    """The picture in base64."""
    out = io.BytesIO()
    image.save(out, format="JPEG", quality=80)
    return base64.b64encode(out.getvalue()).decode("ascii")


def _boxes(sheet: Any, places: Sequence[Placed], quote: str, before: str) -> tuple[Box, ...]:
    """One box for each printed line of the quote, as shares of the rendered page.

    ``before`` is the page's text up to the quote: it tells which of equal places is meant. A line
    of the quote that is printed otherwise than it is read is looked for by itself.
    """
    letters = [(letter, place) for text, place in places for letter in text if _compared(letter)]
    printed = "".join(letter for letter, _ in letters)
    wanted = _bare(quote)
    skipped = printed.find(wanted) >= 0 and _bare(before).count(wanted)
    found: list[Place] = []
    first = -1
    for _ in range(int(skipped) + 1):
        later = printed.find(wanted, first + 1)
        first = later if later >= 0 else first
    if first >= 0:
        found = [place for _, place in letters[first : first + len(wanted)] if place]
    else:
        at = 0
        for line in filter(None, map(_bare, quote.split("\n"))):
            there = printed.find(line, at)
            if there >= 0:
                at = there + len(line)
                found += [place for _, place in letters[there:at] if place]
    return tuple(_share(sheet, row) for row in _rows(found))


def _bare(text: str) -> str:
    return "".join(filter(_compared, text))


def _rows(places: Sequence[Place]) -> list[Place]:
    """The places of words joined where they follow each other on one line, upright or turned."""
    rows: list[Place] = []
    for left, bottom, right, top in places:
        if rows:
            a, b, c, d = rows[-1]
            lies = min(top, d) - max(bottom, b) > 0.5 * min(top - bottom, d - b) and (
                -1 < left - c < 2 * (top - bottom) or (left, right) == (a, c) or a <= left <= c
            )
            stands = min(right, c) - max(left, a) > 0.5 * min(right - left, c - a) and (
                -1 < bottom - d < 2 * (right - left) or -1 < b - top < 2 * (right - left)
            )
            is_turned = top - bottom > 1.5 * (right - left) and d - b > 1.5 * (c - a)
            if lies or (stands and is_turned):
                rows[-1] = min(a, left), min(b, bottom), max(c, right), max(d, top)
                continue
        rows.append((left, bottom, right, top))
    return rows


def _share(sheet: Any, place: Place) -> Box:
    """Where a part of the page lies on its picture, however the page is turned or cut."""
    from pypdfium2 import raw

    width, height = sheet.get_size()
    fine = 1000
    ends = []
    for x, y in ((place[0], place[1]), (place[2], place[3])):
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(
            sheet.raw, 0, 0, int(width * fine), int(height * fine), 0, x, y, across, down
        )
        ends.append((across.value / (width * fine), down.value / (height * fine)))
    (a, b), (c, d) = ends
    return min(a, c), min(b, d), abs(a - c), abs(b - d)


def _compared(letter: str) -> bool:
    return not letter.isspace() and letter not in UNCOMPARED
