"""One way to and from JSON: the printed keys, both directions, and records of version 0.1.

``stored.json`` was written by the code of version 0.1: what it printed and what it kept.
"""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from assistant.json_forms import (
    answer_from_json,
    answer_json,
    evidence_from_json,
    evidence_json,
    summary_from_json,
    summary_json,
)
from assistant.keeping.chats import Chats
from assistant.keeping.summaries import note, recall
from assistant.page.html import conversation
from index import Library

STORED = json.loads((Path(__file__).parent / "keeping" / "stored.json").read_text(encoding="utf-8"))

SINCE = {"form": "sentences", "parts": [], "missing": [], "read": None, "refusal": None}
"""What version 0.1 did not know of an answer, as it is read today."""


def test_an_answer_is_printed_and_read_as_before_to_the_order_of_its_keys() -> None:
    answer = answer_from_json(STORED["answer"])
    printed = answer_json(answer)
    assert {key: printed[key] for key in SINCE} == SINCE
    former = {key: value for key, value in printed.items() if key not in SINCE}
    assert json.dumps(former) == json.dumps(STORED["answer"])
    assert answer.claims[0].citations[0].source == "herons.txt, 2024-03-01"
    assert answer.evidence[0].label == 1


def test_a_summary_is_printed_and_read_as_before_to_the_order_of_its_keys() -> None:
    summary = summary_from_json(STORED["summary"])
    printed = summary_json(summary)
    shares = {name: printed.pop(name) for name in ("written", "shortened", "quoted")}
    assert json.dumps(printed) == json.dumps(STORED["summary"])
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["quoted"] == pytest.approx(2 / 3)
    assert summary.sections[0].items == (summary.headline,)


def test_evidence_keeps_its_order() -> None:
    told = [{**STORED["answer"]["evidence"][0], "score": score} for score in (0.9, 0.4)]
    found = evidence_from_json(told)
    assert [(each.label, each.score) for each in found] == [(1, 0.9), (2, 0.4)]
    assert evidence_json(found) == told


def test_missing_keys_have_defaults_and_unknown_ones_are_ignored() -> None:
    few = {key: STORED["answer"][key] for key in ("question", "status", "claims")}
    answer = answer_from_json({**few, "of_a_later_version": 1})
    assert (answer.calibrated, answer.conflicts, answer.timings.total_s) == (True, (), 0.0)
    assert answer.claims == answer_from_json(STORED["answer"]).claims


@pytest.fixture
def herons(library: Library, tmp_path: Path) -> Library:
    path = tmp_path / "herons.txt"
    path.write_text(STORED["text"], encoding="utf-8")
    list(library.add(path))
    return library


def test_a_summary_kept_by_version_0_1_comes_back_cited_anew(herons: Library) -> None:
    documents = [herons.document(info.id) for info in herons.documents()]
    for kept in (STORED["kept_summary"], note(summary_from_json(STORED["summary"]))):
        assert "weir" not in json.dumps(kept["headline"]["citations"])
        found = recall(kept, documents, "m", started=time.monotonic())
        told = summary_json(found)
        for key in ("headline", "points", "sections"):
            assert undated(told[key]) == undated(STORED["summary"][key])
        for key in ("withheld", "omitted", "coverage", "audience", "documents"):
            assert told[key] == STORED["summary"][key]
        assert found.model == "m"


def undated(value: Any) -> Any:
    """The text itself says no day."""
    if isinstance(value, list):
        return [undated(each) for each in value]
    if isinstance(value, dict):
        return {key: undated(each) for key, each in value.items() if key != "published"}
    return value


def test_a_conversation_kept_by_version_0_1_opens_and_is_shown(library: Library) -> None:
    stored = json.loads(json.dumps(STORED["chat"]))
    del stored["exchanges"][0]["answer"]["calibrated"]  # earlier still
    library.put("chat", "c0ffee", stored)
    chat = Chats(library).open("c0ffee")
    assert chat is not None
    assert [each.state for each in chat.exchanges] == ["done", "stopped"]
    answer = chat.exchanges[0].answer
    assert answer == {**STORED["chat"]["exchanges"][0]["answer"], "calibrated": True, **SINCE}
    shown = conversation.finished(chat)
    assert "They came in March." in shown
    assert "Read as: When did the herons come?" in shown
