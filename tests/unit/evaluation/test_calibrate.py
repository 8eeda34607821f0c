"""``citewell calibrate``: any model, on the set that ships; stopped, gone on with, told."""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from assistant import cli
from assistant.answering.assistant import Assistant
from assistant.checking.calibration import Calibration, load, save
from assistant.evaluation import calibrate as calibration
from assistant.evaluation import measuring
from assistant.evaluation.calibrate import AT_ONCE, ROWS, SHIPPED, calibrate, in_turn, shipped_plan
from assistant.evaluation.fitting import FOLDS
from assistant.evaluation.golden.reading import load_golden
from assistant.evaluation.journal import read_rows
from assistant.evaluation.plan import Surroundings
from assistant.language.words import flat
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.settings import Settings
from index import Library
from index.errors import CancelledError, InputError
from tests.fakes import HashEmbedder
from tests.scripted import Call, ScriptedModel

QUESTIONS = load_golden(SHIPPED / "questions.jsonl").cases
FEW = 24
"""Questions before the first result here, so that a test is short."""
ABSENT = {case.question for case in QUESTIONS if not case.answerable}


@pytest.fixture(autouse=True)
def no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = mock.Mock(side_effect=lambda settings: HashEmbedder())
    monkeypatch.setattr("assistant.runtime.EmbedderOnDemand", embedder)
    monkeypatch.setattr("assistant.evaluation.calibrate.EmbedderOnDemand", embedder)


def knows(call: Call) -> str:
    """What a model says that knows which questions of the set have no answer."""
    return "no" if any(question in call.text for question in ABSENT) else "yes"


def gold() -> list[dict[str, Any]]:
    """Rules of a server that says what is marked as belonging to a whole answer."""
    return [
        {
            "if": f"Question: {re.escape(case.question)}\n.*Write each sentence on a line",
            "write": [[flat(q.quote), flat(q.quote)] for q in case.evidence],
        }
        for case in QUESTIONS
        if case.kind in ("whole", "compare")
    ]


def script(path: Path, written: list[dict[str, Any]]) -> Path:
    """The same as rules of a server, which writes whole answers as ``written`` says."""
    absent = "|".join(map(re.escape, sorted(ABSENT)))
    rules = [
        *written,
        {"if": "What is wrong with it", "say": "It is so."},
        {"if": f"Question: (?:{absent})\n.*yes or no", "say": "no"},
        {"if": "yes or no", "say": "yes"},
    ]
    path.write_text(json.dumps(rules), encoding="utf-8")
    return path


def around(tmp_path: Path, model: ScriptedModel, **more: Any) -> Surroundings:
    settings = Settings(library=tmp_path / "library")
    return Surroundings(settings=settings, model=model, **more)  # type: ignore[arg-type]


def test_a_server_with_neither_grammar_nor_probabilities_is_measured(
    standin: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rules = script(tmp_path / "rules.json", gold())
    server = standin("--features", "", "--refuse", "--script", str(rules))
    monkeypatch.setenv("CITEWELL_MODEL", f"openai:small@{server.url}")
    library = tmp_path / "library"
    assert cli.main(["calibrate", "--library", str(library), "--limit", "48"]) == 0
    told = capsys.readouterr()
    assert f"After {AT_ONCE} of 48 questions: look-ups are answered from" in told.err
    assert "Saved in" in told.err
    learnt = load("small", library / "calibrations.json")
    assert learnt.calibrated
    assert learnt.doubtful is not None
    assert set(learnt.several_weights) == {"similarity", "rank", "answers_odds"}
    assert learnt.composes, learnt.origins["composes"]
    assert "written by the model" in told.out
    figures = {field.name for field in fields(Calibration)} - {"calibrated", "origins"}
    assert set(learnt.origins) == figures
    assert learnt.origins["support"].startswith("set by hand")
    rows = read_rows(shipped_plan(library, f"openai:small@{server.url}").out / ROWS)
    assert Counter(row["of"] for row in rows)["question"] == 48


def test_what_cites_and_says_nothing_right_does_not_compose(
    standin: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration, "AT_ONCE", FEW)
    written = {"if": "Write each", "say": "All of it is so. [1]\nNothing is known.\n"}
    rules = script(tmp_path / "rules.json", [written])
    server = standin("--features", "", "--script", str(rules))
    monkeypatch.setenv("CITEWELL_MODEL", f"openai:small@{server.url}")
    library = tmp_path / "library"
    assert cli.main(["calibrate", "--library", str(library), "--limit", "28"]) == 0
    assert not load("small", library / "calibrations.json").composes


def test_a_stopped_run_goes_on_and_has_saved_its_first_result(tmp_path: Path) -> None:
    model = ScriptedModel("mine", chooser=knows, writer=lambda call: "")
    plan = shipped_plan(tmp_path / "library", "mine", limit=60)
    target = tmp_path / "library" / "calibrations.json"
    done: list[tuple[int, int]] = []
    stopping = around(
        tmp_path,
        model,
        progress=lambda message, number, total: done.append((number, total)),
        cancelled=lambda: bool(done) and done[-1][0] >= AT_ONCE + 30,
    )
    with pytest.raises(CancelledError, match="kept"):
        calibrate(plan, [], target, stopping)
    first = load("mine", target)
    assert first.calibrated
    assert f"of {AT_ONCE}" not in first.origins["answerable"]
    kept = read_rows(plan.out / ROWS)
    assert len(kept) >= AT_ONCE + 24
    model.calls.clear()
    told: list[str] = []
    learnt = calibrate(plan, [], target, around(tmp_path, model, notify=told.append))
    assert any(message.startswith("Resuming") for message in told)
    assert read_rows(plan.out / ROWS)[: len(kept)] == kept
    asked = {case.question for case in in_turn(QUESTIONS, 7)[:AT_ONCE]}
    again = [q for q in asked if any(f"Question: {q}\n" in call.text for call in model.calls)]
    written = {case.question for case in QUESTIONS if case.kind in ("whole", "compare")}
    assert set(again) <= written
    assert learnt == load("mine", target) != first


def test_control_c_says_that_what_was_done_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(call: Call) -> str:
        if len(model.calls) > 30:
            raise KeyboardInterrupt
        return "yes"

    model = ScriptedModel("mine", chooser=interrupted, writer=lambda call: "")
    monkeypatch.setattr("assistant.evaluation.plan.open_model", lambda *_, **__: model)
    library = tmp_path / "library"
    assert cli.main(["calibrate", "--library", str(library)]) == 130
    assert "is kept: run citewell calibrate again" in capsys.readouterr().err
    (rows,) = library.glob(f"evaluations/*/{ROWS}")
    assert read_rows(rows)


def test_any_first_part_is_balanced_and_seeded() -> None:
    ordered = in_turn(QUESTIONS, 7)
    assert sorted(case.id for case in ordered) == sorted(case.id for case in QUESTIONS)
    assert ordered == in_turn(QUESTIONS, 7) != in_turn(QUESTIONS, 8)
    shares, first = Counter(c.kind for c in QUESTIONS), Counter(c.kind for c in ordered[:AT_ONCE])
    for kind, n in shares.items():
        assert abs(first[kind] - AT_ONCE * n / len(QUESTIONS)) <= 1, kind


def measured(kind: str, answerable: bool, odds: float) -> dict[str, Any]:
    """A question's row as it is measured."""
    signals = {"similarity": 0.5, "rank": 0.5, "answers_odds": odds}
    whole = {"answerable": answerable, "signals": signals}
    return {"of": "question", "kind": kind, "answerable": answerable, "whole": whole}


def test_whole_questions_are_learnt_from_whole_ones_without_an_answer_if_there_are_some() -> None:
    answered = [measured("whole", True, 1.0 + n / 10) for n in range(FOLDS)]
    looked_up = [measured("unanswerable", False, -9.0 - n) for n in range(FOLDS)]
    several = [measured("unanswerable_whole", False, n / 10) for n in range(FOLDS)]
    alone = calibration.learn([*answered, *several], Calibration())
    assert calibration.learn([*answered, *looked_up, *several], Calibration()) == alone
    fallen_back = calibration.learn([*answered, *looked_up], Calibration())
    assert fallen_back.several_weights not in (alone.several_weights, Calibration().several_weights)


def test_a_set_without_questions_of_several_sentences_is_one_clear_line() -> None:
    with pytest.raises(InputError, match="needs at least 5 answerable and 5 unanswerable"):
        calibration.learn([], Calibration())


def test_claims_are_made_of_the_questions_and_guards_see_no_fault_in_the_false_ones() -> None:
    claims = measuring.paired_claims(QUESTIONS, 7)
    assert Counter(claim.supported for claim in claims) == {True: 60, False: 60}
    assert claims == measuring.paired_claims(QUESTIONS, 7)
    false = [claim for claim in claims if not claim.supported]
    unseen = [c for c in false if not measuring.objections(c.claim, [c.source])]
    assert len(unseen) >= 50
    assert not any(claim.claim in claim.source for claim in false)


def test_an_answer_asked_again_after_calibrating_is_made_anew(
    library: Library, scripted_model: ScriptedModel, tmp_path: Path
) -> None:
    (tmp_path / "weir.txt").write_text("The weir at Harlow broke in March.\n", encoding="utf-8")
    list(library.add(tmp_path / "weir.txt"))
    scripted_model.chooser, scripted_model.writer = lambda call: "yes", lambda call: ""
    assistant = Assistant(library, scripted_model, Prompts.load(prompts_folder()))
    question = "When did the weir at Harlow break?"
    assert not assistant.answer(question).calibrated
    save(library.folder / "calibrations.json", scripted_model.name, Calibration(calibrated=True))
    assert assistant.answer(question).calibrated


def test_documents_without_questions_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["calibrate", "--corpus", str(tmp_path)]) == 2
    assert "Name a golden file" in capsys.readouterr().err


def test_what_is_written_is_always_asked_of_the_same_dozen() -> None:
    dozen = calibration._one_a_document(in_turn(QUESTIONS, 3))
    assert dozen == calibration._one_a_document(QUESTIONS)
    assert len({case.evidence[0].document for case in dozen}) == len(dozen) == 12
