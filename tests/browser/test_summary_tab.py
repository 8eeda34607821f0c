"""An executive summary on the real page with the real model."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visitor

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


def test_a_summary_can_be_stopped(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("tab", name="Summary").click()
    page.get_by_role("radio", name="Full").check()
    page.locator("#summarize").click()
    page.locator("#stop-summary").click()
    expect(page.locator("#summary")).to_have_text("Stopped.", timeout=5_000)
    expect(page.locator("#summarize")).to_be_visible()
