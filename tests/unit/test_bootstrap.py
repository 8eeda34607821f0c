"""What ``make test`` tells of its parts, and when it fails."""

from pathlib import Path

import pytest

import bootstrap

PASSES = "def test_one():\n    pass\n\ndef test_two():\n    pass\n"
FAILS = "def test_it():\n    raise AssertionError\n"
CRASHES = "import os\n\ndef test_it():\n    os._exit(1)\n"
TWO_WORKERS = ("-p", "xdist", "-n", "2", "--dist", "loadfile")


def ran(folder: Path, first: str, second: str) -> None:
    """Run pytest over two files, the first in processes of its own."""
    arguments = []
    for name, source in (("first", first), ("second", second)):
        (folder / name).mkdir()
        (folder / name / f"test_{name}.py").write_text(source, encoding="utf-8")
        arguments.append(["-q", f"--rootdir={folder / name}", str(folder / name)])
    parts = ([*TWO_WORKERS, *arguments[0]], arguments[1])
    bootstrap.run_tests(parts, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTEST_ADDOPTS="")


def test_all_parts_are_told_together(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    ran(tmp_path, PASSES, PASSES)
    told = capfd.readouterr().out
    assert "==> 4 passed in 0 min" in told
    assert told.count("test_second::test_one") == 1


def test_a_failure_in_the_last_part_fails_the_whole(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(bootstrap.SetupError):
        ran(tmp_path, PASSES, FAILS)
    assert "==> 2 passed, 1 failures in" in capfd.readouterr().out


def test_a_process_that_breaks_down_fails_the_whole(tmp_path: Path) -> None:
    with pytest.raises(bootstrap.SetupError):
        ran(tmp_path, CRASHES, PASSES)


def test_every_test_that_needs_the_machine_alone_is_there() -> None:
    assert all((bootstrap.ROOT / path).exists() for path in bootstrap.ALONE)
