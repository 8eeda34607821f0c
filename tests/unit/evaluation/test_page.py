"""The Evaluate tab: what its handlers show, with a scripted model and a real library."""

import gc
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from assistant.answering.assistant import Assistant
from assistant.page.page import Page
from assistant.page.serving.assistants import Assistants
from assistant.page.tabs.evaluate import EvaluateTab
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.settings import Settings
from index import Library
from tests.fakes import HashEmbedder
from tests.unit.evaluation.test_evaluate import CORPUS, GOLDEN, model, sensible, write_golden

# Gradio leaves event loops open when a page is built; they are collected within these tests.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

REQUEST: Any = SimpleNamespace(session_hash="browser", username=None, cookies={})


@pytest.fixture
def tab(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EvaluateTab]:
    for module in ("assistant.runtime", "assistant.evaluation.evaluate"):
        monkeypatch.setattr(f"{module}.EmbedderOnDemand", lambda settings: HashEmbedder())
    for name, text in CORPUS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        list(library.add(tmp_path / name))
    assistant = Assistant(library, model(sensible), Prompts.load(prompts_folder()))
    with gr.Blocks():
        assistants = Assistants(Settings(), assistant)
        yield EvaluateTab(Page(settings=Settings(), assistants=assistants))
    gc.collect()


def run(
    tab: EvaluateTab, golden: Path | None, chain: str = "citewell", corpus: Sequence[str] = ()
) -> list[dict[Any, Any]]:
    return list(tab.run(str(golden) if golden else None, corpus, 20, chain, REQUEST))


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


def test_everything_wrong_with_a_file_is_listed(tab: EvaluateTab, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("<b>\n[]\n", encoding="utf-8")
    last = run(tab, tmp_path / "bad.jsonl")[-1]
    assert 'class="failure"' in last[tab.news]
    assert "The golden file has 2 problems" in last[tab.news]
    assert "<li>line 1: it is not JSON" in last[tab.news]
    assert "<li>line 2: it is not a JSON object</li>" in last[tab.news]
    assert tab.report not in last


def test_without_a_file_it_says_so(tab: EvaluateTab) -> None:
    assert "Choose a golden file" in run(tab, None)[-1][tab.news]


def test_dropped_documents_are_asked_instead_of_the_library(
    tab: EvaluateTab, tmp_path: Path
) -> None:
    uploads = []
    for number, text in enumerate(("Zoe has a brown dog.", "Max has a white cat.")):
        (tmp_path / str(number)).mkdir()
        uploads.append(tmp_path / str(number) / "zoo.txt")
        uploads[-1].write_text(text, encoding="utf-8")
    evidence = [{"document": "zoo.txt", "quote": "Zoe has a brown dog."}]
    golden = write_golden(tmp_path, [GOLDEN[0] | {"evidence": evidence}])
    last = run(tab, golden, corpus=[str(path) for path in uploads])[-1]
    assert last[tab.news] == ""
    report = json.loads((tab._folder(REQUEST) / "golden-citewell" / "report.json").read_bytes())
    assert {cited["document"] for cited in report["cases"][0]["retrieved"]} == {"zoo.txt"}
    assert len(report["cases"][0]["retrieved"]) == 2
    assert report["settings"]["corpus"] == "documents"


def test_reports_are_listed_with_their_time_and_offered_as_files(
    tab: EvaluateTab, tmp_path: Path
) -> None:
    assert tab.choices(None, None, REQUEST)[tab.reports]["visible"] is False
    run(tab, write_golden(tmp_path, GOLDEN))
    listed = tab.choices("golden-citewell", "gone", REQUEST)
    ((label, name),) = listed[tab.first].choices
    assert name == "golden-citewell"
    assert re.fullmatch(r"golden-citewell, \d\d \w+ \d{4} \d\d:\d\d", label)
    assert (listed[tab.first].value, listed[tab.second].value) == ("golden-citewell", None)
    shown = tab.show("golden-citewell", None, REQUEST)
    assert re.findall('data-name="(.*?)"', shown[tab.files]) == [
        "report.html",
        "report.md",
        "report.json",
    ]
    assert tab.show(None, None, REQUEST)[tab.files] == ""


def test_two_reports_are_compared_in_figures_and_question_by_question(
    tab: EvaluateTab, tmp_path: Path
) -> None:
    run(tab, write_golden(tmp_path, GOLDEN))
    tab.page.model.chooser = lambda call: "no" if "no" in call.options else "0"  # type: ignore[attr-defined]
    run(tab, write_golden(tmp_path, GOLDEN).rename(tmp_path / "worse.jsonl"))
    shown = tab.show("worse-citewell", "golden-citewell", REQUEST)
    assert shown[tab.report].startswith("<iframe ")
    assert "Nothing fell significantly." in shown[tab.comparison]  # two of two is no proof
    assert (
        ">citewell correct</th><td>1.000</td><td>0.000</td><td>-1.000</td>"
        in (shown[tab.comparison])
    )
    assert "2 questions came out otherwise" in shown[tab.comparison]
    assert "correct → refused" in shown[tab.comparison]
    assert "Which dog has Ben?" in shown[tab.comparison]
    assert "horse" not in shown[tab.comparison]
    assert tab.show("worse-citewell", None, REQUEST)[tab.comparison] == ""
    assert tab.show("worse-citewell", "worse-citewell", REQUEST)[tab.comparison] == ""
    assert tab.show("../secret", None, REQUEST)[tab.report] == ""


def test_marked_answers_become_a_golden_file(tab: EvaluateTab) -> None:
    assert "No answer is marked yet" in tab.use_marks(REQUEST)[tab.news]
    citation = {"document": "pets.txt", "quote": "Ben has a brown dog."}
    said = {"text": "Ben has a brown dog.", "citations": [citation]}
    answer = {"status": "answered", "text": said["text"], "claims": [said]}
    mark = {"answer": answer, "history": [], "at": "1"}
    library = tab.page.library(REQUEST)
    library.put("mark", "1", mark | {"question": "What has <Anna>?", "mark": "wrong"})
    only_wrong = tab.use_marks(REQUEST)
    assert "What has &lt;Anna&gt;?" in only_wrong[tab.news]
    library.put("mark", "2", mark | {"question": "Which dog has Ben?", "mark": "right"})
    shown = tab.use_marks(REQUEST)
    assert "1 answer marked right" in shown[tab.news]
    last = run(tab, Path(shown[tab.golden]))[-1]
    assert last[tab.first].value == "marked-citewell"


def test_a_comparison_that_cannot_be_made_leaves_the_report(
    tab: EvaluateTab, tmp_path: Path
) -> None:
    golden = write_golden(tmp_path, GOLDEN)
    run(tab, golden)
    of_stock = tab._folder(REQUEST) / "golden-stock"
    shutil.copytree(tab._folder(REQUEST) / "golden-citewell", of_stock)
    report = json.loads((of_stock / "report.json").read_bytes())
    (of_stock / "report.json").write_text(json.dumps(report | {"chain": "stock"}))
    shown = tab.show("golden-citewell", "golden-stock", REQUEST)
    assert shown[tab.report].startswith("<iframe ")
    assert "no case" in shown[tab.comparison]
