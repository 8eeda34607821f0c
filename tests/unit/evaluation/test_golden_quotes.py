"""A golden quote is found in the text that a reader made of its file."""

import pytest

from assistant.evaluation.golden.quotes import quoted_range

TEXT = (
    "Counts\nClinic · 2029: 30; 2030: 41; Change: +36%\nMoor · 2029: 30; 2030: 29\nIt is  so\nnow."
)


def test_a_quote_as_it_stands() -> None:
    assert quoted_range(TEXT, "Counts") == (0, 6)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("It is so now.", "It is  so\nnow."),
        ("| Moor | 30 | 29 |", "Moor · 2029: 30; 2030: 29"),
        (
            "| Clinic | 30 | 41 | +36% |\n|---|---|---|---|\n| Moor | 30 |",
            "Clinic · 2029: 30; 2030: 41; Change: +36%\nMoor · 2029: 30",
        ),
    ],
)
def test_a_quote_that_the_reader_writes_otherwise(quote: str, found: str) -> None:
    there = quoted_range(TEXT, quote)
    assert there
    assert TEXT[slice(*there)] == found


@pytest.mark.parametrize("quote", ["", "Moor | 29", "| Moor | 29 | 30 |", "| Clinic | 30 | 29 |"])
def test_what_is_not_there(quote: str) -> None:
    assert quoted_range(TEXT, quote) is None
