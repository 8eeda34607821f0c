"""A row of a table as one line of text, each cell with the name of its column.

A row is cited alone, far from its table's head: "2021 · Revenue: 4.1; Profit: 0.3" says of which
year and of what the number is, where "| 2021 | 4.1 | 0.3 |" says neither.
"""

import re
from collections.abc import Sequence

MARK = " · "
"""Between a row's first cell and the others."""


def row_line(header: Sequence[str], cells: Sequence[str]) -> str:
    """The row's first cell, then " · ", then "Column: cell" parts joined by "; ".

    ``header`` names the columns from the first one on; a cell whose column has no name stands
    bare, and an empty cell is left out. So ``row_line((), names)`` is the line of the head itself.
    White space is made single, so that a row is one line; a row without text gives "".
    """
    first, *others = [" ".join(cell.split()) for cell in cells] or [""]
    names = [" ".join(name.split()) for name in header][1:]
    names += [""] * (len(others) - len(names))
    parts = [
        f"{name.removesuffix(':')}: {cell}" if name else cell
        for name, cell in zip(names, others, strict=False)
        if cell
    ]
    return (first + MARK + "; ".join(parts)).strip() if parts else first


def is_head_of(line: str, row: str) -> bool:
    """Whether a line is the head of a row's table: it names one of the row's columns."""
    first, mark, names = line.partition(MARK)
    if not first or not mark or MARK not in row:
        return False
    cells = row.partition(MARK)[2].split("; ")
    return any(cell.startswith(f"{name}: ") for name in names.split("; ") for cell in cells)


_FIGURE = re.compile(r"[^\w(]*\(?[\d.,'\s]*\d[\d.,'\s]*%?\)?\W*")
_YEAR = re.compile(r"(?:18|19|20)\d\d(?:[-–/]\d\d(?:\d\d)?)?")


def is_figure(cell: str) -> bool:
    """Whether a cell holds a number: 4.1, (4.2), 12.5%, $320."""
    return _FIGURE.fullmatch(cell.strip()) is not None


def is_year(cell: str) -> bool:
    """Whether a cell holds a year or a span of years, which may name a column."""
    return _YEAR.fullmatch(cell.strip()) is not None


def names_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is a head although nothing says so: words or years above figures."""
    if len(rows) < 2 or may_be_keys(rows):
        return False
    return above_figures(rows)


def may_be_keys(rows: Sequence[Sequence[str]]) -> bool:
    """Whether two columns may be keys and their values: "Currency, EUR" above "Tax rate, 0.25"
    looks as names above figures do, and would call every value one of EUR.

    They are none where the first row has no key, or each row below begins with a figure, a year
    or a day, which a key does not hold.
    """
    if max(map(len, rows), default=0) != 2:
        return False
    first, *others = [row[0].strip() if row else "" for row in rows]
    return bool(first) and not all(any(map(str.isdigit, each)) for each in others)


def above_figures(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of several rows holds words or years, and those below it figures."""
    first, *others = [[" ".join(cell.split()) for cell in row] for row in rows]
    named = len(set(first)) == len(first) > 1 and all(
        cell and (_YEAR.fullmatch(cell) or not _FIGURE.fullmatch(cell)) for cell in first[1:]
    )
    return named and any(_FIGURE.fullmatch(cell) for row in others for cell in row[1:])


def table_lines(rows: Sequence[Sequence[str]], heads: int | None = None) -> list[str]:
    """The lines of a table; ``heads`` is how many rows name its columns, None where untold.

    Several head rows are read downwards: "2021" above "Revenue" names "2021 Revenue". A first row
    of one cell over all columns is a caption.
    """
    captions = 0
    while heads != 0 and captions < len(rows) and _is_caption(rows[captions]):
        captions += 1
    below = rows[captions:]
    heads = int(names_columns(below)) if heads is None else max(0, heads - captions)
    names = [
        " ".join(dict.fromkeys(row[column].strip() for row in below[:heads] if column < len(row)))
        for column in range(max(map(len, below), default=0))
    ]
    lines = [row[0] for row in rows[:captions]]
    lines += [row_line((), names)] if heads else []
    lines += [row_line(names, row[:1] if _is_caption(row) else row) for row in below[heads:]]
    return [line for line in (" ".join(each.split()) for each in lines) if line]


def _is_caption(row: Sequence[str]) -> bool:
    """Whether this is one cell over all columns."""
    return len(row) > 1 and len(set(row)) == 1
