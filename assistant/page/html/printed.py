"""A PDF's page as it is printed, with the cited words framed on it."""

import base64
import io
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.page.html.markup import button, element
from index import Document, apart
from index.errors import InputError
from index.loading import Raw, load

WIDTH = 900
"""Pixels of a rendered page's width."""
TALLEST = 20
"""How many times as high as wide a page may be."""
UNCOMPARED = frozenset("-\x02\ufffe\u00ad\u2010")
"""Hyphens: those at a line's end are not in a document's text."""

Box = tuple[float, float, float, float]
"""Left, top, width and height, as shares of the page's width and height."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A rendered page and where the cited words stand on it."""

    jpeg: str
    """In base64."""
    boxes: tuple[Box, ...]


def page(document: Document, number: int, start: int, end: int) -> str:
    """The HTML of a page with the span framed; empty where the file has gone or has changed."""
    file = Path(document.path or "")
    if file.suffix.lower() != ".pdf" or not _is_still(document, file):
        return ""
    place = document.pages[number - 1]
    low, high = max(start, place.start), min(end, place.end)
    quote = document.text[low:high] if low < high else ""
    printed = _printed(file, file.stat().st_mtime_ns, number, quote)
    if printed is None:
        return ""
    return element(
        "figure",
        _turning(document, number, start, end),
        element(
            "div",
            f"<img src='data:image/jpeg;base64,{printed.jpeg}' alt='Page {number} as printed'>",
            *(_frame(box) for box in printed.boxes),
            class_="sheet",
        ),
        class_="printed",
    )


def _is_still(document: Document, file: Path) -> bool:
    """Whether the file is the one that the document was read from."""
    try:
        facts = file.stat()
    except OSError:
        return False
    changed = max(facts.st_mtime, facts.st_ctime)
    if changed < datetime.fromisoformat(document.added).timestamp():
        return True
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
def _printed(file: Path, modified_ns: int, number: int, quote: str) -> Printed | None:
    """The page rendered; None where the file cannot be read any more, or not within limits."""
    try:
        found = apart.CHILD.call(render, file.read_bytes(), file.name, number, quote)
    except (OSError, InputError):
        return None
    boxes = tuple((left, top, width, height) for left, top, width, height in found["boxes"])
    return Printed(jpeg=found["jpeg"], boxes=boxes)


def render(content: bytes, name: str, number: int, quote: str) -> dict[str, Any]:
    """A page's picture and where the quote stands on it, as JSON; called in a process apart.

    Raises:
        InputError: the file is no PDF, or has no such page.
    """
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(content) as pdf:
            sheet = pdf[number - 1]
            width, height = sheet.get_size()
            if not 0 < height <= TALLEST * width:
                raise InputError(f"Page {number} of {name} is no sheet of paper.")
            image = sheet.render(scale=WIDTH / width).to_pil().convert("RGB")
            boxes = _boxes(sheet, quote) if quote else ()
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise InputError(f"Page {number} of {name} cannot be shown.") from error
    out = io.BytesIO()
    image.save(out, format="JPEG", quality=80)
    return {"jpeg": base64.b64encode(out.getvalue()).decode("ascii"), "boxes": boxes}


def _boxes(sheet: Any, quote: str) -> tuple[Box, ...]:
    """One box for each printed line of the quote; none where its letters are not found in a row."""
    words = sheet.get_textpage()
    letters = [
        (letter, index)
        for index in range(words.count_chars())
        if _compared(letter := words.get_text_range(index, 1))
    ]
    wanted = "".join(filter(_compared, quote))
    first = "".join(letter for letter, _ in letters).find(wanted)
    if first < 0:
        return ()
    rows: list[list[float]] = []
    for _, index in letters[first : first + len(wanted)]:
        left, bottom, right, top = words.get_charbox(index, loose=True)
        if rows and abs(rows[-1][1] - bottom) < 0.6 * (top - bottom) and right > rows[-1][0]:
            rows[-1] = [
                min(rows[-1][0], left),
                min(rows[-1][1], bottom),
                max(rows[-1][2], right),
                max(rows[-1][3], top),
            ]
        else:
            rows.append([left, bottom, right, top])
    width, height = sheet.get_size()
    return tuple(
        (left / width, 1 - top / height, (right - left) / width, (top - bottom) / height)
        for left, bottom, right, top in rows
    )


def _compared(letter: str) -> bool:
    return len(letter) == 1 and not letter.isspace() and letter not in UNCOMPARED
