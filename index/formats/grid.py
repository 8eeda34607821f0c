"""From the cells of a sheet to its lines: which row is a head, where a table ends.

A sheet is a grid without a word on what it holds: titles, several tables one below or beside the
other, empty rows for looks. What parts tables are rows and columns that hold nothing. A head is a
first row of names above rows that look otherwise. Pure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.formats.column_names import is_value, names_values, names_words
from index.formats.rows import above_figures, is_figure, is_year, may_be_keys, row_line

Row = Sequence[str]
_LONGEST_NAME = 60
"""Characters of a cell that may be the name of a column."""
_SEEN = 200
"""Rows of a table that are looked at to tell its head."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table as text."""

    row: int
    """Counted from 1, as the program shows it."""
    text: str
    first: bool
    """Whether a table, or what stands apart from any, begins here."""


def lines(
    rows: Sequence[Row], spread: frozenset[int] = frozenset(), *, whole: bool = False
) -> Iterator[Line]:
    """The lines of a sheet; empty rows give none.

    ``whole``: it is one table, whatever rows of it are empty.
    ``spread`` are the rows, counted from 0, in which one cell lies over several columns: in a head
    they stand above the names of these.
    """
    known: dict[int, tuple[Row, int]] = {}  # of each first column: the names, and the end of them
    for start, end in _stretches(rows):
        above, known = known, {}
        for left, right in _beside(rows[start:end]):
            block = [row[left:right] for row in rows[start:end]]
            titles = _titles(block)
            for number in range(titles):
                yield Line(start + number + 1, _line((), block[number]), number == 0)
            table = block[titles:]
            begin = start + titles
            heads = _heads(table, [begin + each in spread for each in range(2)], whole)
            names: Row = ()
            if heads:
                names = _joined(table[:heads])
                known[left] = names, _width(table)
            elif left in above and not titles and (whole or _goes_on(table, above[left][1])):
                names = above[left][0]
                known[left] = above[left]
            for number, row in enumerate(table):
                if number < heads - 1:
                    continue  # what it says is in the names
                text = _line((), names) if number == heads - 1 else _line(names, row)
                if text:
                    yield Line(begin + number + 1, text, number == max(0, heads - 1))


def _line(names: Row, row: Row) -> str:
    held = [cell for cell in row if cell.strip()]
    if len(held) == 1:  # a title or a note
        only = next(place for place, cell in enumerate(row) if cell.strip())
        name = names[only] if 0 < only < len(names) else ""
        bare = " ".join(held[0].split())
        return f"{name.removesuffix(':')}: {bare}" if name and name != held[0] else bare
    return row_line(names, row)


def _stretches(rows: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """Where rows that hold something follow each other."""
    start = None
    for number, row in enumerate(rows):
        if any(cell.strip() for cell in row):
            start = number if start is None else start
        elif start is not None:
            yield start, number
            start = None
    if start is not None:
        yield start, len(rows)


def _beside(block: Sequence[Row]) -> list[tuple[int, int]]:
    """The columns of each of the tables that stand beside each other.

    An empty column parts two tables only where the right one names its own columns and its own
    rows: many a table has empty columns for looks, and its rows keep their first cell.
    """
    width = max(map(len, block))
    used = [
        any(len(row) > column and row[column].strip() for row in block) for column in range(width)
    ]
    parts = []
    left = 0
    for column in range(1, width):
        if used[column - 1] or not used[column]:
            continue
        right = [row[column:] for row in block]
        following = next((c for c in range(column, width) if not used[c]), width) - column
        table = [row[:following] for row in right]
        titles = _titles(table)
        labels = [row[0] for row in table[titles + 1 : _SEEN] if row and row[0].strip()]
        own = bool(labels) and all(is_year(each) or not is_figure(each) for each in labels)
        if following > 1 and own and _heads(table[titles:], [False, False], True):
            parts.append((left, column))
            left = column
    return [*parts, (left, width)]


def _titles(block: Sequence[Row]) -> int:
    """How many rows at the top hold one text alone, as a title does."""
    count = 0
    while count < len(block) - 1 and sum(bool(cell.strip()) for cell in block[count]) == 1:
        held = next(cell for cell in block[count] if cell.strip())
        if is_figure(held) and not is_year(held):
            break
        count += 1
    wide = max((sum(bool(cell.strip()) for cell in row) for row in block), default=0)
    return count if wide > 1 else 0


def _heads(table: Sequence[Row], spread: Sequence[bool], whole: bool) -> int:
    """How many rows at the top name the columns: 0, 1, or 2 where one lies over others."""
    table = table[:_SEEN]
    if len(table) > 2 and spread[0] and not any(is_figure(c) and not is_year(c) for c in table[0]):
        joined = [_joined(table[:2]), *table[2:]]
        if _names(joined, whole):
            return 2
    return int(_names(table, whole))


def _names(table: Sequence[Row], whole: bool) -> bool:
    """Whether the first row names the columns: words or years above figures, or above other words.

    ``whole``: it is a file of fields, whose first row is often a head, of two columns too, and
    often none.
    Of a table of words alone there must be two rows below the names, and none may hold one again.
    """
    columns = range(max(map(len, table), default=0))
    used = [c for c in columns if any(c < len(row) and row[c].strip() for row in table)]
    table = [[row[column] if column < len(row) else "" for column in used] for row in table]
    if whole and table and any(map(is_value, table[0][1:])):
        return False
    if may_be_keys(table) and not (whole and len(table) > 1 and names_values(table)):
        return False
    if len(table) > 1 and above_figures(table):
        return True
    first = [" ".join(cell.split()) for cell in table[0]] if table else []
    while first and not first[-1]:
        first.pop()
    return (
        len(table) > 2
        and len(first) > 1
        and (not whole or names_words(table))
        and all(0 < len(cell) <= _LONGEST_NAME and not is_figure(cell) for cell in first)
        and len(set(first)) == len(first)
        and not any(
            column < len(row) and row[column].strip() == name
            for row in table[1:]
            for column, name in enumerate(first)
        )
    )


def _joined(heads: Sequence[Row]) -> list[str]:
    """The names that rows read downwards give: "2021" above "Revenue" is "2021 Revenue"."""
    return [
        " ".join(dict.fromkeys(row[column].strip() for row in heads if column < len(row))).strip()
        for column in range(max(map(len, heads)))
    ]


def _goes_on(table: Sequence[Row], width: int) -> bool:
    """Whether rows below an empty one belong to the table of this width above it: they are just
    as wide, and hold figures."""
    return _width(table) == width and any(is_figure(cell) for row in table for cell in row[1:])


def _width(table: Sequence[Row]) -> int:
    """How many columns are used, from the first one on."""
    return max(
        (column + 1 for row in table for column, cell in enumerate(row) if cell.strip()), default=0
    )
