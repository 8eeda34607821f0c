import json
import random
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import GateError
from assistant.evaluation.reports.baseline import (
    changed_cases,
    check_overlap,
    compare,
    comparison_json,
    gate,
    read_report,
)
from index.errors import InputError

METRICS = ("correct", "f1", "answer_token_recall", "answered", "recall@5", "citation_recall")


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


def test_a_different_question_of_the_same_id_is_no_pair() -> None:
    now, before = report({"a": 0.0, "b": 1.0}), report({"a": 1.0, "b": 1.0})
    now["cases"][0]["question"] = "Another?"
    (found,) = compare(now, before)
    assert found.pairs == 1


def test_the_cases_that_came_out_otherwise_are_found() -> None:
    def row(name: str, verdict: str, chain: str = "citewell") -> dict[str, Any]:
        return {"id": name, "verdict": verdict, "values": {}, "chain": chain}

    now = {
        "chain": "citewell",
        "cases": [row("a", "wrong"), row("b", "correct"), row("c", "wrong")],
    }
    before = [row("a", "correct"), row("b", "correct"), row("d", "wrong")]
    both = {"citewell": now | {"cases": before}, "stock": {"chain": "stock", "cases": []}}
    assert changed_cases(now, both) == [(before[0], now["cases"][0])]


def test_the_stock_chain_is_compared_and_gated_only_alone() -> None:
    bad, good = report(twenty(0), "stock"), report(twenty(20), "stock")
    own = report(twenty(20))
    both = compare({"citewell": own, "stock": bad}, {"citewell": own, "stock": good})
    assert [c.fell for c in both] == [False, False]
    assert [c.fell for c in compare(bad, good)] == [True]


def test_many_metrics_do_not_trip_the_gate_by_number() -> None:
    """Runs of the same quality that differ by chance in a few cases, on many metrics."""
    draw = random.Random(1)

    def noisy() -> dict[str, Any]:
        cases = []
        for number in range(60):
            values = {name: float(number % 3 > 0) for name in METRICS}
            for name in METRICS:
                if draw.random() < 0.1:
                    values[name] = 1 - values[name]
            cases.append({"id": str(number), "values": values})
        return {"chain": "citewell", "cases": cases}

    tripped = sum(any(c.fell for c in compare(noisy(), noisy())) for _ in range(100))
    assert tripped <= 10


def test_what_cannot_be_compared_is_said_before_anything_is_asked() -> None:
    before = report({"a": 1.0})
    check_overlap(before, ("citewell", "stock"), {"a", "b"})
    with pytest.raises(InputError, match="no case in common"):
        check_overlap(before, ("citewell",), {"b"})
    with pytest.raises(InputError, match="no case in common"):
        check_overlap(before, ("stock",), {"a"})


def test_nothing_in_common_is_an_error() -> None:
    with pytest.raises(InputError, match="no case in common"):
        compare(report({"a": 1.0}), report({"b": 1.0}))
    with pytest.raises(InputError, match="no case in common"):
        compare(report({"a": 1.0}), report({"a": 1.0}, "stock"))


NO_VALUES = '{"chain": "citewell", "cases": [{"id": "a"}]}'


@pytest.mark.parametrize("text", ["", "{}", "[]", "nonsense", NO_VALUES])
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
