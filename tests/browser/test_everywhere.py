"""Narrow and wide, light and dark, by keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.unit.page.test_contrast import colours

NARROW = {"viewport": {"width": 390, "height": 844}}


def find(visitor: Visitor, words: str) -> None:
    """Ask for passages alone, which needs no model."""
    visitor.page.get_by_role("radio", name="Passages only").check()
    visitor.ask(words)


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.mark.parametrize("visitor", [NARROW], indirect=True)
def test_one_pane_at_a_time_on_a_narrow_screen(visitor: Visitor) -> None:
    page = visitor.page
    library, work, source = (
        page.locator(f"#{name}-pane") for name in ("library", "work", "source")
    )
    expect(work).to_be_visible()
    expect(library).to_be_hidden()
    find(visitor, "sanctions against Russia and North Korea")
    page.locator("#history .card").first.click()
    expect(source.locator("mark").first).to_be_in_viewport()
    expect(work).to_be_hidden()
    page.get_by_role("button", name="Library").click()
    expect(library).to_be_visible()
    expect(source).to_be_hidden()
    page.get_by_role("button", name="Conversation", exact=True).click()
    expect(work).to_be_visible()
    assert overflow(page) <= 0


def test_three_panes_side_by_side_on_a_wide_one(visitor: Visitor) -> None:
    page = visitor.page
    boxes = [page.locator(f"#{name}-pane").bounding_box() for name in ("library", "work", "source")]
    lefts = [box["x"] for box in boxes if box]
    assert len(lefts) == 3
    assert lefts == sorted(set(lefts))
    assert overflow(page) <= 0
    page.get_by_role("button", name="Fold").click()
    expect(page.locator("#shelf")).to_be_hidden()
    visitor.reload()
    expect(page.locator("#shelf")).to_be_hidden()
    page.locator(".fold").click()
    expect(page.locator("#shelf")).to_be_visible()


@pytest.mark.parametrize(
    ("visitor", "scheme"),
    [({"color_scheme": "light"}, "light"), ({"color_scheme": "dark"}, "dark")],
    indirect=["visitor"],
)
def test_the_colours_follow_the_system(visitor: Visitor, scheme: str) -> None:
    shown = visitor.page.evaluate(
        "getComputedStyle(document.querySelector('.gradio-container')).backgroundColor"
    )
    paper = colours(scheme)["paper"]
    assert shown == f"rgb({', '.join(str(int(paper[i : i + 2], 16)) for i in (1, 3, 5))})"


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until the first such element has the focus."""
    wanted = page.locator(selector).first
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_everything_by_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.page
    tab_to(page, "#question textarea")
    page.keyboard.type("concessions in international forums")
    tab_to(page, "#mode input[value=Answer]")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Passages only")).to_be_checked()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#history .card").first).to_be_visible()
    page.locator("body").press("Tab")
    tab_to(page, "#history .card")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "the focus is not seen"
    page.keyboard.press("Enter")
    expect(page.locator("#source .place")).to_contain_text("1 of")
    first = page.locator("#source .document").get_attribute("data-at")
    page.keyboard.press("n")
    expect(page.locator("#source .place")).to_contain_text("2 of")
    assert page.locator("#source .document").get_attribute("data-at") != first
    page.keyboard.press("p")
    expect(page.locator("#source .document")).to_have_attribute("data-at", str(first))
    tab_to(page, ".chats summary", most=120)
    page.keyboard.press("Enter")
    expect(page.locator(".chats[open]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".chats[open]")).to_have_count(0)


def test_the_panes_are_named_for_those_who_listen(visitor: Visitor) -> None:
    for name in ("Library", "Conversation", "Source"):
        expect(visitor.page.get_by_role("region", name=name)).to_be_visible()
    expect(visitor.page.get_by_role("textbox", name="Question")).to_be_visible()
