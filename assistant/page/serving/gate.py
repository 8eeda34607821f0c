"""What stands before the page: who may ask it, how often, and a line in the log for each request.

An ASGI application around Gradio's. A page on loopback has no password, so a web site that the
user visits must not be able to reach it: neither by a form or script sent across (``Origin``,
``Sec-Fetch-Site``) nor by a name of its own that it lets lead to this machine (``Host``).
"""

import ipaddress
import json
import logging
import re
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Health = Callable[[], dict[str, Any]]

WRONG_LOGINS = 10
"""A minute and address, after which no other is tried."""
REQUESTS = 600
"""A minute and address that is not this machine's."""
MINUTE_S = 60.0
_TOLD_OF_NOBODY = re.compile(r"(file=|/heartbeat/|/stream/|/call/[^/]+/).*")
LOG = logging.getLogger("citewell.requests")
HEADERS = {
    # Whatever text might become markup after all: nothing of another machine is ever fetched,
    # and no other page shows this one. Gradio needs the inline and evaluated scripts of its own.
    "content-security-policy": "; ".join(
        [
            "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'self'",
            "object-src 'none'",
            "frame-ancestors 'self'",
        ]
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "no-referrer",
}


class Layer(NamedTuple):
    """The gate as Gradio's framework takes it."""

    cls: type["Gate"]
    args: tuple[()]
    kwargs: dict[str, Any]


def layer(*, local: bool, health: Health) -> Layer:
    """The gate of a page; ``local`` says that it listens on loopback alone."""
    return Layer(Gate, (), {"local": local, "health": health})


class Gate:
    """Refuses what must not come in, and notes each request without its content."""

    def __init__(self, app: Application, *, local: bool, health: Health) -> None:
        self._app = app
        self._local = local
        self._health = health
        self._requests: dict[str, deque[float]] = defaultdict(deque)
        self._wrong: dict[str, deque[float]] = defaultdict(deque)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] != "websocket":
                await self._app(scope, receive, send)
            return  # the page uses no web sockets: who opens one is a stranger
        started = time.monotonic()
        number = secrets.token_hex(6)
        status = 0

        async def passed(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), *_headers(number)]
            await send(message)

        try:
            await self._answer(scope, receive, passed)
        finally:
            self._note_login(scope, status)
            LOG.info(
                "%s",
                json.dumps(
                    {
                        "request": number,
                        "method": scope["method"],
                        "path": told_path(scope["path"]),
                        "status": status,
                        "ms": round((time.monotonic() - started) * 1000),
                    }
                ),
            )

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = self.refusal(scope)
        if refused is not None:
            status, reason = refused
            await _reply(send, status, {"error": reason})
        elif scope["path"] == "/health":
            await _reply(send, 200, self._health())
        else:
            await self._app(scope, receive, send)

    def refusal(self, scope: Scope) -> tuple[int, str] | None:
        """The status and reason with which a request is refused; None where it may come in."""
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        host = headers.get("host", "")
        if self._local and not is_this_machine(_hostname(host)):
            return 421, "This page answers to the names of this machine only."
        if not _is_own(headers.get("origin"), host) or _is_drawn_across(headers):
            return 403, "Another web site may not use this page."
        client = (scope.get("client") or ("",))[0]
        if scope["path"].rstrip("/").endswith("/login") and self._many(
            self._wrong[client], WRONG_LOGINS
        ):
            return 429, "Too many wrong passwords. Wait a minute."
        if not is_this_machine(client):
            times = self._requests[client]
            times.append(time.monotonic())
            if self._many(times, REQUESTS):
                return 429, "Too many requests. Wait a minute."
        return None

    def _note_login(self, scope: Scope, status: int) -> None:
        if scope["path"].rstrip("/").endswith("/login") and 400 <= status < 500 and status != 429:
            self._wrong[(scope.get("client") or ("",))[0]].append(time.monotonic())

    @staticmethod
    def _many(times: "deque[float]", most: int) -> bool:
        """Whether there were more than so many within the last minute."""
        while times and times[0] < time.monotonic() - MINUTE_S:
            times.popleft()
        return len(times) >= most


def is_this_machine(host: str) -> bool:
    """Whether a host's name or number is one of loopback."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def told_path(path: str) -> str:
    """The path as the log may have it: short, without files' names and the numbers of sessions."""
    return _TOLD_OF_NOBODY.sub(r"\1", path)[:80]


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_own(origin: str | None, host: str) -> bool:
    """Whether a request comes from this page itself, or from no page at all."""
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc.lower() == host.lower() != ""
    except ValueError:
        return False


def _is_drawn_across(headers: MutableMapping[str, str]) -> bool:
    """Whether another site's page draws this in, and not a user following a link."""
    if headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
        return False
    return (
        headers.get("sec-fetch-mode") != "navigate" or headers.get("sec-fetch-dest") != "document"
    )


def _headers(number: str) -> Iterable[tuple[bytes, bytes]]:
    yield b"x-request-id", number.encode()
    for name, value in HEADERS.items():
        yield name.encode(), value.encode()


async def _reply(send: Send, status: int, value: dict[str, Any]) -> None:
    content = json.dumps(value).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
