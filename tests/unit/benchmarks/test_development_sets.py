"""No threshold is learnt from what is reported on."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.golden.cases import GoldenCase, GoldenSet, GoldQuote
from benchmarks import development_sets
from benchmarks.development_sets import main, read_lines, split_by_group, squad_halves

ARTICLES = 8
QUESTIONS = 80


@given(
    st.lists(st.tuples(st.integers(), st.sampled_from("abcdefgh")), min_size=1),
    st.integers(0, 60),
)
def test_a_group_is_on_one_side_and_nothing_is_lost(
    items: list[tuple[int, str]], wanted: int
) -> None:
    learnt, reported = split_by_group(items, lambda item: item[1], learnt=wanted)
    assert not {name for _, name in learnt} & {name for _, name in reported}
    assert sorted(learnt + reported) == sorted(items)
    assert len(learnt) >= min(wanted, len(items))


def test_no_squad_question_is_learnt_from_and_reported_on() -> None:
    learnt, reported, names = squad_halves(squad())
    assert len(reported) == 160
    assert len(learnt) == 150
    assert len(names) == ARTICLES - 3
    questions = {case.id.removeprefix("absent-") for case in reported}
    assert not questions & {case.id.removeprefix("absent-") for case in learnt}


def squad() -> GoldenSet:
    """Articles with as many questions of either kind as both halves need."""

    def case(article: int, number: int, answerable: bool) -> GoldenCase:
        name = f"article-{article}.txt"
        return GoldenCase(
            id=f"{article}-{number}-{answerable}",
            question="What has Ben?",
            answers=("a dog",) if answerable else (),
            answerable=answerable,
            evidence=(GoldQuote(document=name, quote="Ben has a dog."),) if answerable else (),
            where=f"article {article}, question {number}",
        )

    return GoldenSet(
        cases=tuple(
            case(article, number, answerable)
            for article in range(ARTICLES)
            for number in range(QUESTIONS)
            for answerable in (True, False)
        ),
        contexts={f"article-{article}.txt": "Ben has a dog." for article in range(ARTICLES)},
    )


@pytest.fixture
def sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the command writes of small sets of the same shape."""
    monkeypatch.setattr(development_sets, "SMALLEST_REPORTED", 20)
    data, out = tmp_path / "data", tmp_path / "out"
    (data / "clapnq" / "corpus").mkdir(parents=True)
    (data / "squad2_dev.json").write_text(json.dumps({"data": list(map(article, range(8)))}))
    write = development_sets.write_lines
    write(data / "clapnq" / "golden.jsonl", map(clapnq_line, range(200)))
    for number in range(100):  # each text under two names
        text = f"Text {number // 2}."
        (data / "clapnq" / "corpus" / f"{number}.txt").write_text(text, encoding="utf-8")
    write(data / "claims_small.jsonl", map(claim_line, range(60)))
    monkeypatch.setattr(sys, "argv", ["development_sets", str(data), str(out)])
    main()
    return out


def article(number: int) -> dict[str, object]:
    def question(index: int, impossible: bool) -> dict[str, object]:
        return {
            "id": f"{number}-{index}-{impossible}",
            "question": "What has Ben?",
            "is_impossible": impossible,
            "answers": [] if impossible else [{"text": "a dog", "answer_start": 8}],
        }

    questions = [question(i, impossible) for i in range(40) for impossible in (True, False)]
    return {
        "title": f"Article {number}",
        "paragraphs": [{"context": "Ben has a dog.", "qas": questions}],
    }


def clapnq_line(number: int) -> dict[str, object]:
    evidence = [{"document": f"{number // 2}.txt", "quote": "x"}] if number % 4 < 2 else []
    return {"id": str(number), "answerable": bool(evidence), "evidence": evidence}


def claim_line(number: int) -> dict[str, object]:
    return {"id": str(number), "source": f"source {number // 3}", "supported": number % 2 == 0}


@pytest.mark.parametrize(
    ("learnt", "reported", "group"),
    [
        ("golden.jsonl", "clapnq/golden.jsonl", development_sets.clapnq_group),
        ("claims_small.jsonl", "claims_small.jsonl", development_sets.claim_group),
    ],
)
def test_no_document_or_source_is_on_both_sides(
    sets: Path, learnt: str, reported: str, group: Callable[[dict[str, object]], str]
) -> None:
    left = {
        group(line) for line in read_lines(sets / "calibration" / learnt) if "-" not in line["id"]
    }
    right = {group(line) for line in read_lines(sets / "reported" / reported)}
    assert left
    assert right
    assert not left & right


def test_a_document_under_two_names_is_on_one_side(sets: Path) -> None:
    corpus = sets / "reported" / "clapnq" / "corpus"

    def texts(path: Path) -> set[str]:
        lines = [line for line in read_lines(path) if line["evidence"] and "-" not in line["id"]]
        return {(corpus / line["evidence"][0]["document"]).read_text() for line in lines}

    learnt = texts(sets / "calibration" / "golden.jsonl")
    reported = texts(sets / "reported" / "clapnq" / "golden.jsonl")
    assert learnt
    assert reported
    assert not learnt & reported
