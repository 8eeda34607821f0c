"""Rows of tables as sentences made of their own words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.language.tables import cells, is_header, is_total, said

HEADER = ["", "2029 (million)", "2030 (million)"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("| Pay | 138.7 | 146.2 |", ["Pay", "138.7", "146.2"]),
        ("Pay | 138.7 | 146.2", ["Pay", "138.7", "146.2"]),
        ("Pay\t138.7\t146.2", ["Pay", "138.7", "146.2"]),
        ("Pay · 2029: 138.7; 2030: 146.2", ["Pay", "2029: 138.7", "2030: 146.2"]),
        ("· 2029; 2030", ["", "2029", "2030"]),
        ("| --- | :-: |", []),
        ("Either pay | or leave.", []),
        ("Pay rose to 146.2 million.", []),
    ],
)
def test_only_rows_have_cells(line: str, expected: list[str]) -> None:
    assert cells(line) == expected


def test_a_row_says_what_its_columns_are_called() -> None:
    row = ["Pay", "138.7", "146.2"]
    assert said(HEADER, row) == "Pay: 2029 (million) 138.7; 2030 (million) 146.2"
    assert said(HEADER, ["Pay", "", "146.2"]) == "Pay: 2030 (million) 146.2"
    assert said(HEADER, ["Pay", "146.2"]) == ""
    written = ["Pay", "2029 (million): 138.7", "2030 (million): 146.2"]
    assert said(HEADER, written) == said(HEADER, row)
    assert said(HEADER, ["", "1", "2"]) == ""


def test_figures_name_no_columns() -> None:
    assert is_header(["Clinic", "Visits 2029", "Change"])
    assert is_header(HEADER)
    assert is_header(["Service", "2030", "2031-32"])
    assert not is_header(["Rowan", "61,200", "+9.3%"])
    assert not is_header(["Rowan", "2030", "4100"])
    assert not is_header(["Rowan", ""])
    assert not is_header(["Rowan", "Visits: 61,200"])


def test_a_total_is_known_by_its_name() -> None:
    assert is_total("Total: Million crowns 1,017")
    assert not is_total("Totality of houses")


CELLS = st.lists(st.text(max_size=8), max_size=9)


@settings(deadline=None)
@given(CELLS, CELLS)
def test_nothing_is_added_to_the_words_of_a_row(header: list[str], row: list[str]) -> None:
    told = said(header, row)
    assert set(told) <= set(":; ".join([*header, *row, ""]))
    assert not told or all(cell in told for cell in row)
