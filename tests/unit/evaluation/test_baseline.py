import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import GateError
from assistant.evaluation.baseline import compare, comparison_json, gate, read_report
from index.errors import InputError


def report(values: dict[str, float], chain: str = "citewell") -> dict[str, Any]:
    cases = [{"id": name, "values": {"correct": value}} for name, value in values.items()]
    return {"chain": chain, "cases": cases}


def twenty(right: int) -> dict[str, float]:
    return {f"q{number}": float(number < right) for number in range(20)}


def test_a_planted_regression_trips_the_gate_and_is_named() -> None:
    (found,) = compare(report(twenty(8)), report(twenty(16)))
    assert (found.metric, found.pairs, found.before, found.now) == ("correct", 20, 0.8, 0.4)
    assert found.p_value == 1 / 256  # eight fell of eight that changed
    with pytest.raises(GateError, match=r"citewell correct from 0\.800 to 0\.400") as caught:
        gate(comparison_json([found]))
    assert caught.value.exit_code == 4


@pytest.mark.parametrize("now", [16, 17, 20, 12])
def test_no_change_an_improvement_and_chance_do_not_trip_it(now: int) -> None:
    gate(comparison_json(compare(report(twenty(now)), report(twenty(16)))))


def test_cases_are_paired_by_id_and_chain() -> None:
    before = {"citewell": report({"a": 1.0, "b": 1.0}), "stock": report({"a": 0.0}, "stock")}
    now = report({"b": 0.0, "c": 1.0})
    (found,) = compare(now, before)
    assert (found.chain, found.pairs, found.before, found.now) == ("citewell", 1, 1.0, 0.0)


def test_nothing_in_common_is_an_error() -> None:
    with pytest.raises(InputError, match="no case in common"):
        compare(report({"a": 1.0}), report({"b": 1.0}))
    with pytest.raises(InputError, match="no case in common"):
        compare(report({"a": 1.0}), report({"a": 1.0}, "stock"))


@pytest.mark.parametrize("text", ["", "{}", "[]", "nonsense"])
def test_a_baseline_that_is_no_report_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        read_report(path)
    with pytest.raises(InputError):
        read_report(tmp_path / "none.json")


def test_a_report_is_read(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report({"a": 1.0})), encoding="utf-8")
    assert read_report(path)["chain"] == "citewell"
