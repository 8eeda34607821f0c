"""Who may ask the page, how often, and what the log says of it."""

import asyncio
import json
import logging
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import SettingsError
from assistant.page.serving.gate import LOG, REQUESTS, WRONG_LOGINS, Gate, layer, told_path
from assistant.page.serving.launch import log_requests
from assistant.settings import Settings


async def application(scope: Any, receive: Any, send: Any) -> None:
    """What stands behind the gate: lets everything in but a wrong password."""
    status = 400 if scope["path"] == "/login" else 200
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b"inside"})


def gate(*, local: bool = True) -> Gate:
    made = layer(local=local, health=lambda: {"status": "ok"})
    return made.cls(application, **made.kwargs)


def asked(
    gate: Gate, path: str = "/", client: str = "127.0.0.1", method: str = "POST", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request."""
    given = {"host": "127.0.0.1:7860"} | {k.replace("_", "-"): v for k, v in headers.items()}
    scope: MutableMapping[str, Any] = {
        "type": "http",
        "method": method,
        "path": path,
        "client": (client, 1234),
        "headers": [(k.encode(), v.encode()) for k, v in given.items()],
    }
    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.disconnect"}

    asyncio.run(gate(scope, receive, send))
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, sent[1]["body"]


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "[::1]:7860", "127.9.9.9"])
def test_this_machine_comes_in_by_its_own_names(host: str) -> None:
    assert asked(gate(), host=host)[0] == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "192.168.1.5", "", "[::"],
)
def test_a_name_that_was_made_to_lead_here_does_not(host: str) -> None:
    status, _, body = asked(gate(), host=host)
    assert (status, b"inside" in body) == (421, False)


def test_another_address_answers_to_any_name() -> None:
    """There a password is needed, which no other site's name has."""
    assert asked(gate(local=False), host="papers.example")[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://localhost:7860"},
        {"origin": "null"},
        {"origin": "http://[::"},
        {"sec_fetch_site": "cross-site", "sec_fetch_mode": "no-cors", "sec_fetch_dest": "image"},
        {"sec_fetch_site": "same-site", "sec_fetch_mode": "cors", "sec_fetch_dest": "empty"},
        {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "iframe"},
    ],
)
@pytest.mark.parametrize("local", [True, False])
def test_another_site_is_refused(headers: dict[str, str], local: bool) -> None:
    status, _, body = asked(gate(local=local), "/gradio_api/call/remove", **headers)
    assert (status, b"inside" in body) == (403, False)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://127.0.0.1:7860"},
        {"origin": "http://127.0.0.1:7860", "sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "none", "sec_fetch_mode": "navigate"},
        {
            "sec_fetch_site": "cross-site",
            "sec_fetch_mode": "navigate",
            "sec_fetch_dest": "document",
        },
    ],
)
def test_the_page_itself_a_program_and_a_link_come_in(headers: dict[str, str]) -> None:
    assert asked(gate(), **headers)[0] == 200


def test_every_reply_forbids_what_is_of_another_machine() -> None:
    for status, headers, _ in (asked(gate()), asked(gate(), host="evil.example")):
        assert status in (200, 421)
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "http:" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_passwords_cannot_be_tried_without_end() -> None:
    door = gate(local=False)
    tried = [asked(door, "/login", client="192.0.2.7")[0] for _ in range(WRONG_LOGINS + 5)]
    assert tried == [400] * WRONG_LOGINS + [429] * 5
    assert asked(door, "/login", client="192.0.2.8")[0] == 400
    assert asked(door, "/", client="192.0.2.7")[0] == 200


def test_another_machine_may_ask_so_often_and_this_one_more() -> None:
    door = gate(local=False)
    statuses = {asked(door, client="192.0.2.7")[0] for _ in range(REQUESTS - 1)}
    assert statuses == {200}
    assert asked(door, client="192.0.2.7")[0] == 429
    assert {asked(door)[0] for _ in range(REQUESTS + 5)} == {200}


def test_its_health_can_be_asked_but_not_from_anywhere() -> None:
    status, _, body = asked(gate(), "/health", method="GET")
    assert (status, json.loads(body)) == (200, {"status": "ok"})
    assert asked(gate(), "/health", host="evil.example")[0] == 421


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    log_requests(Settings(log_dir=tmp_path))
    yield tmp_path / "page.log"
    for handler in LOG.handlers[:]:
        handler.close()
        LOG.removeHandler(handler)
    LOG.setLevel(logging.NOTSET)


def test_the_log_has_a_line_for_each_request_and_nothing_of_its_content(log: Path) -> None:
    _, headers, _ = asked(
        gate(),
        "/gradio_api/file=/tmp/My secret plan.pdf",
        authorization="Bearer hunter2",
        cookie="access-token=hunter3",
    )
    asked(gate(), host="evil.example")
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    events = [line["event"] for line in lines]
    assert events[0]["request"] == headers["x-request-id"]
    assert events[0]["path"] == "/gradio_api/file="
    assert [event["status"] for event in events] == [200, 421]
    written = log.read_text(encoding="utf-8")
    assert not [word for word in ("secret", "hunter") if word in written]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/gradio_api/heartbeat/k3yofasession", "/gradio_api/heartbeat/"),
        ("/gradio_api/call/ask/0a1b2c", "/gradio_api/call/ask/"),
        ("/gradio_api/call/ask", "/gradio_api/call/ask"),
        ("/" + "x" * 100, "/" + "x" * 79),
    ],
)
def test_the_log_has_no_number_by_which_an_answer_could_be_fetched(path: str, told: str) -> None:
    assert told_path(path) == told


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="CITEWELL_LOG_DIR"):
        log_requests(Settings(log_dir=tmp_path / "file"))


def test_no_web_socket_is_opened() -> None:
    reached = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope["type"])

    door = Gate(application, local=True, health=dict)
    for kind in ("websocket", "lifespan"):
        asyncio.run(door({"type": kind}, None, None))  # type: ignore[arg-type]
    assert reached == ["lifespan"]
