"""Whether text can be seen on the page: its colour, what is under it and what is over it."""

import ctypes
from dataclasses import dataclass
from typing import Any

_ALIKE = 24
"""By how much, of 255, colours differ at least that an eye parts."""
_MOST_OBJECTS = 20_000
"""Of a page that are looked at: a map has more, and hides no text."""
_INVISIBLE = 3
"""The way of drawing text that leaves no ink."""
_WHITE = (255, 255, 255)

Colour = tuple[int, int, int]
Place = tuple[float, float, float, float]
"""Left, bottom, right, top."""


@dataclass(slots=True, kw_only=True)
class _Paint:
    """Something that covers what is under it; without a colour it is a picture."""

    order: int
    place: Place
    colour: Colour | None


class Scenery:
    """What is painted on a page, in the order in which it is painted."""

    def __init__(self, page: Any) -> None:
        self._paints: list[_Paint] = []
        self._orders: dict[int, int] = {}
        self._count = 0
        self.rules: list[Place] = []
        """Thin lines and the edges of boxes."""
        left, bottom, right, top = page.get_bbox()
        self._sheet = (left, bottom, right, top)
        self._area = max(1.0, (right - left) * (top - bottom))
        self._walk(page.raw, nested=False, moved=None, depth=0)

    @property
    def is_picture(self) -> bool:
        """Whether pictures cover most of the page."""
        return any(
            paint.colour is None and _area(paint.place) > self._area / 2 for paint in self._paints
        )

    @property
    def has_picture(self) -> bool:
        return any(paint.colour is None for paint in self._paints)

    def seen(self, drawing: Any, place: Place) -> str:
        """``seen``, ``hidden``, or ``covered`` as the text of a scanned page is."""
        from pypdfium2 import raw

        if raw.FPDFTextObj_GetTextRenderMode(drawing) == _INVISIBLE:
            return "covered"
        middle = ((place[0] + place[2]) / 2, (place[1] + place[3]) / 2)
        if not _holds(self._sheet, middle):
            return "hidden"
        order = self._orders.get(ctypes.addressof(drawing.contents))
        if order is None:
            return "seen"
        under: Colour | None = _WHITE
        for paint in self._paints:
            if _holds(paint.place, middle):
                if paint.order > order:
                    return "covered" if paint.colour is None else "hidden"
                under = paint.colour
        colour, alpha = _fill(drawing)
        if alpha < _ALIKE:
            return "hidden"
        if under is None or raw.FPDFTextObj_GetTextRenderMode(drawing) != 0:
            return "seen"
        return "hidden" if _are_alike(colour, under) else "seen"

    def _walk(self, parent: Any, *, nested: bool, moved: Any, depth: int) -> None:
        from pypdfium2 import raw

        count = raw.FPDFFormObj_CountObjects if nested else raw.FPDFPage_CountObjects
        child = raw.FPDFFormObj_GetObject if nested else raw.FPDFPage_GetObject
        for index in range(min(max(0, count(parent)), _MOST_OBJECTS)):
            self._count += 1
            if self._count > _MOST_OBJECTS or depth > 8:
                return
            each = child(parent, index)
            if not each:
                continue
            kind = raw.FPDFPageObj_GetType(each)
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self._orders[ctypes.addressof(each.contents)] = self._count
            elif kind == raw.FPDF_PAGEOBJ_FORM:
                self._walk(each, nested=True, moved=_moved(each, moved), depth=depth + 1)
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                self._paint(each, moved, None)
            elif kind == raw.FPDF_PAGEOBJ_PATH:
                self._path(each, moved)

    def _path(self, each: Any, moved: Any) -> None:
        from pypdfium2 import raw

        mode, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(each, mode, stroke)
        segments = raw.FPDFPath_CountSegments(each)
        place = _bounds(each, moved)
        if place is None:
            return
        if (mode.value or stroke.value) and segments <= 6:
            self.rules.append(place)
        if mode.value and segments <= 6 and min(place[2] - place[0], place[3] - place[1]) > 3:
            colour, alpha = _fill(each)
            if alpha >= 255 - _ALIKE:
                self._paint(each, moved, colour)

    def _paint(self, each: Any, moved: Any, colour: Colour | None) -> None:
        from pypdfium2 import raw

        place = _bounds(each, moved)
        if place is not None and not raw.FPDFPageObj_HasTransparency(each):
            self._paints.append(_Paint(order=self._count, place=place, colour=colour))


def _area(place: Place) -> float:
    return (place[2] - place[0]) * (place[3] - place[1])


def _holds(place: Place, point: tuple[float, float]) -> bool:
    return place[0] <= point[0] <= place[2] and place[1] <= point[1] <= place[3]


def _fill(each: Any) -> tuple[Colour, int]:
    """The colour, and how opaque it is, of 255."""
    from pypdfium2 import raw

    parts = [ctypes.c_uint() for _ in range(4)]
    if not raw.FPDFPageObj_GetFillColor(each, *parts):
        return (0, 0, 0), 255
    red, green, blue, alpha = (part.value for part in parts)
    return (red, green, blue), alpha


def _are_alike(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) < _ALIKE for a, b in zip(one, other, strict=True))


def _bounds(each: Any, moved: Any) -> Place | None:
    from pypdfium2 import raw

    sides = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(each, *sides):
        return None
    left, bottom, right, top = (side.value for side in sides)
    if moved is None:
        return left, bottom, right, top
    a, b, c, d, e, f = moved
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (left, right) for y in (bottom, top)]
    across, up = zip(*corners, strict=True)
    return min(across), min(up), max(across), max(up)


def _moved(form: Any, moved: Any) -> Any:
    """The matrix of a form within the forms that hold it."""
    from pypdfium2 import raw

    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(form, matrix)
    a, b, c, d, e, f = matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f
    if moved is None:
        return a, b, c, d, e, f
    A, B, C, D, E, F = moved
    return (
        a * A + b * C,
        a * B + b * D,
        c * A + d * C,
        c * B + d * D,
        e * A + f * C + E,
        e * B + f * D + F,
    )
