"""What ``make test`` tells of its parts, and when it fails; in which order things are set up."""

import json
import os
import subprocess
import sys
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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


RECORDS = """#!/bin/sh
echo "$(basename "$0") $*" >> "$LOG"
case "$*" in
    *"assistant models fetch"*)
        trap 'echo stopped >> "$LOG"; exit' TERM
        while :; do sleep 0.05; done ;;
    *--editable*) sleep 0.5; exit "$INSTALLS" ;;
esac
"""
"""In place of Python and Citewell: writes down what it is told. Fetching takes for ever."""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the programs of a new ``.venv`` were told, a line each."""
    (tmp_path / "bin").mkdir()
    for name in ("python", "citewell"):
        program = tmp_path / "bin" / name
        program.write_text(RECORDS, encoding="utf-8")
        program.chmod(0o755)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "BIN", tmp_path / "bin")
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    monkeypatch.setenv("INSTALLS", "0")
    return tmp_path / "log"


def place(lines: list[str], words: str) -> int:
    """Where the one line with these words stands."""
    (found,) = [number for number, line in enumerate(lines) if words in line]
    return found


def test_weights_come_while_the_libraries_install(log: Path) -> None:
    bootstrap.set_up()
    lines = log.read_text(encoding="utf-8").splitlines()
    fetchers = place(lines, " ".join(bootstrap.FETCHERS))
    begun, stopped = place(lines, "assistant models fetch"), place(lines, "stopped")
    libraries, told = place(lines, "--editable"), place(lines, "citewell models fetch")
    assert fetchers < min(begun, libraries) < max(begun, libraries) < stopped < told
    assert all("--no-compile" in lines[number] for number in (fetchers, libraries))
    bootstrap.set_up()
    again = log.read_text(encoding="utf-8").splitlines()[len(lines) :]
    assert not any("install" in line or "assistant" in line for line in again)


def test_fetching_ends_with_an_installation_that_fails(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSTALLS", "1")
    with pytest.raises(bootstrap.SetupError, match="Run the same make command again"):
        bootstrap.set_up()
    assert "stopped" in log.read_text(encoding="utf-8").splitlines()


ALLOWING = """
import json, runpy, sys
from importlib.abc import MetaPathFinder

hidden = set(json.loads(sys.argv[1]))

class Missing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
sys.argv = ["citewell", "models", "fetch", "smollm2-135m"]
runpy.run_module("assistant", run_name="__main__")
"""


def test_what_is_installed_first_is_enough_to_fetch(tmp_path: Path) -> None:
    """Both sources are asked, and neither is there: nothing but that is in the way."""
    there = {"pip", "citewell"}
    coming = [canonicalize_name(name) for name in bootstrap.FETCHERS]
    while coming:
        there.add(name := coming.pop())
        needed = map(Requirement, distribution(name).requires or ())
        names = [canonicalize_name(n.name) for n in needed if not n.marker or n.marker.evaluate()]
        coming += set(names) - there
    hidden = [
        module
        for module, owners in packages_distributions().items()
        if not there & {canonicalize_name(owner) for owner in owners}
    ]
    assert {"torch", "gradio", "chromadb"} <= set(hidden)
    nowhere = {"HF_ENDPOINT": "http://127.0.0.1:9", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""}
    done = subprocess.run(
        [sys.executable, "-c", ALLOWING, json.dumps(hidden)],
        cwd=bootstrap.ROOT,
        env=os.environ | nowhere | {"CITEWELL_MODELS_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert "the model hub: it cannot be reached" in done.stderr
    assert "the package index: pip could not download" in done.stderr
