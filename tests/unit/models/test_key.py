"""The key of a model server goes to that server and to no other one."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage

from assistant.errors import ModelError
from assistant.models.probing import slots_told
from assistant.runtime import open_model
from assistant.settings import Settings

KEY = "sk-of-the-operator"
REPLY = {"choices": [{"message": {"role": "assistant", "content": "hello"}, "index": 0}]}


class Server:
    """A model server on this machine; ``seen`` are the keys that were sent to it."""

    def __init__(self) -> None:
        self.seen: list[str | None] = []
        self.said: list[str] = []
        self.moved: str | None = None
        self.packed = False
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self._answer()

            def do_GET(self) -> None:
                self._answer()

            def _answer(self) -> None:
                server.seen.append(self.headers["Authorization"])
                server.said.append(str(self.headers))
                body = json.dumps(REPLY).encode()
                if server.packed:
                    body = gzip.compress(body + b" " * 50_000_000)
                self.send_response(307 if server.moved else 200)
                if server.moved:
                    self.send_header("Location", server.moved)
                if server.packed:
                    self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *values: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"


@contextmanager
def serving() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def servers() -> Iterator[tuple[Server, Server]]:
    """The operator's, and one that somebody else names."""
    with ExitStack() as stack:
        yield stack.enter_context(serving()), stack.enter_context(serving())


@pytest.fixture
def settings(
    servers: tuple[Server, Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    monkeypatch.setenv("CITEWELL_API_KEY", KEY)
    return Settings(model=f"openai:m@{servers[0].url}", models_dir=tmp_path, log_dir=tmp_path)


def asked(settings: Settings, name: str | None) -> None:
    model = open_model(settings, name)
    try:
        model.write([HumanMessage("Say hello.")], max_tokens=5)
    finally:
        model.close()


def test_the_server_of_the_settings_has_the_key(
    settings: Settings, servers: tuple[Server, Server]
) -> None:
    asked(settings, None)
    asked(settings, f"openai:another@{servers[0].url}/")
    assert set(servers[0].seen) == {f"Bearer {KEY}"}


@pytest.mark.parametrize("own", ["openai:m@{0}", "qwen2.5-coder-1.5b", "openai:m@http://127.0.0.1"])
def test_another_server_has_not(
    settings: Settings, servers: tuple[Server, Server], own: str
) -> None:
    settings = settings.model_copy(update={"model": own.format(servers[0].url)})
    asked(settings, f"openai:m@{servers[1].url}")
    assert servers[1].seen
    assert not [key for key in servers[1].seen if key and KEY in key]


def test_nor_has_one_to_which_the_server_of_the_settings_sends(
    settings: Settings, servers: tuple[Server, Server]
) -> None:
    servers[0].moved = f"{servers[1].url}/chat/completions"
    with pytest.raises(ModelError):
        asked(settings, None)
    assert servers[0].seen
    assert servers[1].seen == []


@pytest.mark.parametrize("name", [None, "openai:m@{0}"])
def test_nothing_of_the_environment_goes_to_any_server(
    settings: Settings,
    servers: tuple[Server, Server],
    name: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The client library sends what it finds there: it is for a server of that company."""
    for variable in ("API_KEY", "ADMIN_KEY", "ORG_ID", "ORGANIZATION", "PROJECT_ID"):
        monkeypatch.setenv(f"OPENAI_{variable}", "secret")
    headers = "X-Secret: secret\nAuthorization: Bearer secret"
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", headers)
    monkeypatch.setenv("OPENAI_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    asked(settings, name and name.format(servers[1].url))
    (said,) = [*servers[0].said, *servers[1].said]
    assert "secret" not in said.lower()
    assert ("Bearer none" if name else f"Bearer {KEY}") in said


def test_a_reply_that_is_packed_is_never_unpacked(
    settings: Settings, servers: tuple[Server, Server]
) -> None:
    servers[0].packed = True
    with pytest.raises(ModelError, match="packed"):
        asked(settings, None)
    assert slots_told(servers[0].url) is None
