"""No digit of a printed page joins another number, and none is lost."""

import random
import re

import pytest

from index.formats.pdf import read
from tests.unit.index.printing import Print

RAISED, LOWERED = 0.36, -0.16
"""How far a raised or lowered letter stands above its line, in sizes."""
Piece = tuple[float, str]
"""How far above its line, and the text."""


def numbers(chance: random.Random) -> list[list[Piece]]:
    """Numbers as people print them, each as its pieces."""

    def n(low: int, high: int) -> str:
        return str(chance.randint(low, high))

    def one(text: str) -> list[Piece]:
        return [(0.0, text)]

    def raised(base: str, mark: str, after: str = "") -> list[Piece]:
        return [(0.0, base), (RAISED, mark), *([(0.0, after)] if after else [])]

    return [
        raised(f"${n(2, 999)}", n(1, 9)),
        raised(f"{n(1, 99)},{n(100, 999)}", n(1, 99), ","),
        raised(f"{n(1, 99)}%", f"{n(1, 4)},{n(5, 9)}", "."),
        raised(f"in {n(1900, 2030)}", n(1, 40), ","),
        raised("10", n(2, 12), " cells"),
        raised(f"{n(2, 9)} x 10", f"-{n(2, 12)}"),
        raised(f"{n(2, 90)} m", chance.choice("23")),
        raised("2", n(3, 64)),
        [(0.0, n(2, 90)), (RAISED, n(1, 3)), (0.0, "/"), (LOWERED, n(4, 8)), (0.0, " in")],
        [(0.0, "CO"), (LOWERED, n(2, 3)), (0.0, f" of {n(2, 99)} g")],
        [(0.0, "H"), (LOWERED, n(2, 4)), (0.0, f"{n(2, 9)} is no water")],
        [(0.0, f"x{n(1, 9)}"), (LOWERED, n(1, 9)), (RAISED, n(2, 3))],
        one(f"{n(1, 9)}'{n(100, 999)}"),
        one(f"{n(1, 9)}\u00a0{n(100, 999)}"),
        one(f"{n(1, 9)}.{n(100, 999)},{n(10, 99)}"),
        one(f"({n(1, 99)},{n(100, 999)})"),
        one(f"-{n(1, 99)}.{n(10, 99)}"),
        one(f"{n(10, 49)}-{n(50, 99)} kg"),
        one(f"{n(2, 49)} \u00b0C to {n(50, 99)} \u00b0C"),
        one(f"{n(1, 9)}\u00bd cups"),
        one(f"{n(10, 99)}\u00b9 and {n(10, 99)}\u00b2"),
        one(f"{n(1, 28)}/{n(1, 12)}/{n(1990, 2030)}"),
        one(f"{n(1, 23)}:{n(10, 59)}"),
        raised(n(1, 31), "st", " May"),
    ]


def digits(pieces: list[list[Piece]]) -> list[str]:
    """The groups of digits that a reader sees, in order."""
    found: list[str] = []
    for number in pieces:
        for _, text in number:
            for letter, digit in zip("\u00b9\u00b2\u00b3", "123", strict=True):
                text = text.replace(letter, f"|{digit}")
            found += re.findall(r"\d+", text.replace("\u00bd", " 1/2"))
    return found


@pytest.mark.parametrize("seed", range(30))
def test_the_numbers_read_are_the_numbers_printed(seed: int) -> None:
    page = Print(1000 + seed)
    page.page()
    pieces = numbers(page.chance)
    page.chance.shuffle(pieces)
    small = page.size * page.chance.uniform(0.55, 0.75)
    y = 80.0
    for at in range(0, len(pieces), 2):
        x = 60.0
        for number in pieces[at : at + 2]:
            for up, text in number:
                x = page.text(x, y - up * page.size, text, size=small if up else 0.0)
            x += page.width(" ") + page.size * page.chance.choice((0.0, 0.1, 1.0))
        y += page.leading * 1.6
    text = read(page.made(), "page.pdf").text
    assert re.findall(r"\d+", text) == digits(pieces)


@pytest.mark.parametrize("seed", range(8))
def test_the_numbers_of_a_table_stay_in_their_cells(seed: int) -> None:
    page = Print(2000 + seed)
    page.page()
    columns = page.chance.choice((3, 4, 5))
    rows = [
        [f"{page.chance.randint(1, 99)},{page.chance.randint(100, 999)}" for _ in range(columns)]
        for _ in range(6)
    ]
    step = page.width("99,999") + page.size * page.chance.uniform(0.6, 2.5)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            page.text(60 + step * (column + 1) - page.width(cell), 80 + number * 16, cell)
    found = read(page.made(), "page.pdf").text
    assert sorted(re.findall(r"[\d,]+", found)) == sorted(cell for row in rows for cell in row)
