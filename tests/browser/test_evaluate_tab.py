"""The tab Evaluate on the real page with the real model, and marks that become golden lines."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, expect

from assistant import cli
from assistant.evaluation.golden.reading import load_golden, missing_quotes
from assistant.evaluation.reports.report import write_reports
from tests.browser.conftest import ANSWER_MS, Visitor
from tests.browser.serving import Served
from tests.browser.test_everywhere import NARROW, overflow, tab_to
from tests.unit.evaluation.reports import report

SEED_GOLDEN = Path(__file__).parents[1] / "golden" / "seed.jsonl"
RIGHT, ABSENT = "seed-03", "seed-66"
"""One that the example answers in so many words, and one that it does not."""


def lines() -> list[dict[str, Any]]:
    """Three golden lines; of the last the gold answer is wrong on purpose."""
    written = SEED_GOLDEN.read_text(encoding="utf-8").splitlines()
    known = {line["id"]: line for line in map(json.loads, written)}
    planted = known[RIGHT] | {"id": "planted", "answers": ["on the Moon"]}
    return [known[RIGHT], known[ABSENT], planted]


def written(folder: Path, name: str, records: list[dict[str, Any]]) -> Path:
    path = folder / name
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return path


def open_tab(visitor: Visitor) -> None:
    visitor.page.get_by_role("tab", name="Evaluate").click()
    expect(visitor.page.locator("#evaluate")).to_be_visible()


def choose(visitor: Visitor, golden: Path) -> None:
    """Drop a golden file in place of the one that is there."""
    if visitor.page.locator("#golden .file-preview").count():
        visitor.page.locator("#golden").get_by_role("button", name=re.compile("Clear")).click()
    visitor.page.locator("#golden input[type=file]").set_input_files(golden)
    expect(visitor.page.locator("#golden .file-preview")).to_contain_text(golden.stem)


def shown(visitor: Visitor, name: str) -> FrameLocator:
    """The report of that name, when it is there."""
    frame = visitor.page.locator(f'#evaluation-report iframe[title="Report of {name}"]')
    expect(frame).to_be_visible(timeout=ANSWER_MS)
    return visitor.page.frame_locator("#evaluation-report iframe")


def test_a_golden_file_is_asked_and_two_reports_are_compared(
    visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor.page
    open_tab(visitor)
    choose(visitor, written(tmp_path, "tab.jsonl", lines()))
    page.locator("#evaluate").click()
    expect(page.locator("#evaluation-news")).to_contain_text(re.compile("[12] of 3, .*|1 of 3"))
    expect(page.locator("#stop-evaluation")).to_be_visible()
    found = shown(visitor, "tab-citewell")
    expect(page.locator("#evaluate")).to_be_visible()
    expect(page.locator("#evaluation-news")).to_have_text("")
    expect(found.locator("figure svg").first).to_be_visible()
    assert found.locator("figure svg path").count() > 20
    rows = found.locator("details.case:not([hidden])")
    expect(rows).to_have_count(3)
    found.get_by_role("button", name="wrong 1").click()
    expect(rows).to_have_count(1)
    rows.first.locator("summary").click()
    expect(rows.first).to_contain_text("on the Moon")
    with page.expect_download() as saved:
        page.get_by_text("Save as Markdown").click()
    assert "2 answerable, 1 unanswerable" in saved.value.path().read_text(encoding="utf-8")

    # The same questions of a document that does not answer them.
    document = tmp_path / "herons.txt"
    document.write_text("Nine herons nest in Arnside. They came in March.", encoding="utf-8")
    page.locator("#corpus input[type=file]").set_input_files(document)
    without_quotes = [line | {"evidence": []} for line in lines()]
    choose(visitor, written(tmp_path, "herons.jsonl", without_quotes))
    page.locator("#evaluate").click()
    other = shown(visitor, "herons-citewell")
    expect(other.get_by_role("button", name="refused 2")).to_be_visible()
    page.locator("#compared input").click()
    page.get_by_role("option", name=re.compile("tab-citewell")).click()
    comparison = page.locator("#comparison")
    expect(comparison.get_by_role("heading", level=2)).to_have_text("Nothing fell significantly.")
    expect(comparison.locator("tr", has_text="citewell correct")).to_contain_text("-0.500")
    changed = comparison.locator("details", has_text="correct → refused")
    changed.locator("summary").click()
    expect(changed).to_contain_text("The documents don't say.")


def test_every_problem_of_a_malformed_file_is_shown(visitor: Visitor, tmp_path: Path) -> None:
    good, *_ = lines()
    quote = {"document": good["evidence"][0]["document"], "quote": "<b>Nobody</b> wrote this."}
    path = tmp_path / "malformed.jsonl"
    path.write_text(
        "\n".join([json.dumps(good), "{", json.dumps(good | {"id": "q", "evidence": [quote]})]),
        encoding="utf-8",
    )
    open_tab(visitor)
    choose(visitor, path)
    visitor.page.locator("#evaluate").click()
    failure = visitor.page.locator("#evaluation-news .failure")
    expect(failure.get_by_role("heading")).to_have_text("The golden file has 2 problems")
    told = failure.locator("li").all_inner_texts()
    assert told[0].startswith("line 2: it is not JSON")
    assert told[1].startswith("line 3: the quote does not occur in ")
    assert "<b>Nobody</b> wrote this." in told[1]
    expect(visitor.page.locator("#evaluate")).to_be_visible()


def test_without_a_file_it_says_what_to_do_and_a_run_can_be_stopped(
    visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor.page
    open_tab(visitor)
    page.locator("#evaluate").click()
    expect(page.locator("#evaluation-news")).to_have_text("Choose a golden file first.")
    choose(visitor, written(tmp_path, "stopped.jsonl", lines()))
    page.locator("#evaluate").click()
    expect(page.locator("#stop-evaluation")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#evaluation-news")).to_contain_text("Stopped.")
    expect(page.locator("#evaluate")).to_be_visible()
    expect(page.locator("#evaluation-report iframe")).to_have_count(0)


@pytest.fixture
def planted(site: Served) -> None:
    """A report that is there already."""
    folder = site.library / "evaluations" / "planted-both"
    folder.mkdir(parents=True, exist_ok=True)
    write_reports(report(question="What <i>does</i> Ben have?"), folder)


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize(
    ("visitor", "paper"),
    [
        ({"color_scheme": "light"}, "rgb(253, 253, 252)"),
        (NARROW | {"color_scheme": "dark"}, "rgb(22, 24, 27)"),
        (
            {"color_scheme": "light", "viewport": {"width": 390, "height": 200}},
            "rgb(253, 253, 252)",
        ),
    ],
    indirect=["visitor"],
)
def test_a_report_fits_wide_and_narrow_light_and_dark(visitor: Visitor, paper: str) -> None:
    page = visitor.page
    open_tab(visitor)
    tab_to(page, "#report input")
    page.keyboard.type("planted")
    page.keyboard.press("Enter")
    found = shown(visitor, "planted-both")
    expect(found.locator("h1")).to_have_text("golden.jsonl")
    colour = found.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert colour == paper
    assert overflow(page) <= 0
    page.locator("#compared input").click()
    page.keyboard.press("Escape")
    assert found.locator("html").evaluate("html => html.scrollWidth - html.clientWidth") <= 0
    tall = found.locator("body").evaluate("body => body.offsetHeight")
    expect(page.locator("#evaluation-report iframe")).to_have_css("height", f"{tall + 2}px")


def test_the_tab_by_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.page
    open_tab(visitor)
    for control in ("#golden button", "#corpus button", "#chain input", "#limit input"):
        tab_to(page, control)
    tab_to(page, "#evaluate")
    page.keyboard.press("Enter")
    expect(page.locator("#evaluation-news")).to_have_text("Choose a golden file first.")


def test_marks_in_the_chat_become_golden_lines(
    visitor: Visitor, site: Served, tmp_path: Path, seed_path: Path
) -> None:
    page = visitor.page
    question = lines()[0]["question"]
    visitor.ask(question)
    page.locator(visitor.last("")).get_by_role("button", name="Right").click()
    visitor.ask("How many tanks did North Korea send?")
    page.locator(visitor.last("")).get_by_role("button", name="Wrong").click()
    expect(page.locator(visitor.last("")).get_by_role("button", name="Wrong")).to_have_attribute(
        "aria-pressed", "true"
    )
    exported = tmp_path / "mine.jsonl"
    arguments = ["golden", "export", "--out", exported, "--library", site.library]
    assert cli.main([str(argument) for argument in arguments]) == 0
    cases = load_golden(exported).cases
    (case,) = (case for case in cases if case.question == question)
    assert case.answerable
    text = seed_path.read_text(encoding="utf-8")
    assert missing_quotes([case], {seed_path.name: text}) == []
    open_tab(visitor)
    page.locator("#use-marks").click()
    expect(page.locator("#golden .file-preview")).to_contain_text("marked")
    expect(page.locator("#evaluation-news")).to_contain_text("marked right")
    expect(page.locator("#evaluation-news li")).to_contain_text("How many tanks")
