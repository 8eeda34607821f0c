"""The report of an evaluation, opened from its file in a browser that has no network."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from assistant.evaluation.reports.report import write_reports
from tests.unit.evaluation.reports import report

HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


@pytest.fixture(scope="module")
def page(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("report")
    write_reports(report(question=HOSTILE, text=HOSTILE), folder)
    context = chromium.new_context(offline=True)
    opened = context.new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto((folder / "report.html").as_uri())
    assert [url for url in asked if not url.startswith(folder.as_uri())] == []
    yield opened
    context.close()


def test_plots_are_drawn(page: Page) -> None:
    plots = page.locator("figure svg")
    assert plots.count() == 3
    for index in range(3):
        box = plots.nth(index).bounding_box()
        assert box is not None
        assert box["width"] > 200
        assert box["height"] > 100
    assert page.locator("figure svg path").count() > 20


def test_filters_show_the_cases_of_one_kind(page: Page) -> None:
    rows = page.locator("details.case:not([hidden])")
    assert rows.count() == 8
    page.get_by_role("button", name="failed 1").click()
    assert rows.count() == 1
    rows.first.locator("summary").click()
    assert rows.first.get_by_text("ModelError: The model died.").is_visible()
    page.get_by_role("button", name="all").click()
    assert rows.count() == 8


def test_a_case_shows_answer_gold_evidence_and_cited_text_side_by_side(page: Page) -> None:
    case = page.locator("details.case.correct, details.case.wrong").first
    case.locator("summary").click()
    headings = case.locator("h3")
    assert headings.all_text_contents() == [
        "Answer", "Gold answers", "Gold evidence", "Cited text"
    ]  # fmt: skip
    tops = {box["y"] for heading in headings.all() if (box := heading.bounding_box())}
    assert len(tops) == 1


def test_text_of_documents_and_models_runs_nothing(page: Page) -> None:
    assert page.title() == "Evaluation: golden.jsonl"
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_follows_the_colour_scheme_and_fits_a_narrow_screen(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(22, 24, 27)") is (scheme == "dark")
    page.set_viewport_size({"width": 1280, "height": 800})
