"""Files of fields: names of columns are told from keys with values, on files of several shapes."""

import random
from collections.abc import Iterator, Sequence

import pytest

from index.formats import sheets
from index.formats.column_names import is_name, is_value

Rows = list[list[str]]
KEYS = (
    *("Company", "Owner", "Country", "Currency", "Founded", "Revenue", "Tax rate", "Headcount"),
    *("Phone", "Website", "Report date", "Listed", "Debt", "Notes", "Auditor", "Legal form"),
)
VALUES = (
    *("Acme Group", "A. Ek", "Norway", "EUR", "1998", "4.1", "0.25", "212", "+47 55 00 11"),
    *("https://acme.example", "2024-05-09", "yes", "-17", "see page 4", "n/a", "Full time"),
)
PLACES = ("Oslo", "Bergen", "Bonn", "Kiel", "Lyon", "Arles", "Leeds", "York", "Turin", "Graz")
PEOPLE = ("Anna Ek", "Boris Orr", "Carla Roth", "Dan Moss", "Eva Lind", "Finn Dahl")
JOBS = ("nurse", "teacher", "cook", "miller", "smith", "baker")


def keys_and_values(chance: random.Random) -> Rows:
    """What one thing is like, a property a row: there is no row of names."""
    count = chance.randint(2, len(KEYS))
    keys, values = chance.sample(KEYS, count), chance.sample(VALUES, count)
    return [[key, value] for key, value in zip(keys, values, strict=True)]


def keys_and_figures(chance: random.Random) -> Rows:
    """The same with figures alone below a first word."""
    keys = chance.sample(KEYS, chance.randint(3, 9))
    figures = [f"{chance.uniform(0, 500):.1f}" for _ in keys[1:]]
    return [[keys[0], "EUR"], *([key, each] for key, each in zip(keys[1:], figures, strict=True))]


def keys_values_and_units(chance: random.Random) -> Rows:
    """The same with a third column."""
    keys = chance.sample(KEYS, chance.randint(3, 9))
    return [[key, f"{chance.randint(1, 999)}", chance.choice(("t", "m EUR", ""))] for key in keys]


def people_without_names(chance: random.Random) -> Rows:
    """Records alone, all of words."""
    rows = zip(
        chance.sample(PEOPLE, 5), chance.sample(PLACES, 5), chance.sample(JOBS, 5), strict=True
    )
    return [list(row) for row in rows]


def records_with_gaps(chance: random.Random) -> Rows:
    """Records alone, of which the first lacks a figure that the others have."""
    ages = [
        chance.choice(("n/a", "–", "unknown")),
        *(str(chance.randint(18, 90)) for _ in range(4)),
    ]
    rows = zip(chance.sample(PEOPLE, 5), ages, chance.sample(PLACES, 5), strict=True)
    return [list(row) for row in rows]


def a_short_table(chance: random.Random) -> Rows:
    """Two columns whose second has a usual name."""
    name = chance.choice(
        ("Price (EUR)", "Population", "total_amount", "Number of visitors", "Wert")
    )
    rows = [[place, str(chance.randint(1, 900))] for place in chance.sample(PLACES, 4)]
    return [["Place", name.replace(" of visitors", "")], *rows]


def a_long_table(chance: random.Random) -> Rows:
    """Two columns whose second has a name like no other, above many figures."""
    places = ["".join(chance.choices("aeioulmnrst", k=9)).title() for _ in range(40)]
    return [["Place", "Zrilt"], *([place, str(chance.randint(1, 900))] for place in places)]


def a_table_by_year(chance: random.Random) -> Rows:
    """Two columns, the first of years."""
    years = sorted(chance.sample(range(1990, 2030), 4))
    return [["Season", "Wrecks"], *([str(year), str(chance.randint(1, 99))] for year in years)]


def a_table_of_words(chance: random.Random) -> Rows:
    """Words below names, one of which is usual."""
    return [["Person", "City", "Job"], *people_without_names(chance)]


def a_table_of_days(chance: random.Random) -> Rows:
    """Words below names of which none is usual, but days below one."""
    rows = [
        [who, f"2024-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}", chance.choice(JOBS)]
        for who in PEOPLE
    ]
    return [["Who", "Hired", "As"], *rows]


def a_wide_table(chance: random.Random) -> Rows:
    """Words above figures."""
    rows = [[p, *(str(chance.randint(1, 900)) for _ in range(3))] for p in PLACES]
    return [["Depot", "Zrilt", "Wrecks", "2021"], *rows]


def lines(rows: Rows, sign: str) -> list[str]:
    content = "\n".join(sign.join(row) for row in rows).encode()
    return sheets.read_csv(content, "a.csv").text.split("\n")


def shapes() -> Iterator[tuple[int, random.Random]]:
    return ((seed, random.Random(seed)) for seed in range(40))


@pytest.mark.parametrize(
    "made",
    [
        keys_and_values,
        keys_and_figures,
        keys_values_and_units,
        people_without_names,
        records_with_gaps,
    ],
)
def test_a_first_row_that_names_nothing_is_read_as_the_others(made: object) -> None:
    for seed, chance in shapes():
        rows: Rows = made(chance)  # type: ignore[operator]
        expected = [" · ".join([row[0], "; ".join(filter(None, row[1:]))]) for row in rows]
        assert lines(rows, chance.choice(";|\t,")) == expected, seed


@pytest.mark.parametrize(
    "made",
    [a_short_table, a_long_table, a_table_by_year, a_table_of_words, a_table_of_days, a_wide_table],
)
def test_a_first_row_of_names_is_read_with_each_row(made: object) -> None:
    for seed, chance in shapes():
        rows: Rows = made(chance)  # type: ignore[operator]
        names, *below = rows
        assert lines(rows, ";")[1:] == [_named(names, row) for row in below], seed


def _named(names: Sequence[str], row: Sequence[str]) -> str:
    told = "; ".join(f"{name}: {cell}" for name, cell in zip(names[1:], row[1:], strict=True))
    return f"{row[0]} · {told}"


def test_what_may_be_a_name_and_what_is_a_value() -> None:
    names = ("Value", "Unit price (EUR)", "total_amount", "E-Mail:", "Datum", "Cities", "Scores")
    assert [each for each in names if not is_name(each)] == ["Cities"]
    assert not any(map(is_name, ("", "EUR", "Acme Group", "4.1", "Norway", "(sum)")))
    values = (
        "4.1",
        "-17",
        "12.5%",
        "2024-05-09",
        "9.5.2024",
        "14:30",
        "a@x.org",
        "n/a",
        "Yes",
        "–",
    )
    assert [each for each in values if not is_value(each)] == []
    assert not any(map(is_value, ("2021", "Name", "No", "", "Rate 2")))
