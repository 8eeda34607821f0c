import json
from pathlib import Path
from typing import Any

import pytest

from assistant import cli
from assistant.evaluation.golden.marks import from_marks
from assistant.evaluation.golden.reading import load_golden, missing_quotes
from index import Library
from tests.fakes import HashEmbedder


def answer(text: str = "Ben has a dog.", status: str = "answered") -> dict[str, Any]:
    citation = {"document_id": "d", "document": "pets.txt", "start": 0, "end": 14}
    cited = [{"text": text, "citations": [citation | {"quote": "Ben has a dog."}]}]
    return {"status": status, "text": text, "claims": cited * 2 if text else []}


def mark(question: str, mark: str, at: str = "1", **fields: Any) -> dict[str, Any]:
    return {"question": question, "mark": mark, "at": at, "answer": answer(**fields)}


def test_right_answers_and_right_refusals_become_golden_lines() -> None:
    refused = mark("Who has a fish?", "right", text="", status="not_in_documents")
    export = from_marks([mark("What has Ben?", "right"), refused])
    yes, no = export.cases
    assert (yes.answerable, yes.answers) == (True, ("Ben has a dog.",))
    assert [(e.document, e.quote) for e in yes.evidence] == [("pets.txt", "Ben has a dog.")]
    assert (no.answerable, no.answers, no.evidence) == (False, (), ())
    assert yes.id != no.id


def test_the_latest_mark_of_a_question_counts_and_wrong_ones_are_listed() -> None:
    marks = [mark("A?", "wrong", at="2"), mark("A?", "right", at="1"), mark("B?", "wrong", at="3")]
    export = from_marks(marks)
    assert export.cases == ()
    assert export.wrong == ("A?", "B?")


def test_a_follow_up_keeps_its_conversation() -> None:
    history = [{"role": "user", "content": "What has Ben?"}]
    followed = mark("How old is it?", "right") | {"history": history}
    export = from_marks([followed, mark("How old is it?", "right")])
    assert [len(case.history) for case in export.cases] == [1, 0]
    assert export.cases[0].history[0].content == "What has Ben?"
    assert len({case.id for case in export.cases}) == 2


def test_export_writes_a_golden_file_that_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    library = Library.open(tmp_path / "library", embedder=HashEmbedder())
    monkeypatch.setattr("assistant.runtime.reach_library", lambda settings: library)
    library.put("mark", "1", mark("What has Ben?", "right"))
    library.put("mark", "2", mark("What has Anna?", "wrong"))
    out = tmp_path / "mine.jsonl"
    assert cli.main(["golden", "export", "--out", str(out)]) == 0
    (case,) = load_golden(out).cases
    assert missing_quotes([case], {"pets.txt": "Ben has a dog."}) == []
    assert "What has Anna?" in capsys.readouterr().out
    assert json.loads(out.read_text(encoding="utf-8"))["question"] == "What has Ben?"


def test_nothing_marked_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    library = Library.open(tmp_path / "library", embedder=HashEmbedder())
    monkeypatch.setattr("assistant.runtime.reach_library", lambda settings: library)
    assert cli.main(["golden", "export", "--out", str(tmp_path / "mine.jsonl")]) == 2
    assert "No answer in this library has been marked." in capsys.readouterr().err
