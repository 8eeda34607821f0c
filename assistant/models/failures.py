"""What third-party code raises while a model is asked, and what the user is told instead."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import openai

from assistant.errors import ModelError

RETRIED_STATUS = (429, 503)

_STATUS = {
    400: ("The model server refused the request", "Is the text too long for its context?"),
    401: ("The model server refused the key", "Set CITEWELL_API_KEY to the server's key."),
    403: ("The model server refused the key", "Set CITEWELL_API_KEY to the server's key."),
    404: ("The model server does not know this model", "Check the model's name and the address."),
    413: ("The text is too long for the model server", "Ask about fewer documents."),
    422: ("The model server refused the request", "Is the text too long for its context?"),
    429: ("The model server has too much to do", "Wait a little, then ask again."),
    503: ("The model server is not ready", "Wait until it has loaded its model, then ask again."),
}


class UnusableReplyError(Exception):
    """The server's reply is no chat completion."""


TRANSLATED = (
    openai.OpenAIError,
    httpx2.HTTPError,
    httpx2.StreamError,
    httpx2.InvalidURL,
    json.JSONDecodeError,  # an event of a stream
    RecursionError,  # one that is nested without end
    UnusableReplyError,
)
"""Everything that may come out of the client library while a server is asked."""


class RefusedError(ModelError):
    """The server answered this request with an error; it may answer a simpler one."""


@contextmanager
def translated(server: str, advice: str) -> Iterator[None]:
    """Turn whatever the client library raises into a ModelError: see ``translation``."""
    try:
        yield
    except TRANSLATED as error:
        raise translation(error, server, advice) from error


def translation(error: BaseException, server: str, advice: str) -> ModelError:
    """The ModelError for ``error``: message says what is wrong, hint how to mend it.

    ``advice`` is the hint for a server that is not there or goes away.
    """
    if isinstance(error, UnusableReplyError | json.JSONDecodeError | RecursionError):
        return ModelError(
            f"{server} did not reply as a chat server does: {error}.",
            "The address must be that of an OpenAI-compatible server, often ending in /v1.",
        )
    if isinstance(error, openai.APIStatusError):
        return _status_error(error, server)
    if _is_timeout(error):
        return ModelError(
            f"{server} took too long.",
            "Is the machine busy? Try again, use a smaller model, or raise CITEWELL_REPLY_SECONDS.",
        )
    if isinstance(error, openai.APIConnectionError | httpx2.ConnectError):
        return ModelError(f"{server} cannot be reached.", advice)
    if isinstance(error, httpx2.HTTPError | httpx2.StreamError):
        return ModelError(f"{server} broke off while it was answering.", advice)
    return ModelError(f"{server} failed: {error}.", advice)


def _is_timeout(error: BaseException) -> bool:
    return isinstance(error, openai.APITimeoutError | httpx2.TimeoutException)


def _status_error(error: openai.APIStatusError, server: str) -> ModelError:
    message, hint = _STATUS.get(
        error.status_code, ("The model server failed", "Look into its log, then try again.")
    )
    return RefusedError(f"{message} ({server}, {error.status_code}: {_detail(error)}).", hint)


def _detail(error: openai.APIStatusError) -> str:
    body = error.body
    text = body.get("message") if isinstance(body, dict) else body
    return str(text or error.message)[:200].rstrip(".")
