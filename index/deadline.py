"""One moment by which a whole exchange must be over, however slowly a server drips.

The client library bounds each single wait. Here no wait is longer than what is left of the time:
for the connection, the handshake, the first line, each header and each piece of the body.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import httpcore2

Found = TypeVar("Found")


class Deadline:
    """So many seconds from now."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self, timeout: float | None = None) -> float:
        """Seconds that a wait may take, which is to take no longer than ``timeout``.

        Raises:
            httpcore2.ReadTimeout: the time is over.
        """
        left = self._at - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("it is too slow")
        return left if timeout is None else min(left, timeout)

    def of(self, wait: Callable[[], Found]) -> Found:
        """What ``wait`` returns, in a thread that is left behind where it takes too long.

        Raises:
            httpcore2.ReadTimeout: the time is over.
            Exception: whatever ``wait`` raises.
        """
        found: list[Found] = []
        failed: list[BaseException] = []

        def work() -> None:
            try:
                found.append(wait())
            except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
                failed.append(error)

        thread = threading.Thread(target=work, name="deadline", daemon=True)
        thread.start()
        thread.join(self.left())
        if failed:
            raise failed[0]
        if not found:
            raise httpcore2.ReadTimeout("it is too slow")
        return found[0]


class _Stream(httpcore2.NetworkStream):
    """A connection that ends with its deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> "_Stream":
        left = self._deadline.left(timeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class BackendUntil(httpcore2.SyncBackend):
    """Makes connections that end with a deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> _Stream:
        left = self._deadline.left(timeout)
        stream = super().connect_tcp(host, port, left, local_address, socket_options)
        return _Stream(stream, self._deadline)
