"""Days of documents on the real page: shown, corrected beside the text, and ticked by."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.browser.test_library_pane import add, remove, row


def test_a_day_is_corrected_and_ticked_by(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    path = tmp_path / "stoats.txt"
    path.write_text("Stoats of Bowland\n\n3 March 2019\n\nThe stoats came down.", encoding="utf-8")
    add(visitor, path)
    stoats = page.locator(row(visitor, "Stoats of Bowland"))
    expect(stoats.locator(".facts")).to_contain_text("2019-03-03")
    stoats.locator(".document-name").click()
    day = page.locator("#source .day-form")
    expect(day.locator("summary")).to_have_text("2019-03-03 as its text says")
    day.locator("summary").click()
    day.locator("input").fill("soon")
    day.get_by_role("button", name="Correct").click()
    expect(day.get_by_role("alert")).to_contain_text("is no day")
    day.locator("input").fill("1998-05")
    page.keyboard.press("Enter")
    expect(day.locator("summary")).to_have_text("1998-05 as you say")
    expect(stoats.locator(".facts")).to_contain_text("1998-05")

    page.get_by_text("Tick by day and type").click()
    form = page.locator("#tick-form")
    form.locator("input[name=until]").fill("1998")
    form.locator("select").select_option("text")
    form.get_by_role("button", name="Tick only these").click()
    expect(page.locator("#documents .note").first).to_contain_text("asking 1")
    expect(stoats.locator("input")).to_be_checked()
    page.get_by_role("radio", name="Passages only").check()
    visitor.ask("soldiers and stoats")
    expect(page.locator(visitor.last(".card"))).to_have_count(1)
    expect(page.locator(visitor.last(".card-name"))).to_have_text("stoats.txt, 1998-05")
    form.locator("input[name=until]").fill("1997")
    form.get_by_role("button", name="Tick only these").click()
    expect(page.locator("#news")).to_contain_text("No document is of these days")
    form.get_by_role("button", name="Tick all").click()
    expect(page.locator("#documents .note").first).not_to_contain_text("asking")
    page.locator(visitor.last(".card")).click()
    day.locator("summary").click()
    day.get_by_role("button", name="Take it back").click()
    expect(day.locator("summary")).to_have_text("2019-03-03 as its text says")
    remove(visitor, "Stoats of Bowland")
