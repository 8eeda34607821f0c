"""The connections of the page before a request has come whole: how many, how long, how large.

The gate sees a request when its headers are there. Until then the server itself holds what came:
headers without end would fill its memory, and connections on which nothing comes would take all
the files that a process may have open.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from assistant.page.serving.clients import household, is_this_machine, is_within
from assistant.settings import Network

HEADERS_S = 10.0
"""Seconds within which the headers of a request have to come."""
HEADERS_BYTES = 64_000
"""Of one request; h11 refuses more, but for what has come at one go with its end."""
MOST_OF_ONE = 256
"""Connections at once from one address of another machine, which may be a whole office's."""
SHARE_OF_FILES = 2
"""All connections together take one in so many of the files that this process may have open."""
FILES = 1_024
"""Files that a process may have open where the system does not tell."""


def connection(proxies: Sequence[Network]) -> type[H11Protocol]:
    """The protocol of a page's server; what a proxy of the settings opens is for many people."""
    most = _files() // SHARE_OF_FILES

    class Connection(H11Protocol):
        """One connection, which ends where the headers of a request do not come in time."""

        _late: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            if len(self.connections) > most or self._is_one_too_many():
                transport.abort()
                return
            self._expect()

        def connection_lost(self, exc: Exception | None) -> None:
            self._began()
            super().connection_lost(exc)

        def handle_events(self) -> None:
            before = self.cycle
            super().handle_events()
            if self.cycle is not before:
                self._began()

        def on_response_complete(self) -> None:
            self._expect()
            super().on_response_complete()

        def _should_upgrade(self) -> bool:
            return False  # the page has no web sockets, and says so to nobody

        def _is_one_too_many(self) -> bool:
            here = self.client[0] if self.client else ""
            if is_this_machine(here) or is_within(here, proxies):
                return False
            mine = household(here)
            others = [each.client for each in self.connections if isinstance(each, Connection)]
            return sum(household(one[0]) == mine for one in others if one) > MOST_OF_ONE

        def _expect(self) -> None:
            self._began()
            self._late = self.loop.call_later(HEADERS_S, self._end)

        def _began(self) -> None:
            if self._late is not None:
                self._late.cancel()
                self._late = None

        def _end(self) -> None:
            if not self.transport.is_closing():
                self.transport.close()

    return Connection


def _files() -> int:
    """How many files this process may have open."""
    try:
        import resource
    except ImportError:  # Windows
        return FILES
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return FILES if soft == resource.RLIM_INFINITY else soft
