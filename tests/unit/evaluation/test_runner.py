import json
from pathlib import Path

import pytest

from assistant.evaluation.golden.cases import GoldenCase
from assistant.evaluation.journal import (
    Journal,
    code_digest,
    prepare_folder,
    read_rows,
    run_folder,
)
from assistant.evaluation.reports.results import (
    CaseFailure,
    CaseResult,
    outcome_from_json,
    outcome_json,
)
from assistant.evaluation.runner import run_cases
from index.errors import CancelledError, InputError
from tests.unit.evaluation.builders import case, failure, result
from tests.unit.evaluation.scripted_run import WritingChain, run

ROOT = Path(__file__).parents[3]


def nothing(message: str, done: int, total: int) -> None:
    pass


def asked_in(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split() if path.exists() else []


def test_a_row_that_a_kill_cut_short_is_asked_again(tmp_path: Path) -> None:
    journal, asked = tmp_path / "cases.jsonl", tmp_path / "asked"
    run(journal, asked, 2)
    journal.write_bytes(journal.read_bytes()[:-20])
    run(journal, asked, 2)
    assert asked_in(asked) == ["q0", "q1", "q1"]
    assert [row["id"] for row in read_rows(journal)] == ["q0", "q1"]


def test_a_crash_is_a_row_and_is_asked_again_next_time(tmp_path: Path) -> None:
    journal, asked = tmp_path / "cases.jsonl", tmp_path / "asked"
    cases = [case("q0", question="crash"), case("q1")]
    chain = WritingChain(asked)
    found = run_cases(cases, [chain], journal, progress=nothing)
    first = found.outcomes["q0", "citewell"]
    assert isinstance(first, CaseFailure)
    assert (first.error, first.message) == ("RuntimeError", "out of memory")
    run_cases([case("q0"), case("q1")], [chain], journal, progress=nothing)
    assert asked_in(asked) == ["q0", "q1", "q0"]


def test_stopping_keeps_what_is_finished(tmp_path: Path) -> None:
    journal, asked = tmp_path / "cases.jsonl", tmp_path / "asked"
    chain = WritingChain(asked)
    with pytest.raises(CancelledError):
        run_cases(
            [case("q0"), case("q1")],
            [chain],
            journal,
            progress=nothing,
            cancelled=lambda: len(asked_in(asked)) == 1,
        )
    assert [row["id"] for row in read_rows(journal)] == ["q0"]


def test_stopping_within_an_answer_is_no_failure_of_the_case(tmp_path: Path) -> None:
    class Stopped(WritingChain):
        def ask(self, case: GoldenCase) -> CaseResult:
            raise CancelledError("Stopped.")

    journal = tmp_path / "cases.jsonl"
    with pytest.raises(CancelledError):
        run_cases([case("q0")], [Stopped(tmp_path / "asked")], journal, progress=nothing)
    assert read_rows(journal) == []


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b"])
def test_a_line_separator_within_a_row_does_not_part_it(tmp_path: Path, separator: str) -> None:
    row = {"text": f"one{separator}two"}
    with Journal(tmp_path / "rows.jsonl") as rows:
        rows.append(row)
        rows.append(row)
    assert read_rows(tmp_path / "rows.jsonl") == [row, row]


def test_a_folder_serves_one_run_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.evaluation.journal.STOPPING_S", 0.1)
    with (
        run_folder(tmp_path / "run"),
        pytest.raises(InputError, match="Another run is using"),
        run_folder(tmp_path / "run"),
    ):
        pass
    with run_folder(tmp_path / "run"):
        pass


def test_a_run_killed_before_its_first_case_starts_again(tmp_path: Path) -> None:
    (tmp_path / "run.json.part").write_text("{", encoding="utf-8")
    assert prepare_folder(tmp_path, {"model": "a"}) is None
    assert (tmp_path / "run.json").exists()


def test_chains_take_turns_case_by_case(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    stock = WritingChain(asked)
    stock.name = "stock"
    seen: list[tuple[int, int]] = []
    run_cases(
        [case("q0"), case("q1")],
        [WritingChain(asked), stock],
        tmp_path / "cases.jsonl",
        progress=lambda message, done, total: seen.append((done, total)),
    )
    assert asked_in(asked) == ["q0", "q0", "q1", "q1"]
    assert seen == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


def test_outcomes_come_back_from_their_rows() -> None:
    stock = result(chain="stock", verdicts=None, citations=None, withheld=None)
    for outcome in (result(), result(text=""), stock, failure()):
        assert outcome_from_json(json.loads(json.dumps(outcome_json(outcome)))) == outcome


def test_an_equal_fingerprint_resumes(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert prepare_folder(out, {"model": "a"}) is None
    (out / "cases.jsonl").write_text("kept", encoding="utf-8")
    message = prepare_folder(out, {"model": "a"})
    assert message is not None
    assert "Resuming" in message
    assert (out / "cases.jsonl").exists()


def test_another_fingerprint_moves_the_old_run_aside_and_says_why(tmp_path: Path) -> None:
    out = tmp_path / "out"
    prepare_folder(out, {"model": "a", "code": 1})
    (out / "cases.jsonl").write_text("old", encoding="utf-8")
    message = prepare_folder(out, {"model": "b", "code": 1})
    assert message is not None
    assert "differs in model" in message
    assert [path.name for path in out.iterdir()] == ["run.json"]
    (aside,) = (path for path in tmp_path.iterdir() if path != out)
    assert (aside / "cases.jsonl").read_text(encoding="utf-8") == "old"
    assert str(aside) in message


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear", encoding="utf-8")
    with pytest.raises(InputError, match="something other than a run"):
        prepare_folder(tmp_path, {})


def test_the_code_digest_knows_what_makes_answers(tmp_path: Path) -> None:
    roots = {name: tmp_path / name for name in ("index", "assistant", "prompts")}

    def write(path: str, text: str) -> str:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
        return code_digest(roots)

    first = write("assistant/answering/assistant.py", "1")
    assert write("assistant/page/tabs/ask.py", "1") == first
    assert write("assistant/evaluation/reports/report.py", "1") == first
    for path in (
        "assistant/answering/assistant.py",
        "index/a.py",
        "prompts/a.md",
        "assistant/evaluation/stock.py",
        "assistant/evaluation/evaluate.py",
        "assistant/evaluation/reports/results.py",
    ):
        again = write(path, "2")
        assert again != first
        first = again
