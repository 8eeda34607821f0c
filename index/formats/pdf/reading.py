"""From the bytes of a PDF to its text."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from index.errors import InputError
from index.formats import protection
from index.formats.content import Content
from index.formats.pdf import fields, glyphs, joining, layout, lines, recognised, running
from index.formats.pdf.hyphens import Words
from index.formats.pdf.seen import Scenery
from index.formats.pdf.shapes import UNKNOWN, Box, Sheet
from index.formats.scanned import INSTALL, is_installed

if TYPE_CHECKING:
    from PIL.Image import Image

TALLEST = 20
"""How many times as high as wide a page may be, and as wide as high."""
_PICTURE_SIDE = 3300
"""Pixels of the longer side of a page that is recognised: A4 at some 280 dots an inch."""
_UNREADABLE = 0.3
"""Share of a page's letters that no font names, from which on the page says nothing."""
_PLACEHOLDERS = re.compile(
    r"\W*(?:untitled|anonymous|unknown|no title|title|document|slide|folie|presentation|"
    r"powerpoint presentation|new document|unbenannt|sans titre|sin título)\W*\d*\W*"
    r"|microsoft (?:word|excel|powerpoint)\b.*",
    re.IGNORECASE,
)
"""Titles that programs give: they name nothing."""


def read(content: bytes, name: str, readings: Sequence[Any] | None = None) -> Content:
    """The text of all pages, and where each page and heading lies in it.

    ``readings`` are of the pages that are pictures; where there are such and none are given, their
    numbers are all that is told.

    Raises:
        InputError: it is no PDF, broken, or has no text.
        ProtectedError: it opens with its password alone.
    """
    title, published, sheets = _opened(content, name)
    if readings is None and (scans := tuple(filter(None, map(_scanned, sheets)))):
        return Content(text="", scans=scans)
    recognition = recognised.Recognition(readings or ())
    sheets = [recognition.in_place_of(sheet) for sheet in sheets]
    running.without_running_lines(sheets)
    unreadable = [sheet for sheet in sheets if sheet.unread > _UNREADABLE * sheet.letters]
    for sheet in unreadable:
        sheet.strips = []
    body = running.usual_size(sheets)
    pages = [layout.read(sheet, body) for sheet in sheets]
    layout.settle(pages)
    words = Words(line.text for page in pages for block in page.blocks for line in block.lines)
    _recover(pages, words)
    found = joining.joined(pages, body, words, title)
    if not found.text.strip():
        raise _without_text(name)
    found = recognition.placed(found, pages)
    return Content(
        text=found.text,
        title=title,
        published=published,
        pages=found.pages,
        headings=found.headings,
        remarks=(*recognised.remarks(found.pages), *_remarks(sheets, unreadable, found)),
    )


def picture(content: bytes, name: str, number: int) -> "tuple[Image, float]":
    """A page as it is shown, in red, green and blue, and its width in points.

    Raises:
        InputError: it cannot be shown, or is no sheet of paper.
    """
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(content) as document:
            page = document[number - 1]
            width, height = page.get_size()
            if not 0 < height <= TALLEST * width <= TALLEST**2 * height:
                raise InputError(f"Page {number} of {name} is no sheet of paper.")
            shown = page.render(scale=_PICTURE_SIDE / max(width, height))
            return shown.to_pil().convert("RGB"), width
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise InputError(f"Page {number} of {name} cannot be shown.") from error


def placed(content: bytes, number: int) -> Iterator[tuple[str, Box | None]]:
    """The words of a page in the order in which they are read, and where each stands on it.

    Boxes have their left, bottom, right and top on the page.
    """
    import pypdfium2

    with pypdfium2.PdfDocument(content) as document:
        fields.prepare(document)
        sheet = _sheet(document, number - 1)
    body = running.usual_size([sheet])
    turned = {
        id(word.box): turn
        for turn, strips in zip(sheet.turns, sheet.strips, strict=True)
        for strip in strips
        for word in strip.words
        if word.box
    }
    page = layout.read(sheet, body)
    layout.settle([page])
    for line in [line for block in page.blocks for line in block.lines] + page.notes:
        for word in line.words:
            box = word.box and Box(*glyphs.framed(turned.get(id(word.box), 0), *word.box))
            yield word.text, box


def _opened(content: bytes, name: str) -> tuple[str, str | None, list[Sheet]]:
    import pypdfium2

    if b"%PDF-" not in content[:1024]:
        raise _broken(name)
    try:
        with pypdfium2.PdfDocument(content) as document:
            fields.prepare(document)
            sheets = [_sheet(document, number) for number in range(len(document))]
            return _title(document), _date(document), sheets
    except pypdfium2.PdfiumError as error:
        if protection.lacks_password(error):
            raise protection.protected(name) from error
        raise _broken(name) from error


def _without_text(name: str) -> InputError:
    if not is_installed():
        return InputError(
            f"{name} has no text layer: its pages are pictures, and what recognises text in "
            "pictures is not installed.",
            f"Install it: {INSTALL}.",
        )
    return InputError(
        f"{name} has no text layer, and no words can be recognised on its pages.",
        "If they do show words, scan them again: upright, in focus, at 300 dots an inch.",
    )


def _scanned(sheet: Sheet) -> int:
    """The number of a page that is a picture, or whose letters no font names; else 0."""
    bare = sheet.pictures and not any(sheet.strips)
    return sheet.number if bare or sheet.unread > _UNREADABLE * sheet.letters else 0


def _broken(name: str) -> InputError:
    return InputError(f"{name} is broken, or no PDF.", "Save or download it again.")


def _sheet(document: Any, number: int) -> Sheet:
    page = document[number]
    text_page = page.get_textpage()
    try:
        scenery = Scenery(page)
        found = glyphs.letters(text_page, scenery)
        added = fields.added(document, page)
        width, height = page.get_size()
    finally:
        text_page.close()
        page.close()
    turns = sorted(found.turns, key=lambda turn: -len(found.turns[turn]))
    strips = []
    for turn in turns:
        strips.append(running.without_line_numbers(lines.strips(found.turns[turn])))
    if added.fields:
        if 0 not in turns:
            turns, strips = [*turns, 0], [*strips, []]
        upright = turns.index(0)
        strips[upright] = fields.with_fields(strips[upright], added.fields)
    rules = [Box(*glyphs.framed(turns[0], *rule)) for rule in scenery.rules] if turns else []
    return Sheet(
        number=number + 1,
        strips=strips,
        turns=turns,
        width=width,
        height=height,
        extras=added.comments,
        unread=found.unread,
        letters=sum(map(len, found.turns.values())),
        hidden=found.hidden,
        pictures=scenery.has_picture,
        rules=rules,
    )


def _title(document: Any) -> str:
    """The title that the file gives itself; empty where it is no text, or names nothing."""
    try:
        title = str(document.get_metadata_value("Title")).strip("\x00 ")
    except UnicodeDecodeError:
        return ""
    return "" if _PLACEHOLDERS.fullmatch(title) else title


def _date(document: Any) -> str | None:
    """The day on which the file says it was made."""
    from datetime import date

    try:
        given = re.match(r"D?:?(\d{4})(\d\d)(\d\d)", document.get_metadata_value("CreationDate"))
        return date(*map(int, given.groups())).isoformat() if given else None
    except (UnicodeDecodeError, ValueError):
        return None


def _recover(pages: Sequence[layout.Read], words: Words) -> None:
    """Put the letters that no font names right, if the words that they stand in tell which."""
    lines_of = [line for page in pages for block in page.blocks for line in block.lines]
    lines_of += [line for page in pages for line in page.notes]
    broken = [word.text for line in lines_of for word in line.words if UNKNOWN in word.text]
    letter = words.recovered(broken) if broken else None
    if letter is None:
        return
    for line in lines_of:
        line.words = [
            word._replace(text=word.text.replace(UNKNOWN, letter)) if UNKNOWN in word.text else word
            for word in line.words
        ]


def _remarks(sheets: Sequence[Sheet], unreadable: Sequence[Sheet], found: Content) -> Iterator[str]:
    """What the reader of the text should know."""
    told: dict[str, list[int]] = defaultdict(list)
    for sheet, page in zip(sheets, found.pages, strict=True):
        if sheet in unreadable:
            told["unreadable: the fonts do not say which letters they print"].append(sheet.number)
        elif UNKNOWN in found.text[page.start : page.end]:
            told["some letters cannot be told"].append(sheet.number)
        if sheet.hidden:
            told["text that cannot be seen was left out"].append(sheet.number)
    for what, numbers in told.items():
        pages = ", ".join(map(str, numbers[:20])) + (", …" if len(numbers) > 20 else "")
        yield f"{'page' if len(numbers) == 1 else 'pages'} {pages}: {what}"
