"""Spreadsheets: .xlsx .xls .ods by calamine, .csv and .tsv by the standard library.

Each row is a line with the names of its columns, and each sheet a page that knows its rows.
"""

import csv
import datetime
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from index.data import Page
from index.errors import InputError
from index.formats import grid
from index.formats.archives import checked, saved
from index.formats.content import Content, Writer
from index.formats.text import decoded

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

MOST_ROWS = 20_000
"""Of a file: more would fill a library with rows of one table, and every search with them."""
_MOST_SHEETS = 500
_MOST_CELLS = 5_000_000
"""Of one sheet, empty ones too, which cost memory all the same."""
_DELIMITERS = ",;\t|"
_TRIED = 100
"""Records that are read to tell what parts their fields."""
_LONGEST_FIELD = 1_000_000
_MARKUP = "Open it in a spreadsheet program and save it anew."

Cell = Any
"""A string, number, truth value, date, time or span of time, as calamine gives it."""


def read_workbook(content: bytes, name: str) -> Content:
    """Every sheet of a workbook, hidden ones too, which are called so.

    Raises:
        InputError: it is no workbook, broken, protected, or unpacks to an absurd size.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    day = None
    if content.startswith(b"PK"):
        with checked(content, name, "OpenDocument or Excel workbook") as archive:
            day = saved(archive)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            return replace(_workbook(workbook, name), published=day)
    except PasswordError as error:
        raise _protected(name) from error
    except (CalamineError, OSError, ValueError) as error:
        if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0" in content:
            raise _protected(name) from error
        raise InputError(f"{name} is broken, or no workbook.", _MARKUP) from error
    except BaseException as error:  # calamine's panic is no Exception, and has no name to import
        if type(error).__name__ != "PanicException":
            raise
        raise InputError(f"{name} is broken, or no workbook.", _MARKUP) from error


def read_csv(content: bytes, name: str) -> Content:
    """The rows of a file of fields parted by commas, semicolons, tabs or bars.

    Raises:
        InputError: it is not text, or in no encoding that can be told.
    """
    text = decoded(content, name)
    remarks = []
    csv.field_size_limit(_LONGEST_FIELD)
    delimiter, start = _delimiter(text, name)
    try:
        rows, count = _records(text[start:], delimiter, csv.QUOTE_MINIMAL)
    except csv.Error:
        try:
            rows, count = _records(text[start:], delimiter, csv.QUOTE_NONE)
        except csv.Error as error:
            raise InputError(
                f"{name} has a field of more than {_LONGEST_FIELD:,} characters.",
                "Add it as text: rename it to .txt.",
            ) from error
        remarks.append("a quotation mark is never closed: quotation marks were read as they stand")
    if count > MOST_ROWS:
        remarks.append(_cut(name, None, count))
    writer = Writer()
    places = _written(writer, rows, whole=True)
    page = Page(number=1, start=0, end=writer.end, kind="sheet", rows=places)
    return Content(text=writer.text, pages=(page,), remarks=tuple(remarks))


def _records(text: str, delimiter: str, quoting: Any) -> tuple[list[list[str]], int]:
    """The records that are read, and how many there are."""
    rows: list[list[str]] = []
    count = 0
    for count, record in enumerate(
        csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting), start=1
    ):
        if count <= MOST_ROWS:
            rows.append(record)
    return rows, count


def _delimiter(text: str, name: str) -> tuple[str, int]:
    """What parts the fields, and where the first record begins: some files say it in a line.

    It is the sign with which most of the first records have the same number of fields, above one.
    """
    if text[:4].lower() == "sep=" and text[4:5] in tuple(_DELIMITERS) and text[5:6] in "\r\n":
        return text[4], len(text[:7]) - len(text[5:7].lstrip("\r\n"))
    if name.lower().endswith(".tsv"):
        return "\t", 0

    def evenness(sign: str) -> tuple[float, int]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
        sizes: Counter[int] = Counter()
        try:
            for record, _ in zip(reader, range(_TRIED), strict=False):
                sizes[len(record)] += bool(record)
        except csv.Error:
            return 0.0, 0
        size, count = max(
            sizes.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(0, 0)
        )
        return (count / max(1, sizes.total()) if size > 1 else 0.0), size

    return max(_DELIMITERS, key=evenness), 0


def _workbook(workbook: "CalamineWorkbook", name: str) -> Content:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    known = [each for each in workbook.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    if len(known) > _MOST_SHEETS:
        raise InputError(f"{name} has more than {_MOST_SHEETS:,} sheets.", "Split it.")
    writer = Writer()
    pages: list[Page] = []
    remarks: list[str] = []
    left = MOST_ROWS
    for number, each in enumerate(known, start=1):
        sheet = workbook.get_sheet_by_name(each.name)
        hidden = each.visible != SheetVisibleEnum.Visible
        rows, spread = _rows(sheet, left, name)
        if sheet.end and sheet.end[0] >= left:
            remarks.append(_cut(name, each.name, sheet.end[0] + 1, left))
        left -= len(rows)
        if hidden and rows:
            remarks.append(f"the hidden sheet “{each.name}” was read too")
        start = writer.end
        if rows and len(known) > 1:
            writer.heading(1, f"{each.name} (hidden)" if hidden else each.name)
        places = _written(writer, rows, spread)
        pages.append(
            Page(
                number=number,
                start=start,
                end=writer.end,
                kind="sheet",
                name=each.name,
                hidden=hidden,
                rows=places,
            )
        )
    return Content(
        text=writer.text,
        headings=tuple(writer.headings),
        pages=tuple(pages),
        remarks=tuple(remarks),
    )


def _written(
    writer: Writer,
    rows: Sequence[Sequence[str]],
    spread: frozenset[int] = frozenset(),
    *,
    whole: bool = False,
) -> tuple[tuple[int, int], ...]:
    """Write a sheet's lines, and say where each run of rows begins."""
    places: list[tuple[int, int]] = []
    before = None
    for line in grid.lines(rows, spread, whole=whole):
        at = writer.row(line.text, first=line.first)
        if line.first or before is None or line.row != before + 1:
            places.append((at, line.row))
        before = line.row
    return tuple(places)


def _rows(sheet: "CalamineSheet", most: int, name: str) -> tuple[list[list[str]], frozenset[int]]:
    """The first rows of a sheet as text from its first row and column on, merged cells filled in;
    and in which rows a cell lies over several columns beside others."""
    if sheet.end is None or most <= 0:
        return [], frozenset()
    if (sheet.end[0] + 1) * (sheet.end[1] + 1) > _MOST_CELLS * 10:
        raise InputError(
            f"The sheet “{sheet.name}” of {name} reaches over an absurd range of cells.",
            "Delete what stands far outside the table, and save it anew.",
        )
    told = sheet.to_python(skip_empty_area=False, nrows=most)
    rows = [[_shown(cell) for cell in row] for row in told]
    spread = set()
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        bottom, right = min(bottom, len(rows) - 1), min(right, sheet.end[1])
        if top >= len(rows) or left > right or not rows[top][left]:
            continue
        alone = sum(map(bool, rows[top])) == 1
        for row in range(top, bottom + 1):
            for column in range(left, (left if alone else right) + 1):
                rows[row][column] = rows[row][column] or rows[top][left]
        if not alone and right > left:
            spread.add(top)
    return rows, frozenset(spread)


def _shown(cell: Cell) -> str:
    """A cell as text. How the program would show it is not told: no share as percent, no
    thousands separators, no currency."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ", _precision(cell))
    if isinstance(cell, datetime.time):
        return cell.isoformat(_precision(cell))
    return str(cell)


def _precision(moment: Any) -> str:
    return "seconds" if moment.second or moment.microsecond else "minutes"


def _number(value: float) -> str:
    """With 15 digits, which is what spreadsheets keep, and without an exponent where it can be."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    told = f"{value:.15g}"
    return told if "e" not in told or abs(value) > 1e20 else f"{value:.20f}".rstrip("0")


def _cut(name: str, sheet: str | None, rows: int, read: int = MOST_ROWS) -> str:
    which = f"the sheet “{sheet}”" if sheet else name
    return (
        f"{which} has {rows:,} rows: only the first {max(0, read):,} were read; split it, or keep"
        f" what is asked for in a file of at most {MOST_ROWS:,} rows"
    )


def _protected(name: str) -> InputError:
    return InputError(
        f"{name} is protected with a password.",
        "Open it in a spreadsheet program and save it without one.",
    )
