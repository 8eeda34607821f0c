"""Nothing of a removed document stays in any place in which the page puts files."""

import gc
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from assistant.answering.assistant import Assistant
from assistant.evaluation.golden.reading import GoldenError, load_golden
from assistant.keeping.page_files import PageFiles
from assistant.page.page import Page
from assistant.page.serving.assistants import Assistants
from assistant.page.serving.downloads import VISIT, Visitor
from assistant.page.tabs.evaluate import EvaluateTab
from assistant.page.tabs.library import Shelf
from assistant.page.tabs.summary import FORMATS, SummaryTab
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.settings import Settings
from index import Library
from tests.scripted import ScriptedModel
from tests.unit.keeping.test_forgetting import SECRET, found_in, pieces, talk

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # as in test_tabs.py

REQUEST: Any = SimpleNamespace(
    session_hash="browser", username=None, cookies={VISIT: "visit"}, query_params={}
)


@pytest.fixture
def page(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Page, PageFiles]]:
    """A page whose every temporary file lies in ``tmp_path``, and its folder."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("GRADIO_TEMP_DIR", "")
    monkeypatch.setenv("GRADIO_EXAMPLES_CACHE", "")
    model = ScriptedModel(
        chooser=lambda call: "yes" if "yes" in call.options else "0", writer=lambda call: "No."
    )
    assistant = Assistant(library, model, Prompts.load(prompts_folder()))
    with gr.Blocks(), PageFiles(library.folder) as files:
        yield Page(settings=Settings(), assistants=Assistants(Settings(), assistant)), files
    gc.collect()


def saved(page: Page, shown: str) -> list[tuple[str, int, bytes]]:
    """Every file that the buttons in ``shown`` save: name, status and content."""
    found = []
    for place in re.findall('data-place="(.*?)"', shown):
        _, token, name = place.split("/")
        made = page.downloads.made(token, name, Visitor("", "visit"))
        found.append((name, made.status, made.content))
    return found


def test_a_removed_document_is_nowhere(page: tuple[Page, PageFiles], tmp_path: Path) -> None:
    shared, files = page
    upload = files.folder / "digest" / "secret.txt"
    upload.parent.mkdir()
    upload.write_text("\n".join(SECRET), encoding="utf-8")
    unticked = gr.State(frozenset())
    list(Shelf(shared, unticked).add_files([str(upload)], frozenset(), REQUEST))
    library = shared.library(REQUEST)
    info = library.find("secret.txt")
    talk(library, "Where was the treaty signed?")
    tab = SummaryTab(shared, unticked)
    last = list(tab.write(info.id, "brief", "", "", frozenset(), "", REQUEST))[-1]
    before = sorted(tmp_path.rglob("*"))
    made = saved(shared, last[tab.exports])
    assert [(name.partition(".")[2], status) for name, status, _ in made] == [
        (suffix[1:], 200) for suffix in FORMATS.values()
    ]
    assert b"Quorvath" in made[0][2]
    assert sorted(tmp_path.rglob("*")) == before, "what is saved is never on this disk"
    evaluate = EvaluateTab(shared)
    golden = Path(evaluate.use_marks(REQUEST)[evaluate.golden])
    kept = pieces(SECRET[0])
    assert golden.is_relative_to(files.folder)
    assert found_in(files.folder, kept), "the search finds what is there"

    shared.remove(info.id, REQUEST)
    assert {status for _, status, _ in saved(shared, last[tab.exports])} == {404}
    shared.purge([info.id], REQUEST)
    assert found_in(tmp_path, kept) == []
    assert {status for _, status, _ in saved(shared, last[tab.exports])} == {404}
    with pytest.raises(GoldenError):
        load_golden(golden)
    shared.leave("browser")
    assert not golden.exists()


def test_a_session_that_ends_takes_its_files_with_it(
    page: tuple[Page, PageFiles], seed_path: Path
) -> None:
    shared, files = page
    library = shared.library(REQUEST)
    list(library.add(seed_path))
    tab, evaluate = SummaryTab(shared, gr.State(frozenset())), EvaluateTab(shared)
    (info,) = library.documents()
    last = list(tab.write(info.id, "brief", "", "", frozenset(), "", REQUEST))[-1]
    corpus = files.folder / "digest" / "corpus.txt"
    corpus.parent.mkdir()
    corpus.write_text("An upload.", encoding="utf-8")
    evaluate.hold([str(corpus)], REQUEST)
    shared.leave("another")
    assert {status for _, status, _ in saved(shared, last[tab.exports])} == {200}
    assert corpus.exists()
    shared.leave("browser")
    assert {status for _, status, _ in saved(shared, last[tab.exports])} == {404}
    assert not corpus.exists()


def test_a_control_character_costs_no_summary(page: tuple[Page, PageFiles], tmp_path: Path) -> None:
    shared, _ = page
    library = shared.library(REQUEST)
    path = tmp_path / "bells.txt"
    text = f"The bell\x07 of Arnside rang in May. {'It rang twice, they said. ' * 20}"
    path.write_text(text, encoding="utf-8")
    list(library.add(path))
    tab = SummaryTab(shared, gr.State(frozenset()))
    (info,) = library.documents()
    last = list(tab.write(info.id, "brief", "", "", frozenset(), "", REQUEST))[-1]
    assert "Arnside" in last[tab.text]
    assert {status for _, status, _ in saved(shared, last[tab.exports])} == {200}


def test_a_failing_export_costs_no_summary(
    page: tuple[Page, PageFiles], seed_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the fonts of PDF are missing, for one."""
    shared, _ = page
    list(shared.library(REQUEST).add(seed_path))
    tab = SummaryTab(shared, gr.State(frozenset()))
    (info,) = shared.library(REQUEST).documents()
    last = list(tab.write(info.id, "brief", "", "", frozenset(), "", REQUEST))[-1]
    assert 'class="summary' in last[tab.text]
    monkeypatch.setattr("assistant.exporting.pdf.find_spec", lambda name: None)
    statuses = {name: status for name, status, _ in saved(shared, last[tab.exports])}
    assert statuses.pop("summary.pdf") == 409
    assert set(statuses.values()) == {200}
