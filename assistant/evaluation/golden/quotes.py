"""Where a golden quote stands in a document's text.

A golden set quotes the file that its author saw, and a reader writes some of it otherwise: other
white space, and a table's row with the names of its columns.
"""

import re

_CELL = "|"


def quoted_range(text: str, quote: str) -> tuple[int, int] | None:
    """The range of ``quote`` in ``text``, character offsets; None where it does not occur.

    It is taken as it stands; else with any white space between its words; else, if it is a row of
    a Markdown table, as the line that holds its cells in their order (so are several rows).
    """
    if not quote.strip():
        return None
    start = text.find(quote)
    if start >= 0:
        return start, start + len(quote)
    found = re.search(r"\s+".join(map(re.escape, quote.split())), text)
    if found is None and quote.strip().startswith(_CELL):
        rows = [row for row in quote.split("\n") if row.strip(" |:-")]
        found = re.search(r"[^\n]*\n".join(map(_row, rows)), text)
    return found.span() if found else None


def _row(row: str) -> str:
    """A pattern of the line that holds a row's cells in their order."""
    cells = [cell.strip() for cell in row.split(_CELL)]
    return r"[^\n]*?".join(rf"(?<!\w){re.escape(cell)}(?!\w)" for cell in cells if cell)
