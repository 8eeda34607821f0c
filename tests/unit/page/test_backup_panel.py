"""The backup that the page offers: of whoever asks, made when it is fetched, and gone after it."""

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from assistant.answering.assistant import Assistant
from assistant.page.page import Page
from assistant.page.parts import own_folder
from assistant.page.serving.assistants import Assistants
from assistant.page.serving.downloads import VISIT
from assistant.page.tabs.backup import NAME, BackupPanel
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.settings import Settings
from index import Library
from index.backup import restore
from tests.fakes import HashEmbedder
from tests.scripted import ScriptedModel
from tests.unit.page.reading import read
from tests.unit.page.test_gate import gate

# Gradio leaves event loops open when a page is built; they are collected within these tests.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

REQUEST: Any = SimpleNamespace(session_hash="browser", username=None, cookies={VISIT: "visit"})
COOKIE = f"{VISIT}=visit"


@pytest.fixture
def panel(
    seed_library: Library,
    scripted_model: ScriptedModel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[BackupPanel]:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "page"))
    assistant = Assistant(seed_library, scripted_model, Prompts.load(prompts_folder()))
    with gr.Blocks():
        yield BackupPanel(Page(settings=Settings(), assistants=Assistants(Settings(), assistant)))
    gc.collect()


def place_of(panel: BackupPanel) -> str:
    """Where the button's file is."""
    (button,) = read(panel.offered(REQUEST)).all("button")
    assert button.attributes["data-name"] == NAME
    return f"/{button.attributes['data-place']}"


def fetched(panel: BackupPanel, place: str, cookie: str, breaks: bool = False) -> list[Any]:
    """What the gate sends; the browser may break off after the first piece."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": place,
        "client": ("127.0.0.1", 1),
        "headers": [(b"host", b"127.0.0.1:7860"), (b"cookie", cookie.encode())],
    }
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)
        if breaks and message["type"] == "http.response.body":
            assert list(own_folder().iterdir())
            raise OSError("The browser has gone.")

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    asyncio.run(gate(downloads=panel.page.downloads)(scope, receive, send))
    return sent


def test_it_is_whole_private_and_gone_once_it_was_sent(
    panel: BackupPanel, tmp_path: Path, seed_library: Library
) -> None:
    place = place_of(panel)
    assert list(own_folder().iterdir()) == []
    start, *pieces = fetched(panel, place, COOKIE)
    assert start["status"] == 200
    content = b"".join(each["body"] for each in pieces)
    assert dict(start["headers"])[b"content-length"] == str(len(content)).encode()
    assert list(own_folder().iterdir()) == []
    (tmp_path / NAME).write_bytes(content)
    restore(tmp_path / NAME, tmp_path / "again")
    with Library.open(tmp_path / "again", embedder=HashEmbedder()) as again:
        assert again.documents() == seed_library.documents()


def test_it_is_gone_too_where_the_browser_breaks_off(panel: BackupPanel) -> None:
    with pytest.raises(OSError, match="has gone"):
        fetched(panel, place_of(panel), COOKIE, breaks=True)
    assert list(own_folder().iterdir()) == []


def test_nobody_else_has_it_nor_makes_it(panel: BackupPanel) -> None:
    place = place_of(panel)
    (start, _) = fetched(panel, place, f"{VISIT}=another")
    assert start["status"] == 404
    panel.page.leave("browser")
    (start, _) = fetched(panel, place, COOKIE)
    assert start["status"] == 404
    assert list(own_folder().iterdir()) == []


def test_what_fails_is_told_and_leaves_nothing(panel: BackupPanel, seed_library: Library) -> None:
    place = place_of(panel)
    (seed_library.folder / "library.sqlite").rename(seed_library.folder / "elsewhere")
    start, body = fetched(panel, place, COOKIE)
    assert start["status"] == 409
    assert b"There is no library" in body["body"]
    assert list(own_folder().iterdir()) == []


def test_a_record_in_a_database_has_none(
    panel: BackupPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(record_url="postgresql://here/base")
    page = Page(settings=settings, assistants=panel.page.assistants)
    with gr.Blocks():
        assert BackupPanel(page).offered(REQUEST) == ""


def test_who_reads_none_has_one_on_the_disk_at_a_time(panel: BackupPanel) -> None:
    scope = {
        "type": "http",
        "method": "GET",
        "path": place_of(panel),
        "client": ("127.0.0.1", 1),
        "headers": [(b"host", b"127.0.0.1:7860"), (b"cookie", COOKIE.encode())],
    }
    statuses: list[int] = []

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def both() -> None:
        page = gate(downloads=panel.page.downloads)
        begun, read_on = asyncio.Event(), asyncio.Event()

        async def slow(message: Any) -> None:
            statuses.append(message.get("status", 0))
            begun.set()
            await read_on.wait()

        async def send(message: Any) -> None:
            statuses.append(message.get("status", 0))

        first = asyncio.create_task(page(dict(scope), receive, slow))
        await begun.wait()
        await page(dict(scope), receive, send)
        assert len(list(own_folder().iterdir())) == 1
        read_on.set()
        await first
        await page(dict(scope), receive, send)

    asyncio.run(both())
    assert [each for each in statuses if each] == [200, 429, 200]
    assert list(own_folder().iterdir()) == []
