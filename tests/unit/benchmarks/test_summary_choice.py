"""The count of key facts by the choice of sentences indexes the documents that it is given."""

import re
import sys
from pathlib import Path

import pytest

from benchmarks import summary_choice

GOLDEN = Path(__file__).parents[2] / "golden" / "summaries.jsonl"


def test_the_key_facts_of_the_example_are_counted(
    tmp_path: Path,
    seed_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    (tmp_path / "one.jsonl").write_text(
        next(line for line in lines if seed_path.name in line) + "\n", encoding="utf-8"
    )
    told = ["summary_choice", str(tmp_path / "one.jsonl"), str(seed_path.parent)]
    told += ["--length", "full"]
    monkeypatch.setattr(sys, "argv", told)
    summary_choice.main()
    found = re.search(r"all \(n = 1\): (\d+) of 14 facts", capsys.readouterr().out)
    assert found
    assert int(found[1]) >= 12
