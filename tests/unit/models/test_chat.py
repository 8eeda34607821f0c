"""The model over a server that can and cannot, through the real LangChain client."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from assistant.errors import ModelError
from assistant.models.protocol import Capabilities

Start = Callable[..., Any]
ALL = "grammar,json_schema,logprobs"


def asked(text: str) -> list[BaseMessage]:
    return [SystemMessage("Do as you are told."), HumanMessage(f"say: {text}")]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), Capabilities(grammar=True, json_schema=True, logprobs=True)),
        (
            ("--features", "json_schema", "--refuse"),
            Capabilities(grammar=False, json_schema=True, logprobs=False),
        ),
        (("--features", ""), Capabilities(grammar=False, json_schema=False, logprobs=False)),
        (
            ("--features", "", "--refuse"),
            Capabilities(grammar=False, json_schema=False, logprobs=False),
        ),
    ],
)
def test_capabilities_are_found_out(
    standin: Start, arguments: tuple[str, ...], expected: Capabilities
) -> None:
    assert standin(*arguments).model().capabilities == expected


def test_the_server_is_probed_once(standin: Start) -> None:
    server = standin()
    model = server.model()
    model.choose(asked("B"), ["A", "B"])
    before = len(server.requests())
    model.choose(asked("B"), ["A", "B"])
    assert len(server.requests()) == before + 1


@pytest.mark.parametrize("features", [ALL, "json_schema,logprobs", "logprobs"])
@pytest.mark.parametrize("refuse", [True, False])
def test_choose_however_the_server_can_be_held_to_the_options(
    standin: Start, features: str, refuse: bool
) -> None:
    server = standin("--features", features, *(["--refuse"] if refuse else []))
    choice = server.model().choose(asked("maybe"), ["yes", "no", "maybe"])
    assert choice.option == "maybe"
    assert choice.probabilities == pytest.approx({"yes": 1 / 6, "no": 1 / 6, "maybe": 4 / 6})
    assert choice.usage.cached_tokens == 7
    constraints = {"grammar", "response_format"} & set(server.requests()[-1])
    assert (
        constraints
        == {
            ALL: {"grammar"},
            "json_schema,logprobs": {"response_format"},
            "logprobs": set(),
        }[features]
    )


@pytest.mark.parametrize("features", ["grammar", "json_schema", ""])
def test_no_probabilities_where_the_server_lists_none(standin: Start, features: str) -> None:
    choice = standin("--features", features).model().choose(asked("no"), ["yes", "no"])
    assert (choice.option, choice.probabilities) == ("no", None)


def test_a_server_that_lists_twenty_alternatives_is_asked_for_twenty(standin: Start) -> None:
    server = standin("--most", "20", "--refuse")
    choice = server.model().choose(asked("A"), ["A", "B"])
    assert choice.probabilities is not None
    assert server.requests()[-1]["top_logprobs"] == 20


def test_a_reply_that_is_no_option_is_asked_again_and_then_an_error(standin: Start) -> None:
    server = standin("--features", "")
    model = server.model()
    before = len(server.requests()) + bool(model.capabilities) * len(server.requests())
    with pytest.raises(ModelError, match="none of the answers"):
        model.choose(asked("perhaps"), ["yes", "no"])
    later = server.requests()[before:]
    assert [len(body["messages"]) for body in later] == [2, 4, 6]
    assert "exactly one of these" in later[-1]["messages"][-1]["content"]


def test_options_that_cannot_be_told_apart_are_a_mistake_of_the_caller(standin: Start) -> None:
    with pytest.raises(ValueError, match="beginning of another"):
        standin().model().choose(asked("A"), ["1", "12"])


def test_write(standin: Start) -> None:
    server = standin()
    model = server.model()
    written = model.write(asked("one two three"), max_tokens=10, stop=["four"])
    assert (written.text, written.finished) == ("one two three", True)
    assert (written.usage.prompt_tokens, written.usage.completion_tokens) == (12, 3)
    assert written.usage.seconds > 0
    body = server.requests()[-1]
    assert (body["max_tokens"], body["stop"], body["temperature"]) == (10, ["four"], 0)
    assert not model.write(asked("one two three"), max_tokens=2).finished


class Recorder(BaseCallbackHandler):
    def __init__(self) -> None:
        self.events: list[str] = []

    def on_chat_model_start(self, *_: Any, **__: Any) -> None:
        self.events.append("start")

    def on_llm_end(self, *_: Any, **__: Any) -> None:
        self.events.append("end")


def test_callbacks_see_every_call(standin: Start) -> None:
    model = standin().model()
    assert model.capabilities.grammar
    recorder = Recorder()
    model.choose(asked("A"), ["A", "B"], config={"callbacks": [recorder]})
    model.write(asked("A"), max_tokens=2, config={"callbacks": [recorder]})
    assert recorder.events == ["start", "end"] * 2


@pytest.mark.parametrize(
    ("fail", "message"),
    [
        ("400", "refused the request"),
        ("401", "refused the key"),
        ("404", "does not know this model"),
        ("429", "too much to do"),
        ("500", "failed"),
        ("503", "not ready"),
        ("html", "did not reply as a chat server does"),
        ("no-choices", "did not reply as a chat server does"),
        ("drop", "cannot be reached"),
        ("slow", "took too long"),
    ],
)
def test_each_failure_is_a_model_error_with_a_hint(
    standin: Start, monkeypatch: pytest.MonkeyPatch, fail: str, message: str
) -> None:
    monkeypatch.setattr("assistant.models.endpoint.RETRY_SECONDS", (0.01, 0.01))
    model = standin("--fail", fail).model(seconds=1.0)
    with pytest.raises(ModelError, match=message) as caught:
        model.write(asked("hello"), max_tokens=5)
    assert caught.value.hint
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("fail", ["drip", "drip-header"])
def test_a_reply_that_drips_for_ever_is_given_up(standin: Start, fail: str) -> None:
    server = standin("--fail", fail, "--times", "1")
    model = server.model(seconds=1.0)
    started = time.monotonic()
    with pytest.raises(ModelError, match="took too long") as caught:
        model.write(asked("hello"), max_tokens=5)
    assert time.monotonic() - started < 8  # it drips for 20 s
    assert "CITEWELL_REPLY_SECONDS" in caught.value.hint
    assert server.model().write(asked("hello"), max_tokens=5).text == "hello"


@pytest.mark.parametrize("fail", ["truncate", "garbage-stream"])
def test_a_stream_that_nobody_asked_for_is_an_error_not_a_text(standin: Start, fail: str) -> None:
    model = standin("--fail", fail).model(seconds=5.0)
    with pytest.raises(ModelError):
        model.write(asked("hello"), max_tokens=5)


@pytest.mark.parametrize("status", ["429", "503"])
def test_a_busy_server_is_asked_again(
    standin: Start, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    monkeypatch.setattr("assistant.models.endpoint.RETRY_SECONDS", (0.01, 0.01))
    server = standin("--fail", status, "--times", "2")
    assert server.model().write(asked("hello"), max_tokens=5).text == "hello"
    assert len(server.requests()) == 3


def test_a_failure_while_probing_is_no_missing_feature(standin: Start) -> None:
    model = standin("--fail", "drop", "--after", "1").model()
    with pytest.raises(ModelError, match="cannot be reached"):
        _ = model.capabilities


def test_a_server_that_is_not_there(standin: Start) -> None:
    server = standin()
    server.process.kill()
    server.process.wait()
    with pytest.raises(ModelError, match="cannot be reached") as caught:
        server.model().write(asked("hello"), max_tokens=5)
    assert "CITEWELL_MODEL" in caught.value.hint


def test_the_key_is_sent(standin: Start) -> None:
    server = standin("--key", "secret")
    assert server.model(key="secret").write(asked("hello"), max_tokens=5).text == "hello"
    with pytest.raises(ModelError, match="refused the key"):
        server.model(key="other").write(asked("hello"), max_tokens=5)


def test_proxy_variables_are_ignored(standin: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert standin().model().write(asked("hello"), max_tokens=5).text == "hello"


SCHEMA = {"type": "object", "properties": {"sentences": {"type": "array"}}}


def test_what_is_written_grows_and_ends_as_written_at_once(standin: Start) -> None:
    model = standin().model()
    *growing, last = model.stream(asked("One two three."), max_tokens=50)
    assert [piece.text for piece in growing][:2] == ["One", "One two"]
    assert not any(piece.finished for piece in growing)
    assert (last.text, last.finished) == ("One two three.", True)


def test_a_stream_that_runs_into_its_limit_is_not_finished(standin: Start) -> None:
    *_, last = standin().model().stream(asked("One two three."), max_tokens=2)
    assert (last.text, last.finished) == ("One two", False)


@pytest.mark.parametrize("features", [ALL, ""])
def test_a_reply_is_held_to_a_schema_where_the_server_has_such(
    standin: Start, features: str
) -> None:
    server = standin("--features", features, "--refuse")
    *_, last = server.model().stream(asked("One two."), max_tokens=50, schema=SCHEMA)
    assert last.text == "One two."
    assert ("response_format" in server.requests()[-1]) == bool(features)


def test_a_server_that_does_not_stream_is_asked_once_more(standin: Start) -> None:
    (only,) = standin("--no-stream").model().stream(asked("One two."), max_tokens=50)
    assert (only.text, only.finished) == ("One two.", True)


def test_a_stream_that_breaks_off_is_an_error(standin: Start) -> None:
    model = standin("--fail", "break").model()
    with pytest.raises(ModelError):
        list(model.stream(asked("One two."), max_tokens=50))
