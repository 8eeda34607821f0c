"""The library pane over thousands of documents: a page of rows, quick, and used as with few."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.settings import Settings
from benchmarks.many_documents import NO_MODEL, Visit, acts, write
from index.backup import restore
from index.listing import PAGE
from tests.browser.conftest import Visitor
from tests.browser.serving import Served, served
from tests.browser.test_everywhere import overflow

MANY = 3_000
LONGEST_S = 5.0
"""Of the middle one of all actions: far above a busy machine's (``benchmarks.many_documents``)."""
PAUSE_MS = 60
"""Between two clicks: several while one list is on its way, and some after it came."""
MOST_BYTES = 500_000
"""Of one action; a list of all rows was 2.3 MB."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A page over many made documents, without a model."""
    folder = tmp_path_factory.mktemp("many")
    write(Settings(library=folder / "library"), MANY)
    with served(folder, model=NO_MODEL) as running:
        yield running


def rows(page: Page) -> int:
    return page.locator("#documents .document-row").count()


def test_no_action_sends_or_shows_all_of_it(site: Served, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    visit = Visit(page=context.new_page(), address=site.address, size=MANY)
    acts(visit)
    assert rows(visit.page) == PAGE
    assert median(visit.seconds.values()) < LONGEST_S
    large = {name: n for name, n in visit.bytes.items() if name != "open" and n > MOST_BYTES}
    assert large == {}
    context.close()


def test_it_is_found_paged_and_ticked(visitor: Visitor) -> None:
    page = visitor.page
    note, bar = page.locator("#documents .note").first, page.locator("#documents .list-bar")
    expect(note).to_contain_text(f"{MANY:,} documents")
    expect(bar).to_contain_text(f"1–{PAGE} of {MANY:,}")
    page.get_by_label("Next page").focus()
    page.keyboard.press("Enter")
    expect(bar).to_contain_text(f"{PAGE + 1}–{2 * PAGE} of {MANY:,}")
    expect(page.get_by_label("Next page")).to_be_focused()

    words = page.get_by_role("searchbox", name="Find in the list")
    words.press_sequentially("/contracts/")
    expect(bar).to_contain_text("found")
    expect(words).to_be_focused()
    expect(words).to_have_value("/contracts/")
    found = int(bar.locator("label").inner_text().split()[0].replace(",", ""))
    assert PAGE < found < MANY
    bar.get_by_role("button", name="Tick only these").click()
    expect(note).to_contain_text(f"asking {found:,}")
    words.fill("")
    every = bar.get_by_role("checkbox")
    expect(every).to_have_js_property("indeterminate", True)
    every.click()
    expect(note).not_to_contain_text("asking")

    page.get_by_label("Groups of the list").select_option("folder")
    group = page.locator(".list-group").first
    expect(group.locator("h3")).to_contain_text("Contracts/2015")
    size = int(group.locator("h3 > span").inner_text())
    group.locator("h3 input").focus()
    page.keyboard.press("Space")
    expect(note).to_contain_text(f"asking {MANY - size:,}")
    expect(group.locator("h3")).to_contain_text(f"0 of {size}")
    expect(group.locator("li input").first).not_to_be_checked()
    page.get_by_label("Next page").click()
    second = page.locator(".list-group h3").first
    expect(second).not_to_contain_text("2015")
    expect(second.locator("input")).to_be_checked()


def test_quick_clicks_all_count(visitor: Visitor) -> None:
    page = visitor.page
    boxes = page.locator("#documents .document-row input")
    page.evaluate(
        """pause => [...document.querySelectorAll('#documents .document-row input')]
        .slice(2, 12).forEach((box, number) => setTimeout(() => box.click(), pause * number))""",
        PAUSE_MS,
    )
    expect(page.locator("#documents .note").first).to_contain_text(f"asking {MANY - 10:,}")
    for number in range(14):
        expect(boxes.nth(number)).to_be_checked(checked=not 2 <= number < 12)


def test_the_summary_offers_what_is_listed(visitor: Visitor) -> None:
    page = visitor.page
    title = page.locator("#documents .document-row .title").nth(7).inner_text()
    page.locator("#list-form input").fill(title)
    expect(page.locator("#documents .list-bar")).to_contain_text("1 found")
    page.get_by_role("tab", name="Summary").click()
    expect(page.locator("#summary-more")).to_contain_text("find others there")
    page.locator("#summary-document input").click()
    page.get_by_role("option", name=title).click()
    expect(page.locator("#summary-document input")).to_have_value(title)


@pytest.mark.parametrize("visitor", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_it_fits_a_narrow_screen(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("button", name="Library").click()
    page.get_by_label("Groups of the list").select_option("folder")
    expect(page.locator(".list-group").first).to_be_visible()
    page.get_by_label("Next page").click()
    expect(page.locator("#documents .list-bar")).to_contain_text(f"{PAGE + 1}–")
    assert overflow(page) <= 0
    page.locator("#library-pane").evaluate("pane => pane.scrollTo(0, 2000)")
    expect(page.get_by_label("Previous page")).to_be_in_viewport()
    page.get_by_label("Previous page").click()
    expect(page.locator("#documents .document-row").first).to_be_in_viewport()


def test_a_backup_is_downloaded_and_restored(
    visitor: Visitor, site: Served, tmp_path: Path
) -> None:
    page = visitor.page
    page.get_by_text("Back up the library").click()
    with page.expect_download(timeout=120_000) as saved:
        page.get_by_role("button", name="Download a backup").click()
    saved.value.save_as(tmp_path / "kept.zip")
    restore(tmp_path / "kept.zip", tmp_path / "again")
    assert (tmp_path / "again" / "library.sqlite").stat().st_size > MANY
    assert list((site.library / "page").rglob("*.zip")) == []
