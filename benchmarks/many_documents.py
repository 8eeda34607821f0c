"""The library pane with few and with many documents: seconds and bytes of what is done in it.

    python -m benchmarks.many_documents [--sizes N …] [--runs N] [--out DIR] [--fresh]

Each library has so many made documents of two passages with drawn vectors, so nothing is embedded.
The real page opens over it, without a model, and Chromium (``CITEWELL_CHROMIUM``, or the one on the
path) opens that: seconds until the pane can be used, and of each action until its end is painted.
Bytes are those that the browser received from the page for it. The sizes take turns, so that other
work on the machine falls on all of them.
"""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.runtime import EmbedderOnDemand, open_library
from assistant.settings import Settings, go_offline
from benchmarks import texts
from benchmarks.figures import Result, figure, kept, options, table
from index.data import Document, Passage, Span
from index.engines import RECORD
from index.listing import PAGE
from index.record import Record
from index.record_rows import Kept
from index.sources import Source
from index.vectors import key_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SIZES = (10, 1_000, 10_000)
RUNS = 5
OPENS_S, ACTS_S = 1.0, 0.3
"""The targets: how much later the pane may be there than with the first size, and an action."""
SETTLES_S = 1.5
"""What follows an action is awaited for so long, so that it is not counted to the next."""
DIMENSION = 384
AT_ONCE = 500
"""Documents that are written within one transaction."""
FOLDERS = ("Contracts", "Letters", "Minutes", "Press", "Reports", "Research")
SUFFIXES = (".pdf", ".docx", ".txt", ".html", ".eml", ".xlsx")
_OPEN = re.compile(r"Citewell is open at (http://\S+)")
NO_MODEL = "openai:none@http://127.0.0.1:9/v1"
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run")


def made(number: int) -> tuple[Document, list[Kept], Source]:
    """The document of this number with its passages, and the file that it is from."""
    chance = random.Random(number)
    title, *paragraphs = texts.document(number).text.strip().split("\n\n")
    text = "\n\n".join([title, *paragraphs[:2]])
    passage_start = len(title) + 2
    name = f"{title.lower().replace(' ', '-')}-{number:05}{chance.choice(SUFFIXES)}"
    identity = f"{number:016x}"
    document = Document(
        id=identity,
        title=title,
        name=name,
        path=f"/home/you/{chance.choice(FOLDERS)}/{chance.randint(2015, 2025)}/{name}",
        url=None,
        published=f"{chance.randint(2015, 2025)}-{chance.randint(1, 12):02}-11",
        dated="text",
        added=f"2026-01-01T00:{number // 60 % 60:02}:{number % 60:02}+00:00",
        text=text,
    )
    middle = text.index("\n\n", passage_start) + 2 if len(paragraphs) > 1 else len(text)
    spans = [(start, end) for start, end in ((0, middle), (middle, len(text))) if start < end]
    passages = []
    for start, end in spans:
        span = Span(document_id=identity, start=start, end=end)
        passage = Passage(
            id=f"{identity}:{start}-{end}", span=span, text=text[start:end], heading=""
        )
        passages.append(Kept(passage=passage, key=key_of(passage), document_name=name))
    source = Source(
        source=str(document.path),
        document_id=identity,
        digest="0",
        size=len(text),
        modified=1_700_000_000_000_000_000,
        noted=1_700_000_000_000_000_001,
    )
    return document, passages, source


def write(settings: Settings, count: int) -> None:
    """Make the settings' library one of so many documents, with its vectors in Chroma."""
    with open_library(settings):
        pass
    embedder = EmbedderOnDemand(settings)
    chance = np.random.default_rng(0)
    record = Record(settings.library / RECORD)
    try:
        for first in range(0, count, AT_ONCE):
            with record.at_once():
                for number in range(first, min(count, first + AT_ONCE)):
                    document, passages, source = made(number)
                    drawn = chance.normal(size=(len(passages), DIMENSION)).astype(np.float32)
                    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
                    keys = [each.key for each in passages]
                    record.vectors.keep(embedder.name, dict(zip(keys, drawn, strict=True)))
                    spans = [(each.passage.span.start, each.passage.span.end) for each in passages]
                    record.save(document, spans, passages, source)
    finally:
        record.close()
    with open_library(settings, embedder=embedder) as library:
        library.rebuild_vectors()


@contextmanager
def page_over(folder: Path) -> Iterator[str]:
    """The address of a page over the folder's library, in a process of its own."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    here = {
        "CITEWELL_LIBRARY": str(folder / "library"),
        "CITEWELL_LOG_DIR": str(folder / "log"),
        "CITEWELL_MODEL": NO_MODEL,
    }
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "assistant", "app", "--port", "0"],
        env=os.environ | here,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            assert process.stdout
            yield next(found[1] for line in process.stdout if (found := _OPEN.search(line)))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


@dataclass
class Visit:
    """One browser window over one page, which counts what it receives."""

    page: "Page"
    address: str
    size: int
    received: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        network = self.page.context.new_cdp_session(self.page)
        network.send("Network.enable")
        network.on("Network.dataReceived", self._count)

    def _count(self, told: Mapping[str, Any]) -> None:
        self.received += int(told["dataLength"])

    def timed(self, name: str, act: Callable[[], None], ends: str) -> None:
        """Note how long an action takes until the JavaScript ``ends`` is true and painted."""
        before, began = self.received, time.perf_counter()
        act()
        self.page.wait_for_function(f"() => {ends}", timeout=120_000)
        self.page.evaluate(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        self.seconds[name] = time.perf_counter() - began
        self.page.wait_for_timeout(SETTLES_S * 1000)
        self.bytes[name] = self.received - before


NOTE = "document.querySelector('#documents .note')?.textContent"
ROW = "document.querySelector('#documents .document-row')"
FIRST = f"{ROW}?.textContent"
RANGE = "document.querySelector('#documents nav span')?.textContent"
FOUND = "document.querySelector('#documents .list-bar label')?.textContent.includes('found')"
ASKING = f"({NOTE} ?? '').includes('asking')"


def acts(visit: Visit) -> None:
    """Open the page and do what is done in the pane, one after the other."""
    page = visit.page
    there = f"{ROW} && document.querySelector('#chat-menu .chat-bar')"
    visit.timed("open", lambda: void(page.goto(visit.address)), there)
    box = page.locator("#documents .document-row input").nth(1)
    visit.timed("tick", box.click, ASKING)
    visit.timed("tick again", box.click, f"!{ASKING}")
    page.get_by_text("Tick by day and type").click()
    form = page.locator("#tick-form")
    form.locator("input[name=since]").fill("2020")
    visit.timed("filter", form.get_by_role("button", name="Tick only these").click, ASKING)
    visit.timed("tick all", form.get_by_role("button", name="Tick all").click, f"!{ASKING}")
    form.locator("summary").click()
    words = page.locator("#list-form input")
    visit.timed("search in the list", partial(words.fill, "re"), FOUND)
    all_found = page.locator("#documents .list-bar input")
    visit.timed("untick all found", all_found.click, ASKING)
    visit.timed("tick all found", all_found.click, f"!{ASKING}")
    visit.timed("search ended", partial(words.fill, ""), f"!{FOUND}")
    first = page.evaluate(FIRST)
    order = page.locator("#list-form select[name=sort]")
    visit.timed(
        "sort by title",
        lambda: void(order.select_option("title")),
        f"{FIRST} !== {json.dumps(first)}",
    )
    groups = page.locator("#list-form select[name=group]")
    visit.timed(
        "group by folder",
        lambda: void(groups.select_option("folder")),
        "document.querySelector('.list-group')",
    )
    if visit.size > PAGE:
        following = page.get_by_label("Next page")
        visit.timed("next page", following.click, f"{RANGE}?.startsWith('{PAGE + 1}–')")


def void(_: object) -> None:
    """What Playwright gives is of no use here."""


def measure(place: Path, sizes: list[int], runs: int) -> Result:
    """All actions of all sizes, in a folder that is empty."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CITEWELL_CHROMIUM") or shutil.which("chromium")
    with ExitStack() as stack:
        addresses = {}
        for size in sizes:
            folder = place / str(size)
            began = time.perf_counter()
            write(Settings(library=folder / "library"), size)
            addresses[size] = stack.enter_context(page_over(folder))
            print(f"{size:,} documents after {time.perf_counter() - began:.0f} s", flush=True)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        stack.callback(browser.close)
        for size in sizes:  # the first visit to a page loads what later ones find
            _visit(browser, addresses[size], size)
        visits = [_visit(browser, addresses[size], size) for _ in range(runs) for size in sizes]
    return Result(figures=list(_figures(visits, sizes)), details=_details(visits, sizes))


def _visit(browser: "Browser", address: str, size: int) -> Visit:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    visit = Visit(page=context.new_page(), address=address, size=size)
    acts(visit)
    context.close()
    told = ", ".join(f"{name} {seconds * 1000:.0f}" for name, seconds in visit.seconds.items())
    print(f"{size:,}: {told} ms", flush=True)
    return visit


def _figures(visits: list[Visit], sizes: list[int]) -> Iterator[Any]:
    few, many = sizes[0], sizes[-1]
    of = {size: [each for each in visits if each.size == size] for size in sizes}
    pairs = list(zip(of[few], of[many], strict=True))
    later = [b.seconds["open"] - a.seconds["open"] for a, b in pairs]
    yield figure(f"open: {many:,} later than {few:,}", "s", later, at_most=OPENS_S)
    for name in of[many][0].seconds:
        target = {} if name == "open" else {"at_most": ACTS_S}
        for size in sizes:
            runs = [each.seconds[name] for each in of[size] if name in each.seconds]
            if runs:
                yield figure(f"{name}, {size:,}", "s", runs, **target)
        ratios = [b.seconds[name] / a.seconds[name] for a, b in pairs if name in a.seconds]
        if ratios:
            yield figure(f"{name}, {many:,} beside {few:,}", "x", ratios)
        yield figure(f"{name}, {many:,}", "KB", [each.bytes[name] / 1000 for each in of[many]])


def _details(visits: list[Visit], sizes: list[int]) -> dict[str, Any]:
    return {
        str(size): [{"s": v.seconds, "bytes": v.bytes} for v in visits if v.size == size]
        for size in sizes
    }


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--runs", type=int, default=RUNS)
    told = parser.parse_args()
    go_offline()

    def work() -> Result:
        with tempfile.TemporaryDirectory() as place:
            return measure(Path(place), told.sizes, told.runs)

    print(table(kept(told.out, "many_documents", work, fresh=told.fresh).figures))


if __name__ == "__main__":
    main()
