"""``citewell watch``: getting in step once or for good, beside other commands."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import cli, runtime
from assistant.settings import Settings
from index import Library
from index.errors import LibraryBusyError
from index.lock import HOLDER_FILE
from tests.fakes import HashEmbedder

SOON_S = 60.0
"""How long something may take that takes a moment, on a busy machine."""
WATCH = """
import sys
from unittest import mock
from assistant import cli
from tests.fakes import HashEmbedder
with mock.patch("assistant.runtime.EmbedderOnDemand", lambda settings: HashEmbedder()):
    sys.exit(cli.main(sys.argv[1:]))
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process, with the deterministic embedder."""
    monkeypatch.setattr("assistant.runtime.EmbedderOnDemand", lambda settings: HashEmbedder())
    monkeypatch.setattr("assistant.cli.go_offline", lambda: None)

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        code = cli.main([str(argument) for argument in arguments])
        written = capsys.readouterr()
        return code, written.out, written.err

    return run


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "bridge.txt").write_text("The bridge was closed in May.", encoding="utf-8")
    return folder


def test_getting_in_step_once(run: Run, files: Path) -> None:
    (files / "broken.pdf").write_bytes(b"no PDF at all")
    code, out, err = run("watch", files, "--ignore", "*.md", "--once")
    assert code == 1
    assert f"added: {files / 'bridge.txt'} (1 passage)" in out
    assert "broken.pdf" in err
    (files / "bridge.txt").unlink()
    (files / "river.txt").write_text("The river rose.", encoding="utf-8")
    code, out, _ = run("watch", "--once")
    assert code == 0
    assert f"gone: {files / 'bridge.txt'}" in out
    (files / "river.txt").rename(files / "stream.txt")
    out = run("watch", "--once")[1]
    assert f"renamed: {files / 'stream.txt'} (was {files / 'river.txt'})" in out
    assert "its file is gone" in run("documents")[1]
    code, out, _ = run("watch", "--status")
    assert code == 0
    assert "nobody now" in out
    assert f"{files}  (2 files;" in out
    assert "ignoring *.md" in out
    assert f"not read: {files / 'broken.pdf'}" in out
    state = json.loads(run("watch", "--status", "--json")[1])
    assert [each["path"] for each in state["folders"]] == [str(files)]
    assert run("watch", files, "--stop")[:2] == (0, f"No longer watched: {files}\n")
    assert "No folder is watched" in run("watch", "--status")[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "No folder is watched."),
        (["nowhere"], "There is no folder"),
        (["nowhere", "--stop"], "is not watched"),
        (["--once", "--status"], "at once"),
        (["nowhere", "--status"], "shows every folder"),
        (["nowhere", "--gone", "burn"], "burn"),
    ],
)
def test_a_mistake_is_one_line(run: Run, arguments: list[str], said: str) -> None:
    code, out, err = run("watch", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1


def test_other_commands_find_the_library_free_between_steps(run: Run, files: Path) -> None:
    """A process that watches: its changes are found, and it is told of when asked."""
    command = [sys.executable, "-c", WATCH, "watch", str(files)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("added:")
            (files / "river.txt").write_text("The river rose by two metres.", encoding="utf-8")
            found, until = "", time.monotonic() + SOON_S
            while "river.txt" not in found and time.monotonic() < until:
                found = run("search", "river")[1]
            assert "river.txt" in found
            assert f"process {process.pid}" in run("watch", "--status")[1]
            code, out, _ = run("watch", files, "--gone", "remove")
            assert (code, "taken in there" in out) == (0, True)
        finally:
            process.kill()
    assert "nobody now" in run("watch", "--status")[1]


def test_a_watchers_turn_is_waited_for_and_nobody_elses(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is not noted yet, or no more, is waited for shortly."""
    monkeypatch.setattr(runtime, "PATIENCE_S", 0.6)
    monkeypatch.setattr(runtime, "_UNNOTED_S", 0.3)
    settings = Settings()
    for owner, least in ((runtime.WATCH, 0.6), ("page", 0.0), ("", 0.3)):
        with Library.open(settings.library, embedder=HashEmbedder(), owner=owner):
            if not owner:
                (settings.library / HOLDER_FILE).unlink()
            began = time.monotonic()
            with pytest.raises(LibraryBusyError):
                runtime.open_library(settings)
            assert least <= time.monotonic() - began < least + 0.2
