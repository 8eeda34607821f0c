"""How requests reach a server: the embedded one, wherever it listens now, or one by address."""

import json
import time
from typing import Any

import httpcore2
import httpx2

from assistant.models.deadline import DueBackend
from assistant.models.embedded.server import EmbeddedServer
from assistant.models.failures import RETRIED_STATUS, UnusableReplyError

RETRY_SECONDS = (0.5, 2.0)
KEPT_SECONDS = 5.0
"""How long an idle connection to a server by address is kept."""


_HEADERS = {
    *("accept", "accept-encoding", "connection", "content-length", "content-type", "host"),
    *("transfer-encoding", "user-agent"),
}
"""What a request says besides the key. The client library adds what it finds in ``OPENAI_*`` of the
environment, an organisation or headers of any kind, which are for another server."""


class DueTransport(httpx2.HTTPTransport):
    """Gives a server so many seconds for each whole reply, and says nothing but what is asked.

    ``key`` is the only thing that it tells of who asks.
    """

    def __init__(self, seconds: float, *, key: str, kept: int = 20) -> None:
        context = httpx2.create_ssl_context()
        super().__init__(verify=context)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=context,
            max_keepalive_connections=kept,
            keepalive_expiry=KEPT_SECONDS,
            network_backend=DueBackend(seconds),
        )
        self._key = key

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        headers = [(n, v) for n, v in request.headers.items() if n.lower() in _HEADERS]
        # Another request, since the client library reads its own headers of the one that it made.
        plain = httpx2.Request(
            request.method,
            request.url,
            headers=[*headers, ("Authorization", f"Bearer {self._key}")],
            stream=request.stream,
            extensions=request.extensions,
        )
        return super().handle_request(plain)


class EmbeddedTransport(DueTransport):
    """Sends each request to the child wherever it listens; once more where the child died."""

    def __init__(self, server: EmbeddedServer, seconds: float, *, key: str) -> None:
        # A kept connection that the child closes meanwhile would look like its death.
        super().__init__(seconds, key=key, kept=0)
        self._server = server

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return self._send(request)
        except (httpx2.NetworkError, httpx2.RemoteProtocolError):
            self._server.mourn()
            return self._send(request)

    def _send(self, request: httpx2.Request) -> httpx2.Response:
        address = httpx2.URL(self._server.address())
        request.url = request.url.copy_with(host=address.host, port=address.port)
        request.headers["Host"] = f"{address.host}:{address.port}"
        return super().handle_request(request)


class PatientTransport(DueTransport):
    """Asks again, twice, where a server says that it is busy or not yet ready."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        for seconds in RETRY_SECONDS:
            response = super().handle_request(request)
            if response.status_code not in RETRIED_STATUS:
                return response
            response.close()
            time.sleep(seconds)
        return super().handle_request(request)


def http_client(transport: httpx2.HTTPTransport, *, seconds: float) -> httpx2.Client:
    """A client that ignores proxy settings and refuses replies that are no chat completion.

    It asks for replies as they are: a few packed bytes may unpack to gigabytes.
    """
    return httpx2.Client(
        transport=transport,
        headers={"Accept-Encoding": "identity"},
        trust_env=False,
        timeout=httpx2.Timeout(seconds, connect=5.0),
        event_hooks={"response": [_check_reply]},
    )


def _check_reply(response: httpx2.Response) -> None:
    kind = response.headers.get("content-type", "")
    if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
        response.close()
        raise UnusableReplyError("it sent a packed reply that it was not asked for")
    if response.is_error:
        return
    if kind.startswith("text/event-stream"):
        if not json.loads(response.request.content).get("stream"):
            raise UnusableReplyError("it sent a stream that it was not asked for")
        return
    response.read()
    try:
        body: Any = json.loads(response.content)
    except (ValueError, RecursionError) as error:
        raise UnusableReplyError(f"it sent {kind or 'something unnamed'}") from error
    if not (isinstance(body, dict) and _is_completion(body)):
        raise UnusableReplyError("it sent JSON without a message")


def _is_completion(body: dict[str, Any]) -> bool:
    choices = body.get("choices")
    return (
        isinstance(choices, list)
        and len(choices) > 0
        and isinstance(choices[0], dict)
        and isinstance(choices[0].get("message"), dict)
        and isinstance(choices[0]["message"].get("content"), str)
        and isinstance(choices[0]["message"].get("role", ""), str)
    )
