"""Collections and tags on the real page: made of the ticked, asked, kept with a conversation."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.browser.test_library_pane import add, remove, row


def choose(visitor: Visitor, name: str) -> None:
    """Choose what is asked, below the question."""
    visitor.page.locator("#scope input").click()
    visitor.page.get_by_role("option", name=name, exact=True).click()


def test_a_collection_is_made_asked_and_kept(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    path = tmp_path / "curlew.txt"
    path.write_text("Curlews of Morecambe\n\nThe curlews came in March.", encoding="utf-8")
    add(visitor, path)
    boxes = page.locator("#documents .document-row input")
    for number in range(boxes.count()):
        if "Curlews" not in page.locator("#documents .document-row").nth(number).inner_text():
            boxes.nth(number).uncheck()
            expect(boxes.nth(number)).not_to_be_checked()
    page.get_by_text("Collect or tag what is ticked").click()
    page.locator("#label-form input").fill("Birds")
    page.get_by_role("button", name="Collect", exact=True).click()
    expect(page.locator("#labels li")).to_contain_text("Birds")
    expect(page.locator("#labels li .facts")).to_have_text("1 document")

    visitor.reload()
    expect(page.locator("#documents .note")).not_to_contain_text("asking")
    choose(visitor, "Birds")
    page.get_by_role("radio", name="Passages only").check()
    visitor.ask("soldiers and curlews")
    cards = page.locator(visitor.last(".card"))
    expect(cards).to_have_count(1)
    expect(cards.first).to_contain_text("curlews")

    visitor.reload()
    expect(page.locator("#scope input")).to_have_value("Birds")
    choose(visitor, "All ticked")
    box = page.locator("#question textarea")
    box.press_sequentially("@bi")
    expect(page.locator("#mentions li")).to_have_text(["Birds"])
    page.keyboard.press("Escape")
    expect(page.locator("#mentions")).to_have_count(0)
    box.press_sequentially("r")
    page.keyboard.press("Enter")
    expect(box).to_have_value("@Birds ")
    box.press_sequentially("When did soldiers come?")
    page.get_by_role("radio", name="Passages only").check()
    box.press("Enter")
    expect(page.locator("#history .exchange")).to_have_count(2)
    expect(page.locator("#scope input")).to_have_value("Birds")
    expect(page.locator(visitor.last(".card"))).to_have_count(1)
    button = page.locator("#labels").get_by_role("button", name="Remove Birds")
    button.click()
    button.click()
    expect(page.locator("#labels li")).to_have_count(0)
    remove(visitor, "Curlews of Morecambe")
    expect(page.locator(row(visitor, "Curlews"))).to_have_count(0)
