"""The folder of a page's own files: private, apart from others', and gone with the page."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.keeping.page_files import FOLDER, PageFiles
from assistant.page.serving.held import Held


@pytest.fixture(autouse=True)
def untold(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GRADIO_TEMP_DIR", "GRADIO_EXAMPLES_CACHE"):
        monkeypatch.setenv(name, "elsewhere")


def test_it_is_private_and_gone_at_the_end(tmp_path: Path) -> None:
    with PageFiles(tmp_path) as files:
        assert os.environ["GRADIO_TEMP_DIR"] == str(files.folder)
        (files.folder / "upload").write_text("secret", encoding="utf-8")
        for folder in (files.folder, files.folder.parent):
            assert folder.stat().st_mode & 0o077 == 0
    assert list((tmp_path / FOLDER).iterdir()) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from assistant.keeping.page_files import PageFiles
files = PageFiles(Path(sys.argv[1]))
(files.folder / "upload").write_text("secret")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_page_has_left_goes_with_the_next_and_a_running_ones_stays(
    tmp_path: Path,
) -> None:
    subprocess.run([sys.executable, "-c", KILLED, tmp_path], check=False)
    assert list(tmp_path.rglob("upload"))
    with PageFiles(tmp_path) as running:
        assert not list(tmp_path.rglob("upload"))
        (running.folder / "mine").touch()
        with PageFiles(tmp_path):
            assert (running.folder / "mine").exists()


def made(tmp_path: Path, name: str) -> Path:
    path = tmp_path / name / "file"
    path.parent.mkdir()
    path.write_text("secret", encoding="utf-8")
    return path


def test_a_file_goes_with_the_last_session_that_holds_it(tmp_path: Path) -> None:
    held, file = Held(), made(tmp_path, "a")
    held.hold("one", [file], "ann")
    held.hold("two", [str(file)], "bob")
    held.release("one")
    assert file.exists()
    held.release("two")
    held.release("two")
    assert not file.parent.exists()


def test_what_quotes_a_removed_document_says_nothing_any_more(tmp_path: Path) -> None:
    held = Held()
    marks, others, upload = (made(tmp_path, name) for name in ("m", "o", "u"))
    held.hold("one", [marks], "ann", quotes=True)
    held.hold("two", [others], "bob", quotes=True)
    held.hold("one", [upload], "ann")
    held.empty("ann")
    assert [path.read_text(encoding="utf-8") for path in (marks, others, upload)] == [
        "",
        "secret",
        "secret",
    ]
