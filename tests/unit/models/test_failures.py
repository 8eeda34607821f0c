"""Every failure of the client library is translated, once, with a hint."""

import inspect
from types import ModuleType

import httpx2
import openai
import pytest

from assistant.errors import ModelError
from assistant.models.failures import TRANSLATED, RefusedError, translated, translation

NOT_OF_A_CHAT = {
    "InvalidWebhookSignatureError",  # checking webhooks
    "WebSocketConnectionClosedError",  # the realtime interface
    "WebSocketQueueFullError",
    "CookieConflict",  # reading cookies by name
}
REQUEST = httpx2.Request("POST", "http://127.0.0.1:1/v1/chat/completions")


def exceptions_of(module: ModuleType) -> list[type[Exception]]:
    """What a user of the module can name, except for warnings."""
    found = [value for _, value in inspect.getmembers(module, inspect.isclass)]
    return [kind for kind in found if issubclass(kind, Exception) and not issubclass(kind, Warning)]


@pytest.mark.parametrize("module", [openai, httpx2])
def test_the_table_is_complete(module: ModuleType) -> None:
    kinds = exceptions_of(module)
    assert len(kinds) > 10
    missing = {kind.__name__ for kind in kinds if not issubclass(kind, TRANSLATED)}
    assert missing <= NOT_OF_A_CHAT


def status_error(status: int, body: object) -> openai.APIStatusError:
    response = httpx2.Response(status, request=REQUEST)
    return openai.APIStatusError("message", response=response, body=body)


@pytest.mark.parametrize("status", range(400, 600))
def test_each_status_is_a_refusal_that_names_it(status: int) -> None:
    error = translation(status_error(status, {"message": "too long."}), "The server", "advice")
    assert isinstance(error, RefusedError)
    assert f"(The server, {status}: too long)." in error.message
    assert error.hint


@pytest.mark.parametrize("body", [None, "plain", {"other": 1}, ["list"]])
def test_a_body_of_any_kind_is_bearable(body: object) -> None:
    assert "500" in translation(status_error(500, body), "The server", "advice").message


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (openai.APIConnectionError(request=REQUEST), "cannot be reached"),
        (openai.APITimeoutError(REQUEST), "took too long"),
        (httpx2.ReadTimeout("slow"), "took too long"),
        (httpx2.ConnectError("refused"), "cannot be reached"),
        (httpx2.RemoteProtocolError("incomplete"), "broke off"),
        (httpx2.StreamConsumed(), "broke off"),
        (openai.OpenAIError("else"), "failed: else"),
    ],
)
def test_connections(error: Exception, message: str) -> None:
    with pytest.raises(ModelError, match=message) as caught, translated("The server", "advice"):
        raise error
    assert caught.value.hint
    assert caught.value.__cause__ is error


def test_mistakes_of_the_program_are_not_hidden() -> None:
    with pytest.raises(TypeError), translated("The server", "advice"):
        raise TypeError
