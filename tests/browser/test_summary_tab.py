"""An executive summary on the real page with the real model."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor

LINES = ":is(#summary-topic, #summary-audience, #summary-words) :is(textarea, input)"
NARROW = {"viewport": {"width": 390, "height": 800}}
SUMMARY_MS = 240_000


def test_a_summary_is_cited_and_can_be_saved(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("tab", name="Summary").click()
    page.get_by_role("radio", name="Brief").check()
    page.locator("#summarize").click()
    expect(page.locator("#stop-summary")).to_be_visible()
    summary = page.locator("#summary .summary")
    expect(summary).to_be_visible(timeout=SUMMARY_MS)
    expect(summary.locator("h2")).to_contain_text("North Korea")
    expect(summary.locator(".verdict")).to_have_text(re.compile("verified|quotation"))
    for item in summary.locator(".claim").all():
        expect(item.locator(".cite").first).to_be_visible()
    summary.locator(".cite").first.click()
    expect(page.locator("#source mark").first).to_be_in_viewport()
    for name in ("Markdown", "HTML", "Word", "PDF"):
        expect(page.get_by_text(f"Save as {name}")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_text("Save as Markdown").click()
    assert "North Korea" in saved.value.path().read_text(encoding="utf-8")


def test_a_topic_that_nothing_matches_is_said_in_its_own_place(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("tab", name="Summary").click()
    page.get_by_label("Topic").fill("quantum chromodynamics of pastry")
    page.locator("#summarize").click()
    failure = page.locator("#summary .failure")
    expect(failure).to_contain_text("Nothing in these documents is about")
    above, below = page.locator("#summary-options").bounding_box(), failure.bounding_box()
    assert above
    assert below
    assert below["y"] - (above["y"] + above["height"]) >= 12


def test_so_many_words_take_the_place_of_a_length(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("tab", name="Summary").click()
    page.locator("#summary-words").get_by_role("textbox").fill("some")
    page.locator("#summarize").click()
    expect(page.locator("#summary .failure")).to_contain_text("a number of words from 30 to 2,000")


@pytest.mark.parametrize("visitor", [{}, NARROW, {"color_scheme": "dark"}], indirect=True)
def test_the_options_keep_their_shape(visitor: Visitor) -> None:
    page = visitor.page
    if page.viewport_size == NARROW["viewport"]:
        page.get_by_role("button", name="Conversation").click()
    page.get_by_role("tab", name="Summary").click()
    fields = [page.locator("#summary-document .wrap-inner"), *page.locator(LINES).all()]
    heights = [box["height"] for box in (field.bounding_box() for field in fields) if box]
    assert len(heights) == 4
    assert max(heights) - min(heights) <= 2
    clipped = page.locator("#summary-length").evaluate("box => getComputedStyle(box).overflow")
    assert clipped == "visible", "the ring of focus is cut off"
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")


def test_a_summary_can_be_stopped(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("tab", name="Summary").click()
    page.get_by_role("radio", name="Full").check()
    page.locator("#summarize").click()
    page.locator("#stop-summary").click()
    expect(page.locator("#summary .note")).to_have_text(re.compile("^Stopped"), timeout=5_000)
    expect(page.locator("#summarize")).to_be_visible()
