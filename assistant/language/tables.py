"""Rows of tables as sentences: "Pay: 2029 (million) 138.7; 2030 (million) 146.2". Pure.

A row is read together with the first row of its table, which names the columns; what is said is
made of the words of both and of nothing else.
"""

import re
from collections.abc import Sequence

from index.formats.rows import MARK

_RULE = re.compile(r"[\s|:+=_-]+")
_FIGURE = re.compile(r"[^\w(]*\d[\d.,'\u202f\u00a0]*\s?%?\W*")
_YEARS = re.compile(r"(?:18|19|20)\d\d(?:[-–/]\d\d(?:\d\d)?)?")
_TOTAL = re.compile(r"\A(?:grand )?(?:total|sum|overall|all)\b|\Ain all\b", re.IGNORECASE)
_MOST_CELLS = 8
"""A wider row is not readable as one line."""


def cells(line: str) -> list[str]:
    """The cells of a row as the documents' texts write it, or nothing where the line is no row."""
    bare = line.strip()
    if "\n" in bare or _RULE.fullmatch(bare):
        return []
    if bare.startswith("|") or bare.count(" | ") > 1:
        return [cell.strip() for cell in bare.strip("|").split("|")]
    first, mark, others = f" {bare}".partition(MARK)
    if mark:  # "Pay · 2029: 138.7; 2030: 146.2", as the readers write it
        return [first.strip(), *(cell.strip() for cell in others.split(";"))]
    return [cell.strip() for cell in bare.split("\t")] if "\t" in bare else []


def is_header(row: Sequence[str]) -> bool:
    """Whether a row can name columns: nothing but its first cell may be empty or a bare figure that
    is no year.
    """
    return len(row) > 1 and all(
        _YEARS.fullmatch(cell) or (cell and ": " not in cell and not _FIGURE.fullmatch(cell))
        for cell in row[1:]
    )


def said(header: Sequence[str], row: Sequence[str]) -> str:
    """The row as a sentence, or nothing where it has no readable form.

    A cell may name its column already: "2029: 138.7".
    """
    if len(header) != len(row) or not 1 < len(row) <= _MOST_CELLS or not row[0]:
        return ""
    bare = [cell.removeprefix(f"{name}: ") for name, cell in zip(header[1:], row[1:], strict=True)]
    named = [f"{name} {cell}" for name, cell in zip(header[1:], bare, strict=True) if cell]
    return f"{row[0]}: {'; '.join(named)}" if named else ""


def is_total(text: str) -> bool:
    """Whether a row sums up the others."""
    return _TOTAL.match(text) is not None
