"""How much a request may bring, and how long that may take."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

STRANGERS = 16_000
"""Bytes from somebody who is not logged in: a name and a password."""
STRANGERS_S = 10.0
"""Seconds in which these have to come."""
INSIDERS = 2_000_000
"""Bytes of a question with its choice of documents, or of what a component sends."""
UPLOADED_FILES = 40
"""Files of the largest size that one upload may have."""


class TooLargeError(Exception):
    """A body has more bytes than are taken."""


class TooSlowError(Exception):
    """A body does not come in time."""


def said_length(headers: Mapping[str, str]) -> int:
    """The bytes that a request says it brings; 0 where it does not say."""
    said = headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() else 0


async def whole(receive: Receive, most: int, seconds: float) -> bytes:
    """A request's body.

    Raises:
        TooLargeError, TooSlowError: it is more than ``most`` bytes, or takes longer.
    """
    body = bytearray()
    deadline = time.monotonic() + seconds
    more = True
    while more:
        try:
            message = await asyncio.wait_for(receive(), max(deadline - time.monotonic(), 0))
        except TimeoutError as error:
            raise TooSlowError from error
        body += message.get("body", b"")
        if len(body) > most:
            raise TooLargeError
        more = message["type"] == "http.request" and bool(message.get("more_body"))
    return bytes(body)


def replayed(body: bytes, receive: Receive) -> Receive:
    """What gives a body that was read already, then goes on."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receiving() -> Message:
        return waiting.pop() if waiting else await receive()

    return receiving


def counted(receive: Receive, most: int, excess: Callable[[], None]) -> Receive:
    """The same, until there are more bytes than ``most``: then ``excess`` is told.

    Raises:
        TooLargeError: by what it returns; the application may make another error of it.
    """
    taken = 0

    async def receiving() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            excess()
            raise TooLargeError
        return message

    return receiving
