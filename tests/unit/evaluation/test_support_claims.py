import json
from pathlib import Path
from typing import Any

import pytest

from assistant import cli
from assistant.evaluation.golden.cases import GoldenError
from assistant.evaluation.plan import Surroundings
from assistant.evaluation.support_claims import (
    Checked,
    LabelledClaim,
    check_claims,
    load_claims,
    support_figures,
)
from assistant.settings import Settings
from tests.fakes import HashEmbedder
from tests.scripted import Call, ScriptedModel


def written(tmp_path: Path, *records: Any) -> Path:
    path = tmp_path / "claims.jsonl"
    lines = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def claim(**fields: Any) -> dict[str, Any]:
    return {"id": "wice-1", "claim": "It rains.", "source": "It rains.", "supported": True} | fields


def test_claims_are_read_and_their_sets_told_apart(tmp_path: Path) -> None:
    found = load_claims(
        written(
            tmp_path,
            claim(),
            claim(id="2", source_name="mine"),
            claim(id=3),
            claim(id="4f-2", edit="x"),
        )
    )
    assert [each.source_name for each in found] == ["wice", "mine", "", ""]


def test_every_malformed_claim_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, claim(), "{", claim(id="a", source=" "), {"id": "b"}, claim())
    with pytest.raises(GoldenError) as caught:
        load_claims(path)
    wheres = [problem.where for problem in caught.value.problems]
    assert sorted(set(wheres)) == ["line 2", "line 3", "line 4", "the ids"]


def test_a_line_separator_within_a_source_does_not_end_the_line(tmp_path: Path) -> None:
    (found,) = load_claims(written(tmp_path, claim(source="One\u2028two.")))
    assert found.source == "One\u2028two."


def row(id: str, label: bool, supported: bool | None, probability: float | None) -> Checked:
    return Checked(
        id=id,
        source_name="wice" if id < "c" else "other",
        label=label,
        supported=supported,
        probability=probability,
        reason="",
        seconds=2.0,
        error="" if supported is not None else "ModelError: gone",
    )


def test_figures_by_hand() -> None:
    rows = [
        row("a", True, True, 0.9),
        row("b", False, True, 0.6),
        row("c", True, False, 0.4),
        row("d", False, False, 0.1),
        row("e", False, None, None),
    ]
    report = support_figures(rows)
    assert (report["n"], report["failures"], report["seconds_per_claim_p50"]) == (5, 1, 2.0)
    assert report["balanced_accuracy"] == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert report["auroc"] == 0.75
    assert report["sources"]["wice"] == {
        "n": 2, "balanced_accuracy": 0.5, "auroc": 1.0, "seconds_per_claim_p50": 2.0
    }  # fmt: skip


def test_finished_claims_are_not_checked_again_but_failed_ones_are(tmp_path: Path) -> None:
    claims = [
        LabelledClaim(id=id, claim="c", source="s", supported=True, source_name="") for id in "ab"
    ]
    around = Surroundings(settings=Settings())
    asked: list[str] = []

    def check(claim: LabelledClaim) -> Checked:
        asked.append(claim.id)
        failed = claim.id == "b" and asked.count("b") == 1
        return row(claim.id, True, None if failed else True, None if failed else 0.9)

    journal = tmp_path / "claims.jsonl"
    first = check_claims(claims, journal, check, around)
    again = check_claims(claims, journal, check, around)
    assert asked == ["a", "b", "b"]
    assert [each.id for each in first] == ["a", "b"]
    assert not any(each.error for each in again)


def test_the_command_checks_a_sample_and_writes_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def judge(call: Call) -> str:
        if "Snow" in call.text:
            raise ConnectionError("gone")
        return "yes" if "Claim: It rains." in call.text else "no"

    lent = ScriptedModel(chooser=judge)
    monkeypatch.setattr("assistant.evaluation.plan.open_model", lambda *args, **kwargs: lent)
    monkeypatch.setattr(
        "assistant.evaluation.support_claims.EmbedderOnDemand", lambda settings: HashEmbedder()
    )
    path = written(
        tmp_path,
        claim(id="w-1"),
        claim(id="w-2", claim="It is dry.", supported=False),
        claim(id="w-3", claim="Snow falls.", supported=False),
    )
    out = tmp_path / "out"
    command = ["evaluate-support", str(path), "--out", str(out)]
    assert cli.main(command) == 0
    report = json.loads((out / "report.json").read_bytes())
    assert (report["n"], report["failures"]) == (3, 1)
    assert report["balanced_accuracy"] == 0.75
    assert report["auroc"] == 1.0
    assert report["sources"]["w"]["n"] == 3
    assert "balanced accuracy" in capsys.readouterr().out
    asked = len(lent.calls)
    assert cli.main(command) == 0
    assert len(lent.calls) == asked + 1
    assert lent.closed


def test_malformed_claims_stop_the_command_before_the_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "{", "3")
    assert cli.main(["evaluate-support", str(path), "--out", str(tmp_path / "o")]) == 2
    first, second, told = capsys.readouterr().err.splitlines()
    assert f"{path}, line 1: " in first
    assert f"{path}, line 2: " in second
    assert "2 problem(s), listed above" in told
    assert not (tmp_path / "o").exists()
