"""Trials of threads: how many, when they end, and that nobody waits for them.

Those of ``TestRunning`` run llama.cpp itself with a model of a few kilobytes.
"""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from filelock import FileLock
from langchain_core.messages import BaseMessage, HumanMessage

from assistant.errors import ModelError
from assistant.models import ServedModel, open_model
from assistant.models.embedded import tuning
from assistant.models.embedded.server import EmbeddedServer
from assistant.models.embedded.threads import Cores, Threads, Trial
from assistant.models.embedded.tuning import RUNS, Tuning
from tests.unit.models.tiny import write_tiny

TWO = Cores(physical=2, logical=2)
FOUR = Cores(physical=4, logical=8)
SHORT: list[BaseMessage] = [HumanMessage("Who was it?")]


class Measured(Tuning):
    """Runs take no model: their speeds are as said, and each takes a second of its clock."""

    def __init__(
        self, folder: Path, cores: Cores, speeds: dict[int, float], *, given: int | None = None
    ) -> None:
        self.now = 0.0
        self.tried: list[int] = []
        self.speeds = speeds
        super().__init__(
            folder / "none.gguf",
            digest="digest",
            folder=folder / "threads",
            log_dir=folder / "log",
            given=given,
            cores=cores,
            clock=lambda: self.now,
        )

    def _run(self, server: EmbeddedServer) -> tuple[float, float]:
        number = server._settings().reading
        self.tried.append(number)
        self.now += 1
        if number not in self.speeds:
            raise httpx2.ReadError("it died")
        return self.speeds[number], self.speeds[number] / 4


@pytest.fixture(autouse=True)
def idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (0.1, 0.1, 0.1))


def test_the_choice_is_measured_once_and_remembered(tmp_path: Path) -> None:
    first = Measured(tmp_path, FOUR, {4: 50, 8: 80, 2: 30})
    assert first.threads() == FOUR.default
    assert "citewell doctor --measure" in first.told()
    assert first.settle()
    assert first.tried == [*[4] * RUNS, *[8] * RUNS, *[2] * RUNS, *[4] * RUNS]
    again = Measured(tmp_path, FOUR, {})
    assert again.settle()
    assert again.tried == []
    assert again.threads() == Threads(reading=8, writing=8)
    assert "8 threads, measured (4: reads 50, writes 12.5 tokens/s; 8: reads 80" in again.told()


def test_the_default_is_not_tried_again_where_nothing_beats_it(tmp_path: Path) -> None:
    measured = Measured(tmp_path, TWO, {2: 50, 1: 28})
    choice = measured.measure()
    assert choice is not None
    assert [trial.threads for trial in choice.trials] == [2, 1]
    assert choice.trials[1] == Trial(threads=1, reading=28, writing=7)
    assert measured.threads() == TWO.default


def test_a_slow_machine_makes_fewer_runs(tmp_path: Path) -> None:
    measured = Measured(tmp_path, TWO, {2: 50, 1: 28})
    measured.measure(seconds=3.0)
    assert measured.tried == [2, 1]


def test_one_core_leaves_nothing_to_measure(tmp_path: Path) -> None:
    measured = Measured(tmp_path, Cores(physical=1, logical=1), {})
    assert measured.settle()
    assert measured.measure() is None
    assert measured.tried == []
    assert measured.told() == "1 thread, all that this machine has"


def test_what_is_set_wins(tmp_path: Path) -> None:
    Measured(tmp_path, FOUR, {4: 50, 8: 80, 2: 30}).measure()
    measured = Measured(tmp_path, FOUR, {}, given=3)
    assert measured.settle()
    assert measured.measure() is None
    assert measured.threads() == Threads(reading=3, writing=3)
    assert measured.told() == "3 threads, as CITEWELL_THREADS says"
    assert measured.tried == []


def test_a_failure_leaves_the_default_and_is_tried_again(tmp_path: Path) -> None:
    failing = Measured(tmp_path, FOUR, {4: 50, 8: 80})
    assert failing.settle()
    assert failing.threads() == FOUR.default
    with pytest.raises(ModelError, match="A trial of 2 threads failed: it died"):
        failing.measure()
    assert Measured(tmp_path, FOUR, {4: 50, 8: 80, 2: 30}).measure()


def test_a_busy_machine_is_measured_another_time_unless_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (3.0, 1.0, 1.0))
    measured = Measured(tmp_path, TWO, {2: 50, 1: 28})
    assert measured.settle()
    assert measured.tried == []
    assert measured.measure()


def test_a_machine_that_does_not_tell_its_load_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "getloadavg")
    measured = Measured(tmp_path, TWO, {2: 50, 1: 28})
    assert measured.settle()
    assert measured.tried


def test_two_processes_do_not_measure_at_once(tmp_path: Path) -> None:
    measured = Measured(tmp_path, TWO, {2: 50, 1: 28})
    (tmp_path / "threads").mkdir()
    with FileLock(tmp_path / "threads" / ".lock"):
        assert measured.settle()
        with pytest.raises(ModelError, match="Another process"):
            measured.measure()
    assert measured.tried == []


def test_where_nothing_can_be_kept_nothing_is_tried(tmp_path: Path) -> None:
    (tmp_path / "threads").write_text("a file, not a folder", encoding="utf-8")
    measured = Measured(tmp_path, TWO, {2: 50, 1: 28})
    assert measured.settle()
    assert measured.tried == []
    assert measured.threads() == TWO.default


class TestRunning:
    @pytest.fixture
    def model(self, tmp_path: Path) -> Iterator[ServedModel]:
        write_tiny(tmp_path / "tiny.gguf")
        opened = open_model(
            str(tmp_path / "tiny.gguf"), models_dir=tmp_path, log_dir=tmp_path / "log"
        )
        assert opened.server
        assert opened.server.tuning
        opened.server.tuning._known_cores = TWO  # on whatever machine this runs
        yield opened
        opened.close()

    def test_the_first_warming_measures_and_then_the_model_runs(
        self, model: ServedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tuning, "BACKGROUND_S", 100.0)  # on however busy a machine
        model.warm(measured=True)
        until = time.monotonic() + 120
        while model.status() != "ready":
            assert time.monotonic() < until
            time.sleep(0.05)
        (kept,) = (tmp_path / "threads").glob("*.json")
        assert '"trials"' in kept.read_text("utf-8")
        assert model.write(SHORT, max_tokens=4).text

    def test_a_question_ends_the_trials(
        self, model: ServedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tuning, "BACKGROUND_S", 100.0)
        monkeypatch.setattr(tuning, "WRITTEN", 900)
        monkeypatch.setattr(tuning, "RUNS", 10_000)
        model.warm(measured=True)
        assert model.server
        assert model.server.tuning
        until = time.monotonic() + 60
        while model.server.tuning._server is None or model.server.tuning._server.pid is None:
            assert time.monotonic() < until
            time.sleep(0.01)
        assert model.status() == "loading"
        assert model.write(SHORT, max_tokens=4).text
        while model.server.tuning.is_running:
            assert time.monotonic() < until
            time.sleep(0.01)
        assert list((tmp_path / "threads").glob("*.json")) == []
        assert model.status() == "ready"

    def test_trials_end_with_their_time(
        self, model: ServedModel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tuning, "WRITTEN", 100_000)
        assert model.server
        assert model.server.tuning
        began = time.monotonic()
        with pytest.raises(ModelError):
            model.server.tuning.measure(seconds=0.5)
        assert time.monotonic() - began < 60

    def test_closing_ends_the_trials_and_starts_nothing(
        self, model: ServedModel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tuning, "RUNS", 10_000)
        model.warm(measured=True)
        assert model.server
        assert model.server.tuning
        until = time.monotonic() + 60
        while not model.server.tuning.is_running:
            assert time.monotonic() < until
            time.sleep(0.01)
        model.close()
        for thread in threading.enumerate():
            if thread.name == "model-warm":
                thread.join(timeout=60)
        assert model.status() == "stopped"
