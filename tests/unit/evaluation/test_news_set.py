"""The look-ups on news: their quotes occur, their answers are quoted, and the halves are apart."""

from pathlib import Path

import pytest

from assistant.evaluation.golden.reading import load_golden, missing_quotes
from tests.unit.evaluation.test_calibration_set import lines, plain

FOLDER = Path(__file__).parents[2] / "golden" / "news"
FILES = [FOLDER / "news.jsonl", FOLDER / "news_held.jsonl"]


def texts() -> dict[str, str]:
    return {
        path.name: path.read_text(encoding="utf-8") for path in (FOLDER / "documents").iterdir()
    }


def test_the_articles_are_twelve_of_the_length_of_wire_news() -> None:
    lengths = {name: len(text.split()) for name, text in texts().items()}
    assert len(lengths) == 12
    assert {name: length for name, length in lengths.items() if not 300 <= length <= 600} == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_thirty_questions_of_which_ten_have_no_answer(path: Path) -> None:
    cases = load_golden(path).cases
    assert len({case.id for case in cases}) == len(cases) == 30
    assert sum(case.answerable for case in cases) == 20
    assert missing_quotes(cases, texts()) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_every_answer_stands_in_what_is_quoted(path: Path) -> None:
    for line in lines(path):
        assert bool(line["answers"]) is bool(line["evidence"]) is line["answerable"]
        quoted = " ".join(plain(item["quote"]) for item in line["evidence"])
        assert [answer for answer in line["answers"] if plain(answer) not in quoted] == []


def test_the_halves_ask_about_six_articles_each_and_share_none() -> None:
    first, second = (
        {item["document"] for line in lines(path) for item in line["evidence"]} for path in FILES
    )
    assert first & second == set()
    assert first | second == set(texts())
    assert len(first) == len(second) == 6
