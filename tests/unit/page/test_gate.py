"""Who may ask the page, how often, and what the log says of it."""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.errors import SettingsError
from assistant.page.serving import bodies
from assistant.page.serving.door import Door
from assistant.page.serving.downloads import Downloads
from assistant.page.serving.gate import LOG, LOGINS, REQUESTS, Gate, layer
from assistant.page.serving.launch import log_requests
from assistant.page.serving.routes import INSIDE, named
from assistant.settings import Settings
from assistant.users import save_user


async def application(scope: Any, receive: Any, send: Any) -> None:
    """What stands behind the gate: lets everything in but a wrong password."""
    status = 400 if scope["path"] == "/login" else 200
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b"inside"})


def gate(
    *,
    local: bool = True,
    behind: Any = application,
    health: Any = lambda: {"status": "ok"},
    downloads: Downloads | None = None,
    counts: Callable[[], str] = str,
    **settings: Any,
) -> Gate:
    """The gate of a page with these settings, before an application."""
    given = Settings(host="127.0.0.1" if local else "192.0.2.1", **settings)
    made = layer(given, Door(given), downloads or Downloads(), health, counts)
    return made.cls(behind, **made.kwargs)


def asked(
    gate: Gate, path: str = "/", client: str = "127.0.0.1", method: str = "GET", **headers: str
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


@pytest.mark.parametrize(
    "host", ["127.0.0.1:7860", "localhost:7860", "[::1]:7860", "127.9.9.9", "k3y.localhost:7860"]
)
def test_this_machine_comes_in_by_its_own_names(host: str) -> None:
    assert asked(gate(), host=host)[0] == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:7860",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evillocalhost",
        "192.168.1.5",
        "",
        "[::",
    ],
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
    tried = [asked(door, "/login", "192.0.2.7", "POST")[0] for _ in range(LOGINS + 5)]
    assert tried == [400] * LOGINS + [429] * 5
    assert asked(door, "/login", "192.0.2.8", "POST")[0] == 400
    assert asked(door, "/", client="192.0.2.7")[0] == 200


def test_another_machine_may_ask_so_often_and_this_one_more() -> None:
    door = gate(local=False)
    statuses = {asked(door, client="192.0.2.7")[0] for _ in range(REQUESTS)}
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
    assert events[0]["path"] == "/gradio_api/file={path_or_url:path}"
    assert [event["status"] for event in events] == [404, 421]
    written = log.read_text(encoding="utf-8")
    assert not [word for word in ("secret", "hunter") if word in written]


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "/gradio_api/heartbeat/k3yofasession", "/gradio_api/heartbeat/{session_hash}"),
        ("GET", "/gradio_api/call/ask/0a1b2c", "/gradio_api/call/{api_name}/{event_id}"),
        ("POST", "/gradio_api/call/ask", "/gradio_api/call/{api_name}"),
        ("GET", "/save/t0ken/My secret plan.docx", "/save/{token}/{name}"),
        ("GET", "/gradio_api/file=/tmp/My secret plan.pdf", "/gradio_api/file={path_or_url:path}"),
        ("GET", "/My secret plan.pdf", ""),
        ("SECRET", "/", ""),
    ],
)
def test_the_log_has_no_name_or_number_that_somebody_sent(
    method: str, path: str, told: str
) -> None:
    assert named(method, path) == told


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="CITEWELL_LOG_DIR"):
        log_requests(Settings(log_dir=tmp_path / "file"))


def test_no_web_socket_is_opened() -> None:
    reached, said = [], []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope["type"])

    async def send(message: MutableMapping[str, Any]) -> None:
        said.append(message["type"])

    door = gate(behind=application)
    for kind in ("websocket", "lifespan"):
        asyncio.run(door({"type": kind}, None, send))  # type: ignore[arg-type]
    assert (reached, said) == (["lifespan"], ["websocket.close"])


def scope_of(path: str, client: str = "127.0.0.1", **headers: str) -> MutableMapping[str, Any]:
    given = {"host": "127.0.0.1:7860"} | {k.replace("_", "-"): v for k, v in headers.items()}
    return {
        "type": "http",
        "method": "POST" if "log" in path else "GET",
        "path": path,
        "client": (client, 1234),
        "headers": [(k.encode(), v.encode()) for k, v in given.items()],
    }


def test_counts_are_served_only_where_the_operator_says_so() -> None:
    def counts() -> str:
        return "citewell_answers_total 1\n"

    assert asked(gate(counts=counts), "/metrics")[0] == 404
    served = gate(counts=counts, metrics=True, local=False, password="sesame")
    status, headers, body = asked(served, "/metrics", client="192.0.2.9", host="page.example")
    assert (status, body) == (200, counts().encode())
    assert headers["content-type"].startswith("text/plain; version=0.0.4")


def test_nobody_waits_while_the_health_is_looked_at() -> None:
    looks: list[float] = []

    def health() -> dict[str, Any]:
        looks.append(time.monotonic())
        time.sleep(1)
        return {"status": "ok"}

    door = gate(health=health)

    async def nothing() -> MutableMapping[str, Any]:
        return {"type": "http.disconnect"}

    async def ask(path: str) -> float:
        began, statuses = time.monotonic(), []

        async def send(message: MutableMapping[str, Any]) -> None:
            statuses.append(message.get("status"))

        await door(scope_of(path), nothing, send)
        assert statuses[0] == 200
        return time.monotonic() - began

    async def both() -> tuple[list[float], list[float]]:
        looking = [asyncio.create_task(ask("/health")) for _ in range(50)]
        await asyncio.sleep(0.1)
        others = [await ask("/") for _ in range(20)]
        return await asyncio.gather(*looking), others

    looking, others = asyncio.run(both())
    assert min(looking) >= 0.9
    assert max(others) < 0.5
    assert len(looks) == 1, "who asks meanwhile has what the first one finds"


@pytest.mark.parametrize("pieces", [1, 20])
def test_a_password_that_is_sent_by_halves_counts_at_once(pieces: int) -> None:
    """Forty begin; as many as may fail are let go on, and the others hear that they are many."""
    door = gate(local=False, password="secret")
    going = asyncio.Event()

    async def receive() -> MutableMapping[str, Any]:
        await going.wait()
        return {"type": "http.request", "body": b"username=citewell&password=no"}

    async def log_in() -> int:
        statuses: list[int] = []

        async def send(message: MutableMapping[str, Any]) -> None:
            statuses.append(message.get("status", 0))

        await door(scope_of("/login", "192.0.2.7"), receive, send)
        return statuses[0]

    async def all_at_once() -> list[int]:
        tried = [asyncio.create_task(log_in()) for _ in range(40)]
        await asyncio.sleep(0.1)
        going.set()
        return await asyncio.gather(*tried)

    assert sorted(asyncio.run(all_at_once())) == [400] * LOGINS + [429] * 30


def test_who_logs_in_has_not_failed() -> None:
    async def welcoming(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    door = gate(local=False, behind=welcoming)
    tried = [asked(door, "/login", "192.0.2.7", "POST")[0] for _ in range(LOGINS * 2)]
    assert set(tried) == {200}


@pytest.mark.parametrize("name", ["x_forwarded_for", "x_real_ip", "forwarded"])
def test_nobody_is_believed_to_be_another(name: str) -> None:
    door = gate(local=False)
    tried = [
        asked(door, "/login", "192.0.2.7", "POST", **{name: f"198.51.100.{number}"})[0]
        for number in range(LOGINS + 5)
    ]
    assert tried == [400] * LOGINS + [429] * 5


def test_only_the_proxy_of_the_settings_is_believed() -> None:
    """It adds the sender at the end; what stands before anybody could have sent."""
    door = gate(local=False, proxy="192.0.2.7, 10.0.0.0/8")

    def log_in(client: str, chain: str) -> int:
        return asked(door, "/login", client, "POST", x_forwarded_for=chain)[0]

    for number in range(LOGINS):
        assert log_in("192.0.2.7", f"198.51.100.{number}, 203.0.113.5, 10.1.1.1") == 400
    assert log_in("192.0.2.7", "198.51.100.99, 203.0.113.5") == 429
    assert log_in("203.0.113.5", "198.51.100.99") == 429
    assert log_in("192.0.2.7", "203.0.113.6") == 400
    assert log_in("192.0.2.7", "203.0.113.6, nonsense") == 400


def sender_of(*, proxy: str = "", client: str = "127.0.0.1", **headers: str) -> str:
    """Whom what is behind the gate takes for the sender."""
    seen: list[str] = []

    async def looking(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"][0])
        await application(scope, receive, send)

    assert asked(gate(behind=looking, proxy=proxy), client=client, **headers)[0] == 200
    return seen[0]


@pytest.mark.parametrize(
    ("chain", "sender"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("203.0.113.5:4711", "203.0.113.5"),
        ("[2001:db8::5]:4711", "2001:db8::5"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("127.0.0.1, 10.1.1.1", ""),
        ("unknown", ""),
        ("_hidden", ""),
        ("[::", ""),
        (",", ""),
        ("10.1.1.1", "10.1.1.1"),
    ],
)
def test_nobody_who_comes_through_a_proxy_is_at_this_machine(chain: str, sender: str) -> None:
    """Else they could add its files: a sender of loopback is made up, or the proxy's mistake."""
    proxies = "127.0.0.1, 10.0.0.0/8"
    assert sender_of(proxy=proxies, x_forwarded_for=chain) == sender
    assert sender_of(proxy=proxies) == "127.0.0.1"


@pytest.mark.parametrize("said", ["127.0.0.1", " 127.0.0.1", "guess 127.0.0.1", ""])
def test_nobody_says_for_whom_the_page_asks_but_the_page(said: str) -> None:
    assert sender_of(client="127.0.0.9", x_citewell_for=said) == "127.0.0.9"


def test_a_household_has_one_count() -> None:
    door = gate(local=False)
    tried = [asked(door, "/login", f"2001:db8::{number:x}", "POST")[0] for number in range(15)]
    assert tried == [400] * LOGINS + [429] * 5
    assert asked(door, "/login", "2001:db8:0:1::1", "POST")[0] == 400


def test_no_header_of_a_stranger_says_where_the_page_is() -> None:
    """Gradio would build addresses from them, and its client for MCP would go there."""
    seen: list[bytes] = []

    async def looking(scope: Any, receive: Any, send: Any) -> None:
        seen.extend(name for name, _ in scope["headers"])
        await application(scope, receive, send)

    told = {
        "x_forwarded_host": "evil.example",
        "x_forwarded_proto": "https",
        "x_gradio_server": "http://evil.example",
        "x_forwarded_prefix": "/evil",
    }
    assert asked(gate(behind=looking), **told)[0] == 200
    assert seen == [b"host"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"sec_fetch_site": "same-origin"}, 200),
        ({"sec_fetch_site": "none"}, 200),
        ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}, 403),
        (
            {
                "sec_fetch_site": "cross-site",
                "sec_fetch_mode": "navigate",
                "sec_fetch_dest": "document",
            },
            403,
        ),
    ],
)
def test_another_site_cannot_log_anybody_out(headers: dict[str, str], status: int) -> None:
    assert asked(gate(), "/logout", **headers)[0] == status


def test_a_link_of_another_site_leads_to_the_page_and_nowhere_else() -> None:
    linked = {
        "sec_fetch_site": "cross-site",
        "sec_fetch_mode": "navigate",
        "sec_fetch_dest": "document",
    }
    assert asked(gate(), "/", **linked)[0] == 200
    assert asked(gate(), "/gradio_api/heartbeat/abc", **linked)[0] == 403


def sent(door: Gate, path: str, size: int, *, app: Any = None) -> tuple[int, int]:
    """The status of a request with so many bytes, of unsaid length; how many were taken."""
    taken = 0
    statuses: list[int] = []

    async def receive() -> MutableMapping[str, Any]:
        nonlocal taken
        piece = min(65_536, size - taken)
        taken += piece
        return {"type": "http.request", "body": b"x" * piece, "more_body": taken < size}

    async def send(message: MutableMapping[str, Any]) -> None:
        statuses.append(message.get("status", 0))

    scope = scope_of(path) | {"method": "POST", "app": app}
    asyncio.run(door(scope, receive, send))
    return statuses[0], taken


async def reading(scope: Any, receive: Any, send: Any) -> None:
    """Takes all that comes, and blames the sender for any fault, as FastAPI does."""
    status = 200
    try:
        while (await receive()).get("more_body"):
            pass
    except Exception:  # noqa: BLE001 - as FastAPI does
        status = 400
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/login", bodies.STRANGERS),
        ("/gradio_api/queue/join", bodies.INSIDERS),
        ("/gradio_api/upload", bodies.UPLOADED_FILES * 1_000_000),
    ],
)
def test_nobody_sends_without_end(path: str, most: int) -> None:
    door = gate(behind=reading, max_file_mb=1)
    assert sent(door, path, most)[0] == 200
    status, taken = sent(door, path, 150_000_000)
    assert status == 413
    assert taken <= most + 65_536


def test_what_says_that_it_is_too_large_is_not_read() -> None:
    told = {"content_length": "150000000"}
    assert asked(gate(), "/gradio_api/queue/join", method="POST", **told)[0] == 413


def test_a_stranger_who_takes_his_time_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "STRANGERS_S", 0.2)
    statuses: list[int] = []

    async def receive() -> MutableMapping[str, Any]:
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"u", "more_body": True}

    async def send(message: MutableMapping[str, Any]) -> None:
        statuses.append(message.get("status", 0))

    asyncio.run(gate()(scope_of("/login"), receive, send))
    assert statuses[0] == 408


def inside(**tokens: str) -> Any:
    """Gradio's application as the door knows it, with these sessions."""
    return SimpleNamespace(auth=True, tokens=tokens, cookie_id="id", blocks=None)


def as_user(door: Gate, path: str, token: str, app: Any) -> int:
    statuses: list[int] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request"}

    async def send(message: MutableMapping[str, Any]) -> None:
        statuses.append(message.get("status", 0))

    scope = scope_of(path, cookie=f"access-token-unsecure-id={token}") | {"app": app}
    asyncio.run(door(scope, receive, send))
    return statuses[0]


@pytest.mark.parametrize("route", [each for each in INSIDE if "logout" not in each])
def test_everything_but_the_log_in_page_wants_a_log_in(route: str) -> None:
    method, _, path = route.partition(" ")
    door, app = gate(password="secret"), inside(good="citewell")
    scope = scope_of(path) | {"method": method}
    statuses: list[int] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request"}

    async def send(message: MutableMapping[str, Any]) -> None:
        statuses.append(message.get("status", 0))

    asyncio.run(door(scope | {"app": app}, receive, send))
    assert statuses[0] == 401
    for wrong in ("", "bad", "good2"):
        assert as_user(door, "/config", wrong, app) == 401
    assert as_user(door, "/config", "good", app) == 200


def test_a_user_who_is_removed_or_has_another_password_is_logged_out(tmp_path: Path) -> None:
    path = tmp_path / "users"
    for name in ("ann", "bob", "eve"):
        save_user(path, name, "correct horse")
    door = gate(users=path, password="the operator's")
    app = inside(a="ann", b="bob", e="eve", o="citewell")
    assert {as_user(door, "/config", token, app) for token in "abeo"} == {200}
    save_user(path, "bob", "battery staple")
    kept = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in kept if line[:3] != "eve"), encoding="utf-8")
    statuses = {token: as_user(door, "/config", token, app) for token in "abeo"}
    assert statuses == {"a": 200, "b": 401, "e": 401, "o": 200}
    path.unlink()
    assert as_user(door, "/config", "a", app) == 401
    assert as_user(door, "/config", "o", app) == 200
