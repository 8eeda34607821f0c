"""Golden summary lines: pure figures, and whole runs with a scripted model."""

from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation.evaluate import evaluate
from assistant.evaluation.golden.cases import GoldenError
from assistant.evaluation.plan import Plan
from assistant.evaluation.summary_cases import (
    SummaryRow,
    compression,
    hedges_kept,
    key_fact_recall,
    passed_share,
    says,
    summary_figures,
)
from index.errors import InputError
from tests.unit.evaluation.test_evaluate import (
    CORPUS,
    GOLDEN,
    around,
    deterministic_embedder,
    model,
    plan,
    replaced,
    write_golden,
)

__all__ = ["deterministic_embedder", "plan"]  # fixtures, used by name

LINE = {
    "id": "pets",
    "document": "pets.txt",
    "key_facts": [
        {"id": "pets", "any_of": ["two cats", "a brown dog", "a fish"]},
        {"id": "horse", "any_of": ["a horse"]},
    ],
    "reference": "Anna has cats and Ben has a dog.",
}


def row(**fields: Any) -> SummaryRow:
    defaults: dict[str, Any] = {
        "id": "a", "document": "a.txt", "found": ["one"], "missed": [], "sentences": [],
        "words": 10, "source_words": 100, "rouge_l": None, "first_sentence_s": 1.0, "total_s": 2.0,
    }  # fmt: skip
    return SummaryRow(**(defaults | fields))


def sentence(**fields: Any) -> dict[str, Any]:
    return {"exact": True, "objections": [], "hedged": False, "kept": False} | fields


def test_figures_by_hand() -> None:
    first = row(
        found=["one", "two"],
        missed=["three"],
        sentences=[sentence(hedged=True, kept=True), sentence(objections=["a number"])],
    )
    second = row(
        found=[], missed=["four"], sentences=[sentence(hedged=True), sentence(exact=False)]
    )
    rows = [first, second]
    assert key_fact_recall(rows) == 0.5
    assert passed_share(rows) == 0.5
    assert hedges_kept(rows) == 0.5
    assert compression(rows) == 0.1
    found = summary_figures(rows)
    assert found["seconds_per_1000_words"] == 20.0
    assert found["first_sentence_s_p50"] == 1.0
    assert found["rouge_l"] is None


def test_a_crash_has_no_fact_and_does_not_count_as_short() -> None:
    crashed = row(found=[], missed=["one"], words=0, error="ModelError: gone")
    assert key_fact_recall([row(), crashed]) == 0.5
    assert compression([row(), crashed]) == 0.1
    assert summary_figures([crashed])["failures"] == 1


@pytest.mark.parametrize(
    ("text", "wording", "expected"),
    [
        ("Kim Jong-un’s visit", "Kim Jong-un's visit", True),
        ("In  the\nHundreds", "in the hundreds", True),
        ("thousands", "hundreds", False),
    ],
)
def test_wordings_are_compared_without_typography(text: str, wording: str, expected: bool) -> None:
    assert says(text, [wording]) is expected


def test_summary_lines_are_measured_beside_questions(plan: Plan, tmp_path: Path) -> None:
    golden = write_golden(tmp_path, [*GOLDEN, LINE])
    report = evaluate(replaced(plan, golden=golden), around(model()))
    assert report["n"] == 3
    found = report["summaries"]
    assert (found["n"], found["failures"]) == (1, 0)
    assert found["key_fact_recall"] == 0.5
    assert found["exact_offsets"] == 1.0
    assert (found["written_share"], found["quoted_share"]) == (0.0, 1.0)
    (case,) = found["cases"]
    assert (case["found"], case["missed"]) == (["pets"], ["horse"])
    assert "| key facts said | 0.500 |" in (plan.out / "report.md").read_text(encoding="utf-8")
    page = (plan.out / "report.html").read_text(encoding="utf-8")
    assert "Key facts not said: horse" in page
    again = evaluate(replaced(plan, golden=golden), around(model()))
    assert again["summaries"] == found


def test_a_file_of_summary_lines_alone_is_measured(plan: Plan, tmp_path: Path) -> None:
    report = evaluate(replaced(plan, golden=write_golden(tmp_path, [LINE])), around(model()))
    assert report["n"] == 0
    assert report["summaries"]["n"] == 1
    assert (plan.out / "report.html").exists()


def test_a_document_that_is_not_there_is_told_beforehand(plan: Plan, tmp_path: Path) -> None:
    golden = write_golden(tmp_path, [LINE | {"document": "gone.txt"}])
    lent = model()
    with pytest.raises(GoldenError, match=r"line 1: there is no document 'gone\.txt'"):
        evaluate(replaced(plan, golden=golden), around(lent))
    assert lent.calls == []


def test_without_a_corpus_they_are_left_out_and_that_is_said(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no questions"):
        evaluate(
            replaced(plan, golden=write_golden(tmp_path, [LINE]), chain="stock"), around(model())
        )


def test_the_corpus_is_the_one_expected() -> None:
    assert LINE["document"] in CORPUS
