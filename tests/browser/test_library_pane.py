"""Adding, opening, ticking and removing documents on the real page."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import ANSWER_MS, Visitor
from tests.unit.page.pdf import pdf
from tests.unit.page.samples import NASTY

BRIDGE = (
    "The Hartmoor Bridge\n\nThe bridge over the Lune at Hartmoor was closed on 12 May. "
    "Engineers found 48 cracks in its northern pier. Repairs will cost 3.5 million pounds.\n"
)


def add(visitor: Visitor, path: Path) -> None:
    """Upload a file and wait for the line that says what became of it."""
    visitor.page.locator("#drop input[type=file]").set_input_files(path)
    expect(visitor.page.locator("#news .result").first).to_contain_text(path.name, timeout=60_000)


def row(visitor: Visitor, title: str) -> str:
    return f"#documents .document-row:has-text('{title}')"


def remove(visitor: Visitor, title: str) -> None:
    button = visitor.page.locator(row(visitor, title)).locator(".remove")
    button.click()
    expect(button).to_have_text("Really remove?")
    button.click()
    expect(visitor.page.locator(row(visitor, title))).to_have_count(0)


def test_an_added_document_is_asked_and_removed(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    path = tmp_path / "bridge.txt"
    path.write_text(BRIDGE, encoding="utf-8")
    add(visitor, path)
    expect(page.locator(row(visitor, "The Hartmoor Bridge"))).to_contain_text("1 passage")
    visitor.ask("How many cracks did engineers find in the bridge?")
    answer = page.locator(visitor.last(".answer"))
    expect(answer).to_contain_text("48", timeout=ANSWER_MS)
    answer.locator(".cite").first.click()
    expect(page.locator("#source mark").first).to_contain_text("48 cracks")
    expect(page.locator("#source h2")).to_have_text("The Hartmoor Bridge")
    remove(visitor, "The Hartmoor Bridge")
    page.locator("#history .cite").first.click()
    expect(page.locator("#source .failure")).to_be_visible()


def test_only_ticked_documents_are_asked(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    path = tmp_path / "tick.txt"
    path.write_text("Ticks and lambs\n\nThe lambs of Penrith were sold in June.", encoding="utf-8")
    add(visitor, path)
    page.get_by_role("radio", name="Passages only").check()
    visitor.ask("lambs of Penrith")
    expect(page.locator(visitor.last(".card")).first).to_contain_text("lambs of Penrith")
    page.locator(row(visitor, "Ticks and lambs")).get_by_role("checkbox").uncheck()
    expect(page.locator("#documents .note")).to_contain_text("asking")
    visitor.ask("lambs of Penrith")
    expect(page.locator(visitor.last(".card")).first).not_to_contain_text("lambs")
    remove(visitor, "Ticks and lambs")


def test_a_bad_file_is_one_line_and_leaves_the_rest(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    count = page.locator("#documents .document-row").count()
    path = tmp_path / "empty.txt"
    path.touch()
    add(visitor, path)
    expect(page.locator("#news .result.failed")).to_have_count(1)
    expect(page.locator("#documents .document-row")).to_have_count(count)


def test_an_address_that_is_none_is_one_line(visitor: Visitor) -> None:
    visitor.page.locator("#address input").fill("http://nowhere.invalid/a")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("#news")).to_contain_text("nowhere.invalid")
    expect(visitor.page.locator("#news .failed")).to_be_visible()


def test_nothing_in_a_document_runs(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    path = tmp_path / "hostile.txt"
    hostile = f"{NASTY}\n\n<script>window.caught = 1</script> Marmots {NASTY} whistle loudly.\n"
    path.write_text(hostile, encoding="utf-8")
    page.evaluate("() => { window.alert = () => { window.caught = 1 } }")
    add(visitor, path)
    page.get_by_role("radio", name="Passages only").check()
    visitor.ask(f"marmots {NASTY}")
    card = page.locator(visitor.last(".card")).first
    expect(card).to_contain_text("${alert(2)} {{value}}")
    card.click()
    expect(page.locator("#source mark").first).to_be_in_viewport()
    marked = "".join(page.locator("#source mark").all_inner_texts())
    assert "<script>window.caught = 1</script>" in marked
    assert page.evaluate("window.caught") is None
    assert page.locator("main :is(img, script)").count() == 0
    remove(visitor, "onerror")


def test_a_pdf_opens_at_the_printed_page(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    path = tmp_path / "herons.pdf"
    path.write_bytes(pdf([["Nine herons nest in Arnside."], ["They came in March."]]))
    add(visitor, path)
    page.get_by_role("radio", name="Passages only").check()
    visitor.ask("herons nest in Arnside")
    page.locator(visitor.last(".card"), has_text="Nine herons").first.click()
    expect(page.locator("#source .sheet img")).to_be_visible()
    expect(page.locator("#source .printed")).to_contain_text("Page 1 of 2")
    expect(page.locator("#source .page-hit").first).to_be_in_viewport()
    page.get_by_role("button", name="Next page").click()
    expect(page.locator("#source .printed")).to_contain_text("Page 2 of 2")
    remove(visitor, "herons")
