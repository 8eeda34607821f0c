"""Keeping in step: who does so, when a step is taken, and what becomes of a failure."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant.keeping import watching
from assistant.keeping.forgetting import remove
from assistant.keeping.watching import Keeper, Missing, status, step, watcher
from index import DocumentInfo, Library
from index.errors import CitewellError, LibraryBusyError, StoreError
from index.watched import Step

SOON_S = 120.0
"""How long something may take that takes a moment, on a busy machine."""


def wait_until(happened: Callable[[], object]) -> None:
    until = time.monotonic() + SOON_S
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


@contextmanager
def keeping(
    home: Path, take_step: Callable[[Missing], Step], who: str = "a test"
) -> Iterator[tuple[list[Step], list[CitewellError]]]:
    """What a keeper that runs meanwhile has told."""
    told: list[Step] = []
    failed: list[CitewellError] = []
    stopped = threading.Event()
    keeper = Keeper(home, who, take_step, tell=told.append, fail=failed.append)
    thread = threading.Thread(target=keeper.run, args=(stopped,))
    thread.start()
    try:
        yield told, failed
    finally:
        stopped.set()
        thread.join(SOON_S)
        assert not thread.is_alive()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.folders.SETTLED_S", 0.1)
    monkeypatch.setattr(watching, "SETTLED_S", 0.1)
    monkeypatch.setattr(watching, "TRIES_AGAIN_S", 0.1)


def test_a_change_is_heard_and_taken_in(library: Library, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "bridge.txt").write_text("The bridge was closed.", encoding="utf-8")
    library.folders.watch(files)
    library.warm()
    with keeping(library.folder, lambda missing: step(library, missing)) as (_, failed):
        wait_until(lambda: len(library.documents()) == 1)
        (files / "inner").mkdir()
        (files / "inner" / "river.txt").write_text("The river rose.", encoding="utf-8")
        wait_until(lambda: len(library.documents()) == 2)
        (files / "bridge.txt").rename(files / "viaduct.txt")
        wait_until(lambda: {i.name for i in library.documents()} == {"viaduct.txt", "river.txt"})
        (files / "viaduct.txt").unlink()
        wait_until(lambda: library.find("viaduct.txt").gone)
    assert failed == []


def test_a_library_that_another_command_has_is_waited_for_but_shortly(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "TRIES_AGAIN_S", 2 * SOON_S)
    busy = [LibraryBusyError("It is held."), LibraryBusyError("It is held.")]

    def take_step(missing: Missing) -> Step:
        if busy:
            raise busy.pop()
        return Step()

    with keeping(library.folder, take_step) as (told, failed):
        wait_until(lambda: told)
    assert len(failed) == 2


def test_one_keeps_in_step_at_a_time_and_the_next_takes_over(library: Library) -> None:
    steps: list[str] = []

    def steps_of(name: str) -> Callable[[Missing], Step]:
        return lambda missing: (steps.append(name), Step(waiting=True))[1]

    assert watcher(library.folder) == ""
    with keeping(library.folder, steps_of("first"), "the first"):
        wait_until(lambda: steps)
        with keeping(library.folder, steps_of("second"), "the second"):
            wait_until(lambda: len(steps) > 3)
            assert set(steps) == {"first"}
            assert watcher(library.folder) == "the first"
            assert status(library)["watcher"] == "the first"
    assert set(steps) == {"first"}
    with keeping(library.folder, steps_of("third"), "the third"):
        wait_until(lambda: "third" in steps)
    assert watcher(library.folder) == ""


def test_a_failed_step_is_told_and_tried_again(library: Library) -> None:
    tries: list[int] = []

    def take_step(missing: Missing) -> Step:
        tries.append(len(tries))
        if len(tries) < 3:
            raise StoreError("Chroma failed.")
        return Step()

    with keeping(library.folder, take_step) as (told, failed):
        wait_until(lambda: told)
    assert [str(error) for error in failed] == ["Chroma failed."] * 2


def test_a_file_that_is_back_when_its_document_is_removed_comes_in_again(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for name in ("bridge", "river"):
        (files / f"{name}.txt").write_text(f"The {name} is here.", encoding="utf-8")
    library.folders.watch(files, gone="remove")
    time.sleep(0.2)
    step(library, {})
    (files / "bridge.txt").unlink()

    def late(*given: Any, **how: Any) -> DocumentInfo:
        (files / "bridge.txt").write_text("The bridge is here again.", encoding="utf-8")
        return remove(*given, **how)

    monkeypatch.setattr(watching, "remove", late)
    missing: dict[str, float] = {}
    step(library, missing)
    time.sleep(0.2)
    assert step(library, missing).gone == (str(files / "bridge.txt"),)
    time.sleep(0.2)
    assert [each.status for each in step(library, missing).results] == ["added"]


def test_a_document_that_is_removed_by_hand_is_not_taken_in_again(
    library: Library, tmp_path: Path
) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "bridge.txt").write_text("The bridge was closed.", encoding="utf-8")
    (files / "river.txt").write_text("The river rose.", encoding="utf-8")
    library.folders.watch(files)
    time.sleep(0.2)
    assert len(step(library, {}).results) == 2
    remove(library, library.find("bridge.txt").id)
    assert step(library, {}).results == ()
    assert [info.name for info in library.documents()] == ["river.txt"]
    assert status(library)["watcher"] == ""
    assert [each["files"] for each in status(library)["folders"]] == [2]
