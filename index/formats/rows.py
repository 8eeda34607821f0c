"""A row of a table as one line of text, each cell with the name of its column.

A row is cited alone, far from its table's head: "2021 · Revenue: 4.1; Profit: 0.3" says of which
year and of what the number is, where "| 2021 | 4.1 | 0.3 |" says neither.
"""

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
