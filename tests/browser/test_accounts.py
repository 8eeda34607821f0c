"""Two users of one page, each in a browser of their own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from assistant.users import save_user
from tests.browser.conftest import ANSWER_MS

PASSWORDS = {"ann": "correct horse", "bob": "battery staple"}
QUESTION = "How many soldiers are estimated to be deployed?"
LETTERS = "The vault at Zirkonheim holds nine sealed letters."


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
    return page.locator(".chats .chat-title").count()


def test_each_sees_only_their_own_conversations(chromium: Browser, address: str) -> None:
    ann = logged_in(chromium, address, "ann")
    ann.locator("#question textarea").fill(QUESTION)
    ann.keyboard.press("Enter")
    expect(ann.locator("#history .exchange")).to_have_count(1, timeout=ANSWER_MS)
    expect(ann.locator(".chats .chat-title")).to_have_count(1)
    chat = ann.locator(".chats .chat-title").first.get_attribute("data-chat")
    assert chat
    bob = logged_in(chromium, address, "bob", f"?chat={chat}")
    assert saved(bob) == 0
    assert QUESTION not in bob.content()
    again = logged_in(chromium, address, "ann", f"?chat={chat}")
    expect(again.locator("#history .exchange")).to_have_count(1)
    assert saved(again) == 1


def upload(page: Page, path: Path) -> str:
    """The id of the document that an upload becomes."""
    page.locator("#drop input[type=file]").set_input_files(path)
    button = page.locator(".document-row", has_text=path.name).locator(".document-name")
    expect(button).to_be_visible(timeout=ANSWER_MS)
    return str(button.get_attribute("data-document"))


def told(context: BrowserContext, address: str, endpoint: str, *arguments: object) -> str:
    """What an endpoint answers to whoever is logged in, as the text of its events."""
    url = f"{address}/gradio_api/call/{endpoint}"
    event = context.request.post(url, data={"data": arguments}).json()["event_id"]
    text = context.request.get(f"{url}/{event}", timeout=ANSWER_MS).text()
    assert "event: " in text
    return text


def pretend(page: Page, selector: str, document: str) -> None:
    """Click a button of the page's as if it stood for another document."""
    page.locator(selector).first.evaluate("(it, id) => it.dataset.document = id", document)
    page.locator(selector).first.click()


def test_each_has_documents_of_their_own(chromium: Browser, address: str, tmp_path: Path) -> None:
    ann, bob = (logged_in(chromium, address, name) for name in PASSWORDS)
    (tmp_path / "letters.txt").write_text(LETTERS, encoding="utf-8")
    letters = upload(ann, tmp_path / "letters.txt")
    expect(ann.locator("#documents .document-row")).to_have_count(2)
    bob.reload()
    expect(bob.locator("#documents .document-row")).to_have_count(1, timeout=ANSWER_MS)
    assert "letters.txt" in told(ann.context, address, "documents")

    calls: dict[str, tuple[object, ...]] = {
        "documents": (),
        "search": ("sealed letters in the vault", None, 10),
        "text": (letters,),
        "ask": ("What is in the vault?", [letters]),
        "summarize": ([letters], "brief", "", ""),
        "remove": (letters,),
        "marks": (),
    }
    for endpoint, arguments in calls.items():
        answer = told(bob.context, address, endpoint, *arguments)
        assert "letters.txt" not in answer, endpoint
        assert "nine sealed" not in answer, endpoint

    bob.get_by_role("radio", name="Passages only").check()
    bob.locator("#question textarea").fill("sealed letters in the vault")
    bob.keyboard.press("Enter")
    expect(bob.locator("#history .exchange")).to_have_count(1, timeout=ANSWER_MS)
    assert "nine sealed" not in bob.content()
    pretend(bob, "#documents .document-name", letters)
    expect(bob.locator("#source .failure")).to_be_visible()
    pretend(bob, "#documents .remove", letters)
    bob.locator("#documents .remove").first.click()
    expect(bob.locator("#news .failure")).to_be_visible()
    bob.get_by_role("tab", name="Summary").click()
    bob.locator("#summary-document input").click()
    expect(bob.locator("[role=option]")).to_have_count(1)
    assert "letters" not in bob.locator("[role=option]").inner_text()

    ann.reload()
    expect(ann.locator("#documents .document-row")).to_have_count(2, timeout=ANSWER_MS)
    assert json.dumps(LETTERS) in told(ann.context, address, "text", letters)


def test_a_stranger_sees_nothing(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    for name, password in (("ann", "battery staple"), ("eve", "correct horse"), ("citewell", "")):
        form = {"username": name, "password": password}
        assert context.request.post(f"{address}/login", form=form).status >= 400
    called = context.request.post(f"{address}/gradio_api/call/documents", data={"data": []})
    assert called.status == 401
    context.close()
