"""A summary that is killed goes on where it was: nothing that was checked is checked again."""

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

WORDS = (
    "harbour council bridge ferry school orchard tunnel railway museum clinic reservoir library "
    "theatre market quarry lighthouse stadium airport garden factory"
).split()
PATIENCE_S = 60
KILLED_AFTER = 5
"""Checks."""


def long_text() -> str:
    """Sentences of which each can be shortened, so that each costs a check."""
    return "\n\n".join(
        f"Part {part}\n\n"
        + " ".join(
            f"However, the {word} of district {part * 100 + number} received a new roof and "
            f"{number + 2} more workers from the region in the course of the year."
            for number, word in enumerate(WORDS)
        )
        for part in range(10)
    )


def start(folder: Path) -> "subprocess.Popen[bytes]":
    arguments = [folder / "library", folder / "long.txt", folder / "log"]
    return subprocess.Popen([sys.executable, "-m", "tests.unit.summary_child", *arguments])


def lines(folder: Path) -> list[str]:
    log = folder / "log"
    return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def test_a_killed_summary_checks_nothing_twice(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text(long_text(), encoding="utf-8")
    first = start(tmp_path)
    deadline = time.monotonic() + PATIENCE_S
    while len(lines(tmp_path)) < KILLED_AFTER:
        assert first.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    first.kill()
    first.wait()
    before = lines(tmp_path)
    assert not before[-1].startswith("done")

    assert start(tmp_path).wait(PATIENCE_S) == 0
    *checked, last = lines(tmp_path)
    assert last.startswith("done ")
    assert len(checked) > len(before) + KILLED_AFTER
    again = [claim for claim, times in Counter(checked).items() if times > 1]
    assert again in ([], before[-1:])  # the check in hand when it was killed may be lost
