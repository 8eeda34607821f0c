"""What is offered to save: made when asked for, for whom it was offered, while it stands."""

from types import SimpleNamespace
from typing import Any

import pytest

from assistant.page.serving.downloads import VISIT, Downloads, Visitor
from index.errors import InputError
from tests.unit.page.test_gate import asked, gate


def request(visit: str, user: str | None = None, session: str = "tab") -> Any:
    return SimpleNamespace(username=user, session_hash=session, cookies={VISIT: visit})


def place_of(downloads: Downloads, asking: Any, **more: Any) -> str:
    given = downloads.offer(asking, "summary", {"a.txt": lambda: b"the text"}, **more)
    return given.removeprefix("save/")


def test_a_file_is_made_when_it_is_asked_for() -> None:
    made: list[str] = []
    downloads = Downloads()

    def make() -> bytes:
        made.append("now")
        return b"the text"

    token = downloads.offer(request("v"), "summary", {"a.txt": make}).removeprefix("save/")
    assert made == []
    assert downloads.made(token, "a.txt", Visitor("", "v")).content == b"the text"
    assert made == ["now"]
    assert downloads.made(token, "b.txt", Visitor("", "v")).status == 404


@pytest.mark.parametrize(
    "asking", [Visitor("", "w"), Visitor("", ""), Visitor("bob", "v"), Visitor("", "v ")]
)
def test_nobody_else_has_it(asking: Visitor) -> None:
    downloads = Downloads()
    token = place_of(downloads, request("v"))
    assert downloads.made(token, "a.txt", asking).status == 404


def test_a_browser_without_a_cookie_has_nothing_either() -> None:
    downloads = Downloads()
    token = place_of(downloads, request(""))
    assert downloads.made(token, "a.txt", Visitor("", "")).status == 404


def test_it_goes_with_its_session_its_documents_and_its_successor() -> None:
    downloads, ann = Downloads(), Visitor("", "v")
    tokens = {
        "left": place_of(downloads, request("v", session="one")),
        "removed": place_of(downloads, request("v", session="two"), documents=["d"]),
        "replaced": place_of(downloads, request("v", session="three")),
    }
    last = place_of(downloads, request("v", session="three"), documents=["e"])
    downloads.withdraw("one")
    downloads.forget("d")
    assert {downloads.made(each, "a.txt", ann).status for each in tokens.values()} == {404}
    assert downloads.made(last, "a.txt", ann).status == 200


def test_a_failure_is_told_in_words() -> None:
    def mendable() -> bytes:
        raise InputError("The fonts are missing.", "Install them.")

    def fault() -> bytes:
        raise RuntimeError("of the text: secret")

    downloads = Downloads()
    files = {"a.pdf": mendable, "b.pdf": fault}
    token = downloads.offer(request("v"), "summary", files).removeprefix("save/")
    told = downloads.made(token, "a.pdf", Visitor("", "v"))
    assert (told.status, told.error) == (409, "The fonts are missing. Install them.")
    told = downloads.made(token, "b.pdf", Visitor("", "v"))
    assert told.status == 500
    assert "b.pdf could not be made (RuntimeError)" in told.error
    assert "secret" not in told.error


def test_the_gate_gives_it_to_the_browser_that_was_shown_it() -> None:
    downloads = Downloads()
    door = gate(downloads=downloads)
    _, headers, _ = asked(door, "/")
    cookie = headers["set-cookie"].split(";")[0]
    assert "SameSite=Strict" in headers["set-cookie"]
    assert "HttpOnly" in headers["set-cookie"]
    assert "set-cookie" not in asked(door, "/", cookie=cookie)[1]
    token = place_of(downloads, request(cookie.partition("=")[2]))
    status, headers, body = asked(door, f"/save/{token}/a.txt", cookie=cookie)
    assert (status, body) == (200, b"the text")
    assert headers["content-disposition"].startswith("attachment")
    assert headers["cache-control"] == "no-store"
    assert asked(door, f"/save/{token}/a.txt")[0] == 404
    assert asked(door, f"/save/{token}/../a.txt", cookie=cookie)[0] == 404
