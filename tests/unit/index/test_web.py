"""Web pages from a server on this machine; nothing else is ever contacted."""

import gzip
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from index import Library, web
from index.errors import InputError
from index.loading import Raw, load
from tests.fakes import HashEmbedder
from tests.unit.index import files

Reply = tuple[int, dict[str, str], bytes]
HTML_TYPE = {"Content-Type": "text/html; charset=utf-8"}


class Site:
    """A web server whose pages a test sets; keeps the headers of what was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply | Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[tuple[str, str]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.headers["Host"], self.path))
                page = site.pages.get(self.path, (404, {}, b""))
                if callable(page):
                    page(self)
                    return
                status, headers, body = page
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *values: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port

    def url(self, path: str) -> str:
        return f"http://news.example:{self.port}{path}"


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def here(host: str, port: int) -> list[str]:
    """Resolves the test's names to this machine, and no others."""
    if host.endswith(".example"):
        return ["127.0.0.1"]
    raise OSError("unknown host")


fetch = partial(web.fetch, resolve=here, allowed=lambda address: True)


def test_a_page_is_fetched_and_read(site: Site) -> None:
    site.pages["/news/flood.html"] = (200, HTML_TYPE, files.HTML)
    raw = fetch(site.url("/news/flood.html"), 1)
    assert raw == Raw(source=site.url("/news/flood.html"), kind=".html", content=files.HTML)
    document = load(raw)
    assert (document.name, document.title) == ("flood.html", "Flood hits town")
    assert (document.path, document.url) == (None, site.url("/news/flood.html"))
    assert site.asked == [(f"news.example:{site.port}", "/news/flood.html")]


@pytest.mark.parametrize(
    ("path", "said", "kind"),
    [
        ("/a", "text/html", ".html"),
        ("/a", "text/plain; charset=utf-8", ".txt"),
        ("/a", "application/pdf", ".pdf"),
        ("/a.pdf", "application/octet-stream", ".pdf"),
        ("/a.docx", "", ".docx"),
    ],
)
def test_the_format_is_the_servers_or_the_endings(
    site: Site, path: str, said: str, kind: str
) -> None:
    site.pages[path] = (200, {"Content-Type": said} if said else {}, b"text")
    assert fetch(site.url(path), 1).kind == kind


def test_text_comes_in_the_encoding_the_server_says(site: Site) -> None:
    said = {"Content-Type": "text/plain; charset=cp1252"}
    site.pages["/a"] = (200, said, "Köln – 5 €".encode("cp1252"))
    assert load(fetch(site.url("/a"), 1)).text == "Köln – 5 €"


def test_redirects_are_followed_and_each_is_checked(site: Site) -> None:
    site.pages["/old"] = (302, {"Location": f"http://other.example:{site.port}/new"}, b"")
    site.pages["/new"] = (200, HTML_TYPE, files.HTML)
    assert fetch(site.url("/old"), 1).content == files.HTML
    assert [host.split(":")[0] for host, _ in site.asked] == ["news.example", "other.example"]

    def inner(host: str, port: int) -> list[str]:
        return ["10.0.0.1"] if host == "other.example" else ["127.0.0.1"]

    with pytest.raises(InputError, match="own network"):
        web.fetch(site.url("/old"), 1, resolve=inner, allowed=lambda address: address != "10.0.0.1")


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ((404, {}, b""), "the server answered 404"),
        ((500, HTML_TYPE, b"sorry"), "the server answered 500"),
        ((301, {"Location": "/page"}, b""), "redirects without end"),
        ((302, {"Location": "file:///etc/passwd"}, b""), "no plain http or https"),
        ((302, {"Location": "http://user:key@news.example/"}, b""), "no plain http or https"),
        ((200, {"Content-Type": "image/png"}, b"png"), r"cannot be read \(image/png\)"),
        ((200, HTML_TYPE, b"x" * 1_000_001), "more than 1 MB"),
        (
            (200, HTML_TYPE | {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 5_000_000)),
            "packed",
        ),
        ((200, HTML_TYPE | {"Content-Encoding": "br, gzip"}, b"x"), r"packed \(br, gzip\)"),
        ((200, HTML_TYPE | {"Content-Length": "50"}, b"cut off"), "cannot be fetched"),
    ],
)
def test_a_bad_reply_is_refused(site: Site, reply: Reply, message: str) -> None:
    site.pages["/page"] = reply
    with pytest.raises(InputError, match=message) as caught:
        fetch(site.url("/page"), 1)
    assert caught.value.hint
    assert "\n" not in str(caught.value)


def test_a_page_that_comes_too_slowly_is_given_up(site: Site) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        for _ in range(30):
            handler.wfile.write(b"x" * 10)
            time.sleep(0.05)

    site.pages["/slow"] = drip
    with pytest.raises(InputError, match="too slow"):
        fetch(site.url("/slow"), 1, seconds=0.4)


def test_a_few_bytes_never_become_many(site: Site) -> None:
    """Layers of gzip, each of the one before: hundreds of bytes, and 100 MB where unpacked."""
    body = b"\0" * 100_000_000
    for _ in range(4):
        body = gzip.compress(body)
    packed = HTML_TYPE | {"Content-Encoding": ", ".join(["gzip"] * 4)}
    site.pages["/bomb"] = (200, packed, body)
    site.pages["/moved"] = (302, packed | {"Location": "/bomb"}, body)
    site.pages["/lost"] = (404, packed, body)
    tracemalloc.start()
    for path in ("/bomb", "/moved", "/lost"):
        with pytest.raises(InputError):
            fetch(site.url(path), 1)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5_000_000


def dripping(start: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """A reply that begins so, and goes on for ever with a byte now and then."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(start)
        with suppress(OSError):
            for _ in range(100):
                handler.wfile.write(b"x")
                time.sleep(0.05)

    return drip


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nServer: ",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 302 Found\r\nLocation: /",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n",
    ],
)
def test_no_part_of_a_reply_lasts_longer_than_the_whole_may(site: Site, start: bytes) -> None:
    site.pages["/drip"] = dripping(start)
    began = time.monotonic()
    with pytest.raises(InputError, match="cannot be fetched"):
        fetch(site.url("/drip"), 1, seconds=0.5)
    assert time.monotonic() - began < 2


def test_nor_does_the_search_for_its_name(site: Site) -> None:
    def slow(host: str, port: int) -> list[str]:
        time.sleep(3)
        return ["127.0.0.1"]

    began = time.monotonic()
    with pytest.raises(InputError, match="too slow"):
        web.fetch(site.url("/"), 1, resolve=slow, allowed=lambda address: True, seconds=0.3)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "ff02::1",
        "64:ff9b:1::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b::808:808",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "::7f00:1",
        "::127.0.0.1",
        "::ffff:0:7f00:1",
        "2002:a00:1::",
        "2606:4700::5efe:7f00:1",
        "2606:4700::200:5efe:a00:1",
        "fec0::1",
        "3fff::1",
        "5f00::1",
        "2001:db8::1",
        "198.18.0.1",
        "192.0.0.8",
        "192.88.99.1",
        "240.0.0.1",
    ],
)
def test_inner_addresses_are_refused(site: Site, address: str) -> None:
    assert not web.is_public(address)  # before it is fetched: no test asks another machine
    with pytest.raises(InputError, match="own network"):
        web.fetch(site.url("/"), 1, resolve=lambda host, port: ["93.184.216.34", address])
    assert site.asked == []


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert web.is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433"])
def test_this_machine_is_refused_by_any_of_its_names(site: Site, host: str) -> None:
    """With the real resolver: these names need no network."""
    with pytest.raises(InputError):
        web.fetch(f"http://{host}:{site.port}/", 1)
    assert site.asked == []


def test_an_unknown_host_and_a_closed_port_are_told() -> None:
    with pytest.raises(InputError, match=r"there is no host nowhere\.invalid"):
        fetch("http://nowhere.invalid/", 1)
    with pytest.raises(InputError, match="cannot be fetched"):
        fetch("http://news.example:9/", 1)


@pytest.mark.parametrize("address", ["http://", "http://exa mple.example/", "https://:80/"])
def test_a_malformed_address_is_refused(address: str) -> None:
    with pytest.raises(InputError):
        fetch(address, 1)


def test_proxies_of_the_environment_are_not_asked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    site.pages["/a"] = (200, HTML_TYPE, files.HTML)
    assert fetch(site.url("/a"), 1).content == files.HTML


def test_a_library_takes_a_page_and_its_next_version(site: Site, tmp_path: Path) -> None:
    url = site.url("/flood.html")
    site.pages["/flood.html"] = (200, HTML_TYPE, files.HTML)
    with Library.open(tmp_path, embedder=HashEmbedder(), fetch=fetch) as library:
        assert [result.status for result in library.add(url)] == ["added"]
        assert [result.status for result in library.add(url)] == ["unchanged"]
        site.pages["/flood.html"] = (200, HTML_TYPE, files.HTML.replace(b"3.5", b"4.5"))
        assert [result.status for result in library.add(url)] == ["replaced"]
        (info,) = library.documents()
        assert (info.name, info.url, info.path) == ("flood.html", url, None)
        assert library.find(url) == info
        site.pages.clear()
        with pytest.raises(InputError, match="404"):
            list(library.add(url))
        assert library.documents() == [info]
