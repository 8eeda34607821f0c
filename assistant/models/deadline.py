"""A reply is due in whole within a time and a size: one that drips, or has no end, ends there too.

The client library bounds each single wait for bytes; here each wait is no longer than what is left
of the time for the reply, its first line and headers included, and the bytes of a reply are
counted, whatever they are: a body, a stream, one line of it, or what is said of an error.
"""

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore2

from assistant.models.failures import UnusableReplyError

LARGEST_REPLY = 16_000_000
"""Bytes of one reply: many times what the longest answer takes with its alternatives of tokens."""


class DueStream(httpcore2.NetworkStream):
    """A connection; a reply's time runs from the last byte written to the server."""

    def __init__(self, stream: httpcore2.NetworkStream, seconds: float) -> None:
        self._stream = stream
        self._seconds = seconds
        self._due = time.monotonic() + seconds
        self._taken = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._due - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the reply was not whole in time")
        found = self._stream.read(max_bytes, left if timeout is None else min(left, timeout))
        self._taken += len(found)
        if self._taken > LARGEST_REPLY:
            raise UnusableReplyError(f"its reply has more than {LARGEST_REPLY:,} bytes")
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)
        self._due = time.monotonic() + self._seconds
        self._taken = 0

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> "DueStream":
        secured = self._stream.start_tls(ssl_context, server_hostname, timeout)
        return DueStream(secured, self._seconds)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class DueBackend(httpcore2.SyncBackend):
    """Makes connections on which a reply may take so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> DueStream:
        stream = super().connect_tcp(host, port, timeout, local_address, socket_options)
        return DueStream(stream, self._seconds)
