"""Hostile spreadsheets and files of fields."""

import random
import struct
from collections.abc import Iterator

from tests.hostile.pages import BILLION
from tests.unit.index import office

Named = tuple[str, bytes]
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROWS = [["Year", "Revenue"], [2021, 4.1], [2022, -17]]


def sheet_files(*, large: bool) -> Iterator[Named]:
    """Names and bytes of ``.csv .tsv .xlsx .xls .ods`` files."""
    for suffix, whole in (
        ("xlsx", office.xlsx({"A": ROWS, "B": ROWS})),
        ("ods", office.ods({"A": ROWS})),
        ("xls", office.xls(ROWS)),
    ):
        for name, content in damaged(whole):
            yield f"{name}.{suffix}", content
    for name, content in _workbooks(large):
        yield f"{name}.xlsx", content
    for name, content in _open_documents(large):
        yield f"{name}.ods", content
    for name, content in _fields(large):
        yield f"{name}.csv", content
    size = 60_000_000 if large else 1_000_000
    huge = "word " * (size // 5)
    cell = _sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
    yield "understated.xlsx", understated(_workbook(cell, f"<sst><si><t>{huge}</t></si></sst>"))
    yield "understated.ods", understated(office.ods({"A": [["Text"], [huge]]}))
    yield "huge-cell.ods", office.ods({"A": [["Text"], [huge]]})
    yield "long-cell.xls", office.xls([["Text"], ["word " * 6_000]])
    yield "no-tab.tsv", b"a,b,c\n" * 50
    yield "keys-alone.tsv", b"key\n" * 5_000
    yield "encrypted.xlsx", office.compound({"EncryptedPackage": bytes(5000)})
    yield "other-streams.xls", office.compound({"Contents": bytes(5000), "a/b/c": b"x"})
    yield "noise-stream.xls", office.compound({"Workbook": random.Random(8).randbytes(9000)})


def damaged(whole: bytes) -> Iterator[Named]:
    """A sound file cut off, and with some of its bytes changed."""
    chance = random.Random(6)
    for number in range(6):
        yield f"truncated-{number}", whole[: len(whole) * (number + 1) // 7]
    for number in range(6):
        changed = bytearray(whole)
        for _ in range(20):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        yield f"flipped-{number}", bytes(changed)
    yield "behind-noise", random.Random(7).randbytes(999) + whole


def understated(archive: bytes) -> bytes:
    """The same archive, whose directory says that each of its parts has 100 bytes."""
    content = bytearray(archive)
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<I", content, at + 24, 100)
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


def _workbook(
    sheet: str,
    strings: str = "",
    sheets: int = 1,
    before: str = "",
    place: str = "worksheets/sheet1.xml",
) -> bytes:
    listed = "".join(f'<sheet name="s{n}" sheetId="{n + 1}" r:id="r1"/>' for n in range(sheets))
    relation = '<Relationship Id="{}" Type="' + _RELATION + '/{}" Target="{}"/>'
    return office.packed(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": "<Relationships/>",
            "xl/workbook.xml": f'{before}<workbook xmlns:r="{_RELATION}"><sheets>{listed}</sheets>'
            "</workbook>",
            "xl/_rels/workbook.xml.rels": "<Relationships>"
            + relation.format("r1", "worksheet", place)
            + relation.format("r2", "sharedStrings", "sharedStrings.xml")
            + "</Relationships>",
            "xl/sharedStrings.xml": strings or "<sst/>",
            "xl/worksheets/sheet1.xml": sheet,
        }
    )


def _sheet(cells: str, more: str = "") -> str:
    return f"<worksheet><sheetData>{cells}</sheetData>{more}</worksheet>"


def _workbooks(large: bool) -> Iterator[Named]:
    cell = '<row r="1"><c r="A1" t="s"><v>{}</v></c></row>'
    strings = "<sst><si><t>{}</t></si></sst>"
    size = 60_000_000 if large else 3_000_000
    yield "huge-cell", _workbook(_sheet(cell.format(0)), strings.format("word " * (size // 5)))
    yield "no-such-string", _workbook(_sheet(cell.format(99)))
    yield "minus-string", _workbook(_sheet(cell.format(-1)))
    laughs = BILLION + strings.format("&l9;")
    yield "billion-laughs", _workbook(_sheet(cell.format(0)), laughs)
    entity = '<!DOCTYPE sst [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + strings.format("&e;")
    yield "external-entity", _workbook(_sheet(cell.format(0)), entity)
    far = "".join(
        f'<row r="{row}"><c r="{place}"><v>1</v></c></row>'
        for row, place in ((1, "A1"), (1_048_576, "XFD1048576"))
    )
    yield "far-cell", _workbook(_sheet(far))
    for number, place in enumerate(("A0", "ZZZZZZ1", "A99999999999", "", "1A", "-A1", "$A$1")):
        yield f"odd-place-{number}", _workbook(_sheet(f'<row><c r="{place}"><v>1</v></c></row>'))
    for number, value in enumerate(("1e999", "nan", "x", "--5", "")):
        yield f"odd-value-{number}", _workbook(_sheet(f'<row><c r="A1"><v>{value}</v></c></row>'))
    yield "many-sheets", _workbook(_sheet(cell.format(0)), sheets=100_000 if large else 2_000)
    spans = "".join(f'<mergeCell ref="A1:XFD{n + 1}"/>' for n in range(2_000))
    row = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    yield "merged-all-over", _workbook(_sheet(row, f"<mergeCells>{spans}</mergeCells>"))
    odd = '<mergeCells><mergeCell ref="B2:A1"/><mergeCell ref="x"/></mergeCells>'
    yield "merged-odd", _workbook(_sheet(row, odd))
    depth = 200_000 if large else 5_000
    yield "deep", _workbook("<a>" * depth + _sheet(row) + "</a>" * depth)
    for number, place in enumerate(("file:///etc/passwd", "../../../../etc/passwd", "/etc/passwd")):
        away = f'{place}" TargetMode="External'
        yield f"sheet-elsewhere-{number}", _workbook(_sheet(row), place=away)
    yield "not-xml", _workbook("no markup")
    yield "no-sheets", _workbook(_sheet(row), sheets=0)
    many = 100_000 if large else 10_000
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, many))
    yield "many-rows", _workbook(_sheet(rows))
    if large:
        yield "bomb", _workbook(_sheet(cell.format(0)), strings.format("a" * 450_000_000))
        yield "bomb-absurd", _workbook(_sheet(row), strings.format("a" * 600_000_000))


def _open_documents(large: bool) -> Iterator[Named]:
    text = "<text:p>Much</text:p>"
    for name, across, down in (("wide", 16384, 1), ("long", 1, 1048576), ("both", 16384, 1048576)):
        yield (
            f"repeated-{name}",
            office.open_document(
                "spreadsheet",
                '<office:spreadsheet><table:table table:name="A">'
                f'<table:table-row table:number-rows-repeated="{down}"><table:table-cell'
                f' office:value-type="string" table:number-columns-repeated="{across}">{text}'
                "</table:table-cell></table:table-row></table:table></office:spreadsheet>",
            ),
        )
    depth = 200_000 if large else 5_000
    entity = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'
    yield "external-entity", office.packed({"mimetype": "x", "content.xml": entity})
    deep = "<table:table-row><table:table-cell>" * depth
    yield "deep", office.open_document("spreadsheet", f"<office:spreadsheet>{deep}")
    laughs = office.packed({"mimetype": "x", "content.xml": BILLION + "<a>&l9;</a>"})
    yield "billion-laughs", laughs
    yield "nothing-in-it", office.packed({"mimetype": "application/x"})


def _fields(large: bool) -> Iterator[Named]:
    size = 20_000_000 if large else 400_000
    yield "one-quote", b'a,b\n"c,d\n' + b"e,f\n" * (size // 4)
    yield "quotes", b'"' * size
    yield "commas", b"," * size
    yield "wide", b"a," * (size // 2)
    yield "huge-field", b"a,b\n" + b"word " * (size // 5) + b",c\n"
    yield "newlines", b"\n" * size + b"a,b"
    yield "returns", b"a,b\r" * (size // 4)
    yield "uneven", b"".join(b"a," * (n % 50) + b"\n" for n in range(size // 100))
    yield "null-between", b"a\x00b,c\n" * 50
    yield "noise", random.Random(9).randbytes(20_000)
    yield "formula", b'Name,Sum\n=cmd|"/c calc"!A1,1\n@SUM(1),2\n'
    yield "separator-only", b"sep=;"
    yield "separator-odd", b"sep=\n\n\n"
    yield "blank-fields", b" , , \n" * 100
