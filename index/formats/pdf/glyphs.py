"""The letters of a page as they are seen, and where they stand."""

import ctypes
import math
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby, repeat
from operator import itemgetter
from struct import iter_unpack
from typing import Any

from index.formats.pdf.seen import Place, Scenery
from index.formats.pdf.shapes import UNKNOWN, Glyph

_SMALLEST = 2.0
"""Points of size below which no eye reads a letter."""
_ASKEW = math.radians(3)
"""By how much text may be turned from the quarters and still be a line of text."""
_SAME_PLACE = 0.15
"""Share of its size within which a second print of a letter is the same letter, in bold."""
_FAR = 1e6
"""Points beyond which nothing is on a page."""
_ASKEW_TURN = 4
"""Stands for the turn of text that is askew."""
_LARGE = 1.8
"""How many times as large as most letters the letters of a watermark are, at least."""
_BOLD = 600
"""Weight of a font from which on it is bold."""
_BULLETS = frozenset("\uf0b7\uf0a7\uf076\uf0d8\uf0fc\uf0a8\uf02d")
"""What the usual symbol fonts have before the items of a list."""


@dataclass(slots=True, kw_only=True)
class Drawn:
    """How one drawing of text looks."""

    size: float
    turn: int | None
    """Quarter turns against the clock; None where it is askew."""
    base: float
    bold: bool
    visible: bool
    covered: bool
    """Not seen, but as the text of a scanned page is not."""


@dataclass(slots=True, kw_only=True)
class Letters:
    """The letters of a page by their direction, and what was left out."""

    turns: dict[int, list[Glyph]]
    hidden: int
    unread: int


def letters(text_page: Any, scenery: Scenery) -> Letters:
    """What can be seen of a page's text, each letter once.

    A scanned page's text lies unseen behind or over its picture: it is read where it is all.
    """
    drawings = _drawings(text_page.raw, scenery)
    count = sum(len(glyphs) for _, glyphs in drawings)
    covered = sum(len(glyphs) for drawn, glyphs in drawings if drawn.covered)
    is_scan = scenery.is_picture and covered > count / 2
    turns: dict[int, list[Glyph]] = {}
    askew: list[Glyph] = []
    hidden = 0
    for drawn, glyphs in drawings:
        if not (drawn.visible or (is_scan and drawn.covered)):
            hidden += sum(not glyph.text.isspace() for glyph in glyphs)
        elif drawn.turn is None:
            askew += glyphs
        else:
            turns.setdefault(drawn.turn, []).extend(glyphs)
    turns = {turn: _once(same) for turn, same in turns.items()}
    most = _usual_size(turns) if askew else 0.0
    if kept := [glyph for glyph in askew if glyph.size < _LARGE * most]:
        turns[_ASKEW_TURN] = kept
    unread = sum([glyph.text for glyph in same].count(UNKNOWN) for same in turns.values())
    return Letters(turns=turns, hidden=hidden, unread=unread)


def _usual_size(turns: dict[int, list[Glyph]]) -> float:
    sizes = sorted(glyph.size for same in turns.values() for glyph in same)
    return sizes[len(sizes) // 2] if sizes else 0.0


def _drawings(handle: Any, scenery: Scenery) -> list[tuple[Drawn, list[Glyph]]]:
    """How each drawing of text looks, with its letters; in the order of drawing."""
    known: dict[int, int] = {}
    found: list[tuple[Drawn, list[Glyph]]] = []
    last = number = -1
    make: Any = tuple.__new__  # a third of the time of the constructor, and there are many letters
    for index, (place, code, fault, (left, up, right, down)) in enumerate(_told(handle)):
        if not place:
            continue  # pdfium's own spaces and line ends
        if place != last:
            last = place
            if place not in known:
                known[place] = len(found)
                found.append((_drawn(handle, index, place, (left, down, right, up), scenery), []))
            number = known[place]
            drawn, glyphs = found[number]
            turn, base, size, bold = drawn.turn or 0, drawn.base, drawn.size, drawn.bold
        if fault == 1:
            text = UNKNOWN
        elif 0x20 <= code < 0x7F:
            text = chr(code)
        else:
            text = _named(handle, index, code)
        if turn:
            left, top, right, bottom = framed(turn, left, down, right, up)
        else:
            top, bottom = -up, -down
        if -_FAR < left <= right < _FAR and -_FAR < top <= bottom < _FAR:
            letter = text, left, right, base, size, top, bottom, bold, number
            glyphs.append(make(Glyph, letter))
    return found


def _told(handle: Any) -> Iterator[tuple[int, int, int, tuple[float, float, float, float]]]:
    """For each letter where its drawing lies in memory, its code, whether its font fails, its box.

    The box has its left, top, right and bottom on the page. All letters are asked in one go for
    each of the four: there are thousands on a page, and a loop of Python costs more than pdfium.
    """
    from pypdfium2 import raw

    count = max(0, raw.FPDFText_CountChars(handle))
    page, letters = repeat(_address(handle)), range(count)
    boxes = (raw.FS_RECTF * count)()
    width = ctypes.sizeof(raw.FS_RECTF)
    first = ctypes.addressof(boxes)
    place_of = _bare(raw.FPDFText_GetTextObject, ctypes.c_void_p)
    code_of = _bare(raw.FPDFText_GetUnicode, ctypes.c_uint)
    fault_of = _bare(raw.FPDFText_HasUnicodeMapError, ctypes.c_int)
    box_of = _bare(raw.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_void_p)
    asked = map(box_of, page, letters, range(first, first + width * count, width))
    deque(asked, maxlen=0)
    return zip(
        map(place_of, page, letters),
        map(code_of, page, letters),
        map(fault_of, page, letters),
        iter_unpack("4f", boxes),
        strict=False,  # the first ends them all
    )


def _address(pointer: Any) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def _bare(function: Any, result: Any, *more: Any) -> Callable[..., Any]:
    """A function of pdfium that takes and gives plain numbers: no objects are made around them."""
    kind = ctypes.PYFUNCTYPE(result, ctypes.c_void_p, ctypes.c_int, *more)
    return kind(_address(function))


def framed(
    turn: int, left: float, bottom: float, right: float, top: float
) -> tuple[float, float, float, float]:
    """Left, top, right and bottom in the frame of reading, of a box on the page; and back again:
    of a box in that frame, given as left, top, right and bottom, those on the page."""
    if turn == 1:
        return bottom, left, top, right
    if turn == 2:
        return -right, bottom, -left, top
    if turn == 3:
        return -top, -right, -bottom, -left
    return left, -top, right, -bottom


def _drawn(handle: Any, index: int, address: int, box: Place, scenery: Scenery) -> Drawn:
    from pypdfium2 import raw

    place = ctypes.cast(address, raw.FPDF_PAGEOBJECT)
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(handle, index, matrix)
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(handle, index, x, y)
    given = raw.FPDFText_GetFontSize(handle, index)
    size = round(abs(given) * math.hypot(matrix.c, matrix.d), 1)
    sign = -1 if given < 0 else 1
    angle = math.atan2(sign * matrix.b, sign * matrix.a)
    quarter = round(angle / (math.pi / 2))
    askew = abs(angle - quarter * math.pi / 2) > _ASKEW
    turn = quarter % 4
    base = (-y.value, x.value, y.value, -x.value)[turn]
    seen = scenery.seen(place, box)
    font = raw.FPDFTextObj_GetFont(place)
    if not math.isfinite(size + base) or abs(base) > _FAR:
        size, base, seen = 0.0, 0.0, "hidden"
    return Drawn(
        size=size,
        turn=None if askew else turn,
        base=base,
        bold=bool(font) and _is_bold(raw, font),
        visible=seen == "seen" and size >= _SMALLEST,
        covered=seen == "covered",
    )


def _is_bold(raw: Any, font: Any) -> bool:
    if raw.FPDFFont_GetWeight(font) >= _BOLD:
        return True
    name = ctypes.create_string_buffer(100)
    raw.FPDFFont_GetBaseFontName(font, name, 100)
    return b"bold" in name.value.lower() or b"black" in name.value.lower()


def _named(handle: Any, index: int, code: int) -> str:
    """A letter beyond the plain ones; ``UNKNOWN`` where its font does not say which it is."""
    from pypdfium2 import raw

    if code in (2, 0xFFFE):  # what pdfium has for a hyphen at a line's end
        return "-" if raw.FPDFText_IsHyphen(handle, index) == 1 else UNKNOWN
    if code < 0x80:
        return " " if code in (9, 10, 13) else UNKNOWN
    return _plain(chr(code)) if code <= 0x10FFFF else UNKNOWN


def _plain(text: str) -> str:
    """The letters that people write for a letter of print."""
    if text in _BULLETS:
        return "•"
    kind = unicodedata.category(text)
    if text == "\u00ad":
        return text
    if kind in ("Co", "Cn", "Cs", "Cc"):
        return UNKNOWN
    if kind == "Zs":
        return " "
    if kind in ("Cf", "Zl", "Zp"):
        return ""
    if "\ufb00" <= text <= "\ufdff" or "\ufe70" <= text <= "\ufefe":
        return unicodedata.normalize("NFKC", text)
    return text


def _once(glyphs: list[Glyph]) -> list[Glyph]:
    """Each letter once: a bold one may be printed twice or more, a hair apart."""
    suspects = _overprinted(glyphs)
    if not suspects:
        return glyphs
    taken: dict[tuple[str, int, int], list[Glyph]] = {}
    kept = []
    for glyph in glyphs:
        if glyph.source not in suspects or glyph.text.isspace() or glyph.size <= 0:
            kept.append(glyph)
            continue
        reach = _SAME_PLACE * glyph.size
        column, row = int(glyph.left // 8), int(glyph.base // 8)
        near = (
            other
            for across in (column - 1, column, column + 1)
            for down in (row - 1, row, row + 1)
            for other in taken.get((glyph.text, across, down), ())
        )
        if any(
            other.source != glyph.source
            and abs(other.left - glyph.left) <= reach
            and abs(other.base - glyph.base) <= reach
            and abs(other.size - glyph.size) <= reach
            for other in near
        ):
            continue
        taken.setdefault((glyph.text, column, row), []).append(glyph)
        kept.append(glyph)
    return kept


def _overprinted(glyphs: list[Glyph]) -> set[int]:
    """The drawings that share their place with another."""
    extents: dict[int, list[float]] = {}
    for source, drawn in groupby(glyphs, itemgetter(8)):
        same = list(drawn)
        left = min(map(itemgetter(1), same))
        right = max(map(itemgetter(2), same))
        extent = extents.setdefault(source, [same[0].base, left, right, same[0].size])
        extent[1] = min(extent[1], left)
        extent[2] = max(extent[2], right)
    ordered = sorted((extent, source) for source, extent in extents.items())
    found: set[int] = set()
    for at, ((base, left, right, size), source) in enumerate(ordered):
        for (other, other_left, other_right, _), twin in ordered[at + 1 :]:
            if other - base > _SAME_PLACE * size:
                break
            if min(right, other_right) - max(left, other_left) > _SAME_PLACE * size:
                found |= {source, twin}
    return found
