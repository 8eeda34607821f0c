"""The commands a stranger runs first, with the real model on the example."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

ANSWERABLE = "How many North Korean soldiers are estimated to be deployed?"
ABSENT = "How many tanks did North Korea send?"
CITEWELL = [sys.executable, "-m", "assistant"]


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory, seed_path: Path) -> Path:
    """A library folder with the seed document in it."""
    folder = tmp_path_factory.mktemp("cli") / "library"
    run("index", seed_path, "--library", folder)
    return folder


def run(*arguments: str | Path, code: int = 0) -> str:
    """What a command prints on stdout."""
    done = subprocess.run([*CITEWELL, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def assert_exact(answer: dict[str, Any], seed_path: Path) -> None:
    """Every citation quotes its span, and the text is the claims joined."""
    text = seed_path.read_text(encoding="utf-8")
    assert answer["text"] == " ".join(claim["text"] for claim in answer["claims"])
    for claim in answer["claims"]:
        assert claim["citations"]
        for citation in claim["citations"]:
            assert text[citation["start"] : citation["end"]] == citation["quote"]


def assert_answered(answer: dict[str, Any], seed_path: Path) -> None:
    assert answer["status"] == "answered"
    assert "hundreds" in answer["text"]
    quotes = [citation["quote"] for claim in answer["claims"] for citation in claim["citations"]]
    assert any("estimated to be in the hundreds" in quote for quote in quotes)
    assert_exact(answer, seed_path)


def test_an_answer_with_its_source(indexed: Path, seed_path: Path) -> None:
    answer = json.loads(run("ask", ANSWERABLE, "--json", "--library", indexed))
    assert_answered(answer, seed_path)
    assert answer["model"] == "qwen2.5-coder-1.5b"
    assert 0 < answer["timings"]["first_evidence_s"] < answer["timings"]["total_s"]


def test_a_refusal_is_an_answer(indexed: Path) -> None:
    answer = json.loads(run("ask", ABSENT, "--json", "--library", indexed))
    assert answer["status"] == "not_in_documents"
    assert answer["claims"] == []
    assert answer["text"] == ""
    assert answer["evidence"]


def test_an_answer_in_words(indexed: Path, seed_path: Path) -> None:
    shown = run("ask", ANSWERABLE, "--library", indexed)
    evidence, sentences, sources = (
        shown.index("Evidence found"),
        shown.index("[1]"),
        shown.index("Sources"),
    )
    assert evidence < sentences < sources
    assert seed_path.name in shown[sources:]


def test_search_needs_no_chat_model(
    indexed: Path, seed_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITEWELL_MODEL", "smollm2-135m-that-nobody-has")
    found = json.loads(run("search", ANSWERABLE, "--json", "--library", indexed))
    best = " ".join(item["quote"] for item in found["evidence"][:3])
    assert "estimated to be in the hundreds" in best


def test_doctor_finds_all_well(indexed: Path) -> None:
    checks = json.loads(run("doctor", "--json", "--library", indexed))
    assert [check["name"] for check in checks if not check["passed"]] == []


def test_weights_that_are_not_there(
    indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITEWELL_MODELS_DIR", str(tmp_path / "models"))
    assert run("ask", ANSWERABLE, "--json", "--library", indexed, code=3) == ""


def test_a_killed_model_process_is_never_a_refusal(indexed: Path, seed_path: Path) -> None:
    command = [*CITEWELL, "ask", ANSWERABLE, "--json", "--library", indexed]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as asking:
        os.kill(model_process(asking.pid), signal.SIGKILL)
        out, err = asking.communicate(timeout=300)
    if asking.returncode == 0:
        assert_answered(json.loads(out), seed_path)
    else:
        assert asking.returncode == 3
        assert out == b""
        assert len(err.splitlines()) == 1


def model_process(parent: int) -> int:
    """The id of the model process that ``parent`` starts, once it is there."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        listed = subprocess.run(
            ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="],  # -ww: never cut at COLUMNS
            capture_output=True,
            text=True,
            check=True,
        )
        for line in listed.stdout.splitlines():
            pid, ppid, arguments = line.split(maxsplit=2)
            if int(ppid) == parent and "assistant.models.embedded.serve" in arguments:
                return int(pid)
        time.sleep(0.1)
    raise AssertionError("no model process was started")


def test_the_wheel_answers(installed_wheel: Path, indexed: Path, tmp_path: Path) -> None:
    command = [installed_wheel / "citewell", "ask", ANSWERABLE, "--json", "--library", indexed]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "answered"
