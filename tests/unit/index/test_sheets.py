"""Spreadsheets: each row with the names of its columns, its number, and no cell lost or joined."""

import datetime
import random

import pytest

from index import loading
from index.data import Document
from index.errors import InputError
from index.formats import sheets
from index.formats.rows import table_lines
from index.sentences import sentences
from tests.unit.index import office
from tests.unit.index.test_generated import NUMBERS, SEEDS
from tests.unit.index.test_generated import loaded as read


def lines(content: bytes, kind: str) -> list[str]:
    return [line for line in read(content, kind)[0].text.split("\n") if line]


def places(document: Document) -> dict[str, str]:
    """Each sentence with the place that is told of it."""
    return {
        document.text[start:end]: document.place_of(start)
        for start, end in sentences(document.text, document.headings)
    }


def delimited(rows: list[list[str]], sign: str) -> bytes:
    def field(cell: str) -> str:
        bare = cell.replace('"', '""')
        return f'"{bare}"' if sign in cell or '"' in cell or "\n" in cell else cell

    return "\r\n".join(sign.join(map(field, row)) for row in rows).encode()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_cell_stands_under_its_name_in_its_row(seed: int) -> None:
    chance = random.Random(seed)
    names = chance.sample(["Revenue", "Profit", "Staff", "Debt", "Tax"], 4)
    years = chance.sample(range(1990, 2030), 6)
    rows = [["Year", *names]]
    rows += [[str(year), *chance.sample(NUMBERS, 4)] for year in years]
    expected = [
        f"{row[0]} · " + "; ".join(f"{name}: {cell}" for name, cell in zip(names, row[1:]))  # noqa: B905
        for row in rows[1:]
    ]
    sign = chance.choice(",;|")
    for content, kind in (
        (delimited(rows, sign), ".csv"),
        (delimited(rows, "\t"), ".tsv"),
        (office.xlsx({"Sheet1": rows}), ".xlsx"),
        (office.ods({"Sheet1": rows}), ".ods"),
        (office.xls(rows), ".xls"),
    ):
        document, remarks = read(content, kind)
        assert not remarks
        told = places(document)
        assert list(told)[1:] == expected, kind
        rows_told = [place.rpartition("row ")[2] for place in told.values()]
        assert rows_told == [str(number) for number in range(1, len(rows) + 1)], kind


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (4.1, "4.1"),
        (0.1 + 0.2, "0.3"),
        (1_200_000, "1200000"),
        (-17, "-17"),
        (0.0000012, "0.0000012"),
        (123456789012345, "123456789012345"),
        ("007", "007"),
        ("(4.2)", "(4.2)"),
        ("12.5%", "12.5%"),
        (True, "TRUE"),
        (datetime.date(2024, 3, 5), "2024-03-05"),
        (datetime.datetime(2024, 3, 5, 14, 30), "2024-03-05 14:30"),
    ],
)
def test_a_number_and_a_day_are_written_as_they_are(cell: object, text: str) -> None:
    content = office.xlsx({"A": [["Kind", "Value"], ["it", cell]]})
    assert lines(content, ".xlsx")[-1] in (f"it · Value: {text}", f"it · {text}")


TABLE = [["Region", "Sales"], ["North", 12], ["South", 9]]


def test_tables_below_and_beside_each_other_keep_their_own_names() -> None:
    rows = [
        ["Report of the year"],
        [],
        ["Region", "Sales", "Staff", "", "Person", "Age"],
        ["North", 12, 3, "", "Ek", 44],
        ["South", 9, 2, "", "Orr", 51],
        [],
        ["West", 7, 1],
        [],
        ["Item", "Price"],
        ["Rope", 3.5],
        ["See the notes."],
    ]
    told = places(read(office.xlsx({"Sheet1": rows}), ".xlsx")[0])
    assert told == {
        "Report of the year": "sheet “Sheet1”, row 1",
        "Region · Sales; Staff": "sheet “Sheet1”, row 3",
        "North · Sales: 12; Staff: 3": "sheet “Sheet1”, row 4",
        "South · Sales: 9; Staff: 2": "sheet “Sheet1”, row 5",
        "Person · Age": "sheet “Sheet1”, row 3",
        "Ek · 44": "sheet “Sheet1”, row 4",
        "Orr · 51": "sheet “Sheet1”, row 5",
        "West · Sales: 7; Staff: 1": "sheet “Sheet1”, row 7",
        "Item · Price": "sheet “Sheet1”, row 9",
        "Rope · 3.5": "sheet “Sheet1”, row 10",
        "See the notes.": "sheet “Sheet1”, row 11",
    }


def test_an_empty_column_for_looks_parts_no_row_from_its_figures() -> None:
    rows = [["", "", "2021", "", "2022"], ["Sales", "", 4, "", 5], ["Costs", "", 2, "", 3]]
    assert lines(office.xlsx({"A": rows}), ".xlsx")[1:] == [
        "Sales · 2021: 4; 2022: 5",
        "Costs · 2021: 2; 2022: 3",
    ]


def test_a_cell_over_several_is_read_in_each_and_names_what_stands_below() -> None:
    rows = [
        ["Costs of the works", "", "", ""],
        ["Works", "2021", "", "2022"],
        ["", "Plan", "Spent", "Plan"],
        ["North", 4, 5, 6],
        ["", 7, 8, 9],
    ]
    merged = [(0, 0, 0, 3), (1, 1, 1, 2), (3, 0, 4, 0)]
    assert lines(office.xlsx({"A": rows}, merged=merged), ".xlsx") == [
        "Costs of the works",
        "Works · 2021 Plan; 2021 Spent; 2022 Plan",
        "North · 2021 Plan: 4; 2021 Spent: 5; 2022 Plan: 6",
        "North · 2021 Plan: 7; 2021 Spent: 8; 2022 Plan: 9",
    ]


def test_rows_without_names_are_read_without_any() -> None:
    assert lines(b"1,2,3\n4,5,6\n", ".csv") == ["1 · 2; 3", "4 · 5; 6"]
    assert lines(b"5,5,5\n5,5,5\n", ".csv") == ["5 · 5; 5", "5 · 5; 5"]
    assert lines(b"Anna,Berlin\nBoris,Bonn\n", ".csv") == ["Anna · Berlin", "Boris · Bonn"]
    assert lines(b"Name,City\nAnna,Berlin\nBoris,Bonn\n", ".csv")[1:] == [
        "Anna · City: Berlin",
        "Boris · City: Bonn",
    ]


def test_what_stands_below_a_table_and_is_narrower_has_not_its_names() -> None:
    rows = [["Year", "Revenue", "Profit"], [2021, 4.1, 0.3], [], ["Tax rate", 0.25]]
    assert lines(office.xlsx({"A": rows}), ".xlsx") == [
        "Year · Revenue; Profit",
        "2021 · Revenue: 4.1; Profit: 0.3",
        "Tax rate · 0.25",
    ]


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        (
            [["Currency", "EUR"], ["Tax rate", 0.25], ["Headcount", 212]],
            ["Currency · EUR", "Tax rate · 0.25", "Headcount · 212"],
        ),
        (
            [["Currency", "EUR"], ["Country", "Norway"], ["Owner", "A. Ek"]],
            ["Currency · EUR", "Country · Norway", "Owner · A. Ek"],
        ),
        ([["Year", "Sum"], [2021, 4], [2022, 5]], ["Year · Sum", "2021 · Sum: 4", "2022 · Sum: 5"]),
    ],
)
def test_of_two_columns_the_first_row_is_a_head_only_where_it_is_no_key(
    rows: list[list[object]], shown: list[str]
) -> None:
    assert lines(office.xlsx({"A": rows}), ".xlsx") == shown
    told = [["" if cell is None else str(cell) for cell in row] for row in rows]
    assert table_lines(told)[-1] == shown[-1]


def test_fields_are_found_whatever_parts_them() -> None:
    expected = ["Name · Sum", "A · Sum: 1.000,50", "B; C · Sum: 7"]
    assert lines(b'Name;Sum\nA;1.000,50\n"B; C";7\n', ".csv") == expected
    assert lines(b"sep=|\r\nName|Sum\r\nA|1.000,50\r\nB; C|7\r\n", ".csv") == expected
    told = lines('Name,Quantité\nA,"1,5"\n'.encode("cp1252"), ".csv")[1]
    assert told == "A · Quantité: 1,5"
    assert lines("Name\tSum\nA\t1,5\n".encode("utf-16"), ".tsv")[1] == "A · Sum: 1,5"


def test_a_sign_that_can_part_no_fields_is_none() -> None:
    for line in ('sep="', "sep= ", "sep=\r"):
        assert lines(f"{line}\nName,Sum\nA,7\n".encode(), ".csv")[-1] == "A · Sum: 7"


def test_a_file_of_a_byte_order_mark_alone_is_empty() -> None:
    for content in (b"\xef\xbb\xbf", b"\xff\xfe"):
        with pytest.raises(InputError, match=r"a\.csv is empty"):
            read(content, ".csv")


def test_a_quotation_mark_that_is_never_closed_swallows_no_row() -> None:
    inch = b'Size,Count\n5" pipe,7\n"6 pipe,8\n' + b"x,1\n" * 400_000
    document, remarks = read(inch, ".csv")
    assert "quotation mark is never closed" in remarks[0]
    assert '5" pipe · Count: 7\n"6 pipe · Count: 8\n' in document.text


def test_a_sheet_is_named_and_a_hidden_one_is_called_so() -> None:
    content = office.xlsx({"Now": TABLE, "Before": [["Old", "stock"]]}, hidden=["Before"])
    document, remarks = read(content, ".xlsx")
    assert remarks == ("the hidden sheet “Before” was read too",)
    assert places(document)["Old · stock"] == "sheet “Before” (hidden), row 1"
    assert [document.text[h.start : h.end] for h in document.headings] == [
        "Now",
        "Before (hidden)",
    ]


def test_of_a_large_table_the_first_rows_are_read_and_the_rest_is_told() -> None:
    more = sheets.MOST_ROWS + 5
    content = b"Name,Count\n" + b"".join(b"n%d,%d\n" % (each, each) for each in range(more))
    document, remarks = read(content, ".csv")
    assert f"a.csv has {more + 1:,} rows: only the first 20,000 were read" in remarks[0]
    assert document.text.endswith(f"n{sheets.MOST_ROWS - 2} · Count: {sheets.MOST_ROWS - 2}")
    assert document.place_of(len(document.text) - 1) == "row 20000"


def test_a_protected_or_broken_workbook_is_one_clear_error() -> None:
    protected = office.compound({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"x" * 200})
    with pytest.raises(InputError, match=r"a\.xlsx is protected with a password\. Open it"):
        read(protected, ".xlsx")
    for content in (b"PK\x03\x04 no archive", b"nothing", office.compound({"Other": b"x"})):
        with pytest.raises(InputError, match=r"a\.xlsx is broken, or no"):
            read(content, ".xlsx")


def test_a_file_that_makes_the_library_panic_is_broken() -> None:
    whole = office.xls([["Year", "Revenue"], [2021, 4.1], [2022, -17]])
    for end in range(1, len(whole), 512):
        with pytest.raises(InputError, match=r"a\.xls is (broken, or no|empty)"):
            read(whole[:end], ".xls")


def test_a_cell_far_outside_is_one_clear_error() -> None:
    content = office.packed(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": "<Relationships/>",
            "xl/workbook.xml": '<workbook xmlns:r="http://schemas.openxmlformats.org/'
            'officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="r1"/>'
            "</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org'
            '/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxml'
            'formats.org/officeDocument/2006/relationships/worksheet"'
            ' Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c>'
            '</row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>',
        }
    )
    raw = loading.Raw(source="/a.xlsx", kind=".xlsx", content=content)
    with pytest.raises(InputError, match=r"a\.xlsx") as caught:
        loading.part(raw)
    assert caught.value.hint
    assert "\n" not in str(caught.value)
