"""Small office files, made by hand or by a writer, so that no test needs a binary fixture."""

import datetime
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

Cells = Sequence[Sequence[Any]]
_SECTOR = 512
_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF


def packed(parts: Mapping[str, bytes | str]) -> bytes:
    """A zip archive of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def xlsx(
    sheets: Mapping[str, Cells],
    *,
    merged: Sequence[tuple[int, int, int, int]] = (),
    hidden: Sequence[str] = (),
) -> bytes:
    """A workbook; ``merged`` are the first and last rows and columns of cells of each sheet."""
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, datetime.date):
                        sheet.write_datetime(number, column, cell, day)
                    elif isinstance(cell, str) and cell:
                        sheet.write_string(number, column, cell)
                    elif cell not in ("", None):
                        sheet.write(number, column, cell)
            for top, left, bottom, right in merged:
                sheet.merge_range(top, left, bottom, right, rows[top][left])
    return file.getvalue()


def ods(sheets: Mapping[str, Cells]) -> bytes:
    """An OpenDocument workbook."""

    def cell(value: Any) -> str:
        if value in ("", None):
            return "<table:table-cell/>"
        if isinstance(value, datetime.date):
            kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
        elif isinstance(value, str):
            kind = 'office:value-type="string"'
        else:
            kind = f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"

    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(
            f"<table:table-row>{''.join(map(cell, row)) or cell('')}</table:table-row>"
            for row in rows
        )
        + "</table:table>"
        for name, rows in sheets.items()
    )
    return open_document("spreadsheet", f"<office:spreadsheet>{tables}</office:spreadsheet>")


def open_document(kind: str, body: str, styles: str = "") -> bytes:
    """An OpenDocument file whose body is this XML."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    media = f"application/vnd.oasis.opendocument.{kind}"
    return packed(
        {
            "mimetype": media,
            "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:'
            'opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
            f'manifest:media-type="{media}"/></manifest:manifest>',
            "content.xml": f"<?xml version='1.0' encoding='UTF-8'?><office:document-content"
            f" {spaces}>{styles}<office:body>{body}</office:body></office:document-content>",
        }
    )


def xls(rows: Cells) -> bytes:
    """A workbook of the old format (BIFF8) with one sheet."""

    def record(kind: int, content: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    def cell(row: int, column: int, value: Any) -> bytes:
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(value, str):
            letters = value.encode("utf-16-le")
            return record(0x0204, place + struct.pack("<HB", len(letters) // 2, 1) + letters)
        return record(0x0203, place + struct.pack("<d", value))

    name = b"Old"
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    bound_size = 4 + 8 + len(name)
    offset = len(begin) + bound_size + 4
    bound = record(0x0085, struct.pack("<IBBBB", offset, 0, 0, len(name), 0) + name)
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    cells = b"".join(
        cell(number, column, value)
        for number, row in enumerate(rows)
        for column, value in enumerate(row)
        if value not in ("", None)
    )
    whole = begin + bound + record(0x000A) + sheet + cells + record(0x000A)
    return compound({"Workbook": whole.ljust(4096, b"\0")})


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (OLE) of these streams; ``/`` in a name parts it from its storages."""
    entries: list[dict[str, Any]] = [{"name": "Root Entry", "kind": 5, "kids": []}]
    known: dict[str, int] = {"": 0}

    def entry(path: str, kind: int) -> int:
        parent, _, name = path.rpartition("/")
        above = known[parent] if parent in known else entry(parent, 1)
        entries.append({"name": name, "kind": kind, "kids": []})
        known[path] = len(entries) - 1
        entries[above]["kids"].append(known[path])
        return known[path]

    small, mini_fat, big, fat = b"", [], b"", []
    for path, content in streams.items():
        found = entries[entry(path, 2)]
        found["size"] = len(content)
        table, unit = (mini_fat, 64) if len(content) < 4096 else (fat, _SECTOR)
        count = -(-len(content) // unit)
        found["start"] = len(table) if count else _END
        table += [len(table) + 1 + each for each in range(count - 1)] + [_END] * bool(count)
        filled = content.ljust(count * unit, b"\0")
        if unit == 64:
            small += filled
        else:
            big += filled

    def put(content: bytes) -> int:
        nonlocal big
        count = -(-len(content) // _SECTOR)
        start = len(fat) if count else _END
        fat.extend([len(fat) + 1 + each for each in range(count - 1)] + [_END] * bool(count))
        big += content.ljust(count * _SECTOR, b"\0")
        return start

    entries[0] |= {"start": put(small), "size": len(small)}
    mini = b"".join(struct.pack("<I", each) for each in mini_fat)
    mini += b"\xff" * (-len(mini) % _SECTOR)
    mini_start = put(mini)
    directory = b"".join(_directory_entry(each, entries) for each in entries)
    blank = struct.pack("<64xHBBIII16xI8x8xIQ", 0, 0, 0, _NONE, _NONE, _NONE, 0, 0, 0)
    directory += blank * (-len(entries) % 4)
    directory_start = put(directory)
    count = 1
    while count * 128 < len(fat) + count:
        count += 1
    fat_start = len(fat)
    fat += [_FAT] * count
    big += b"".join(struct.pack("<I", each) for each in fat).ljust(count * _SECTOR, b"\xff")
    places = [fat_start + each for each in range(count)] + [_FREE] * (109 - count)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + struct.pack(
        "<16xHHHHH6xIIIIIIIII",
        *(0x3E, 3, 0xFFFE, 9, 6, 0, count, directory_start, 0, 4096),
        *(mini_start, len(mini) // _SECTOR, _END, 0),
    )
    return header + struct.pack("<109I", *places) + big


def _directory_entry(entry: dict[str, Any], entries: Sequence[dict[str, Any]]) -> bytes:
    """An entry whose siblings hang at each other's right: no balanced tree, but a valid one."""
    at = entries.index(entry)
    kids = entry["kids"]
    family = next((each["kids"] for each in entries if at in each["kids"]), [])
    place = family.index(at) if at in family else -1
    right = family[place + 1] if 0 <= place < len(family) - 1 else _NONE
    name = entry["name"].encode("utf-16-le")
    return name.ljust(64, b"\0") + struct.pack(
        "<HBBIII16xI8x8xIQ",
        *(len(name) + 2, entry["kind"], 1, _NONE, right, kids[0] if kids else _NONE, 0),
        *(entry.get("start", 0), entry.get("size", 0)),
    )
