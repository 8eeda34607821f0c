"""The watched folders in the library pane."""

import gc
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from assistant.answering.assistant import Assistant
from assistant.keeping.forgetting import remove
from assistant.page.html import folders
from assistant.page.page import Page
from assistant.page.serving.assistants import Assistants
from assistant.page.tabs.library import Shelf
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.settings import Settings
from index import DocumentInfo, Library
from tests.scripted import ScriptedModel
from tests.unit.page.reading import read
from tests.unit.page.samples import NASTY

# Gradio leaves event loops open when a page is built; they are collected within these tests.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

FOLDER: dict[str, Any] = {
    "path": "/home/me/papers",
    "since": "2026-01-01T00:00:00+00:00",
    "ignore": [],
    "gone": "keep",
    "files": 2,
    "changed": "2026-01-02T00:00:00+00:00",
    "error": "",
}


def state(**values: Any) -> dict[str, Any]:
    return {"watcher": "the page", "folders": [FOLDER], "unread": [], **values}


def test_a_folder_shows_its_state_and_can_be_stopped() -> None:
    root = read(folders.folders(state()))
    assert "papers" in root.text
    assert "2 files" in root.text
    (stop,) = root.all("button")
    assert (stop.attributes["data-do"], stop.attributes["data-folder"]) == (
        "unwatch",
        "/home/me/papers",
    )
    assert not root.all("p")


def test_no_folder_takes_no_room() -> None:
    assert folders.folders(state(folders=[])) == ""


def test_what_failed_is_told() -> None:
    unread = [{"source": "/a.pdf", "size": 1, "modified": 1, "message": NASTY}]
    failing = {**FOLDER, "error": NASTY, "path": f"/{NASTY}", "ignore": [NASTY], "gone": "remove"}
    root = read(folders.folders(state(folders=[failing], unread=unread, watcher="")))
    assert root.text.count(NASTY) >= 3
    assert "1 file could not be read" in root.text
    assert "Nobody keeps them in step" in root.text
    assert not root.tags() & {"img", "script"}


def test_a_folder_that_was_not_looked_at_yet_says_so() -> None:
    fresh = {**FOLDER, "files": 0, "changed": ""}
    assert "looking for files" in folders.folders(state(folders=[fresh]))


def asking(host: str) -> Any:
    """A request of somebody at this address."""
    client = SimpleNamespace(host=host)
    return SimpleNamespace(session_hash="browser", username=None, client=client)


@pytest.fixture
def shelf(library: Library, scripted_model: ScriptedModel) -> Iterator[Shelf]:
    assistant = Assistant(library, scripted_model, Prompts.load(prompts_folder()))
    with gr.Blocks():
        page = Page(settings=Settings(), assistants=Assistants(Settings(), assistant))
        yield Shelf(page, gr.State(frozenset()))
    gc.collect()


def test_a_folder_is_named_on_the_page(shelf: Shelf, library: Library, tmp_path: Path) -> None:
    panel, here = shelf.folders, asking("127.0.0.1")
    wanted: Any = SimpleNamespace(folder=str(tmp_path), ignore="*.md, drafts/*", remove=True)
    told = panel.watch(wanted, here)
    (folder,) = library.folders.all()
    assert (folder.path, folder.gone) == (str(tmp_path), "remove")
    assert folder.ignore == ("*.md", "drafts/*")
    assert tmp_path.name in told[panel.list]
    told = panel.unwatch(wanted, here)
    assert (library.folders.all(), told[panel.list]) == ([], "")
    wanted.folder = "/nowhere"
    assert "no folder /nowhere" in panel.watch(wanted, here)[panel.news]
    assert "not watched" in panel.unwatch(wanted, here)[panel.news]


def test_who_sits_elsewhere_neither_sees_nor_names_folders(
    shelf: Shelf, library: Library, tmp_path: Path
) -> None:
    panel, elsewhere = shelf.folders, asking("192.0.2.7")
    library.folders.watch(tmp_path)
    assert panel.shown(elsewhere) == ("", "")
    other: Any = SimpleNamespace(folder=str(tmp_path.parent), ignore="", remove=False)
    panel.watch(other, elsewhere)
    panel.unwatch(SimpleNamespace(folder=str(tmp_path)), elsewhere)  # type: ignore[arg-type]
    assert [each.path for each in library.folders.all()] == [str(tmp_path)]


def test_what_a_folder_changed_is_seen_without_a_reload(shelf: Shelf, library: Library) -> None:
    panel, here = shelf.folders, asking("127.0.0.1")
    first = panel.refresh("", (), here)
    assert shelf.list not in first  # it is there already
    assert set(panel.refresh(first[panel.seen], (), here)) == {panel.seen}
    (library.folder.parent / "note.txt").write_text("A note.", encoding="utf-8")
    list(library.add(library.folder.parent / "note.txt"))
    assert "note" in panel.refresh(first[panel.seen], (), here)[shelf.list]


def test_what_changed_before_the_first_look_is_seen_too(shelf: Shelf, library: Library) -> None:
    panel, here = shelf.folders, asking("127.0.0.1")
    shown, seen = shelf.opened((), here)
    assert shelf.list not in panel.refresh(seen, (), here)  # nothing has changed
    (library.folder.parent / "note.txt").write_text("A note.", encoding="utf-8")
    list(library.add(library.folder.parent / "note.txt"))
    assert "note.txt" not in shown
    assert "note.txt" in panel.refresh(seen, (), here)[shelf.list]


def test_a_step_of_the_page_passes_no_file_over(
    shelf: Shelf, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is there again when its document is removed: that was not by hand."""
    monkeypatch.setattr("index.folders.SETTLED_S", 0.0)
    files = tmp_path / "files"
    files.mkdir()
    for name in ("bridge", "river"):
        (files / f"{name}.txt").write_text(f"The {name} is here.", encoding="utf-8")
    library.folders.watch(files, gone="remove")
    missing: dict[str, float] = {}
    shelf.page.step(library, missing)
    (files / "bridge.txt").unlink()

    def late(*given: Any, **how: Any) -> DocumentInfo:
        (files / "bridge.txt").write_text("The bridge is here again.", encoding="utf-8")
        return remove(*given, **how)

    monkeypatch.setattr("assistant.page.page.remove", late)
    assert shelf.page.step(library, missing).gone == (str(files / "bridge.txt"),)
    assert [each.status for each in shelf.page.step(library, missing).results] == ["added"]
