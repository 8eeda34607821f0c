"""The calibration set: every quote stands in its document, and every answer in what it quotes."""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import assistant.evaluation
from assistant.evaluation.corpus import corpus_texts
from assistant.evaluation.golden.reading import load_golden, missing_quotes

FOLDER = Path(assistant.evaluation.__file__).parent / "calibration_set"
QUESTIONS = FOLDER / "questions.jsonl"
WHOLE = {"whole", "list", "compare", "document"}
# What the set promises, by kind: look-ups, questions that need several sentences, refusals.
AT_LEAST = {
    "lookup": 70,
    "whole": 35,
    "list": 8,
    "compare": 10,
    "document": 5,
    "unanswerable": 45,
    "unanswerable_whole": 35,
}
SAMPLE = 40  # the first lines, for a calibration of ten minutes


def lines(path: Path = QUESTIONS) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@cache
def texts() -> dict[str, str]:
    """The documents as the library has them: a table's rows name their columns."""
    return corpus_texts(FOLDER / "documents")


def plain(text: str) -> str:
    """Lower case, single spaces."""
    return " ".join(text.lower().split())


def test_the_documents_are_twelve_of_moderate_length() -> None:
    lengths = {name: len(text.split()) for name, text in texts().items()}
    assert len(lengths) == 12
    assert {name: length for name, length in lengths.items() if not 400 <= length <= 1200} == {}


def test_it_is_a_golden_file_whose_quotes_all_occur() -> None:
    cases = load_golden(QUESTIONS).cases
    assert len(cases) == len(lines())
    assert missing_quotes(cases, texts()) == []


def test_every_question_has_an_id_and_a_wording_of_its_own() -> None:
    asked = lines()
    assert len({line["id"] for line in asked}) == len(asked)
    wordings = {(line["question"], json.dumps(line.get("history"))) for line in asked}
    assert len(wordings) == len(asked)


def test_there_are_enough_of_each_kind() -> None:
    counted = Counter(line["kind"] for line in lines())
    assert set(counted) == set(AT_LEAST)
    assert {kind: n for kind, n in AT_LEAST.items() if counted[kind] < n} == {}
    assert sum(counted[kind] for kind in WHOLE) >= 60
    assert sum("history" in line for line in lines()) >= 12


def test_every_document_is_asked_about_and_those_named_exist() -> None:
    names = set(texts())
    quoted = {item["document"] for line in lines() for item in line["evidence"]}
    assert quoted == names
    assert {name for line in lines() for name in line.get("documents", [])} <= names


@pytest.mark.parametrize("line", lines(), ids=lambda line: str(line["id"]))
def test_a_line_is_what_its_kind_says(line: dict[str, Any]) -> None:
    quotes = [plain(item["quote"]) for item in line["evidence"]]
    assert len(set(quotes)) == len(quotes)
    assert line["answerable"] is not line["kind"].startswith("unanswerable")
    if not line["answerable"]:
        assert line["answers"] == []
        assert quotes == []
        assert "facts" not in line
    elif line["kind"] == "lookup":
        assert line["answers"]
        assert [a for a in line["answers"] if not any(plain(a) in quote for quote in quotes)] == []
    else:
        (reference,) = line["answers"]
        assert 40 <= len(reference.split()) <= 110
        assert len(line["facts"]) >= 3
        for fact in line["facts"]:
            wordings = [re.compile(each, re.IGNORECASE) for each in fact["any_of"]]
            assert any(each.search(reference) for each in wordings), fact
            assert any(each.search(" ".join(quotes)) for each in wordings), fact


def test_a_history_ends_with_the_assistant() -> None:
    for line in lines():
        roles = [message["role"] for message in line.get("history", [])]
        assert roles == ["user", "assistant"] * (len(roles) // 2)


def test_the_first_lines_are_a_balanced_sample() -> None:
    asked = lines()
    shares = Counter(line["kind"] for line in asked)
    sample = Counter(line["kind"] for line in asked[:SAMPLE])
    for kind, n in shares.items():
        assert abs(sample[kind] - SAMPLE * n / len(asked)) <= 1.5, kind
    evidence = {item["document"] for line in asked[:SAMPLE] for item in line["evidence"]}
    assert evidence == set(texts())
    assert sum("history" in line for line in asked[:SAMPLE]) >= 2


def test_forty_conversations_each_have_their_last_question_standing_alone() -> None:
    conversations = lines(FOLDER / "follow_ups.jsonl")
    assert len(conversations) == len({each["id"] for each in conversations}) == 40
    for each in conversations:
        roles = [message["role"] for message in each["history"]]
        assert roles == ["user", "assistant"] * (len(roles) // 2)
        assert 2 <= len(roles) // 2 + 1 <= 4
        assert plain(each["standalone"]) != plain(each["question"])
    assert sum(len(each["history"]) > 2 for each in conversations) >= 10


def test_the_names_of_a_standalone_question_are_known_from_the_documents_or_the_talk() -> None:
    documents = " ".join(texts().values())
    for each in lines(FOLDER / "follow_ups.jsonl"):
        known = " ".join([documents, *(message["content"] for message in each["history"])])
        names = re.findall(r"(?<=\s)[A-Z][\w-]+", each["standalone"])
        assert [name for name in names if name not in known] == []


def test_there_are_enough_questions_of_each_kind_and_none_twice() -> None:
    asked = lines(FOLDER / "kinds.jsonl")
    count = Counter(line["kind"] for line in asked)
    assert set(count) == {"lookup", "whole", "list", "compare", "document", "reckon"}
    assert min(count.values()) >= 36
    wordings = {plain(line["question"]) for line in asked}
    assert len(wordings) == len(asked)
    assert wordings & {plain(line["question"]) for line in lines()} == set()
