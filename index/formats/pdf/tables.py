"""Tables: which pieces of a page are one, their columns, their heads, their rows."""

import itertools
import re
import statistics
from collections.abc import Sequence

from index.formats.pdf.shapes import PLAIN, Box, Line, Strip, Table, Word

_APART = 0.5
"""What parts two columns at least, in sizes of the letters."""
_PROSE_WORDS = 4.5
"""Words that a line of prose has on average, at least."""
_FULL = 0.85
"""Share of a column's width that most lines of prose reach."""
_IN_CELL = 1.45
"""Distance of the lines within a cell, in sizes of the letters, at most."""
_NUMBER = re.compile(
    r"[(\[−–-]?\s?[$€£¥]?\s?[\d][\d.,'’/: ]*\s?[%‰)\]]*\*?|[–—-]|n/?a\.?", re.IGNORECASE
)
"""An amount, or the dash that stands for none."""
_YEAR = re.compile(r"(?:FY|Q[1-4])?\s?(?:19|20)\d\d(?:[/–-]\d\d(?:\d\d)?)?\*?")

Cells = list[list[Strip]]
"""The pieces in each column of a printed line."""


def found(
    strips: Sequence[Strip], above: list[Strip], rules: Sequence[Box]
) -> tuple[list[Strip], Table, list[Strip]] | None:
    """The table that the pieces are, with the pieces before and after it; None if they are columns.

    A head over several columns is taken from ``above``, which loses it.
    """
    size = statistics.median(each.size for each in strips)
    columns = _columns(strips, _APART * size)
    if len(columns) < 2 or not _is_table(strips, columns, size, rules):
        return None
    lines = _lines(strips, columns)
    before, lines, after = _bounded(lines)
    if len(lines) < 2:
        return None
    over = _heads_above(above, columns, lines, size)
    rows = _rows(lines, size, rules)
    count = _head_count(rows)
    heads = [[] for _ in columns] if not (count or over) else _heads(over, rows[:count], columns)
    made = Table(
        columns=columns,
        heads=heads,
        rows=[[_words(cell) for cell in row] for row in rows[count:]],
        size=size,
    )
    if not made.rows:
        return None
    return before, made, after


def rendered(table: Table) -> list[Line]:
    """One line for each row: its label, then each cell after the name of its column."""
    lines = []
    if table.heads and table.heads[0]:
        named = [head for head in table.heads if head]
        lines.append(_joined([list(head) for head in named], table.size))
    for row in table.rows:
        parts: list[list[Word]] = []
        for number, cell in enumerate(row):
            if not cell:
                continue
            head = table.heads[number] if number and table.heads else []
            parts.append([*_colon(head), *cell])
        if parts:
            lines.append(_joined(parts, table.size))
    return lines


def _joined(parts: list[list[Word]], size: float) -> Line:
    words: list[Word] = []
    for part in parts:
        if words:
            words.append(Word((), None, "·"))
        words += part
    return Line(words=words, size=size, is_row=True)


def _colon(head: Sequence[Word]) -> list[Word]:
    if not head:
        return []
    last = head[-1]
    ends = last.parts[-1][1].endswith(":") if last.parts else False
    return [*head[:-1], last if ends else last._replace(parts=(*last.parts, (PLAIN, ":")))]


def _columns(strips: Sequence[Strip], apart: float) -> list[tuple[float, float]]:
    """Where columns lie: what the pieces cover, without the gaps between."""
    columns: list[tuple[float, float]] = []
    for strip in sorted(strips, key=lambda each: each.box.left):
        left, right = strip.box.left, strip.box.right
        if columns and left - columns[-1][1] < apart:
            columns[-1] = columns[-1][0], max(columns[-1][1], right)
        else:
            columns.append((left, right))
    if strips and strips[0].right_to_left:
        columns.reverse()
    return columns


def _column_of(strip: Strip, columns: Sequence[tuple[float, float]]) -> int:
    middle = (strip.box.left + strip.box.right) / 2
    return min(
        range(len(columns)),
        key=lambda n: max(columns[n][0] - middle, middle - columns[n][1], 0.0),
    )


def _is_table(
    strips: Sequence[Strip],
    columns: Sequence[tuple[float, float]],
    size: float,
    rules: Sequence[Box],
) -> bool:
    sides: list[list[Strip]] = [[] for _ in columns]
    for strip in strips:
        sides[_column_of(strip, columns)].append(strip)
    prose = [_is_prose(side, column) for side, column in zip(sides, columns, strict=True)]
    if sum(prose) > 1:
        return False
    rows: dict[int, set[int]] = {}
    for number, side in enumerate(sides):
        for strip in side:
            rows.setdefault(strip.row, set()).add(number)
    widest = max(range(len(columns)), key=lambda n: columns[n][1] - columns[n][0])
    others = [strip for number, side in enumerate(sides) if number != widest for strip in side]
    shared = sum(len(rows[strip.row]) > 1 for strip in others) / max(1, len(others))
    numbers = sum(_is_number(strip) for strip in others) / max(1, len(others))
    ruled = _is_ruled(strips, rules)
    if len(columns) > 2:
        return shared >= 0.6 or (ruled and shared >= 0.3)
    if any(prose):
        narrow = sides[1 - widest]
        return shared >= 0.8 and len(narrow) > 1 and _starts_cells(narrow, sides[widest])
    if numbers >= 0.5 and shared >= 0.6:
        return True
    bases = sorted({strip.base for strip in strips})
    gaps = [b - a for a, b in itertools.pairwise(bases) if b - a > 0.3 * size]
    wide = bool(gaps) and statistics.median(gaps) > _IN_CELL * size
    colons = sum(s.letters.endswith(":") for s in sides[0]) > len(sides[0]) / 2
    headed = all(side[0].bold for side in sides) and not all(s.bold for s in strips)
    named = shared >= 0.9 and len(rows) > 3 and _width(columns[0]) < 0.7 * _width(columns[1])
    return shared >= 0.75 and (ruled or wide or colons or headed or named)


def _width(column: tuple[float, float]) -> float:
    return column[1] - column[0]


def _is_prose(strips: Sequence[Strip], column: tuple[float, float]) -> bool:
    if len(strips) < 4:
        return False
    words = statistics.mean(len(each.words) for each in strips)
    edge = column[0] + _FULL * (column[1] - column[0])
    full = sum(each.box.right >= edge for each in strips) / len(strips)
    return words >= _PROSE_WORDS and full >= 0.6


def _is_number(strip: Strip) -> bool:
    return bool(_NUMBER.fullmatch(strip.letters))


def _is_ruled(strips: Sequence[Strip], rules: Sequence[Box]) -> bool:
    """Whether lines are drawn between the rows."""
    top, bottom = min(s.box.top for s in strips), max(s.box.bottom for s in strips)
    left, right = min(s.box.left for s in strips), max(s.box.right for s in strips)
    inside = {
        round(rule.top)
        for rule in rules
        if rule.bottom - rule.top < 2
        and top < rule.top < bottom
        and rule.left < right
        and left < rule.right
    }
    return len(inside) >= 2


def _starts_cells(narrow: Sequence[Strip], wide: Sequence[Strip]) -> bool:
    """Whether paragraphs of the wide column begin beside the pieces of the narrow one."""
    bases = sorted(each.base for each in wide)
    gaps = {b: b - a for a, b in itertools.pairwise(bases)}
    usual = statistics.median(gaps.values()) if gaps else 0.0
    starts = [
        each
        for each in narrow[1:]
        if any(abs(base - each.base) < 1 and gaps.get(base, 0) > 1.25 * usual for base in bases)
    ]
    return len(starts) * 2 > len(narrow) - 1


def _lines(strips: Sequence[Strip], columns: Sequence[tuple[float, float]]) -> list[Cells]:
    """The printed lines, each with its pieces by column."""
    rows: dict[int, Cells] = {}
    for strip in sorted(strips, key=lambda each: (each.base, each.box.left)):
        rows.setdefault(strip.row, [[] for _ in columns])[_column_of(strip, columns)].append(strip)
    return sorted(rows.values(), key=_base)


def _base(cells: Cells) -> float:
    return min(strip.base for cell in cells for strip in cell)


def _filled(cells: Cells) -> int:
    return sum(map(bool, cells))


def _bounded(lines: list[Cells]) -> tuple[list[Strip], list[Cells], list[Strip]]:
    """The table without what stands above and below it, in its first column only."""

    def is_prose(line: Cells) -> bool:
        words = sum(len(strip.words) for strip in line[0])
        return _filled(line) == 1 and bool(line[0]) and words > 2 * _PROSE_WORDS

    def is_above(number: int) -> bool:
        line = lines[number]
        if _filled(line) > 1 or not line[0]:
            return False
        gap = _base(lines[number + 1]) - _base(line)
        return is_prose(line) or gap > _IN_CELL * line[0][0].size

    first, last = 0, len(lines)
    while first < last - 1 and is_above(first):
        first += 1
    while first < last and is_prose(lines[last - 1]) and (last < 2 or is_prose(lines[last - 2])):
        last -= 1
    return _flat(lines[:first]), lines[first:last], _flat(lines[last:])


def _flat(lines: Sequence[Cells]) -> list[Strip]:
    return [strip for line in lines for cell in line for strip in cell]


def _heads_above(
    above: list[Strip], columns: Sequence[tuple[float, float]], lines: list[Cells], size: float
) -> list[Strip]:
    """Heads that stand over several columns, taken out of the pieces above."""
    edge = columns[0][1]
    top = _base(lines[0])
    over: list[Strip] = []
    for row in sorted({each.row for each in above}, reverse=True):
        line = [each for each in above if each.row == row]
        inside = all(
            strip.box.left > edge - size and strip.box.right <= columns[-1][1] + 3 * size
            for strip in line
        )
        if not inside or top - line[0].base > 2.2 * size or any(len(s.words) > 6 for s in line):
            break
        over = line + over
        top = line[0].base
    for strip in over:
        above.remove(strip)
    return over


def _rows(lines: list[Cells], size: float, rules: Sequence[Box]) -> list[Cells]:
    """The rows: printed lines that belong to the same cells are one."""
    starts = _starts(lines, size, rules)
    rows: list[Cells] = []
    for number, line in enumerate(lines):
        if number in starts or not rows:
            rows.append([list(cell) for cell in line])
        else:
            for cell, more in zip(rows[-1], line, strict=True):
                cell += more
    return rows


def _starts(lines: list[Cells], size: float, rules: Sequence[Box]) -> set[int]:
    """Which printed lines begin a row."""
    bases = [_base(line) for line in lines]
    gaps = [after - before for before, after in itertools.pairwise(bases)]
    between = [
        number + 1
        for number in range(len(gaps))
        if any(
            bases[number] < rule.top < bases[number + 1] and rule.bottom - rule.top < 2
            for rule in rules
            if rule.right - rule.left > 3 * size
        )
    ]
    partial = [_filled(line) < max(map(_filled, lines)) for line in lines]
    if len(between) >= max(2, sum(not each for each in partial) - 2) and any(partial):
        return {0, *between}
    wide = [gap for gap in gaps if gap > _IN_CELL * size]
    close = [gap for gap in gaps if gap <= _IN_CELL * size]
    if wide and close and any(partial) and min(wide) > 1.15 * max(close):
        inner = [n + 1 for n, gap in enumerate(gaps) if gap <= _IN_CELL * size]
        if any(partial[n] or partial[n - 1] for n in inner):
            return {0} | {n + 1 for n, gap in enumerate(gaps) if gap > _IN_CELL * size}
    return {n for n, line in enumerate(lines) if not _continues(lines, n, partial)}


def _continues(lines: list[Cells], number: int, partial: list[bool]) -> bool:
    """Whether a line holds what did not fit into the cells of the line before."""
    line = lines[number]
    if not number or not partial[number]:
        return False
    if any(_is_number(strip) for cell in line for strip in cell):
        return False
    before = lines[number - 1]
    if not all(had for had, has in zip(before, line, strict=True) if has):
        return False
    if not line[0]:
        return True  # only other columns go on
    first = line[0][0].letters[:1]
    return first.islower() or first in "(&" or _filled(line) > 1


def _head_count(rows: Sequence[Cells]) -> int:
    """How many of the first rows are heads."""
    for count in (1, 2, 3):
        if len(rows) <= count:
            return 0
        head, body = rows[:count], rows[count:]
        if _names(head, body):
            return count
    return 0


def _names(head: Sequence[Cells], body: Sequence[Cells]) -> bool:
    """Whether these rows name the columns of those."""
    if _filled(head[-1]) < 2 and len(head[-1]) > 2:
        return False
    pieces = _flat(head)
    rest = _flat(body)
    if all(strip.bold for strip in pieces) and not all(strip.bold for strip in rest):
        return not any(_is_number(s) and not _YEAR.fullmatch(s.letters) for s in pieces)
    count = len(head[-1])
    for column in range(1, count):
        names = [s for line in head for s in line[column]]
        cells = [s for line in body for s in line[column]]
        if any(_is_number(s) and not _YEAR.fullmatch(s.letters) for s in names):
            return False
        numeric = sum(map(_is_number, cells)) > len(cells) / 2
        years = any(_YEAR.fullmatch(s.letters) for s in names)
        if years and all(_YEAR.fullmatch(s.letters) for s in cells):
            return False
        if names and cells and (numeric or years):
            return True
    # Nothing but words: a head is shorter than what stands under it, and fills every column.
    if len(body) < 2 or not all(any(line[column] for line in head) for column in range(count)):
        return False
    return (
        len(head) == 1
        and all(_is_short(s) and not s.letters.endswith((".", ":")) for s in pieces)
        and any(any(c.isdigit() for c in s.letters) for s in rest)
    )


def _is_short(strip: Strip) -> bool:
    return len(strip.words) <= 3 and not any(letter.isdigit() for letter in strip.letters)


def _heads(
    over: Sequence[Strip], rows: Sequence[Cells], columns: Sequence[tuple[float, float]]
) -> list[list[Word]]:
    """The name of each column, with what stands over several."""
    heads: list[list[Word]] = []
    for number, (left, right) in enumerate(columns):
        words = [
            word
            for strip in over
            if strip.box.left < right and left < strip.box.right
            for word in strip.words
        ]
        for row in rows:
            words += _words(row[number])
        heads.append(words)
    return heads


def _words(cell: Sequence[Strip]) -> list[Word]:
    return [word for strip in cell for word in strip.words]
