"""A page's tree as a browser shows it: nothing hidden, cells spread, raised figures told."""

import re
from copy import deepcopy
from typing import Any

from index.formats.scripts import raised

_GONE = ("script", "style", "template", "noscript", "del", "s", "strike")
"""Never shown, or struck out."""
_HIDING = re.compile(
    r"(?:^|;)(?:display:none|visibility:hidden|font-size:0(?:px|pt|em|rem|%)?|opacity:0(?:\.0+)?)"
    r"(?:!important)?(?:;|$)"
)
_WIDEST = 50
"""Columns or rows over which a cell may be spread; the spans of a page made for it are absurd."""
_MOST_CELLS = 20_000
"""Of one table with what they spread over: a larger one stays as it is written."""


def tree_of(content: bytes) -> Any:
    """The tree of a page without what is hidden; None where it is no page."""
    import trafilatura

    tree = trafilatura.load_html(content)
    if tree is None:
        return None
    for element in list(tree.iter()):
        if _is_hidden(element) and element.getparent() is not None:
            drop(element)
    for element in reversed(list(tree.iter("sup", "sub"))):  # those within others first
        _raise(element)
    for element in list(tree.iter("a")):
        is_note = "noteref" in f"{element.get('epub:type')} {element.get('role')}"
        if is_note and element.getparent() is not None:  # else it was within another
            _raise(element)
    for table in list(tree.iter("table")):
        _spread(table)
    return tree


def _is_hidden(element: Any) -> bool:
    if not isinstance(element.tag, str):  # a comment
        return True
    style = "".join((element.get("style") or "").lower().split())
    shown = element.get("hidden") in (None, "until-found")
    return element.tag in _GONE or not shown or _HIDING.search(style) is not None


def drop(element: Any) -> None:
    """Take an element away, but not what follows it."""
    parent, tail = element.getparent(), element.tail or ""
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _raise(element: Any) -> None:
    """Keep a raised or lowered figure apart from the figure that it stands on."""
    text = "".join(element.itertext())
    before = element.getprevious()
    ahead = (before.tail or "".join(before.itertext())) if before is not None else ""
    ahead = ahead or (element.getparent().text or "") if before is None else ahead
    link = element if element.tag == "a" else element.find(".//a")
    if link is not None and "#" in (link.get("href") or "") and text.strip().isalnum():
        written = f" (note {text.strip()})"
    else:
        written = raised(ahead, text, "superscript" if element.tag == "sup" else "subscript")
    after = element.getnext()
    behind = element.tail or ""
    if not behind and after is not None and after.tag not in ("sup", "sub"):
        behind = "".join(after.itertext())
    if written[-1:].isdigit() and behind[:1].isdigit():
        written += " "
    for child in list(element):
        element.remove(child)
    element.text = written
    element.drop_tag()  # else it may be read as a line of its own


def _spread(table: Any) -> None:
    """Write a cell that covers several columns or rows in each of them."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table]
    cells = [[each for each in row if each.tag in ("td", "th")] for row in rows]
    if not any(each.get("rowspan") or each.get("colspan") for row in cells for each in row):
        return
    grid: list[dict[int, Any]] = [{} for _ in rows]
    written = 0
    for number, row in enumerate(cells):
        column = 0
        for cell in row:
            while column in grid[number]:
                column += 1
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            for line in range(number, min(number + high, len(rows))):
                for place in range(column, column + wide):
                    grid[line].setdefault(place, cell)
                    written += 1
            column += wide
            if written > _MOST_CELLS:
                return
    for row, places in zip(rows, grid, strict=True):
        copies = [deepcopy(places[place]) for place in sorted(places)]
        for child in list(row):
            row.remove(child)
        for copy in copies:
            copy.attrib.pop("colspan", None)
            copy.attrib.pop("rowspan", None)
            row.append(copy)


def _span(cell: Any, name: str) -> int:
    said = (cell.get(name) or "1").strip()
    return min(max(int(said), 1), _WIDEST) if said.isascii() and said.isdigit() else 1
