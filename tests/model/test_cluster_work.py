"""Evaluation and summaries on a local Ray cluster of two workers: killed, and then the same results
as those of one process. The embedding model is real; a stand-in server plays the chat model."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.unit.evaluation import goats

STANDIN = Path(__file__).parents[1] / "standin.py"
SECONDS = "0.3"
"""That a reply of the stand-in takes: there is time to kill what waits for it."""
PATIENCE_S = 600
TIMES = re.compile(r"_s$|_s_p\d+$|^latency_s$|^run$|^seconds_per|^timings$")
"""Keys of JSON whose values are times."""


@pytest.fixture(scope="module")
def model() -> Iterator[str]:
    """The model setting of a stand-in that finds nothing of farmer Cole."""
    with tempfile.TemporaryDirectory() as place:
        script = Path(place, "script.json")
        script.write_text(json.dumps([{"if": "farmer Cole", "say": "no"}]), encoding="utf-8")
        command = [sys.executable, STANDIN, "--script", script, "--seconds", SECONDS]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout
            yield f"openai:standin@{server.stdout.readline().strip()}"
            server.kill()


@contextmanager
def started(folder: Path, model: str, *arguments: str | Path) -> "Iterator[subprocess.Popen[str]]":
    """``citewell`` with what it writes below a folder, Ray's own files apart: their paths are to be
    short."""
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    places = {"TMPDIR": str(folder / "tmp"), "RAY_TMPDIR": tempfile.gettempdir()}
    settings = {"CITEWELL_MODEL": model, "CITEWELL_LIBRARY": str(folder / "library")}
    with (
        (folder / "complaints").open("a", encoding="utf-8") as complaints,
        subprocess.Popen(
            [sys.executable, "-m", "assistant", *arguments],
            env=os.environ | settings | places,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        yield process


def done(folder: Path, model: str, *arguments: str | Path) -> str:
    """What a command has said that went well."""
    with started(folder, model, *arguments) as process:
        said, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, (folder / "complaints").read_text(encoding="utf-8")
    return said


def await_lines(path: Path, count: int, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not path.exists() or path.read_bytes().count(b"\n") < count:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)


def workers_of(pid: int) -> list[int]:
    """The processes of Ray's workers below a process that have something to do."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text(encoding="utf-8").rpartition(")")
            command = (stat.parent / "cmdline").read_bytes()
        except OSError:  # it has ended meanwhile
            continue
        parents[int(name.split()[0])] = (int(rest.split()[1]), command)
    below = {pid}
    while more := {each for each, (above, _) in parents.items() if above in below} - below:
        below |= more
    return [each for each in below - {pid} if parents[each][1].startswith(b"ray::_Worker")]


def timeless(value: Any) -> Any:
    """A JSON value without the times in it."""
    if isinstance(value, list):
        return [timeless(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: timeless(each) for key, each in value.items() if not TIMES.search(key)}


def test_an_evaluation_outlives_a_worker_and_a_kill_and_equals_that_of_one_process(
    model: str, tmp_path: Path
) -> None:
    golden, corpus = goats.write(tmp_path, 10)
    facts = [{"id": "abel", "any_of": ["Abel keeps 11"]}]
    summary = json.dumps({"id": "s", "document": "goats.txt", "key_facts": facts})
    golden.write_text(f"{golden.read_text(encoding='utf-8')}\n{summary}\n", encoding="utf-8")
    asked = ("evaluate", golden, "--corpus", corpus, "--out")
    done(tmp_path / "alone", model, *asked, tmp_path / "one")
    rows = tmp_path / "many" / "cases.jsonl"
    with started(tmp_path / "spread", model, *asked, tmp_path / "many", "--ray") as killed:
        await_lines(rows, 2, killed)
        os.kill(workers_of(killed.pid)[0], signal.SIGKILL)
        await_lines(rows, 5, killed)
        killed.kill()
    finished = rows.read_text(encoding="utf-8").count("\n")
    assert finished < 10
    done(tmp_path / "spread", model, *asked, tmp_path / "many", "--ray")
    one, many = (
        json.loads((tmp_path / each / "report.json").read_bytes()) for each in ("one", "many")
    )
    assert many["run"]["asked"] == 10 - finished, "what was there is not asked again"
    assert (many["failures"], many["summaries"]["failures"]) == (0, 0)
    assert many["answerable"]["correct"] == 0.9
    assert timeless(many) == timeless(one)
    assert list((tmp_path / "spread" / "tmp").iterdir()) == [], "workers leave nothing behind"


def test_summaries_outlive_a_kill_and_equal_those_of_one_process(
    model: str, tmp_path: Path, seed_path: Path
) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    paragraphs = seed_path.read_text(encoding="utf-8").split("\n\n")
    for number in range(4):
        text = "\n\n".join([f"Report {number}", *paragraphs[number : number + 3]])
        (papers / f"{number}.txt").write_text(text, encoding="utf-8")
    asked = ("summarize", papers, "--length", "brief", "--json", "--output")
    alone = done(tmp_path / "alone", model, *asked, tmp_path / "one", "--each")
    with started(
        tmp_path / "spread", model, *asked[:-2], "--output", tmp_path / "many", "--ray"
    ) as killed:
        deadline = time.monotonic() + PATIENCE_S
        while not list((tmp_path / "many").glob("*.md")):
            assert time.monotonic() < deadline
            assert killed.poll() is None
            time.sleep(0.05)
        killed.kill()
    spread = done(tmp_path / "spread", model, *asked, tmp_path / "many", "--ray")
    assert timeless(json.loads(spread)) == timeless(json.loads(alone))
    assert len(json.loads(spread)) == 4
    files = [
        {path.name: path.read_bytes() for path in (tmp_path / each).iterdir()}
        for each in ("one", "many")
    ]
    assert files[0] == files[1]
    assert len(files[0]) == 4
