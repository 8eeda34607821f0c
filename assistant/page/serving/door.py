"""Who is logged in, and whether a name and a password let somebody in.

Gradio keeps the sessions; this asks it, ends those of users who are there no longer or have
another password, and verifies passwords off the event loop, where others would wait for it.
"""

import asyncio
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Protocol

from assistant.settings import Settings
from assistant.users import OPERATOR, UsersFile, admits

VERIFIED_AT_ONCE = 2
"""Passwords that are verified side by side: each takes a core and 16 MB."""
MOST_SESSIONS = 10_000
"""Log-ins that are remembered; the oldest go first."""
Auth = Callable[[str, str], Awaitable[bool]]


class Inside(Protocol):
    """What this asks of Gradio's application."""

    auth: Any
    tokens: MutableMapping[str, str]
    cookie_id: str


class Door:
    """Of one page; ``users`` is its file, where each user has a library of their own."""

    def __init__(self, settings: Settings) -> None:
        self._password = settings.password
        self.users = UsersFile(settings.users) if settings.users else None
        self._known: Mapping[str, str] = self.users.now() if self.users else {}

    def auth(self) -> Auth | None:
        """What says who may come in; None where everybody may."""
        if self.users is None and not self._password:
            return None
        at_once = asyncio.Semaphore(VERIFIED_AT_ONCE)

        async def may_come_in(name: str, given: str) -> bool:
            async with at_once:
                return await asyncio.to_thread(self.admits, name, given)

        return may_come_in

    def admits(self, name: str, given: str) -> bool:
        """Whether this is the operator's password, or the user's. Takes some 50 ms."""
        if name == OPERATOR and self._password:
            return hmac.compare_digest(given.encode(), self._password.encode())
        return self.users is not None and admits(self.users.now(), name, given)

    def user(self, app: Inside | None, cookies: Mapping[str, str]) -> tuple[bool, str | None]:
        """Whether whoever sends these cookies may come in, and as whom."""
        if app is None or getattr(app, "auth", None) is None:
            return True, None
        self._end_sessions(app)
        for name in (f"access-token-{app.cookie_id}", f"access-token-unsecure-{app.cookie_id}"):
            if cookies.get(name) in app.tokens:
                return True, app.tokens[cookies[name]]
        return False, None

    def _end_sessions(self, app: Inside) -> None:
        """Of users who were taken out of the file, or given another password."""
        while len(app.tokens) > MOST_SESSIONS:
            del app.tokens[next(iter(app.tokens))]
        if self.users is None:
            return
        now = self.users.now()
        if now is self._known:
            return
        changed = {name for name, kept in self._known.items() if now.get(name) != kept}
        self._known = now
        for token in [token for token, name in app.tokens.items() if name in changed]:
            del app.tokens[token]


def new_visit() -> str:
    """A number by which a browser is known again."""
    return secrets.token_urlsafe(24)
