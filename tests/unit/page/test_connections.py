"""What strangers can do to the server before it has one whole request of theirs."""

import asyncio
import contextlib
import select
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from assistant.page.serving import connections
from assistant.page.serving.connections import HEADERS_BYTES, connection
from assistant.settings import Settings

WAIT_S = 20
"""After which a server that has not ended a connection never will."""


async def application(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"inside"})


@contextlib.contextmanager
def serving(proxy: str = "") -> Iterator[tuple[str, int]]:
    """A server of such connections; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            application,
            http=connection(Settings(proxy=proxy).proxies),
            h11_max_incomplete_event_size=HEADERS_BYTES,
            ws="none",
            lifespan="off",
            log_level="critical",
        )
        server = uvicorn.Server(config)
        serve = server.serve(sockets=[listening])
        thread = threading.Thread(target=asyncio.run, args=(serve,))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield listening.getsockname()
        finally:
            server.should_exit = True
            thread.join()


def opened(place: tuple[str, int]) -> socket.socket:
    made = socket.create_connection(place)
    made.settimeout(WAIT_S)
    return made


def ended(connected: socket.socket) -> bytes:
    """What comes until the server closes the connection."""
    found = b""
    with contextlib.suppress(ConnectionError):
        while piece := connected.recv(65_536):
            found += piece
    return found


@pytest.mark.parametrize("line", [b"X-A: " + b"a" * 100_000, b"X-A: b\r\n" * 10_000])
def test_headers_without_an_end_are_refused(line: bytes) -> None:
    with serving() as place, opened(place) as stranger:
        sent = 0
        with contextlib.suppress(ConnectionError):
            stranger.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            while sent < 30_000_000:
                stranger.sendall(line)
                sent += len(line)
        assert sent < 30_000_000
        assert b"inside" not in ended(stranger)


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"])
def test_who_says_nothing_or_drips_is_left(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEADERS_S", 0.3)
    with serving() as place, opened(place) as stranger:
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            stranger.sendall(said)
            while said and not has_spoken(stranger) and time.monotonic() - began < WAIT_S:
                stranger.sendall(b"X-A: b\r\n")
                time.sleep(0.05)
        assert b"inside" not in ended(stranger)


def has_spoken(connected: socket.socket) -> bool:
    """Whether the server has said something, or closed."""
    return bool(select.select([connected], [], [], 0)[0])


def test_one_who_asks_and_then_drips_is_left_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEADERS_S", 1.0)
    with serving() as place, opened(place) as stranger:
        stranger.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET ")
        assert ended(stranger).endswith(b"inside\r\n0\r\n\r\n")


@pytest.mark.parametrize(
    ("proxy", "others", "kept"), [("", True, 3), ("", False, 6), ("127.0.0.1", True, 6)]
)
def test_one_address_has_so_many_connections(
    proxy: str, others: bool, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``others``: whoever connects is from another machine."""
    monkeypatch.setattr(connections, "HEADERS_S", 60)
    monkeypatch.setattr(connections, "MOST_OF_ONE", 3)
    if others:
        monkeypatch.setattr(connections, "is_this_machine", lambda host: False)
    assert len(kept_of(6, proxy)) == kept


def test_all_together_leave_files_for_the_page_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEADERS_S", 60)
    monkeypatch.setattr(connections, "_files", lambda: 8)
    assert len(kept_of(6, "")) == 4


def kept_of(many: int, proxy: str) -> list[int]:
    """Which of so many connections are answered."""
    with serving(proxy) as place, contextlib.ExitStack() as stack:
        opening = [stack.enter_context(opened(place)) for _ in range(many)]
        time.sleep(0.5)
        answered = []
        for number, each in enumerate(opening):
            with contextlib.suppress(ConnectionError):
                each.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                if each.recv(65_536):
                    answered.append(number)
        return answered
