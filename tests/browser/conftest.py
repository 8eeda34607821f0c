"""One real page and one Chromium for all browser tests."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.serving import Served, served

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ANSWER_MS = 120_000
"""How long an answer may take, in milliseconds, on a busy machine."""
BROKEN_OFF = ("AbortError: signal is aborted", "Unexpected error Connection errored out.")
"""What Gradio's client says of a stream that is open while its page is left."""
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("page")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The Chromium named by CITEWELL_CHROMIUM or found on the path, else Playwright's own."""
    path = os.environ.get("CITEWELL_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """Somebody who uses the page; remembers what went wrong in the browser."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.faults: list[str] = []
        self.strangers: list[str] = []
        self._leaving = False
        page.on("pageerror", lambda error: self._blame(str(error)))
        page.on("console", lambda said: said.type == "error" and self._blame(said.text))
        page.on("request", lambda request: self._watch(request.url))

    def _blame(self, fault: str) -> None:
        if not (self._leaving and fault.startswith(BROKEN_OFF)):
            self.faults.append(fault)

    def _watch(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.strangers.append(url)

    def open(self, query: str = "") -> None:
        self.page.goto(self.address + query)
        expect(self.page.locator("#documents .document-row").first).to_be_attached()
        expect(self.page.locator("#chat-menu .chat-bar")).to_be_attached()

    def reload(self) -> None:
        self._leaving = True
        self.page.reload()
        self._leaving = False

    def leave(self) -> None:
        self._leaving = True
        self.page.context.close()

    def ask(self, question: str) -> None:
        """Ask and wait for the end of it, whatever it is."""
        before = self.page.locator("#history .exchange").count()
        self.page.locator("#question textarea").fill(question)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#history .exchange")).to_have_count(before + 1, timeout=ANSWER_MS)

    def last(self, selector: str) -> str:
        return f"#history .exchange:last-child {selector}"


@pytest.fixture
def visitor(site: Served, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Somebody at a wide light screen, or as ``indirect`` parameters say; no fault passes."""
    options = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}
    context = chromium.new_context(**{**options, **getattr(request, "param", {})})
    page = context.new_page()
    guest = Visitor(page, site.address)
    guest.open()
    yield guest
    guest.leave()
    assert guest.faults == []
    assert guest.strangers == [], "the page asked another machine"
