import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.evaluation.reports.results import Outcome, outcome_json
from benchmarks.same_answers import main
from tests.unit.evaluation.builders import failure, quoted, result


def run(folder: Path, *outcomes: Outcome) -> str:
    folder.mkdir()
    rows = [json.dumps(outcome_json(outcome)) + "\n" for outcome in outcomes]
    (folder / "cases.jsonl").write_text("".join(rows), encoding="utf-8")
    return str(folder)


def test_runs_that_differ_in_time_and_certainty_alone_are_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = replace(result(), total_s=9.0, prompt_tokens=7, answerability=0.89)
    a = run(tmp_path / "a", result(), failure("q2"))
    b = run(tmp_path / "b", slow, replace(failure("q2"), total_s=3.0))
    assert main([a, b]) == 0
    assert main([a, str(tmp_path / "b" / "cases.jsonl")]) == 0
    assert capsys.readouterr().out == "All 2 cases are the same.\n" * 2


def test_every_difference_of_status_text_and_citations_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moved = result("moved", citations=((quoted(20, 33),),))
    split = result("split", citations=((quoted(19, 33),), ()))
    back = result("back", text="", status="needs_clarification", note="Which Ben?")
    a = run(
        tmp_path / "a",
        *map(result, ("same", "refused", "text", "moved", "split", "crashed", "gone")),
        back,
    )
    b = run(
        tmp_path / "b",
        result("same"),
        result("refused", text=""),
        result("text", text="Ben has a dog!"),
        moved,
        split,
        failure("crashed"),
        replace(back, note="Which of the two?"),
        result("new"),
    )
    assert main([a, b]) == 1
    told = capsys.readouterr().out
    heads = [line for line in told.splitlines() if line and not line.startswith(" ")]
    assert heads == [
        "refused citewell: status, text, citations",
        "text citewell: text",
        "moved citewell: citations",
        "split citewell: citations",
        "crashed citewell: status, text, citations",
        "gone citewell: status, text, citations",
        "back citewell: text",
        "new citewell: status, text, citations",
        "8 of 9 cases differ.",
    ]
    assert "  - text: Ben has a dog.\n  + text: Ben has a dog!\n" in told
    assert "  + status: failed: ModelError: The model died.\n" in told
    assert "  - citations: pets.txt 19-33 'Ben has a dog.'\n" in told


def test_chains_are_told_apart_and_the_latest_row_of_a_case_counts(tmp_path: Path) -> None:
    stock = result(chain="stock", verdicts=None, citations=None, withheld=None)
    a = run(tmp_path / "a", failure(), result(), stock)
    b = run(tmp_path / "b", stock, result())
    c = run(tmp_path / "c", replace(stock, text="A cat."), result())
    assert (main([a, b]), main([a, c])) == (0, 1)


def test_a_row_that_a_kill_cut_short_is_left_out_and_left_there(tmp_path: Path) -> None:
    a = run(tmp_path / "a", result())
    b = run(tmp_path / "b", result())
    cases = tmp_path / "b" / "cases.jsonl"
    cases.write_text(cases.read_text(encoding="utf-8") + '{"kind": "ans', encoding="utf-8")
    before = cases.read_bytes()
    assert main([a, b]) == 0
    assert cases.read_bytes() == before


@pytest.mark.parametrize("text", [None, "", "{\n", "[1]\n", '{"kind": "answer"}\n'])
def test_what_is_no_run_is_no_pass(
    tmp_path: Path, text: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    a = run(tmp_path / "a", result())
    (tmp_path / "b").mkdir()
    if text is not None:
        (tmp_path / "b" / "cases.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as caught:
        main([a, str(tmp_path / "b")])
    assert caught.value.code == 2
    assert str(tmp_path / "b" / "cases.jsonl") in capsys.readouterr().err


def test_the_command_ends_with_its_code(tmp_path: Path) -> None:
    a, b = run(tmp_path / "a", result()), run(tmp_path / "b", result(text="Ben has two dogs."))
    command = [sys.executable, "-m", "benchmarks.same_answers"]
    root = Path(__file__).parents[3]
    assert subprocess.run([*command, a, b], check=False, cwd=root).returncode == 1
    assert subprocess.run([*command, a, a], check=False, cwd=root).returncode == 0
