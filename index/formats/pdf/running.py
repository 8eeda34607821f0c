"""What is printed on every page beside its text: running heads and feet, line numbers."""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from index.formats.pdf.shapes import Sheet, Strip

_DEEPEST = 4
"""Lines from the edge of a page that may be running ones."""
_FEW = 5
"""Pages of a document of which two on one side are all there are."""
_NEAR = 8
"""Pages before and after that are looked at: a running head changes with the chapter."""
_SAME_PLACE = 3.0
"""Points by which the place of a running line differs from page to page, at most."""
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")
_LARGER = 1.12
"""How much larger than the body a heading's letters are, at least."""
_LEAST_LINE_NUMBERS = 5
"""Fewer numbers beside the text are no count of lines."""


def without_running_lines(sheets: Sequence[Sheet]) -> None:
    """Take out the first and last lines that pages share, but for their numbers.

    Left and right pages may have different ones, and each may change from chapter to chapter.
    """
    for at_top in (True, False):
        _peel(sheets, at_top=at_top)


def usual_size(sheets: Sequence[Sheet]) -> float:
    """The size in which most letters are printed."""
    letters: Counter[float] = Counter()
    for sheet in sheets:
        for strip in (each for same in sheet.strips for each in same):
            letters[strip.size] += len(strip.letters)
    return letters.most_common(1)[0][0] if letters else 0.0


def _peel(sheets: Sequence[Sheet], *, at_top: bool) -> None:
    active = {sheet.number: _edge_rows(sheet, at_top=at_top) for sheet in sheets}
    seen: dict[tuple[str, int], list[tuple[int, Strip, tuple[int, ...]]]] = defaultdict(list)
    for number, rows in active.items():
        for depth, row in enumerate(rows):
            for strip in row:
                seen[_pattern(strip), depth].append((number, strip, _numbers(strip)))
    running: set[int] = set()
    body = usual_size(sheets)
    for same in seen.values():
        for at, (number, strip, digits) in enumerate(same):
            others = [
                (other - number, more)
                for other, twin, more in same[max(0, at - _NEAR) : at + _NEAR + 1]
                if other != number and _is_at_same_place(strip, twin)
            ]
            counts = strip.size < _LARGER * body and strip.letters[-1:] not in ".!?:;"
            if _runs(digits, others, len(sheets), counts=counts):
                running.add(id(strip))
    for sheet in sheets:
        _drop(sheet, active[sheet.number], running)


def _edge_rows(sheet: Sheet, *, at_top: bool) -> list[list[Strip]]:
    if not sheet.strips:
        return []
    rows: dict[int, list[Strip]] = defaultdict(list)
    for strip in sheet.strips[0]:
        rows[strip.row].append(strip)
    ordered = sorted(rows.values(), key=lambda row: row[0].base, reverse=not at_top)
    return ordered[:_DEEPEST]


def _pattern(strip: Strip) -> str:
    return _NUMBER.sub("#", strip.letters)


def _numbers(strip: Strip) -> tuple[int, ...]:
    return tuple(int(each) for each in re.findall(r"\d+", strip.letters) if len(each) < 9)


def _is_at_same_place(one: Strip, other: Strip) -> bool:
    """Whether they stand at one height, and begin, end or have their middle at one place."""
    if abs(one.base - other.base) > _SAME_PLACE or abs(one.size - other.size) > 1:
        return False
    a, b = one.box, other.box
    return (
        min(
            abs(a.left - b.left),
            abs(a.right - b.right),
            abs(a.left + a.right - b.left - b.right) / 2,
        )
        <= _SAME_PLACE
    )


def _runs(
    digits: tuple[int, ...],
    others: Sequence[tuple[int, tuple[int, ...]]],
    pages: int,
    *,
    counts: bool,
) -> bool:
    """Whether a line with these numbers is found on enough other pages.

    A number may stay as it is, or count with the pages where the line is no heading and
    no sentence.
    """
    counted = [
        more
        for away, more in others
        if len(more) == len(digits)
        and all(b == a or (counts and b == a + away) for a, b in zip(digits, more, strict=True))
    ]
    # Of few pages, those of one side may be two.
    least = 1 if pages <= _FEW else 2
    return pages > 2 and len(counted) >= least


def _drop(sheet: Sheet, rows: Sequence[Sequence[Strip]], running: set[int]) -> None:
    for number, row in enumerate(rows):
        gone = [strip for strip in row if id(strip) in running]
        is_head_of_table = (
            len(row) > 2
            and number + 1 < len(rows)
            and (
                abs(rows[number + 1][0].base - row[0].base) < 1.8 * row[0].size
                and len(rows[number + 1]) > 2
            )
        )
        if not gone or is_head_of_table:
            return
        dropped = {id(strip) for strip in gone}
        sheet.strips[0] = [strip for strip in sheet.strips[0] if id(strip) not in dropped]
        if len(gone) < len(row):
            return


def without_line_numbers(strips: list[Strip]) -> list[Strip]:
    """The strips without numbers that count the lines in the margin."""
    firsts: dict[int, Strip] = {}
    lasts: dict[int, Strip] = {}
    for strip in strips:
        if strip.row not in firsts or strip.box.left < firsts[strip.row].box.left:
            firsts[strip.row] = strip
        if strip.row not in lasts or strip.box.left > lasts[strip.row].box.left:
            lasts[strip.row] = strip
    for side, edges in ((0, firsts), (-1, lasts)):
        numbers = _counting(
            [s for s in edges.values() if s.words and s.words[side].parts[0][1].isdigit()], side
        )
        if numbers and _are_outside(numbers, strips, side):
            return _cut(strips, {id(strip) for strip in numbers}, side)
    return strips


def _counting(strips: list[Strip], side: int) -> list[Strip]:
    """Those whose numbers count on by one step down the page, at even distances."""
    strips.sort(key=lambda each: each.base)
    steps = [
        (int(low.words[side].parts[0][1][:6]) - int(high.words[side].parts[0][1][:6]))
        for high, low in itertools.pairwise(strips)
    ]
    if len(strips) < _LEAST_LINE_NUMBERS or not steps:
        return []
    usual = max(set(steps), key=steps.count)
    if usual not in (1, 5, 10) or steps.count(usual) < 0.8 * len(steps):
        return []
    gaps = [low.base - high.base for high, low in itertools.pairwise(strips)]
    middle = sorted(gaps)[len(gaps) // 2]
    even = sum(abs(gap - middle) < 0.15 * middle for gap in gaps)
    return strips if even >= 0.8 * len(gaps) else []


def _are_outside(numbers: list[Strip], strips: Sequence[Strip], side: int) -> bool:
    """Whether all text of several words stands beside the numbers, and there is such text."""
    chosen = {id(strip) for strip in numbers}
    edge = (
        max(s.words[0].box.right for s in numbers if s.words[0].box)
        if side == 0
        else min(s.words[-1].box.left for s in numbers if s.words[-1].box)
    )
    prose = 0
    for strip in strips:
        words = strip.words
        if id(strip) in chosen:
            words = words[1:] if side == 0 else words[:-1]
        if not words or not words[0].box or not words[-1].box:
            continue
        if side == 0 and words[0].box.left < edge:
            return False
        if side == -1 and words[-1].box.right > edge:
            return False
        prose += len(words) >= 5
    return prose >= 2


def _cut(strips: list[Strip], chosen: set[int], side: int) -> list[Strip]:
    kept = []
    for strip in strips:
        if id(strip) in chosen:
            strip.words = strip.words[1:] if side == 0 else strip.words[:-1]
            boxes = [word.box for word in strip.words if word.box]
            if not boxes:
                continue
            strip.box = strip.box._replace(left=boxes[0].left, right=boxes[-1].right)
        kept.append(strip)
    return kept
