"""``citewell evaluate`` as it is typed: killed, resumed, gated, timed; the model is scripted."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant import cli
from assistant.evaluation.journal import read_rows
from tests.scripted import Call, ScriptedModel
from tests.unit.evaluation import goats
from tests.unit.evaluation.scripted_command import scripted, yes

ROOT = Path(__file__).parents[3]


def evaluate(
    folder: Path, *options: str | Path, chooser: Callable[[Call], str] = yes, count: int = 10
) -> int:
    """The exit code of an evaluation of the goats into ``folder / options[0]``."""
    golden, corpus = folder / "golden.jsonl", folder / "corpus"
    if not golden.exists():
        goats.write(folder, count)
    arguments = ["evaluate", golden, "--corpus", corpus, "--out", folder / options[0], *options[1:]]
    with scripted(ScriptedModel(chooser=chooser, writer=lambda call: "")):
        return cli.main([str(argument) for argument in arguments])


def report_of(folder: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder / "report.json").read_bytes())
    return report


def test_a_killed_command_goes_on_without_repeating_what_is_finished(tmp_path: Path) -> None:
    golden, corpus = goats.write(tmp_path, 8)
    asked, out = tmp_path / "asked", tmp_path / "out"
    module = [sys.executable, "-m", "tests.unit.evaluation.scripted_command", asked]
    command = ["evaluate", golden, "--corpus", corpus, "--out", out]
    with (
        (tmp_path / "log").open("w", encoding="utf-8") as log,
        subprocess.Popen([*module, "0.4", *command], cwd=ROOT, stdout=log, stderr=log) as process,
    ):
        while len(read_rows_of(out)) < 3:
            assert process.poll() is None, (tmp_path / "log").read_text(encoding="utf-8")
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
    finished = [row["id"] for row in read_rows(out / "cases.jsonl")]
    assert finished == [f"g{n}" for n in range(len(finished))]
    assert 3 <= len(finished) < 8
    asked.unlink()
    done = subprocess.run(
        [*module, "0", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert f"Resuming the run in {out}." in done.stderr
    waiting = [line["question"] for line in goats.lines(8)[len(finished) :]]
    assert list(dict.fromkeys(asked.read_text(encoding="utf-8").splitlines())) == waiting
    assert [row["id"] for row in read_rows(out / "cases.jsonl")] == [f"g{n}" for n in range(8)]
    report = report_of(out)
    assert (report["n"], report["failures"], report["run"]["asked"]) == (8, 0, len(waiting))
    assert report["answerable"]["correct"] == 1.0


def read_rows_of(out: Path) -> list[str]:
    """The lines there are by now, the last one perhaps in part; nothing is cut off."""
    path = out / "cases.jsonl"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def test_a_planted_regression_ends_with_4_and_a_rerun_with_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def no(call: Call) -> str:
        return "no" if "no" in call.options else call.options[0]

    before = tmp_path / "before" / "report.json"
    assert evaluate(tmp_path, "before") == 0
    assert evaluate(tmp_path, "rerun", "--baseline", before) == 0
    assert "Against the baseline: Nothing fell significantly." in capsys.readouterr().out
    assert evaluate(tmp_path, "worse", "--baseline", before, chooser=no) == 4
    told = capsys.readouterr()
    assert "Against the baseline: Fell: correct, " in told.out
    assert "citewell correct from 1.000 to 0.000" in told.err.splitlines()[-1]
    fallen = {item["metric"] for item in report_of(tmp_path / "worse")["baseline"] if item["fell"]}
    assert "correct" in fallen
    assert "recall@5" not in fallen
    assert "**Fell: correct" in (tmp_path / "worse" / "report.md").read_text(encoding="utf-8")


def test_a_baseline_of_other_cases_is_told_before_anything_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(tmp_path, "before", "--limit", "1") == 0
    before = tmp_path / "before" / "report.json"
    assert evaluate(tmp_path, "other", "--baseline", before, "--chain", "stock") == 2
    assert "no case in common" in capsys.readouterr().err
    assert not (tmp_path / "other").exists()


def test_the_same_seed_asks_the_same_cases(tmp_path: Path) -> None:
    samples = []
    for out, seed in (("one", "3"), ("two", "3"), ("three", "4")):
        assert evaluate(tmp_path, out, "--limit", "4", "--seed", seed) == 0
        samples.append([row["id"] for row in report_of(tmp_path / out)["cases"]])
    assert samples[0] == samples[1] != samples[2]
    assert [len(sample) for sample in samples] == [4, 4, 4]


def test_a_hundred_cases_take_little_longer_than_their_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the command to the report, by a clock on which each request takes one second more."""
    real, asked = time.perf_counter, 0

    def in_a_second(call: Call) -> str:
        nonlocal asked
        asked += 1
        return yes(call)

    monkeypatch.setattr(time, "perf_counter", lambda: real() + asked)
    assert evaluate(tmp_path, "out", chooser=in_a_second, count=100) == 0
    run = report_of(tmp_path / "out")["run"]
    assert run["asked"] == 100
    assert run["answers_s"] >= asked >= 100
    assert run["total_s"] >= run["asking_s"] >= run["answers_s"]
    assert run["overhead"] == pytest.approx(run["total_s"] / run["answers_s"])
    assert run["overhead"] <= 1.15


def test_every_problem_is_a_line_and_no_model_is_opened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    golden, corpus = goats.write(tmp_path, 2)
    good, other = goats.lines(2)
    elsewhere = [{"document": "goats.txt", "quote": "Farmer Abel keeps no goats."}]
    summary = {"id": "s", "document": "gone.txt", "key_facts": [{"id": "f", "any_of": ["x"]}]}
    written = [json.dumps(good), "{", json.dumps(other | {"evidence": elsewhere}), "[]",
               json.dumps(good), json.dumps(summary)]  # fmt: skip
    golden.write_text("\n".join(written), encoding="utf-8")
    monkeypatch.setattr("assistant.evaluation.plan.open_model", None)
    assert cli.main(["evaluate", str(golden), "--corpus", str(corpus)]) == 2
    lines = [
        line.partition(f"{golden}, ")[2]
        for line in capsys.readouterr().err.splitlines()
        if f"{golden}, " in line
    ]
    assert sorted(line.split(":")[0] for line in lines) == [f"line {n}" for n in range(2, 7)]
    assert "line 3: the quote does not occur in goats.txt: 'Farmer Abel keeps no goats.'" in lines
    assert "line 6: there is no document 'gone.txt' in the corpus" in lines


def test_a_corpus_that_cannot_be_read_is_told_before_the_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    golden, corpus = goats.write(tmp_path, 2)
    (corpus / "empty.txt").touch()
    (corpus / "broken.pdf").write_bytes(b"nothing of the kind")
    monkeypatch.setattr("assistant.evaluation.plan.open_model", None)
    assert cli.main(["evaluate", str(golden), "--corpus", str(corpus)]) == 2
    (told,) = capsys.readouterr().err.splitlines()
    assert "empty.txt" in told
    assert "broken.pdf" in told


def test_the_stock_chain_has_no_citations_to_delete(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(tmp_path, "out", "--chain", "stock", "--ablate") == 2
    assert "Leave out --ablate" in capsys.readouterr().err


def test_what_answers_do_without_what_they_cite_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(tmp_path, "out", "--ablate", count=2) == 0
    assert "With the cited spans deleted, 2 of 2 answers changed" in capsys.readouterr().out


def test_without_a_terminal_the_time_left_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, asked = time.monotonic, 0

    def in_a_minute(call: Call) -> str:
        nonlocal asked
        asked += 1
        return yes(call)

    monkeypatch.setattr(time, "monotonic", lambda: clock() + 60 * asked)
    assert evaluate(tmp_path, "out", chooser=in_a_minute) == 0
    assert "Asking, about 9 min left: 1 of 10" in capsys.readouterr().err.splitlines()
