"""A model server whose reply has no end, in each way that a reply can have none."""

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from langchain_core.messages import HumanMessage

from assistant.errors import ModelError
from assistant.models import chat, deadline
from assistant.models.chat import CHARACTERS_A_TOKEN, ServedModel

LARGEST = 100_000
MOST_SENT = 20_000_000
"""Bytes after which the server gives up; what is in buffers on the way counts too."""
TOKENS = 20


class Server:
    """Sends ``begin`` once and ``again`` without an end."""

    def __init__(self) -> None:
        self.status, self.kind, self.begin, self.again = 200, "application/json", b"", b""
        self.sent = 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(server.status)
                self.send_header("Content-Type", server.kind)
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(server.begin)
                    while server.again and server.sent < MOST_SENT:
                        self.wfile.write(server.again)
                        server.sent += len(server.again)

            def log_message(self, *values: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "LARGEST_REPLY", LARGEST)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.http.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.http.shutdown()
    thread.join()
    made.http.server_close()


@pytest.fixture
def model(server: Server) -> Iterator[ServedModel]:
    address = f"http://127.0.0.1:{server.http.server_port}/v1"
    made = ServedModel(name="m", digest="d", address=address, key="none", seconds=600)
    yield made
    made.close()


def event(**delta: str) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": None}
    head = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
    return f"data: {json.dumps({**head, 'choices': [choice]})}\n\n".encode()


OPENING = b'{"choices": [{"message": {"role": "assistant", "content": "'


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("status", "begin"), [(200, OPENING), (500, b"no"), (400, OPENING)])
def test_a_plain_reply_without_an_end_is_told(
    server: Server, model: ServedModel, status: int, begin: bytes
) -> None:
    server.status, server.begin, server.again = status, begin, b"a" * 65_536
    with pytest.raises(ModelError, match="more than 100,000 bytes"):
        model.write([HumanMessage("hi")], max_tokens=TOKENS)
    assert server.sent < MOST_SENT


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("begin", "again"), [(b"data: ", b"a" * 65_536), (b"", b": wait\n\n" * 1_000)]
)
def test_a_stream_of_one_line_or_of_comments_is_told(
    server: Server, model: ServedModel, begin: bytes, again: bytes
) -> None:
    server.kind, server.begin, server.again = "text/event-stream", begin, again
    with pytest.raises(ModelError, match="more than 100,000 bytes"):
        list(model.stream([HumanMessage("hi")], max_tokens=TOKENS))
    assert server.sent < MOST_SENT


@pytest.mark.parametrize("again", [event(reasoning_content="hm "), b'data: {"choices": []}\n\n'])
def test_a_model_that_thinks_for_ever_is_told(
    server: Server, model: ServedModel, again: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "MOST_EVENTS", 100)
    server.kind, server.again = "text/event-stream", again * 50
    with pytest.raises(ModelError, match="without an end"):
        list(model.stream([HumanMessage("hi")], max_tokens=TOKENS))
    assert server.sent < MOST_SENT


def test_a_model_that_writes_for_ever_is_cut_off(server: Server, model: ServedModel) -> None:
    server.kind, server.again = "text/event-stream", event(content="word ") * 50
    *_, last = model.stream([HumanMessage("hi")], max_tokens=TOKENS)
    assert last.text.startswith("word word ")
    assert (len(last.text), last.finished) == (CHARACTERS_A_TOKEN * TOKENS, False)
    assert server.sent < MOST_SENT


def test_a_plain_reply_is_no_longer_than_it_may_be(server: Server, model: ServedModel) -> None:
    server.begin = OPENING + b"a" * 500_000 + b'"}}]}'
    written = model.write([HumanMessage("hi")], max_tokens=TOKENS)
    assert (len(written.text), written.finished) == (CHARACTERS_A_TOKEN * TOKENS, False)


def test_a_reply_that_nests_without_end_is_told(server: Server, model: ServedModel) -> None:
    server.begin = b'{"choices": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    with pytest.raises(ModelError, match="did not reply as a chat server does"):
        model.write([HumanMessage("hi")], max_tokens=TOKENS)
    server.kind, server.begin = "text/event-stream", b"data: " + server.begin + b"\n\n"
    with pytest.raises(ModelError, match="did not reply as a chat server does"):
        list(model.stream([HumanMessage("hi")], max_tokens=TOKENS))
