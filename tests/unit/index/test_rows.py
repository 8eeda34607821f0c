"""A row of a table as one line."""

from index.formats.rows import row_line


def test_each_cell_is_written_with_the_name_of_its_column() -> None:
    assert row_line(["Year", "Revenue"], ["2021", "4.1"]) == "2021 · Revenue: 4.1"
    assert (
        row_line(["Year", "Revenue", "Profit"], ["2021", "4.1", "0.3"])
        == "2021 · Revenue: 4.1; Profit: 0.3"
    )


def test_a_cell_without_a_column_name_stands_bare_and_an_empty_one_is_left_out() -> None:
    assert row_line(["Year", "", "Profit"], ["2021", "4.1", "0.3", "see below"]) == (
        "2021 · 4.1; Profit: 0.3; see below"
    )
    assert row_line(["Year", "Revenue", "Profit"], ["2021", "", "0.3"]) == "2021 · Profit: 0.3"
    assert row_line(["Year", "Revenue"], ["Not audited", ""]) == "Not audited"
    assert row_line(["Year", "Revenue"], ["", "4.1"]) == "· Revenue: 4.1"
    assert row_line((), ["Year", "Revenue", "Profit"]) == "Year · Revenue; Profit"
    assert row_line(["Year"], []) == ""


def test_a_row_is_one_line() -> None:
    assert row_line(["Item", "Due\ndate:"], ["Rent\n", "on the\n 1st"]) == (
        "Rent · Due date: on the 1st"
    )
