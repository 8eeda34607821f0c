"""How a number and a text are told on one line."""

import pytest

from index.wording import counted, shortened


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 folders"), (1, "1 folder"), (1200, "1,200 folders")]
)
def test_a_number_with_its_noun(number: int, told: str) -> None:
    assert counted(number, "folder") == told


def test_a_long_text_on_one_line() -> None:
    assert shortened("a\n b", 10) == "a b"
    assert shortened("word " * 10, 12) == "word word w…"
