"""The count of contradicted premises reads SQuAD 2.0 as it is."""

import json
import sys
from pathlib import Path

import pytest

from benchmarks import premises

TEXT = "Ben has a dog. Ann signed the treaty in May."
PLACE = {"text": "Ann", "answer_start": TEXT.index("Ann")}
SQUAD = {
    "data": [
        {
            "paragraphs": [
                {
                    "context": TEXT,
                    "qas": [
                        {"id": "a", "question": "Who signed?", "answers": [PLACE]},
                        {
                            "id": "b",
                            "question": "Who did not sign?",
                            "is_impossible": True,
                            "answers": [],
                            "plausible_answers": [PLACE],
                        },
                        {
                            "id": "c",
                            "question": "Who never signed?",
                            "is_impossible": True,
                            "answers": [],
                            "plausible_answers": [PLACE],
                        },
                    ],
                }
            ]
        }
    ]
}


def test_objections_are_counted_by_kind_and_known_questions_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "squad.json").write_text(json.dumps(SQUAD), encoding="utf-8")
    (tmp_path / "golden.jsonl").write_text('{"id": "c"}\n', encoding="utf-8")
    told = ["premises", str(tmp_path / "squad.json"), "--without", str(tmp_path / "golden.jsonl")]
    monkeypatch.setattr(sys, "argv", told)
    premises.main()
    assert capsys.readouterr().out == "answerable: 0 of 1 = 0.000\nunanswerable: 1 of 1 = 1.000\n"
