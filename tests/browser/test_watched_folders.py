"""Keeping a folder in step on the real page: what happens in it is seen without a reload."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.browser.test_library_pane import row

IN_STEP_MS = 60_000
"""Until a change is seen, in milliseconds, on a busy machine."""


def test_a_folder_keeps_itself(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    (tmp_path / "heron.txt").write_text("The herons\n\nNine herons nest here.", encoding="utf-8")
    page.get_by_text("Keep a folder in step").click()
    page.locator("#watch-form input[name=folder]").fill(str(tmp_path))
    page.locator("#watch-form input[name=ignore]").fill("*.md")
    page.get_by_role("button", name="Keep in step").click()
    expect(page.locator("#folders .title")).to_have_text(tmp_path.name)
    herons = page.locator(row(visitor, "The herons"))
    expect(herons).to_be_visible(timeout=IN_STEP_MS)
    expect(page.locator("#folders .facts")).to_contain_text("1 file", timeout=IN_STEP_MS)

    (tmp_path / "otter.txt").write_text("The otters\n\nTwo otters came.", encoding="utf-8")
    (tmp_path / "ignored.md").write_text("# Ignored\n\nNothing of this.", encoding="utf-8")
    (tmp_path / "broken.pdf").write_bytes(b"no PDF at all")
    otters = page.locator(row(visitor, "The otters"))
    expect(otters).to_be_visible(timeout=IN_STEP_MS)
    expect(page.locator("#folders")).to_contain_text("1 file could not be read", timeout=IN_STEP_MS)
    expect(page.locator(row(visitor, "Ignored"))).to_have_count(0)

    (tmp_path / "otter.txt").unlink()
    expect(otters.locator(".gone")).to_be_visible(timeout=IN_STEP_MS)

    for title in ("The herons", "The otters"):
        button = page.locator(row(visitor, title)).locator(".remove")
        button.click()
        button.click()
        expect(page.locator(row(visitor, title))).to_have_count(0)
    stop = page.locator("#folders").get_by_role("button")
    stop.click()
    expect(stop).to_have_text("Really stop?")
    stop.click()
    expect(page.locator("#folders .title")).to_have_count(0)


def test_a_folder_that_is_none_is_one_line(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_text("Keep a folder in step").click()
    page.locator("#watch-form input[name=folder]").fill("/nowhere/at/all")
    page.keyboard.press("Enter")
    expect(page.locator("#news .failure")).to_contain_text("There is no folder /nowhere/at/all")
