"""The library pane: which uploads are kept, and what is said where one cannot be."""

import errno
import gc
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from assistant.answering.assistant import Assistant
from assistant.page.page import Page
from assistant.page.serving.assistants import Assistants
from assistant.page.tabs.library import Shelf
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.settings import Settings
from index import Library
from tests.scripted import ScriptedModel

# Gradio leaves event loops open when a page is built; they are collected within these tests.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

REQUEST: Any = SimpleNamespace(session_hash="browser", username=None)


@pytest.fixture
def shelf(library: Library, scripted_model: ScriptedModel) -> Iterator[Shelf]:
    assistant = Assistant(library, scripted_model, Prompts.load(prompts_folder()))
    with gr.Blocks():
        page = Page(settings=Settings(), assistants=Assistants(Settings(), assistant))
        yield Shelf(page, gr.State(frozenset()))
    gc.collect()


def upload(shelf: Shelf, folder: Path, name: str, text: str = "The bridge was closed.") -> str:
    """What the page says of an uploaded file in the end."""
    (folder / name).write_text(text, encoding="utf-8")
    updates = list(shelf.add_files([str(folder / name)], frozenset(), REQUEST))
    return str(updates[-1][shelf.news])


def kept(library: Library) -> list[str]:
    """The names of the uploads that are kept."""
    return [path.name for path in (library.folder / "uploads").rglob("*") if path.is_file()]


def test_the_same_content_under_another_name_costs_the_first_file_nothing(
    shelf: Shelf, library: Library, tmp_path: Path
) -> None:
    upload(shelf, tmp_path, "first.txt")
    assert "the same text" in upload(shelf, tmp_path, "second.txt")
    assert kept(library) == ["first.txt"]
    assert "not changed" in upload(shelf, tmp_path, "first.txt")
    (info,) = library.documents()
    assert Path(str(info.path)).is_file()


def test_an_upload_goes_with_its_document(shelf: Shelf, library: Library, tmp_path: Path) -> None:
    upload(shelf, tmp_path, "first.txt")
    (info,) = library.documents()
    data: Any = SimpleNamespace(document=info.id)
    shelf.remove(frozenset(), data, REQUEST)
    assert list((library.folder / "uploads").iterdir()) == []


def test_a_bad_upload_is_not_kept(shelf: Shelf, library: Library, tmp_path: Path) -> None:
    assert "empty.txt is empty" in upload(shelf, tmp_path, "empty.txt", "")
    assert kept(library) == []


def test_a_full_disk_is_one_clear_line(
    shelf: Shelf, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def move(source: Path, target: Path) -> None:
        target.write_text("Half of", encoding="utf-8")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("assistant.page.tabs.library.shutil.move", move)
    assert "The disk is full" in upload(shelf, tmp_path, "first.txt")
    assert kept(library) == []


def test_a_folder_that_cannot_be_written_is_one_clear_line(
    shelf: Shelf, library: Library, tmp_path: Path
) -> None:
    (library.folder / "uploads").touch()
    assert "first.txt cannot be kept" in upload(shelf, tmp_path, "first.txt")
