"""What a stranger or another user can do to a real page, by requests of this machine alone.

Each test speaks from an address of its own in 127.0.0.0/8, so that none uses up another's tries.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from assistant.page.serving.gate import LOGINS
from assistant.page.serving.routes import INSIDE, REFUSED
from assistant.users import save_user

ROOT = Path(__file__).parents[2]
PASSWORDS = {"ann": "correct horse", "bob": "battery staple", "citewell": "the operator's"}
SECRET = "Zirkonheim"


@dataclass(frozen=True)
class Site:
    """A page with users."""

    address: str
    users: Path
    log: Path

    @property
    def host(self) -> tuple[str, int]:
        name, _, port = self.address.removeprefix("http://").rpartition(":")
        return name, int(port)

    def client(self, number: int) -> httpx2.Client:
        """Somebody at the address 127.0.0.NUMBER."""
        transport = httpx2.HTTPTransport(local_address=f"127.0.0.{number}")
        return httpx2.Client(
            base_url=self.address, transport=transport, trust_env=False, timeout=120
        )

    @contextmanager
    def user(self, name: str, number: int) -> Iterator[httpx2.Client]:
        """Somebody who has logged in."""
        with self.client(number) as client:
            assert logged_in(client, name, PASSWORDS[name]).status_code == 200
            yield client


def logged_in(client: httpx2.Client, name: str, password: str, **headers: str) -> httpx2.Response:
    data = {"username": name, "password": password}
    return client.post("/login", data=data, headers=headers)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("trust")
    for name in ("ann", "bob"):
        save_user(folder / "users", name, PASSWORDS[name])
    settings = {
        "CITEWELL_USERS": str(folder / "users"),
        "CITEWELL_PASSWORD": PASSWORDS["citewell"],
        "CITEWELL_LOG_DIR": str(folder / "log"),
        "CITEWELL_METRICS": "1",
    }
    with (
        (folder / "stderr").open("w", encoding="utf-8") as log,
        subprocess.Popen(
            [sys.executable, "-m", "tests.ui.standin_page", str(folder / "library")],
            cwd=ROOT,
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        assert process.stdout
        address = process.stdout.readline().strip().rstrip("/")
        try:
            yield Site(address, folder / "users", folder / "stderr")
        finally:
            process.terminate()


def called(client: httpx2.Client, endpoint: str, data: list[Any]) -> tuple[str, Any]:
    """How a call of the HTTP API ended: ``complete`` or ``error``, and what it said."""
    asked = json.dumps({"data": data})  # a lone surrogate as its escape, which is JSON
    path, kind = f"/gradio_api/call/{endpoint}", {"content-type": "application/json"}
    event = client.post(path, content=asked, headers=kind).json()["event_id"]
    told = client.get(f"/gradio_api/call/{endpoint}/{event}").text.splitlines()
    ends = [n for n, line in enumerate(told) if line in ("event: complete", "event: error")]
    return told[ends[-1]].removeprefix("event: "), json.loads(told[ends[-1] + 1][6:])


def test_a_stranger_reaches_the_log_in_page_alone(site: Site) -> None:
    with site.client(11) as client:
        assert client.get("/").status_code == 200
        assert client.get("/health").json()["status"] == "ok"
        assert "citewell_questions_waiting 0" in client.get("/metrics").text
        for route in INSIDE:
            method, _, path = route.partition(" ")
            headers = {"sec-fetch-site": "same-origin"}
            assert client.request(method, path, headers=headers).status_code == 401, route


def test_a_user_reaches_nothing_that_the_page_does_not_need(site: Site) -> None:
    with site.user("ann", 12) as client:
        assert client.get("/config").status_code == 200
        for route in REFUSED:
            method, _, path = route.partition(" ")
            path = path.replace("{path_or_url:path}", "http://127.0.0.1:9/x").replace("{", "")
            assert client.request(method, path.replace("}", "")).status_code == 404, route


def test_no_event_and_no_endpoint_adds_a_file_of_this_machine(site: Site) -> None:
    """Each is given a path wherever it takes something, as a text, a file and what was clicked."""
    place = site.users.parent / f"{SECRET}.txt"
    place.write_text(f"The vault at {SECRET} holds nine sealed letters.", encoding="utf-8")
    given = [str(place), {"path": str(place), "meta": {"_type": "gradio.FileData"}}]
    clicked = dict.fromkeys(("document", "question", "chat", "title", "source"), str(place))
    with site.user("ann", 14) as client:
        config = client.get("/config").json()
        known = config["dependencies"]  # what one adds another one would remove
        events = [each for each in known if not each["api_name"].endswith("remove")]
        assert len(events) > 30
        for each, value in ((each, value) for each in events for value in given):
            asked = {
                "data": [value] * len(each["inputs"]),
                "fn_index": each["id"],
                "session_hash": "paths",
                "event_data": clicked,
            }
            if client.post("/gradio_api/queue/join", json=asked).status_code == 200:
                client.get("/gradio_api/queue/data", params={"session_hash": "paths"})
        assert called(client, "documents", [])[0] == "complete"
        assert SECRET not in json.dumps(called(client, "documents", [])[1])
        ended, told = called(client, "add", [str(place)])
    assert (ended, "only web addresses" in told["error"]) == ("error", True)


def test_a_user_neither_watches_nor_sees_folders_of_this_machine(site: Site) -> None:
    folder = str(site.users.parent)
    with site.user("ann", 15) as client:
        calls = {
            "watch": [folder, None, ""],
            "unwatch": [folder],
            "watched": [],
            "keep_in_step": [],
        }
        for endpoint, values in calls.items():
            ended, told = called(client, endpoint, values)
            assert (ended, "no folders can be watched" in told["error"]) == ("error", True)
        (event,) = (
            each["id"]
            for each in client.get("/config").json()["dependencies"]
            if each["api_name"] == "page_watch"
        )
        clicked = {"folder": folder, "ignore": "", "remove": False}
        asked = {"data": [], "fn_index": event, "session_hash": "watch", "event_data": clicked}
        assert client.post("/gradio_api/queue/join", json=asked).status_code == 200
        told = client.get("/gradio_api/queue/data", params={"session_hash": "watch"}).text
        assert '"success":true' in told.replace(" ", "")
        assert folder not in told


def test_headers_without_an_end_are_refused(site: Site) -> None:
    sent = 0
    with socket.create_connection(site.host) as stranger:
        stranger.settimeout(20)
        stranger.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ")
        with suppress(OSError):
            while sent < 30_000_000:
                stranger.sendall(b"a" * 65_536)
                sent += 65_536
    assert sent < 30_000_000


def test_an_address_in_place_of_a_file_is_not_fetched(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as bait, site.user("ann", 13) as client:
        bait.settimeout(1)
        url = f"http://127.0.0.1:{bait.getsockname()[1]}/secret.txt"
        known = client.get("/config").json()["dependencies"]
        (add,) = [each["id"] for each in known if each["api_name"] == "page_add_files"]
        file = {"path": url, "meta": {"_type": "gradio.FileData"}}
        asked = {"data": [[file], None], "fn_index": add, "session_hash": "bait"}
        assert client.post("/gradio_api/queue/join", json=asked).status_code == 200
        told = client.get("/gradio_api/queue/data", params={"session_hash": "bait"}).text
        assert "Send the file itself, not an address." in told
        with pytest.raises(TimeoutError):
            bait.accept()


@pytest.mark.parametrize(
    ("name", "place"), [("X-Forwarded-For", 21), ("Forwarded", 22), ("X-Real-IP", 23)]
)
def test_a_forged_sender_has_no_more_tries(site: Site, name: str, place: int) -> None:
    with site.client(place) as client:
        tried = [
            logged_in(client, "ann", "wrong", **{name: f"198.51.100.{number}"}).status_code
            for number in range(LOGINS + 3)
        ]
    assert tried == [400] * LOGINS + [429] * 3


def test_passwords_sent_by_halves_are_counted(site: Site) -> None:
    body = b"username=ann&password=wrong"
    head = (
        b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body)
    )
    begun = []
    for _ in range(40):
        begun.append(socket.create_connection(site.host, source_address=("127.0.0.50", 0)))
        begun[-1].sendall(head + body[:10])
    time.sleep(1)
    statuses = []
    for each in begun:
        each.settimeout(60)
        with each:
            try:
                each.sendall(body[10:])
                statuses.append(int(each.recv(100).split()[1]))
            except OSError:  # refused, and closed before the rest was sent
                statuses.append(429)
    assert statuses.count(400) == LOGINS
    assert statuses.count(429) == 40 - LOGINS


def test_nobody_waits_for_others_passwords(site: Site) -> None:
    """Eight at once have half a second's work or more; who asks something else has it at once."""
    ended: list[int] = []

    def log_in(number: int) -> None:
        with site.client(number) as client:
            ended.append(logged_in(client, "ann", "wrong").status_code)

    with site.client(60) as other:
        other.get("/robots.txt")
        began = time.monotonic()
        threads = [threading.Thread(target=log_in, args=(61 + n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        waits = []
        while any(thread.is_alive() for thread in threads):
            asked = time.monotonic()
            other.get("/robots.txt")
            waits.append(time.monotonic() - asked)
        whole = time.monotonic() - began
    assert ended == [400] * 8
    assert max(waits) < max(0.5, whole / 2)


def test_a_stranger_cannot_send_much(site: Site) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(3_000):
            yield b"x" * 65_536

    for path in ("/login", "/gradio_api/upload", "/gradio_api/queue/join"):
        with site.client(70) as client:
            try:
                status = client.post(path, content=endless()).status_code
            except httpx2.TransportError:  # it hung up before the end
                status = 413
            assert status in (401, 413)


def test_a_user_sends_no_more_than_a_question_needs(site: Site) -> None:
    with site.user("ann", 71) as client:
        long = {"data": ["x" * 5_000_000, None]}
        assert client.post("/gradio_api/call/ask", json=long).status_code == 413


def test_a_user_who_is_removed_is_out(site: Site) -> None:
    with site.user("bob", 80) as client:
        assert called(client, "documents", [])[0] == "complete"
        lines = site.users.read_text(encoding="utf-8").splitlines()
        rest = [line for line in lines if not line.startswith("bob:")]
        site.users.write_text("\n".join(rest), encoding="utf-8")
        assert client.get("/config").status_code == 401
        assert logged_in(client, "bob", PASSWORDS["bob"]).status_code == 400
    save_user(site.users, "bob", PASSWORDS["bob"])
    with site.user("bob", 81) as client:
        assert client.get("/config").status_code == 200


def test_another_site_logs_nobody_out(site: Site) -> None:
    with site.user("ann", 82) as client:
        across = {
            "sec-fetch-site": "cross-site",
            "sec-fetch-mode": "navigate",
            "sec-fetch-dest": "document",
        }
        assert client.get("/logout", headers=across).status_code == 403
        assert client.get("/logout").status_code == 403
        assert client.get("/config").status_code == 200
        assert client.get("/logout", headers={"sec-fetch-site": "same-origin"}).status_code == 302
        assert client.get("/config").status_code == 401


@pytest.mark.parametrize(
    ("endpoint", "data"),
    [
        ("ask", []),
        ("ask", [SECRET] * 9),
        ("ask", [{"path": SECRET}, 5]),
        ("search", [SECRET, None, "many"]),
        ("search", [SECRET, None, 10**9]),
        ("search", [SECRET, None, -1]),
        ("search", [SECRET, [f"{SECRET}.txt"] * 5000, 3]),
        ("text", [None]),
        ("remove", [[]]),
        ("add", [7]),
        ("summarize", [[SECRET], "brief", SECRET * 100, ""]),
        ("summarize", [SECRET, 3, None, {}]),
        ("add", [f"http://{SECRET}\ud800.example"]),
    ],
)
def test_no_failure_is_blank_and_none_is_logged_with_what_was_asked(
    site: Site, endpoint: str, data: list[Any]
) -> None:
    with site.user("ann", 90) as client:
        ended, told = called(client, endpoint, data)
    assert ended == "error"
    assert len(told["error"].split()) >= 3
    assert SECRET not in site.log.read_text(encoding="utf-8")


def test_nobody_waits_while_an_endpoint_is_polled(site: Site) -> None:
    """Documents are added meanwhile; the slowest other request tells whether the loop was held.

    How slow that is on this machine without polling is measured first, ``""`` being no address.
    """
    polled = ["", "", "/health", "/", "/config", "/gradio_api/info", "/gradio_api/queue/data"]
    over = threading.Event()

    def poll(path: str) -> None:
        with site.user("ann", 95) as client:
            while path and not over.is_set():
                try:
                    client.get(path, timeout=5, params={"session_hash": "x", "upload_id": "x"})
                except httpx2.TransportError:
                    continue  # a stream without end, or one that has broken off

    def add(client: httpx2.Client, number: int) -> None:
        text = f"Report {number}. " + "The bridge was closed in May. " * 3_000
        path = site.users.parent / f"report{number}.txt"
        path.write_text(text, encoding="utf-8")
        called(client, "add", [str(path)])

    waits: dict[str, float] = {}
    with site.user("citewell", 96) as operator, site.client(97) as other:
        for number, path in enumerate(polled):
            over.clear()
            poller = threading.Thread(target=poll, args=(path,))
            adder = threading.Thread(target=add, args=(operator, number))
            poller.start()
            adder.start()
            slowest, until = 0.0, time.monotonic() + 1.5
            while time.monotonic() < until:
                asked = time.monotonic()
                other.get("/robots.txt")
                slowest = max(slowest, time.monotonic() - asked)
            over.set()
            adder.join()
            poller.join()
            waits[path] = slowest  # the first time without polling warms up, the second counts
    alone = waits.pop("")
    assert max(waits.values()) < 2 * alone + 1, (alone, waits)
