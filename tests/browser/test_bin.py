"""A removal is undone on the real page, also by keyboard; the bin on every screen and colour."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.keeping.forgetting import FORGOTTEN
from benchmarks.many_documents import NO_MODEL
from tests.browser.conftest import Visitor
from tests.browser.serving import Served, served
from tests.browser.test_everywhere import overflow
from tests.browser.test_library_pane import add, remove, row

TITLE = "Herons of Conder Green"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A page without a model."""
    with served(tmp_path_factory.mktemp("bin"), model=NO_MODEL) as running:
        yield running


def lying(page: Page) -> None:
    expect(page.locator("#bin summary")).to_have_text("Removed: 1 document")


def test_a_removal_is_undone_restored_and_made_for_good(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    path = tmp_path / "herons.txt"
    path.write_text(f"{TITLE}\n\nNine herons nested there in May.", encoding="utf-8")
    add(visitor, path)
    expect(page.locator("#bin summary")).to_have_count(0)
    remove(visitor, TITLE)
    expect(page.locator("#news")).to_contain_text(f"Removed {TITLE}.")
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(page.locator(row(visitor, TITLE))).to_have_count(1)
    expect(page.locator("#bin summary")).to_have_count(0)

    remove(visitor, TITLE)
    lying(page)
    visitor.reload()
    lying(page)
    page.locator("#bin summary").click()
    for width, scheme in ((1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        if width == 390:
            page.locator("#switcher").get_by_role("button", name="Library").click()
        expect(page.get_by_role("button", name="Empty the bin")).to_be_visible()
        page.locator("#bin").scroll_into_view_if_needed()
        page.screenshot(path=tmp_path / f"bin-{width}-{scheme}.png")
        assert overflow(page) <= 0
    page.get_by_role("button", name=f"Restore {TITLE}").click()
    expect(page.locator(row(visitor, TITLE))).to_have_count(1)

    remove(visitor, TITLE)
    lying(page)
    page.locator("#bin summary").click()
    button = page.locator("#bin [data-do=purge]")
    button.click()
    expect(button).to_have_text("Really erase?")
    button.click()
    expect(page.locator("#news")).to_contain_text("erased for good")
    expect(page.locator("#bin summary")).to_have_count(0)


def test_an_open_conversation_loses_what_quotes_a_removed_document(
    visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor.page
    path = tmp_path / "otters.txt"
    path.write_text("Otters of Glasson Dock\n\nFour otters swim there.", encoding="utf-8")
    add(visitor, path)
    page.get_by_role("radio", name="Passages only").check()
    page.locator("#question textarea").fill("How many otters are there?")
    page.locator("#send").click()
    told = page.locator("#history")
    expect(told).to_contain_text("Four otters swim there.")
    remove(visitor, "Otters of Glasson Dock")
    expect(told).to_contain_text(FORGOTTEN)
    expect(told).not_to_contain_text("Four otters swim there.")
    page.get_by_role("button", name="Undo").click()
    expect(told).to_contain_text("Four otters swim there.")
    expect(told).not_to_contain_text(FORGOTTEN)
