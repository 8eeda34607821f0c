"""The library pane: which uploads are kept, and what is said where one cannot be."""

import errno
import gc
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from assistant.answering.assistant import Assistant
from assistant.keeping.forgetting import discard_leftovers
from assistant.page.page import Page
from assistant.page.serving.assistants import Assistants
from assistant.page.tabs.library import Shelf
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.settings import Settings
from index import Library
from tests.scripted import ScriptedModel
from tests.unit.index.test_protection import PASSWORD, protected_pdf

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
    assert Path(str(info.path)).exists(), "it is recovered with its document"
    shelf.bin.purge(data, REQUEST)
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


def unlock(shelf: Shelf, password: str) -> dict[Any, Any]:
    """What the page shows in the end where a password was typed."""
    first, *rest = shelf.open_protected(password, frozenset(), REQUEST)
    assert first[shelf.password] == ""
    return {key: value for update in rest for key, value in update.items()}


def test_a_protected_upload_waits_for_its_password(
    shelf: Shelf, library: Library, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(protected_pdf())
    *_, last = shelf.add_files([str(tmp_path / "a.pdf")], frozenset(), REQUEST)
    assert "a.pdf is protected with a password" in last[shelf.news]
    assert last[shelf.locked]["visible"]
    upload(shelf, tmp_path, "other.txt")
    wrong = unlock(shelf, "wrong")
    assert "does not open a.pdf" in wrong[shelf.news]
    assert wrong[shelf.locked]["visible"]
    assert unlock(shelf, "") == {}
    right = unlock(shelf, PASSWORD)
    assert "1 passage" in right[shelf.news]
    assert not right[shelf.locked]["visible"]
    assert sorted(kept(library)) == ["a.pdf", "other.txt"]
    assert unlock(shelf, PASSWORD) == {}


def test_a_protected_upload_is_not_kept_when_the_browser_has_gone(
    shelf: Shelf, library: Library, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(protected_pdf())
    list(shelf.add_files([str(tmp_path / "a.pdf")], frozenset(), REQUEST))
    assert kept(library) == ["a.pdf"]
    shelf.leave(REQUEST)
    shelf.leave(REQUEST)
    assert kept(library) == []


def test_uploads_that_an_ended_page_left_are_cleared_away_later(
    shelf: Shelf, library: Library, tmp_path: Path
) -> None:
    upload(shelf, tmp_path, "first.txt")
    (tmp_path / "a.pdf").write_bytes(protected_pdf())
    list(shelf.add_files([str(tmp_path / "a.pdf")], frozenset(), REQUEST))
    discard_leftovers(library)
    assert sorted(kept(library)) == ["a.pdf", "first.txt"]
    for path in (library.folder / "uploads").glob("*/*"):
        os.utime(path, (1e9, 1e9))
    discard_leftovers(library)
    assert kept(library) == ["first.txt"]


def test_what_an_older_reader_read_is_read_anew(
    shelf: Shelf, library: Library, tmp_path: Path
) -> None:
    upload(shelf, tmp_path, "first.csv", "Plant;Output\nA;7\n")
    library._record._file.alone("UPDATE documents SET reader = 1")
    library.rest()  # as a program that starts has read no list yet
    assert "was read by an older reader" in shelf.shown(frozenset(), REQUEST)
    *_, last = shelf.reread(frozenset(), REQUEST)
    assert "not changed" in last[shelf.news]
    assert "older reader" not in last[shelf.list]


def test_a_folder_that_cannot_be_written_is_one_clear_line(
    shelf: Shelf, library: Library, tmp_path: Path
) -> None:
    (library.folder / "uploads").touch()
    assert "first.txt cannot be kept" in upload(shelf, tmp_path, "first.txt")


@pytest.mark.parametrize("client", ["192.0.2.7", "127.0.0.1"])
def test_a_path_in_the_address_box_is_for_who_sits_here(
    shelf: Shelf, library: Library, tmp_path: Path, client: str
) -> None:
    (tmp_path / "secret.txt").write_text("The bridge was closed.", encoding="utf-8")
    visitor: Any = SimpleNamespace(
        session_hash="browser", username=None, client=SimpleNamespace(host=client)
    )
    updates = list(shelf.add_address(str(tmp_path / "secret.txt"), frozenset(), visitor))
    here = client == "127.0.0.1"
    assert ("only web addresses" in str(updates[-1][shelf.news])) is not here
    assert len(library.documents()) == int(here)
