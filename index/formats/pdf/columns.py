"""The order in which the pieces of a page are read: columns, boxes, side notes, tables."""

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from index.formats.pdf import tables
from index.formats.pdf.shapes import Block, Box, Line, Strip, Word

# Shares of the size of the letters.
_GUTTER = 0.9
"""What parts two columns at least."""
_NARROW = 0.5
"""Share of its neighbour's width below which a column is a note at the side."""
_PARAGRAPH = 1.4
"""How many times as wide as between lines the gap between paragraphs is, at least."""
_DEEPEST = 40
"""How often a page is divided: what is made for it goes on for ever."""
_MOST_STRIPS = 3000
"""Of a page that is put in order: one with more is no page of text."""


@dataclass(slots=True, kw_only=True)
class _Gutter:
    """Room that no piece crosses, with pieces on both sides."""

    left: float
    right: float
    members: list[Strip]
    """The pieces beside it."""
    score: int


def blocks(strips: Sequence[Strip], rules: Sequence[Box], depth: int = 0) -> list[Block]:
    """The pieces as they are read, from the first to the last."""
    if not strips:
        return []
    many = depth > _DEEPEST or len(strips) > _MOST_STRIPS
    gutter = None if many else _gutter(strips)
    if gutter is None:
        return [Block(lines=_lines(strips))]
    inside = {id(each) for each in gutter.members}
    top = min(each.base for each in gutter.members)
    above = [each for each in strips if id(each) not in inside and each.base < top]
    below = [each for each in strips if id(each) not in inside and each.base >= top]
    return [
        *blocks(above, rules, depth + 1),
        *_zone(gutter, above, rules, depth),
        *blocks(below, rules, depth + 1),
    ]


def _zone(gutter: _Gutter, above: list[Strip], rules: Sequence[Box], depth: int) -> list[Block]:
    """A table, or columns after each other."""
    table = tables.found(gutter.members, above, rules)
    if table is not None:
        before, made, after = table
        return [
            *blocks(before, rules, depth + 1),
            Block(table=made),
            *blocks(after, rules, depth + 1),
        ]
    middle = (gutter.left + gutter.right) / 2
    left = [each for each in gutter.members if each.box.right <= middle]
    right = [each for each in gutter.members if each.box.right > middle]
    sides = [right, left] if gutter.members[0].right_to_left else [left, right]
    if _is_side_note(sides[0], sides[1]):
        sides.reverse()
    return [block for side in sides for block in blocks(side, rules, depth + 1)]


def _is_side_note(first: list[Strip], second: list[Strip]) -> bool:
    """Whether the first column is a note beside the second, which is read before it."""
    width = _width(first), _width(second)
    smaller = statistics.median(s.size for s in first) < statistics.median(s.size for s in second)
    return width[0] < _NARROW * width[1] and (smaller or len(first) * 2 < len(second))


def _width(strips: Sequence[Strip]) -> float:
    return max(s.box.right for s in strips) - min(s.box.left for s in strips)


def _gutter(strips: Sequence[Strip]) -> _Gutter | None:
    """The gutter with most text on both of its sides."""
    by_base = sorted(strips, key=lambda each: (each.base, each.box.left))
    best: _Gutter | None = None
    tried: dict[int, list[tuple[float, float]]] = {}
    for at, strip in enumerate(by_base):
        beside = _beside(by_base, at)
        if beside is None:
            continue
        room = (strip.box.right, beside.box.left)
        if any(a < room[1] and room[0] < b for a, b in tried.get(id(strip), ())):
            continue
        gutter = _grown(by_base, at, room, max(strip.size, beside.size))
        if gutter is None:
            continue
        for member in gutter.members:
            tried.setdefault(id(member), []).append((gutter.left, gutter.right))
        if best is None or gutter.score > best.score:
            best = gutter
    return best


def _beside(by_base: Sequence[Strip], at: int) -> Strip | None:
    """The nearest piece to the right at about the same height."""
    strip = by_base[at]
    near = [
        other
        for step in (1, -1)
        for other in _while_near(by_base, at, step, strip)
        if other.box.left - strip.box.right > _GUTTER * min(strip.size, other.size)
    ]
    return min(near, key=lambda other: other.box.left, default=None)


def _while_near(by_base: Sequence[Strip], at: int, step: int, strip: Strip) -> list[Strip]:
    near = []
    other = at + step
    while 0 <= other < len(by_base) and abs(by_base[other].base - strip.base) < strip.size:
        near.append(by_base[other])
        other += step
    return near


def _grown(
    by_base: Sequence[Strip], at: int, room: tuple[float, float], size: float
) -> _Gutter | None:
    """The gutter that goes up and down from here as far as nothing crosses it."""
    left, right = room
    members = [by_base[at]]
    for step in (1, -1):
        other = at + step
        row: list[Strip] = []
        while 0 <= other < len(by_base):
            strip = by_base[other]
            a, b = strip.box.left, strip.box.right
            if b > left and a < right:
                if a > left and b < right:
                    break  # it stands in the gutter
                new = (b, right) if a <= left and b < right else (left, a)
                if (a <= left and b >= right) or new[1] - new[0] < _GUTTER * size:
                    break
                left, right = new
            row.append(strip)
            other += step
        if 0 <= other < len(by_base):  # the rest of the line that crosses it goes with it
            row = [each for each in row if each.row != by_base[other].row]
        members += row
    middle = (left + right) / 2
    members.sort(key=lambda each: (each.base, each.box.left))
    members = _trimmed(members, middle)
    sides = [
        [m for m in members if m.box.right <= middle],
        [m for m in members if m.box.left >= middle],
    ]
    if not all(sides):
        return None
    left = max(m.box.right for m in sides[0])
    right = min(m.box.left for m in sides[1])
    heights = [len({m.row for m in side}) for side in sides]
    shared = {m.row for m in sides[0]} & {m.row for m in sides[1]}
    if right - left < _GUTTER * size or min(heights) < 2 or (len(shared) < 2 and min(heights) < 3):
        return None
    if max(heights) < 4 and right - left < 1.5 * _GUTTER * size and len(shared) < 3:
        return None  # two lines of wide gaps are chance
    return _Gutter(
        left=left, right=right, members=members, score=min(heights) * 1000 + len(members)
    )


def _trimmed(members: list[Strip], middle: float) -> list[Strip]:
    """Without paragraphs above and below that only one side has."""
    for end in (-1, 0):
        sides = [[m for m in members if (m.box.left >= middle) is side] for side in (False, True)]
        if not all(sides):
            return members
        edges = [side[end].base for side in sides]
        inner = min(edges) if end else max(edges)
        longer = sides[edges.index(max(edges) if end else min(edges))]
        order = [m for m in longer if (m.base > inner if end else m.base < inner)]
        if not end:
            order.reverse()
        spacing = _spacing([m.base for m in longer])
        previous = inner
        for number, each in enumerate(order):
            if abs(each.base - previous) > max(_PARAGRAPH * spacing, 1.7 * each.size):
                cut = {id(m) for m in order[number:]}
                members = [m for m in members if id(m) not in cut]
                break
            previous = each.base
    return members


def _spacing(bases: Sequence[float]) -> float:
    gaps = [after - before for before, after in itertools.pairwise(bases)]
    return statistics.median([gap for gap in gaps if gap > 0] or [0.0])


def _lines(strips: Sequence[Strip]) -> list[Line]:
    """The lines of one column."""
    rows: dict[int, list[Strip]] = {}
    for strip in strips:
        rows.setdefault(strip.row, []).append(strip)
    ordered = sorted(rows.values(), key=lambda row: row[0].base)
    bases = [row[0].base for row in ordered]
    spacing = _spacing(bases)
    left = min(each.box.left for each in strips)
    width = max(1.0, max(each.box.right for each in strips) - left)
    lines = []
    for number, row in enumerate(ordered):
        row.sort(key=lambda each: each.box.left, reverse=row[0].right_to_left)
        words: list[Word] = [word for each in row for word in each.words]
        largest = max(row, key=lambda each: len(each.words))
        lines.append(
            Line(
                words=words,
                size=largest.size,
                gap=bases[number] - bases[number - 1] if number else 0.0,
                spacing=spacing,
                bold=all(each.bold for each in row),
                right=(max(each.box.right for each in row) - left) / width,
            )
        )
    return lines
