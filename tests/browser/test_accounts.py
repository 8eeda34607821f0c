"""Two users of one page, each in a browser of their own."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.users import save_user
from tests.browser.conftest import ANSWER_MS

PASSWORDS = {"ann": "correct horse", "bob": "battery staple"}
QUESTION = "How many soldiers are estimated to be deployed?"


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A page with two users."""
    users = tmp_path / "users"
    for name, password in PASSWORDS.items():
        save_user(users, name, password)
    monkeypatch.setenv("CITEWELL_USERS", str(users))
    command = [sys.executable, "-m", "tests.ui.standin_page", str(tmp_path / "library")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip().rstrip("/")
        process.terminate()


def logged_in(chromium: Browser, address: str, name: str, query: str = "") -> Page:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    form = {"username": name, "password": PASSWORDS[name]}
    assert context.request.post(f"{address}/login", form=form).ok
    page = context.new_page()
    page.goto(f"{address}/{query}")
    expect(page.locator("#chat-menu .chat-bar")).to_be_attached(timeout=ANSWER_MS)
    return page


def saved(page: Page) -> int:
    return page.locator(".chats li").count()


def test_each_sees_only_their_own_conversations(chromium: Browser, address: str) -> None:
    ann = logged_in(chromium, address, "ann")
    ann.locator("#question textarea").fill(QUESTION)
    ann.keyboard.press("Enter")
    expect(ann.locator("#history .exchange")).to_have_count(1, timeout=ANSWER_MS)
    expect(ann.locator(".chats li")).to_have_count(1)
    chat = ann.locator(".chats .chat-title").first.get_attribute("data-chat")
    assert chat
    bob = logged_in(chromium, address, "bob", f"?chat={chat}")
    assert saved(bob) == 0
    assert QUESTION not in bob.content()
    again = logged_in(chromium, address, "ann", f"?chat={chat}")
    expect(again.locator("#history .exchange")).to_have_count(1)
    assert saved(again) == 1


def test_a_stranger_sees_nothing(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    for name, password in (("ann", "battery staple"), ("eve", "correct horse"), ("citewell", "")):
        form = {"username": name, "password": password}
        assert context.request.post(f"{address}/login", form=form).status >= 400
    called = context.request.post(f"{address}/gradio_api/call/documents", data={"data": []})
    assert called.status == 401
    context.close()
