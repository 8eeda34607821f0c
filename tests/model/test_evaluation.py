"""Four questions on the example document, asked of the real model and measured."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.evaluation.evaluate import evaluate
from assistant.evaluation.plan import Plan, Surroundings
from assistant.models import DEFAULT_EMBEDDING, ServedModel, fetch
from assistant.settings import Settings

SEED_GOLDEN = Path(__file__).parents[1] / "golden" / "seed.jsonl"
CHOSEN = ("seed-03", "seed-05", "seed-52", "seed-66")
"""Two that the document answers in so many words, and two that it does not."""


@pytest.fixture
def plan(tmp_path: Path, seed_path: Path) -> Plan:
    lines = SEED_GOLDEN.read_text(encoding="utf-8").splitlines(keepends=True)
    golden = tmp_path / "golden.jsonl"
    chosen = [line for line in lines if json.loads(line)["id"] in CHOSEN]
    golden.write_text("".join(chosen), encoding="utf-8")
    return Plan(golden=golden, corpus=seed_path.parent, out=tmp_path / "out")


def test_the_figures_of_real_answers(plan: Plan, model: ServedModel, models_dir: Path) -> None:
    fetch(DEFAULT_EMBEDDING, models_dir)
    around = Surroundings(settings=Settings(), model=model)
    report = evaluate(plan, around)
    assert (report["n"], report["failures"]) == (4, 0)
    assert report["answerable"]["correct"] == 1.0
    assert report["unanswerable"]["refused_rate"] == 1.0
    assert report["citations"]["exact_offsets"] == 1.0
    assert report["citations"]["recall"] == 1.0
    assert report["retrieval"]["recall@10"] == 1.0
    assert report["answerability_auroc"] == 1.0
    assert report["tokens"]["prompt_total"] > 0
    assert report["latency_s"]["first_evidence_p50"] < report["latency_s"]["p50"]
    assert report["run"]["asking_s"] <= 1.15 * report["run"]["answers_s"]
    again = evaluate(plan, around)
    assert again["run"]["asked"] == 0
    assert again["answerable"] == report["answerable"]


def test_two_runs_give_the_same_answers(plan: Plan, model: ServedModel, models_dir: Path) -> None:
    fetch(DEFAULT_EMBEDDING, models_dir)
    around = Surroundings(settings=Settings(), model=model)
    runs = [evaluate(replace(plan, out=plan.out / name, limit=2), around) for name in "ab"]
    first, second = ([(row["id"], row["text"]) for row in run["cases"]] for run in runs)
    assert [run["run"]["asked"] for run in runs] == [2, 2]
    assert first == second
