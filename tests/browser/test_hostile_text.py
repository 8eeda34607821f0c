"""Script, HTML and addresses in documents, names, questions and the model's words stay text."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Visitor
from tests.hostile.payloads import PAYLOADS

NAMES = [
    "<img src=x onerror=window.caught=1>.txt",
    "'\"><svg onload=window.caught=1>.txt",
    "{{constructor.constructor('window.caught=1')()}}.txt",
    "![a](http:hostile.invalid).txt",
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page over hostile documents, whose model writes hostile text."""
    folder = tmp_path_factory.mktemp("hostile")
    files = folder / "files"
    files.mkdir()
    told = "\n\n".join(f"Marmot {n} said {p} to us." for n, p in enumerate(PAYLOADS))
    (files / "marmots.md").write_text(f"# {PAYLOADS[1]}\n\n{told}\n", encoding="utf-8")
    for name in NAMES:
        (files / name).write_text(f"{PAYLOADS[0]}\n\nIt is called {name}.\n", encoding="utf-8")
    says = f"The deployment {PAYLOADS[0]}{PAYLOADS[1]} is estimated to be in the hundreds."
    command = [sys.executable, "-m", "tests.ui.standin_page", folder / "library", files, says]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture
def guest(address: str, chromium: Browser) -> Iterator[Visitor]:
    """Somebody who watches for scripts that run, dialogs that open, and strangers asked."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    visitor = Visitor(page, address)
    page.on("dialog", lambda dialog: visitor.faults.append(f"dialog: {dialog.message}"))
    page.on(
        "framenavigated",  # the page itself only changes what stands behind its address
        lambda frame: frame.url.startswith(address) or visitor.faults.append(frame.url),
    )
    visitor.open()
    yield visitor
    caught = [frame.evaluate("window.caught") for frame in page.frames]
    drawn = page.locator("main :is(script, iframe, object, form, meta, base, svg[onload])").count()
    visitor.leave()
    assert (caught, drawn) == ([None], 0)
    assert visitor.faults == []
    assert visitor.strangers == [], "the page asked another machine"


def test_documents_and_their_names_are_text(guest: Visitor) -> None:
    page = guest.page
    for name in NAMES:
        row = page.locator("#documents .document-row", has_text=name.removesuffix(".txt")[:20])
        expect(row.first).to_be_attached()
    page.get_by_role("radio", name="Passages only").check()
    guest.ask("What did the marmot say to us?")
    page.locator(guest.last(".card"), has_text="Marmot").first.click()
    shown = page.locator("#source .document")
    for payload in PAYLOADS:
        expect(shown).to_contain_text(" ".join(payload.split()))


def test_questions_and_what_the_model_writes_are_text(guest: Visitor) -> None:
    page = guest.page
    asked = f"{PAYLOADS[0]} {PAYLOADS[1]} {PAYLOADS[30]} How many soldiers are deployed?"
    guest.ask(asked)
    expect(page.locator("#history .exchange").last).to_contain_text(asked)
    said = page.locator(guest.last(".answer, .withheld, .failure"))
    expect(said.first).to_be_attached()
    expect(page.locator("#chat-menu .chat-bar")).to_contain_text(PAYLOADS[0][:20])


def test_a_browser_would_fetch_nothing_even_of_real_markup(guest: Visitor) -> None:
    """Were some text not escaped, the page's policy would still keep it from going anywhere."""
    page = guest.page
    policies: list[str] = []
    page.on("console", lambda said: policies.append(said.text))
    page.evaluate(
        "() => { document.body.insertAdjacentHTML('beforeend',"
        " '<img src=http://hostile.invalid/a.png><link rel=stylesheet"
        " href=http://hostile.invalid/a.css>'); return fetch('http://hostile.invalid/')"
        ".then(() => 'sent', () => 'kept'); }"
    )
    expect(page.locator("body")).to_be_visible()
    assert any("Content Security Policy" in policy for policy in policies)
    guest.faults.clear()  # the browser complains of what was kept from it, as it should
    guest.strangers.clear()  # and names what it did not send
    page.evaluate(
        "() => document.querySelectorAll('body > link, body > img').forEach(e => e.remove())"
    )
