"""Saved conversations on the real page: list, rename, delete, new, search, save."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor


@pytest.fixture
def talk(visitor: Visitor) -> Visitor:
    """A visitor with one saved conversation, found without the model."""
    visitor.page.get_by_role("radio", name="Passages only").check()
    visitor.ask("military assistance to Ukraine")
    return visitor


def row(title: str) -> str:
    return f".chats li:has-text('{title}')"


def test_rename_new_show_and_delete(talk: Visitor) -> None:
    page = talk.page
    page.locator(".chats summary").click()
    page.locator(row("military assistance")).first.get_by_role("button", name="Rename").click()
    page.keyboard.type("Aid & <b>arms</b>")
    page.keyboard.press("Enter")
    expect(page.locator(".chats summary")).to_have_text("Aid & <b>arms</b>")
    page.get_by_role("button", name="New", exact=True).click()
    expect(page.locator("#history .welcome")).to_be_visible()
    expect(page).not_to_have_url(re.compile("chat="))
    page.locator(".chats summary").click()
    page.locator(row("Aid &")).locator(".chat-title").click()
    expect(page.locator("#history .exchange")).to_have_count(1)
    page.locator(".chats summary").click()
    delete = page.locator(row("Aid &")).locator("[data-do=delete]")
    delete.click()
    expect(delete).to_have_text("Really delete?")
    delete.click()
    expect(page.locator(row("Aid &"))).to_have_count(0)
    expect(page.locator("#history .welcome")).to_be_visible()


def test_two_visitors_have_conversations_of_their_own(talk: Visitor) -> None:
    other = talk.page.context.new_page()
    other.goto(talk.address)
    expect(other.locator("#history .welcome")).to_be_visible()
    expect(talk.page.locator("#history .exchange")).to_have_count(1)


def test_turning_away_from_an_answer_stops_it(visitor: Visitor) -> None:
    page = visitor.page
    page.locator("#question textarea").fill("What is the proxy battleground?")
    page.keyboard.press("Enter")
    expect(page.locator("#stop")).to_be_visible()
    page.get_by_role("button", name="New", exact=True).click()
    expect(page.locator("#history .welcome")).to_be_visible()
    expect(page.locator("#send")).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.locator("#history .welcome")).to_be_visible()
    page.locator(".chats summary").click()
    page.locator(row("proxy battleground")).first.locator(".chat-title").click()
    expect(page.locator("#history .note").first).to_contain_text("Stopped")


def test_a_conversation_is_searched_asked_again_and_saved(talk: Visitor, tmp_path: Path) -> None:
    page = talk.page
    talk.ask("weapons from Pyongyang")
    page.locator(".chats summary").click()
    page.get_by_label("Search conversations").fill("pyongyang")
    page.keyboard.press("Enter")
    expect(page.locator(row("military assistance"))).to_have_count(1)
    page.get_by_label("Search conversations").fill("tortoise")
    page.locator(".chat-search").get_by_role("button", name="Search").click()
    expect(page.locator(".chats")).to_contain_text("No conversation has these words.")
    page.locator("#question textarea").click()
    edit = page.locator("#history .exchange").first.get_by_role("button", name="Edit")
    edit.click()
    expect(page.locator("#question textarea")).to_have_value("military assistance to Ukraine")
    page.keyboard.press("Enter")
    expect(page.locator("#history .exchange")).to_have_count(3)
    page.get_by_text("Save this conversation").click()
    with page.expect_download() as saved:
        page.locator("#chat-saving").get_by_role("button", name="Save as Markdown").click()
    saved.value.save_as(tmp_path / "talk.md")
    text = (tmp_path / "talk.md").read_text(encoding="utf-8")
    assert "## 2\\. weapons from Pyongyang" in text
    assert "[^1]: “" in text
