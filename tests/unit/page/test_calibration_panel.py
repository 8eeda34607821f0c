"""Measuring the model from the page: offered, told, stopped, and counting at once."""

import gc
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from assistant.answering.assistant import Assistant
from assistant.checking.calibration import Calibration
from assistant.evaluation import calibrate
from assistant.page.html import markup
from assistant.page.page import Page
from assistant.page.serving.assistants import Assistants
from assistant.page.tabs.calibration import CalibrationPanel, _invitation
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.settings import Settings
from index import Library
from tests.fakes import HashEmbedder
from tests.scripted import Call, ScriptedModel

# Gradio leaves event loops open when a page is built; they are collected within these tests.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

REQUEST: Any = SimpleNamespace(session_hash="browser", username=None, cookies={})
VISITOR: Any = SimpleNamespace(session_hash="other", username="ann", cookies={})
SIX = 6
"""Questions of either kind that suffice for a result."""


def choose(call: Call) -> str:
    return "no" if "absent" in call.text else "yes"


@pytest.fixture
def panel(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CalibrationPanel]:
    """Over a set of its own of twelve short questions."""
    monkeypatch.setattr("assistant.runtime.EmbedderOnDemand", lambda settings: HashEmbedder())
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "weirs.txt").write_text(
        "".join(f"The weir number {n} was built in {1900 + n}. " for n in range(SIX)),
        encoding="utf-8",
    )
    lines = [
        f'{{"id": "a{n}", "question": "When was the weir number {n} built?", "answerable": true, '
        f'"answers": ["{1900 + n}"], "evidence": []}}\n'
        f'{{"id": "u{n}", "question": "When was the absent mill {n} built?", "answerable": false, '
        f'"answers": [], "evidence": []}}\n'
        for n in range(SIX)
    ]
    (tmp_path / "questions.jsonl").write_text("".join(lines), encoding="utf-8")
    monkeypatch.setattr(calibrate, "SHIPPED", tmp_path)
    model = ScriptedModel(chooser=choose, writer=lambda call: "")
    assistant = Assistant(library, model, Prompts.load(prompts_folder()))
    with gr.Blocks():
        yield CalibrationPanel(
            Page(settings=Settings(), assistants=Assistants(Settings(), assistant))
        )
    gc.collect()


def test_the_page_says_how_many_questions_there_are() -> None:
    shipped = calibrate.SHIPPED / "questions.jsonl"
    questions = len(shipped.read_text(encoding="utf-8").splitlines())
    assert f"asked {questions} questions" in str(_invitation())


def test_an_uncalibrated_answer_offers_to_measure() -> None:
    assert 'data-do="calibrate"' in markup.uncalibrated(False)
    assert markup.uncalibrated(True) == ""


def test_measuring_shows_progress_and_counts_from_the_next_question_on(
    panel: CalibrationPanel,
) -> None:
    assistant = panel.page.assistant(REQUEST)
    assert not assistant.calibration_of(assistant.model.name).calibrated
    updates = list(panel.run(REQUEST))
    shown = [str(update[panel.news]) for update in updates]
    assert any(f"of {2 * SIX}" in each and "<progress" in each for each in shown)
    assert "scripted is measured: look-ups are answered from" in shown[-1]
    learnt = assistant.calibration_of(assistant.model.name)
    assert learnt.calibrated
    assert learnt != Calibration()


def test_stopping_keeps_what_was_measured(panel: CalibrationPanel) -> None:
    run = panel.run(REQUEST)
    shown = str(next(run)[panel.news])
    for update in run:
        shown = str(update[panel.news])
        if "Measuring" in shown and ", 1 of" in shown:
            panel.halt(REQUEST)
    assert "Stopped; what was measured is kept" in shown
    panel.page.jobs.wait_idle()
    folder = panel.page.library(REQUEST).folder
    assert list(folder.glob(f"evaluations/*/{calibrate.ROWS}"))
    assert "is measured" in str(list(panel.run(REQUEST))[-1][panel.news])


def test_only_the_operator_measures_where_the_page_has_users(
    panel: CalibrationPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Assistants, "operates", lambda self, request: False)
    assert "Ask its operator" in str(list(panel.run(VISITOR))[-1][panel.news])
