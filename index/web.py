"""Fetching a web page, without letting its address reach into this machine's own network.

Every name is resolved first, every address it has must be a public one, and the connection goes
to exactly the address that was checked; the same again for each redirect.
"""

import ipaddress
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from index.errors import InputError
from index.loading import READERS, Raw

if TYPE_CHECKING:
    import httpx

Resolve = Callable[[str, int], Sequence[str]]
"""From a host's name and a port to its addresses."""

_SECONDS = 30.0
_REDIRECTS = 5
_KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_UNTOLD = {"", "application/octet-stream", "binary/octet-stream"}
_TRANSLATORS = ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16")


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host.

    Raises:
        OSError: it has none.
    """
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Whether an address lies outside this machine and its own network."""
    found = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    if mapped is not None:
        return is_public(str(mapped))
    if any(found in network for network in _TRANSLATORS):  # an IPv4 address is hidden in it
        return False
    return found.is_global and not found.is_multicast


def fetch(
    address: str,
    max_file_mb: int,
    *,
    resolve: Resolve = resolve,
    allowed: Callable[[str], bool] = is_public,
    seconds: float = _SECONDS,
) -> Raw:
    """The page or file at an http or https address, redirects followed.

    Raises:
        InputError: the address is not allowed or cannot be reached, or what it holds is too
            large, too slow, or of no readable format.
    """
    import httpx

    deadline = time.monotonic() + seconds
    here = address
    try:
        with httpx.Client(trust_env=False, timeout=min(seconds, 10.0)) as client:
            for _ in range(_REDIRECTS + 1):
                request = _request(client, here, resolve, allowed)
                response = client.send(request, stream=True)
                try:
                    if response.has_redirect_location:
                        here = str(httpx.URL(here).join(response.headers["location"]))
                        continue
                    return _received(address, response, max_file_mb, deadline)
                finally:
                    response.close()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise _unreachable(address, str(error) or type(error).__name__) from error
    raise _unreachable(address, "it redirects without end")


def _request(
    client: "httpx.Client", address: str, resolve: Resolve, allowed: Callable[[str], bool]
) -> "httpx.Request":
    """A request to the checked address of a host, which still goes by its name."""
    import httpx

    url = httpx.URL(address)
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise InputError(
            f"{address} is no plain http or https address.", "Give one without a name or password."
        )
    number = _checked(address, url, resolve, allowed)
    headers = {
        "Host": url.netloc.decode("ascii"),
        "User-Agent": "citewell",
        "Accept-Encoding": "identity",
    }
    return client.build_request(
        "GET",
        url.copy_with(host=number),
        headers=headers,
        extensions={"sni_hostname": url.raw_host.decode("ascii")} if url.scheme == "https" else {},
    )


def _checked(
    address: str, url: "httpx.URL", resolve: Resolve, allowed: Callable[[str], bool]
) -> str:
    try:
        numbers = resolve(url.host, url.port or (443 if url.scheme == "https" else 80))
    except (OSError, UnicodeError) as error:
        raise _unreachable(address, f"there is no host {url.host}") from error
    if not numbers or not all(map(allowed, numbers)):
        raise InputError(
            f"{address} leads into this machine's own network.",
            "Only public web pages can be added; save the page and add the file instead.",
        )
    return numbers[0]


def _received(address: str, response: "httpx.Response", max_file_mb: int, deadline: float) -> Raw:
    if response.status_code != 200:
        raise _unreachable(address, f"the server answered {response.status_code}")
    kind = _kind(address, response)
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) > max_file_mb * 1_000_000:
            raise InputError(
                f"{address} holds more than {max_file_mb} MB.",
                "Download a part of it and add that, or raise CITEWELL_MAX_FILE_MB.",
            )
        if time.monotonic() > deadline:
            raise _unreachable(address, "it is too slow")
    return Raw(source=address, kind=kind, content=_as_utf8(bytes(content), response, kind))


def _kind(address: str, response: "httpx.Response") -> str:
    """The format, by what the server says, else by the address's ending."""
    said = response.headers.get("content-type", "").split(";")[0].strip().lower()
    suffix = PurePosixPath(response.url.path).suffix.lower()
    kind = _KINDS.get(said) or (suffix if said in _UNTOLD and suffix in READERS else None)
    if kind is None:
        raise InputError(
            f"{address} is of a format that cannot be read ({said or 'not told'}).",
            "Readable are web pages, text, Markdown, PDF and Word documents.",
        )
    return kind


def _as_utf8(content: bytes, response: "httpx.Response", kind: str) -> bytes:
    """Text that the server says is in another encoding, as UTF-8."""
    said = response.charset_encoding
    if kind in (".pdf", ".docx") or said is None:
        return content
    try:
        return content.decode(said).encode("utf-8")
    except (LookupError, UnicodeError):
        return content


def _unreachable(address: str, reason: str) -> InputError:
    return InputError(
        f"{address} cannot be fetched: {reason}.", "Check the address and the connection."
    )
