"""Figures with their units."""

from assistant.language.figures import measured


def test_measures_are_told_by_kind_number_and_unit() -> None:
    text = "The road is nine kilometres long and cost 2 million euros, or $5 each; it fell by 3 m."
    assert measured(text) == {
        ("length", "9", "km"),
        ("currency", "2000000", "euro"),
        ("currency", "5", "dollar"),
        ("length", "3", "m"),
    }
