"""Thresholds are read, saved, learnt and applied as the reports say."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from assistant.checking import calibration
from assistant.checking.calibration import Calibration, load, save
from assistant.errors import SettingsError
from assistant.evaluation import fitting
from assistant.evaluation.fitting import MOST_WRONGLY_REFUSED, fit_look_ups, fit_sources
from index.errors import InputError

SHIPPED = Path(calibration.__file__).with_name("calibrations.json")


def test_an_unknown_model_is_uncalibrated() -> None:
    assert load("nobody-knows-it") == Calibration()
    assert not load("nobody-knows-it").calibrated


def test_the_default_model_is_calibrated() -> None:
    shipped = load("qwen2.5-coder-1.5b")
    assert shipped.calibrated
    assert shipped.weights


def test_saved_calibrations_are_found_again_and_win(tmp_path: Path) -> None:
    path = tmp_path / "calibrations.json"
    mine = Calibration(support=0.7, weights={"rank": 1.0}, calibrated=True)
    save(path, "mine", Calibration())
    save(path, "mine", mine)
    save(path, "other", Calibration(support=0.1))
    assert load("mine", path) == mine
    assert load("other", path).support == 0.1


def test_a_broken_file_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "calibrations.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(SettingsError, match="cannot be read"):
        load("mine", path)


def test_answerability_is_a_logistic_model_of_its_features() -> None:
    known = Calibration(weights={"rank": 2.0}, intercept=-1.0)
    assert known.answerability({"rank": 0.5}) == pytest.approx(0.5)
    assert known.answerability({"rank": 5.0}) > 0.99
    assert Calibration().answerability({"answers": 0.3}) == 0.3
    assert Calibration().answerability({"answers": 0.9, "kind_missing": 1.0}) == 0.9


def look_up(answerable: bool, odds: float, **more: Any) -> dict[str, Any]:
    return {
        "answerable": answerable,
        "signals": {"answers_odds": odds},
        "stands": answerable,
        "support": 0.9,
        **more,
    }


def refused(learnt: Calibration, row: dict[str, Any]) -> bool:
    """What becomes of a question in the program itself."""
    decision = learnt.decision(row["signals"])
    stands = row["stands"] and row["support"] >= learnt.support
    return decision == "refuse" or (decision == "doubt" and not stands)


def test_fitting_separates_and_seldom_refuses_wrongly() -> None:
    draw = random.Random(1)
    rows = [look_up(kind, draw.gauss(2 if kind else -2, 1)) for kind in [True, False] * 60]
    learnt = fit_look_ups(rows, Calibration())
    kept = [not refused(learnt, row) for row in rows if row["answerable"]]
    right = [refused(learnt, row) for row in rows if not row["answerable"]]
    assert sum(kept) / len(kept) >= 1 - MOST_WRONGLY_REFUSED - 0.05
    assert sum(right) / len(right) > 0.85
    assert learnt.calibrated


def test_in_doubt_the_draft_decides_after_calibrating_too() -> None:
    """Where the signals tell little and drafts tell much, much is left to the drafts."""
    draw = random.Random(1)
    rows = [look_up(kind, draw.gauss(0.5 if kind else -0.5, 1)) for kind in [True, False] * 60]
    learnt = fit_look_ups(rows, Calibration(doubtful=0.3))
    assert learnt.doubtful is not None
    assert learnt.doubtful < learnt.answerable
    assert sum(refused(learnt, row) != (not row["answerable"]) for row in rows) <= 2


def test_a_draft_of_too_little_support_does_not_stand() -> None:
    draw = random.Random(1)
    rows = [
        look_up(kind, draw.gauss(0, 1), stands=True, support=0.9 if kind else 0.6)
        for kind in [True, False] * 60
    ]
    learnt = fit_look_ups(rows, Calibration(support=0.8))
    assert sum(refused(learnt, row) for row in rows if not row["answerable"]) >= 55


def test_a_model_composes_where_enough_of_its_sentences_stand() -> None:
    good = {"supported": True, "cites_gold": True, "copied": False}
    bad, copied = good | {"cites_gold": False}, good | {"copied": True}
    rows = [{"sentences": [good, copied, good, good, bad]}] * 12
    assert fitting.fit_composing(rows, Calibration()).composes
    assert not fitting.fit_composing([*rows, {"sentences": [bad]}], Calibration()).composes
    assert not fitting.fit_composing([{"sentences": []}] * 12, Calibration(composes=True)).composes
    told = fitting.fit_composing(rows, Calibration()).origins["composes"]
    assert "48 of 60 sentences (0.80)" in told
    assert "12 of them are copies" in told


def test_without_probabilities_the_threshold_of_publishing_stays() -> None:
    rows = [{"supported": kind, "probability": None} for kind in (True, False)]
    kept = fitting.fit_publishing(rows, Calibration(support=0.7))
    assert (kept.support, kept.origins["support"][:11]) == (0.7, "set by hand")


def test_every_figure_that_ships_says_where_it_is_from() -> None:
    shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))
    for model, figures in shipped.items():
        named = set(figures) - {"calibrated", "origins"}
        assert named == set(figures["origins"]), model
        assert all(figures["origins"].values())


def test_a_calibration_kept_by_an_earlier_version_opens(tmp_path: Path) -> None:
    path = tmp_path / "calibrations.json"
    old = {"support": 0.7, "answerable": 0.4, "calibrated": True, "no_longer_known": 1}
    path.write_text(json.dumps({"mine": old}), encoding="utf-8")
    assert load("mine", path) == Calibration(support=0.7, answerable=0.4, calibrated=True)
    assert not load("mine", path).composes


def test_weights_of_signals_that_are_no_longer_measured_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "calibrations.json"
    old = {
        "support": 0.6,
        "several": 0.36,
        "several_intercept": -2.4,
        "several_weights": {"lead": 1.5},
    }
    path.write_text(json.dumps({"m": old}), encoding="utf-8")
    known, default = load("m", path), Calibration()
    assert known.support == 0.6
    assert known.several_weights == default.several_weights
    assert (known.several, known.several_intercept) == (default.several, default.several_intercept)


def test_fitting_learns_what_the_wording_of_a_long_source_is_worth() -> None:
    rows = [
        {
            "supported": kind,
            "set": "pets",
            "probability": (0.6 if whole else 0.3) + 0.3 * kind,
            "whole": whole,
            "odds": 0.1,
            "covered": 2.0,
            "nearest": 1.0 + kind,
            "objections": float(not kind),
            "unread": 2.0,
        }
        for kind in (True, False)
        for whole in (True, False) * 10
    ]
    learnt = fit_sources(rows, Calibration())
    assert learnt.source_weights
    assert learnt.source_weights["nearest"] > 0 > learnt.source_weights["objections"]
    for row in rows:
        assert (learnt.source_score(0.5, row) >= learnt.source) == row["supported"]
    assert 0.6 < learnt.support < 0.9


def test_without_weights_the_model_alone_scores_a_source() -> None:
    assert Calibration().source_score(0.3, {"odds": 5.0}) == 0.3


def test_too_little_data_is_refused() -> None:
    with pytest.raises(InputError, match="at least"):
        fit_look_ups([look_up(True, 1.0)] * 9, Calibration())
    with pytest.raises(InputError, match="supported and unsupported"):
        fit_sources(
            [{"supported": True, "probability": 0.5, "set": "pets", "whole": True}], Calibration()
        )


def test_nothing_multiplies_answerability_but_a_missing_kind_puts_in_doubt() -> None:
    known = Calibration(answerable=0.5, doubtful=0.3, without_kind=0.8)
    decided = {answers: known.decision({"answers": answers}) for answers in (0.2, 0.4, 0.6)}
    assert decided == {0.2: "refuse", 0.4: "doubt", 0.6: "answer"}
    assert known.decision({"answers": 0.7, "kind_missing": 1.0}) == "refuse"
    assert known.decision({"answers": 0.9, "kind_missing": 1.0}) == "doubt"
