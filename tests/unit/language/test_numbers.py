"""Numbers and dates have one form."""

import pytest

from assistant.language.numbers import dates, numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.5 million", {"3500000"}),
        ("1,200 and 1200", {"1200"}),
        ("twenty-three of three hundred thousand", {"23", "300000"}),
        ("45% in 1995", {"45", "1995"}),
        ("hundreds of thousands", {"hundreds", "thousands"}),
        ("the 3rd and the third", {"3"}),
        ("one of them", set()),
        ("one million", {"1000000"}),
        ("account 12345678901234567891", {"12345678901234567891"}),
        ("0.12345678901234567891", {"0.12345678901234567891"}),
        ("1,000.50 and 007 and 0.0", {"1000.5", "7", "0"}),
        ("1.23456789012345678901 million", {"1234567.89012345678901"}),
        pytest.param("9" * 5_000, {"9" * 5_000}, id="5,000 digits"),
        pytest.param("1" + " million" * 60, {"1" + "0" * 360}, id="a million of millions"),
        ("", set()),
    ],
)
def test_numbers_have_one_form(text: str, expected: set[str]) -> None:
    assert numbers(text) == expected


def test_a_month_is_a_date_and_a_verb_is_not() -> None:
    assert dates("It may rain in May, on Monday.") == {"may", "monday"}
