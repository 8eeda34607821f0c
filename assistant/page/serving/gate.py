"""What stands before the page: who may ask it, what, how often, and a line in the log for each.

An ASGI application around Gradio's. A page on loopback has no password, so a web site that the
user visits must not be able to reach it: neither by a form or script sent across (``Origin``,
``Sec-Fetch-Site``) nor by a name of its own that it lets lead to this machine (``Host``).
"""

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from starlette.requests import cookie_parser

from assistant.page.serving import bodies, routes
from assistant.page.serving.bodies import TooLargeError, TooSlowError
from assistant.page.serving.clients import OnBehalf, Rate, is_this_machine, settle
from assistant.page.serving.door import Door, new_visit
from assistant.page.serving.downloads import BACKUP, VISIT, Downloads, Visitor, visitor
from assistant.page.serving.metrics import CONTENT_TYPE
from assistant.page.serving.unfetched import Unfetched
from assistant.settings import Network, Settings

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Health = Callable[[], dict[str, Any]]

LOGINS = 10
"""Tries to log in that fail or are not finished, a minute and address."""
REQUESTS = 600
"""A minute and address that is not this machine's."""
MADE_AT_ONCE = 2
"""Files to save that are made side by side."""
PIECE = 1_000_000
"""Bytes of a file that are read and sent at a time."""
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}
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


class Refusal(NamedTuple):
    """The status of HTTP and the reason with which a request is refused."""

    status: int
    reason: str


TOO_LARGE = Refusal(413, "That is more than this page takes.")


class Layer(NamedTuple):
    """The gate as Gradio's framework takes it."""

    cls: type["Gate"]
    args: tuple[()]
    kwargs: dict[str, Any]


def layer(
    settings: Settings,
    door: Door,
    downloads: Downloads,
    health: Health,
    metrics: Callable[[], str] = str,
) -> Layer:
    """The gate of a page."""
    return Layer(
        Gate,
        (),
        {
            "settings": settings,
            "door": door,
            "downloads": downloads,
            "health": health,
            "metrics": metrics,
        },
    )


class Gate:
    """Refuses what must not come in, and notes each request without its content."""

    def __init__(
        self,
        app: Application,
        *,
        settings: Settings,
        door: Door,
        downloads: Downloads,
        health: Health,
        metrics: Callable[[], str],
    ) -> None:
        self._app = app
        self._metrics = metrics if settings.metrics else None
        self._local = is_this_machine(settings.host)
        self._mcp = settings.mcp
        self._largest_upload = bodies.UPLOADED_FILES * settings.max_file_mb * 1_000_000
        self._proxies: list[Network] = settings.proxies
        self._door = door
        self._downloads = downloads
        self._health = Shared(health)
        self._requests = Rate(REQUESTS)
        self._logins = Rate(LOGINS)
        self._unfetched = Unfetched()
        self._on_behalf = OnBehalf()
        self._making = asyncio.Semaphore(MADE_AT_ONCE)
        self._backed_up: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":  # the page uses none: who opens one is a stranger
            await send({"type": "websocket.close"})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        settle(scope, self._proxies)
        self._on_behalf.settle(scope)
        reply = _Reply(send, secrets.token_hex(6))
        try:
            await self._answer(scope, receive, reply)
        except TooLargeError:
            await reply.refuse(TOO_LARGE)
        except TooSlowError:
            await reply.refuse(Refusal(408, "That took too long to come."))
        finally:
            if routes.is_login(scope["path"]) and reply.status == 200:
                self._logins.give_back(_client(scope))
            LOG.info(
                "%s",
                json.dumps(
                    {
                        "request": reply.number,
                        "method": scope["method"] if scope["method"] in METHODS else "",
                        "path": routes.named(scope["method"], scope["path"]),
                        "status": reply.status,
                        "ms": round((time.monotonic() - started) * 1000),
                    }
                ),
            )

    async def _answer(self, scope: Scope, receive: Receive, reply: "_Reply") -> None:
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        cookies = cookie_parser(headers.get("cookie", ""))
        allowed, user = self._door.user(scope.get("app"), cookies)
        refused = self._refusal(scope, headers, allowed=allowed)
        path = scope["path"]
        if refused is not None:
            await reply.refuse(refused)
        elif path == "/health":
            await reply.json(200, await self._health.get())
        elif path == routes.METRICS:
            await self._measured(reply)
        elif path.startswith("/save/"):
            await self._save(path, visitor(user, cookies), _client(scope), reply)
        else:
            if path == "/" and not cookies.get(VISIT):
                reply.cookie = f"{VISIT}={new_visit()}; Path=/; HttpOnly; SameSite=Strict"
            if path.startswith(routes.TOOLS):
                self._on_behalf.note(scope)
            self._sweep(scope)
            taking = await self._receiving(scope, headers, receive, reply, allowed=allowed)
            await self._app(scope, taking, reply.pass_on)

    async def _measured(self, reply: "_Reply") -> None:
        """The counts, where the operator has them served."""
        if self._metrics is None:
            await reply.refuse(Refusal(404, "This page serves no metrics."))
        else:
            told = self._metrics().encode()
            await reply.send(200, told, {"content-type": CONTENT_TYPE})

    def _refusal(
        self, scope: Scope, headers: Mapping[str, str], *, allowed: bool
    ) -> Refusal | None:
        """Why a request may not come in; None where it may."""
        host, path, client = headers.get("host", ""), scope["path"], _client(scope)
        if self._local and not _names_this_machine(_hostname(host)):
            return Refusal(421, "This page answers to the names of this machine only.")
        if not _is_own(headers.get("origin"), host) or _is_drawn_across(headers, path):
            return Refusal(403, "Another web site may not use this page.")
        if not is_this_machine(client) and not self._requests.take(client):
            return Refusal(429, "Too many requests. Wait a minute.")
        if not routes.is_let_through(scope["method"], path, mcp=self._mcp):
            return Refusal(404, "This page has no such address.")
        if not (allowed or routes.is_open(scope["method"], path)):
            return Refusal(401, "Log in first.")
        if routes.is_login(path) and not self._logins.take(client):
            return Refusal(429, "Too many wrong passwords. Wait a minute.")
        return None

    async def _receiving(
        self,
        scope: Scope,
        headers: Mapping[str, str],
        receive: Receive,
        reply: "_Reply",
        *,
        allowed: bool,
    ) -> Receive:
        """What gives the application the body, within the limits of whoever sends it.

        Raises:
            TooLargeError, TooSlowError: it is beyond them already.
        """
        stranger = not allowed or routes.is_login(scope["path"])
        upload = scope["path"] == "/gradio_api/upload"
        most = self._largest_upload if upload else bodies.INSIDERS
        if bodies.said_length(headers) > (bodies.STRANGERS if stranger else most):
            raise TooLargeError
        if not stranger:
            return bodies.counted(receive, most, lambda: reply.stop(TOO_LARGE))
        if scope["method"] != "POST":
            return receive
        body = await bodies.whole(receive, bodies.STRANGERS, bodies.STRANGERS_S)
        return bodies.replayed(body, receive)

    async def _save(self, path: str, asking: Visitor, client: str, reply: "_Reply") -> None:
        token, _, name = path.removeprefix("/save/").partition("/")
        if self._downloads.kind(token) != BACKUP:
            await self._made(token, name, asking, reply)
            return
        whose = asking.user or client
        if whose in self._backed_up:  # it would lie on the disk once more for who reads none
            await reply.refuse(Refusal(429, "A backup is on its way already. Wait for its end."))
            return
        self._backed_up.add(whose)
        try:
            await self._made(token, name, asking, reply)
        finally:
            self._backed_up.discard(whose)

    async def _made(self, token: str, name: str, asking: Visitor, reply: "_Reply") -> None:
        async with self._making:
            made = await asyncio.to_thread(self._downloads.made, token, name, asking)
        if made.status != 200:
            await reply.json(made.status, {"error": made.error})
            return
        headers = {
            "content-type": "application/octet-stream",
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "cache-control": "no-store",
        }
        if isinstance(made.content, bytes):
            await reply.send(200, made.content, headers)
        else:
            await reply.send_file(made.content, headers)

    def _sweep(self, scope: Scope) -> None:
        blocks = getattr(scope.get("app"), "blocks", None)
        if blocks is not None:
            self._unfetched.sweep(blocks._queue)


class Shared:
    """A slow look, off the event loop; who asks while one looks has what that one finds."""

    def __init__(self, look: Health) -> None:
        self._look = look
        self._looking: asyncio.Task[dict[str, Any]] | None = None

    async def get(self) -> dict[str, Any]:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(asyncio.to_thread(self._look))
        return await asyncio.shield(self._looking)


class _Reply:
    """One reply on its way out, with the headers that every one has."""

    def __init__(self, send: Send, number: str) -> None:
        self._send = send
        self.number = number
        self.status = 0
        self.cookie: str | None = None
        self._refusal: Refusal | None = None

    def stop(self, refusal: Refusal) -> None:
        """Whatever the application says from now on, this is said instead."""
        self._refusal = refusal

    async def pass_on(self, message: MutableMapping[str, Any]) -> None:
        """Send what the application does."""
        if self._refusal is not None:
            await self.refuse(self._refusal)
            return
        await self._pass(message)

    async def _pass(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = {"x-request-id": self.number, **HEADERS}
            if self.cookie:
                own["set-cookie"] = self.cookie
            encoded = [(name.encode(), value.encode()) for name, value in own.items()]
            message["headers"] = [*message.get("headers", []), *encoded]
        await self._send(message)

    async def send(self, status: int, content: bytes, headers: Mapping[str, str]) -> None:
        await self._begin(status, len(content), headers)
        await self._pass({"type": "http.response.body", "body": content})

    async def send_file(self, path: Path, headers: Mapping[str, str]) -> None:
        """Send a file piece by piece, and delete it, whatever becomes of the sending."""
        try:
            with path.open("rb") as file:
                await self._begin(200, path.stat().st_size, headers)
                while piece := await asyncio.to_thread(file.read, PIECE):
                    body = {"type": "http.response.body", "body": piece, "more_body": True}
                    await self._pass(body)
            await self._pass({"type": "http.response.body", "body": b""})
        finally:
            path.unlink(missing_ok=True)

    async def _begin(self, status: int, length: int, headers: Mapping[str, str]) -> None:
        told = {**headers, "content-length": str(length)}
        encoded = [(name.encode(), value.encode()) for name, value in told.items()]
        start = {"type": "http.response.start", "status": status, "headers": encoded}
        await self._pass(start)

    async def json(self, status: int, value: Mapping[str, Any]) -> None:
        content = json.dumps(value).encode()
        await self.send(status, content, {"content-type": "application/json"})

    async def refuse(self, refusal: Refusal) -> None:
        """Say why, unless the reply has begun; nothing of the application's is sent after it."""
        self._refusal = refusal
        if not self.status:
            await self.json(refusal.status, {"error": refusal.reason})


def _client(scope: Scope) -> str:
    return str((scope.get("client") or ("",))[0])


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _names_this_machine(name: str) -> bool:
    """Whether a browser is led here by this name, whoever made it up.

    What ends in ``.localhost`` is loopback for browsers, RFC 6761, and no other site can have it.
    A user who makes such a name up has cookies that no other port of this machine is sent.
    """
    return is_this_machine(name) or name.endswith(".localhost")


def _is_own(origin: str | None, host: str) -> bool:
    """Whether a request comes from this page itself, or from no page at all."""
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc.lower() == host.lower() != ""
    except ValueError:
        return False


def _is_drawn_across(headers: Mapping[str, str], path: str) -> bool:
    """Whether another site's page draws this in, and not a user following a link to the page.

    Logging out needs a browser that says that its own page, or its user, wants it.
    """
    site = headers.get("sec-fetch-site", "none" if path != "/logout" else "")
    if site in ("none", "same-origin"):
        return False
    linked = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest"))
    return path != "/" or linked != ("navigate", "document")
