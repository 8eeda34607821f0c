import json
import re
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation.reports import plots
from assistant.evaluation.reports.baseline import chains_of
from assistant.evaluation.reports.report import html, labels, markdown, shown, write_reports
from tests.unit.evaluation.reports import report

EVIL = "<script>alert('x')</script>"


def test_all_text_of_documents_and_models_is_escaped() -> None:
    page = html(report(question=EVIL, text=EVIL, message=EVIL, document=EVIL))
    assert page.count("<script>") == 1
    assert page.count("&lt;script&gt;alert") >= 5
    assert EVIL not in page


def test_the_page_stands_alone() -> None:
    page = html(report())
    without_names = page.replace("http://www.w3.org/", "").replace("http://purl.org/", "")
    without_names = without_names.replace("http://creativecommons.org/", "")
    without_names = without_names.replace("https://matplotlib.org/", "")
    assert not re.search(r"https?://|src=|@import|<link", without_names)
    assert "default-src 'none'" in page


def test_it_has_plots_tiles_and_a_row_for_every_case_of_every_chain() -> None:
    page = html(report())
    assert page.count("<figure>") == 3
    assert page.count('<svg role="img"') == 3
    assert page.count('<details class="case') == 8
    assert 'data-verdict="failed"' in page
    assert "#010203" not in page
    assert "var(--ink)" in page


def test_plots_without_data_are_left_out() -> None:
    chain: dict[str, Any] = {"selective": {"risk_coverage": [], "calibration": []}, "cases": []}
    assert plots.risk_coverage_plot(chain) is None
    assert plots.calibration_plot(chain) is None
    assert plots.latency_plot({"citewell": chain}) is None


def test_the_same_report_gives_the_same_page() -> None:
    assert html(report()) == html(report())


def test_markdown_has_figures_ratios_and_the_gate() -> None:
    fallen = {
        "chain": "citewell", "metric": "correct", "pairs": 20,
        "before": 0.8, "now": 0.4, "p_value": 0.004, "fell": True,
    }  # fmt: skip
    text = markdown(report() | {"baseline": [fallen]})
    assert "### golden.jsonl: 3 answerable, 1 unanswerable, scripted" in text
    assert "| correct | 0.333 |" in text
    assert "citewell beside stock" in text
    assert "**Fell: correct.**" in text
    assert "Nothing fell" in markdown(report() | {"baseline": [fallen | {"fell": False}]})


def test_kinds_of_refusals_have_a_line_of_their_own() -> None:
    named = labels(chains_of(report()))
    assert named["unanswerable.kinds.absent.refused_rate"] == "of them absent, refused"
    assert "| of them absent, refused | 1.000 |" in markdown(report())


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (0.12345, "0.123"), (12.345, "12.3"), (7, "7"), (True, "yes"), (False, "no")],
)
def test_figures_are_shown_briefly(value: Any, text: str) -> None:
    assert shown(value) == text


def test_three_files_are_written(tmp_path: Path) -> None:
    write_reports(report(), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"report.json", "report.md", "report.html"}
    assert json.loads((tmp_path / "report.json").read_bytes())["model"] == "scripted"
