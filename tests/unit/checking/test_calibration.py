"""Thresholds are read, saved, learnt and applied as the reports say."""

import random
from pathlib import Path

import pytest

from assistant.checking.calibration import Calibration, load, save
from assistant.errors import SettingsError
from assistant.evaluation.calibrate import MOST_WRONGLY_REFUSED, fit_answerability, fit_support
from index.errors import InputError


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
    calibration = Calibration(weights={"rank": 2.0}, intercept=-1.0)
    assert calibration.answerability({"rank": 0.5}) == pytest.approx(0.5)
    assert calibration.answerability({"rank": 5.0}) > 0.99
    assert Calibration().answerability({"answers": 0.3}) == 0.3
    assert Calibration().answerability({"answers": 0.9, "kind_missing": 1.0}) == 0.9


def test_fitting_separates_and_seldom_refuses_wrongly() -> None:
    draw = random.Random(1)
    rows = [
        {
            "answerable": kind,
            "answers_odds": draw.gauss(2 if kind else -2, 1),
            "rank": draw.random(),
        }
        for kind in [True, False] * 60
    ]
    learnt = fit_answerability(rows, Calibration())
    kept = [learnt.answerability(row) >= learnt.answerable for row in rows if row["answerable"]]
    refused = [
        learnt.answerability(row) < learnt.answerable for row in rows if not row["answerable"]
    ]
    assert sum(kept) / len(kept) >= 1 - MOST_WRONGLY_REFUSED - 0.05
    assert sum(refused) / len(refused) > 0.85
    assert learnt.calibrated


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
    learnt = fit_support(rows, Calibration())
    assert learnt.source_weights
    assert learnt.source_weights["nearest"] > 0 > learnt.source_weights["objections"]
    for row in rows:
        assert (learnt.source_score(0.5, row) >= learnt.source) == row["supported"]
    assert 0.6 < learnt.support < 0.9


def test_without_weights_the_model_alone_scores_a_source() -> None:
    assert Calibration().source_score(0.3, {"odds": 5.0}) == 0.3


def test_too_little_data_is_refused() -> None:
    with pytest.raises(InputError, match="at least"):
        fit_answerability([{"answerable": True}] * 9, Calibration())
    with pytest.raises(InputError, match="supported and unsupported"):
        fit_support(
            [{"supported": True, "probability": 0.5, "set": "pets", "whole": True}], Calibration()
        )


def test_nothing_multiplies_answerability_but_a_missing_kind_puts_in_doubt() -> None:
    calibration = Calibration(answerable=0.5, doubtful=0.3, without_kind=0.8)
    decided = {answers: calibration.decision({"answers": answers}) for answers in (0.2, 0.4, 0.6)}
    assert decided == {0.2: "refuse", 0.4: "doubt", 0.6: "answer"}
    assert calibration.decision({"answers": 0.7, "kind_missing": 1.0}) == "refuse"
    assert calibration.decision({"answers": 0.9, "kind_missing": 1.0}) == "doubt"
