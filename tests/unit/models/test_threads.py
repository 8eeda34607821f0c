"""Which numbers of threads are tried, which is chosen, and that the choice is remembered."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.models.embedded import threads as module
from assistant.models.embedded.threads import (
    Cores,
    ThreadChoice,
    ThreadFile,
    Threads,
    Trial,
    chosen,
    median_trial,
)

FOUR = Cores(physical=4, logical=8)
CHOICE = ThreadChoice(
    threads=Threads(reading=8, writing=2),
    trials=(
        Trial(threads=4, reading=50.0, writing=15.0),
        Trial(threads=8, reading=70.0, writing=15.0),
        Trial(threads=2, reading=30.0, writing=19.0),
    ),
)


def trials(*speeds: tuple[int, float, float]) -> list[Trial]:
    return [
        Trial(threads=number, reading=reading, writing=writing)
        for number, reading, writing in speeds
    ]


@pytest.mark.parametrize(
    ("physical", "logical", "candidates"),
    [(1, 1, (1,)), (1, 2, (1, 2)), (2, 2, (2, 1)), (4, 8, (4, 8, 2)), (6, 6, (6, 3))],
)
def test_the_default_is_tried_first_then_all_logical_cores_and_half_the_physical(
    physical: int, logical: int, candidates: tuple[int, ...]
) -> None:
    assert Cores(physical=physical, logical=logical).candidates == candidates


def test_the_cores_are_those_that_this_process_may_use() -> None:
    cores = Cores.usable()
    assert 1 <= cores.physical <= cores.logical


def test_reading_and_writing_are_chosen_apart() -> None:
    assert chosen(CHOICE.trials).threads == Threads(reading=8, writing=2)


def test_what_is_not_clearly_faster_is_not_chosen() -> None:
    assert chosen(trials((4, 50, 15), (8, 54.9, 16.4))).threads == FOUR.default


def test_another_must_beat_the_better_one_of_two_trials_of_the_default() -> None:
    slow_at_first = trials((4, 20, 5), (8, 50, 15), (2, 30, 8), (4, 52, 15))
    assert chosen(slow_at_first[:3]).threads == Threads(reading=8, writing=8)
    assert chosen(slow_at_first).threads == FOUR.default


def test_the_median_is_what_counts() -> None:
    assert median_trial(2, [(1, 9), (50, 15), (52, 14)]) == Trial(threads=2, reading=50, writing=14)


class TestFile:
    def test_a_choice_is_read_as_it_was_written(self, tmp_path: Path) -> None:
        file = ThreadFile(tmp_path, "digest", FOUR)
        assert file.read() is None
        file.write(CHOICE)
        assert ThreadFile(tmp_path, "digest", FOUR).read() == CHOICE
        assert [path.name for path in tmp_path.iterdir()] == [file.path.name]
        assert json.loads(file.path.read_text("utf-8"))["for"]["weights"] == "digest"

    def test_it_holds_for_these_weights_cores_processor_and_version(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ThreadFile(tmp_path, "digest", FOUR).write(CHOICE)
        assert ThreadFile(tmp_path, "other", FOUR).read() is None
        assert ThreadFile(tmp_path, "digest", replace(FOUR, logical=16)).read() is None
        with monkeypatch.context() as patched:
            patched.setattr(module, "_processor", lambda: "another")
            assert ThreadFile(tmp_path, "digest", FOUR).read() is None
        monkeypatch.setattr(module, "version", lambda name: "another")
        assert ThreadFile(tmp_path, "digest", FOUR).read() is None

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{",
            "[]",
            "null",
            "{}",
            '{"threads": {"reading": "4", "writing": 4}, "trials": []}',
            '{"threads": {"reading": 9, "writing": 4}, "trials": []}',
            '{"threads": {"reading": 4, "writing": 0}, "trials": []}',
            '{"threads": {"reading": 4, "writing": 4}, "trials": [{"threads": 4}]}',
            '{"threads": {"reading": 4, "writing": 4}, "trials": 7}',
        ],
    )
    def test_one_that_makes_no_sense_counts_as_none_and_is_written_anew(
        self, tmp_path: Path, text: str
    ) -> None:
        file = ThreadFile(tmp_path, "digest", FOUR)
        file.path.write_text(text, encoding="utf-8")
        assert file.read() is None
        file.write(CHOICE)
        assert file.read() == CHOICE

    def test_one_that_is_no_text_counts_as_none(self, tmp_path: Path) -> None:
        file = ThreadFile(tmp_path, "digest", FOUR)
        file.path.write_bytes(b"\xff\xfe\xff")
        assert file.read() is None


def test_a_processor_has_a_name_wherever_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "cpuinfo"
    told.write_text("processor\t: 0\nmodel name\t: Swift 9000\n", encoding="utf-8")
    monkeypatch.setattr(module, "_PROCESSOR", told)
    assert module._processor() == "Swift 9000"
    monkeypatch.setattr(module, "_PROCESSOR", tmp_path / "none")
    assert module._processor()
