"""The Evaluate tab: what its handlers show, with a scripted model and a real library."""

import gc
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from assistant.chain import Assistant
from assistant.page.evaluate import EvaluateTab
from assistant.page.page import Page
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.settings import Settings
from index import Library
from tests.fakes import HashEmbedder
from tests.unit.evaluation.test_evaluate import CORPUS, GOLDEN, model, sensible, write_golden

# Gradio leaves event loops open when a page is built; they are collected within these tests.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

REQUEST: Any = SimpleNamespace(session_hash="browser")


@pytest.fixture
def tab(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EvaluateTab]:
    for module in ("assistant.runtime", "assistant.evaluation.evaluate"):
        monkeypatch.setattr(f"{module}.EmbedderOnDemand", lambda settings: HashEmbedder())
    for name, text in CORPUS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        list(library.add(tmp_path / name))
    assistant = Assistant(library, model(sensible), Prompts.load(prompts_folder()))
    with gr.Blocks():
        yield EvaluateTab(Page(settings=Settings(), library=library, assistant=assistant))
    gc.collect()


def run(tab: EvaluateTab, golden: Path | None, chain: str = "citewell") -> list[dict[Any, Any]]:
    return list(tab.run(str(golden) if golden else None, 20, chain, REQUEST))


def test_a_run_shows_progress_and_then_the_report_in_a_frame(
    tab: EvaluateTab, tmp_path: Path
) -> None:
    updates = run(tab, write_golden(tmp_path, GOLDEN))
    assert any("1 of 3" in str(update.get(tab.news, "")) for update in updates)
    last = updates[-1]
    assert last[tab.news] == ""
    assert last[tab.report].startswith("<iframe ")
    assert 'sandbox="allow-scripts"' in last[tab.report]
    assert "&lt;!doctype html&gt;" in last[tab.report]
    assert last[tab.first].value == "golden-citewell"


def test_what_is_wrong_with_a_file_is_shown_as_a_failure(tab: EvaluateTab, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("<b>\n", encoding="utf-8")
    last = run(tab, tmp_path / "bad.jsonl")[-1]
    assert 'class="failure"' in last[tab.news]
    assert "line 1: it is not JSON" in last[tab.news]
    assert tab.report not in last


def test_without_a_file_it_says_so(tab: EvaluateTab) -> None:
    assert "Choose a golden file" in run(tab, None)[-1][tab.news]


def test_two_reports_are_compared(tab: EvaluateTab, tmp_path: Path) -> None:
    run(tab, write_golden(tmp_path, GOLDEN))
    other = write_golden(tmp_path, GOLDEN[:2]).rename(tmp_path / "other.jsonl")
    run(tab, other)
    names = [name for name, _ in tab.choices(None, None)[0].choices]
    assert sorted(names) == ["golden-citewell", "other-citewell"]
    frame, table = tab.show("golden-citewell", "other-citewell")
    assert frame.startswith("<iframe ")
    assert "citewell correct" in table
    assert tab.show("golden-citewell", None)[1] == ""
    assert tab.show("../secret", None) == ("", "")


def test_a_comparison_that_cannot_be_made_leaves_the_report(
    tab: EvaluateTab, tmp_path: Path
) -> None:
    golden = write_golden(tmp_path, GOLDEN)
    run(tab, golden)
    of_stock = tab._folder / "golden-stock"
    shutil.copytree(tab._folder / "golden-citewell", of_stock)
    report = json.loads((of_stock / "report.json").read_bytes())
    (of_stock / "report.json").write_text(json.dumps(report | {"chain": "stock"}))
    frame, comparison = tab.show("golden-citewell", "golden-stock")
    assert frame.startswith("<iframe ")
    assert "no case" in comparison
