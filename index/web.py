"""Fetching a web page, without letting its address reach into this machine's own network.

Every name is resolved first, every address it has must be a public one, and the connection goes
to exactly the address that was checked; the same again for each redirect. What comes is taken as it
is: a reply that its server has packed is refused, since a few bytes may unpack to gigabytes. One
deadline is over all of it, from the names to the last byte.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from index.errors import InputError
from index.loading import READERS, Raw

if TYPE_CHECKING:
    import httpx2

    from index.deadline import Deadline

Resolve = Callable[[str, int], Sequence[str]]
"""From a host's name and a port to its addresses."""

_SECONDS = 30.0
_WAIT_S = 10.0
"""How long a single wait for the server may last."""
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
_EMBEDDING = tuple(
    map(
        ipaddress.ip_network,
        (
            "64:ff9b::/96",  # NAT64, RFC 6052
            "64:ff9b:1::/48",  # the same with a prefix of one's own, RFC 8215
            "2002::/16",  # 6to4, RFC 3056
            "2001::/32",  # Teredo, RFC 4380
            "::/96",  # compatible with version 4, RFC 4291
            "::ffff:0:0:0/96",  # translated, RFC 2765
        ),
    )
)
"""Forms of version 6 in which an address of version 4 is hidden."""
_INNER = tuple(
    map(
        ipaddress.ip_network,
        (
            "fec0::/10",  # once of a site, RFC 3879
            "5f00::/16",  # of segments, RFC 9602
            "3fff::/20",  # of documentation, RFC 9637
            "192.0.0.0/24",  # of protocols, RFC 6890
            "192.88.99.0/24",  # once relays of 6to4, RFC 7526
        ),
    )
)
"""Networks that are nobody's on the internet, and that Python's list of 2023 calls global."""
_ISATAP = 0x5EFE
"""The third and fourth pair of an interface's number that has one of version 4, RFC 5214."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host.

    Raises:
        OSError: it has none.
    """
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Whether an address lies outside this machine and its own network."""
    found = ipaddress.ip_address(address.split("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if any(found in network for network in _EMBEDDING):
            return False
        if int(found) >> 32 & 0xFCFF_FFFF == _ISATAP:  # without the bits for whose it is
            return False
    if any(found in network for network in _INNER):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


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
    import httpcore2
    import httpx2

    from index.deadline import Deadline

    deadline = Deadline(seconds)
    here = address
    try:
        with _client(deadline, min(seconds, _WAIT_S)) as client:
            for _ in range(_REDIRECTS + 1):
                request = _request(client, here, partial(_in_time, deadline, resolve), allowed)
                response = client.send(request, stream=True)
                try:
                    if response.has_redirect_location:
                        here = str(httpx2.URL(here).join(response.headers["location"]))
                        continue
                    return _received(address, response, max_file_mb)
                finally:
                    response.close()
    except (httpx2.TimeoutException, httpcore2.TimeoutException) as error:
        raise _unreachable(address, "it is too slow") from error
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise _unreachable(address, str(error) or type(error).__name__) from error
    raise _unreachable(address, "it redirects without end")


def _client(deadline: "Deadline", wait: float) -> "httpx2.Client":
    """A client whose every exchange ends with the deadline, and that no setting leads elsewhere."""
    import httpcore2
    import httpx2

    from index.deadline import BackendUntil

    context = httpx2.create_ssl_context(trust_env=False)
    transport = httpx2.HTTPTransport(verify=context, trust_env=False)
    transport._pool = httpcore2.ConnectionPool(
        ssl_context=context, network_backend=BackendUntil(deadline)
    )
    return httpx2.Client(transport=transport, trust_env=False, timeout=wait)


def _in_time(deadline: "Deadline", resolve: Resolve, host: str, port: int) -> Sequence[str]:
    return deadline.of(lambda: resolve(host, port))


def _request(
    client: "httpx2.Client", address: str, resolve: Resolve, allowed: Callable[[str], bool]
) -> "httpx2.Request":
    """A request to the checked address of a host, which still goes by its name."""
    import httpx2

    url = httpx2.URL(address)
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
    address: str, url: "httpx2.URL", resolve: Resolve, allowed: Callable[[str], bool]
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


def _received(address: str, response: "httpx2.Response", max_file_mb: int) -> Raw:
    if response.status_code != 200:
        raise _unreachable(address, f"the server answered {response.status_code}")
    packed = response.headers.get("content-encoding", "identity").strip().lower()
    if packed not in ("", "identity"):
        raise InputError(
            f"{address} comes packed ({packed[:40]}), although it was asked for as it is.",
            "Save the page with a browser and add the file.",
        )
    kind = _kind(address, response)
    content = bytearray()
    for piece in response.iter_raw():
        content += piece
        if len(content) > max_file_mb * 1_000_000:
            raise InputError(
                f"{address} holds more than {max_file_mb} MB.",
                "Download a part of it and add that, or raise CITEWELL_MAX_FILE_MB.",
            )
    return Raw(source=address, kind=kind, content=_as_utf8(bytes(content), response, kind))


def _kind(address: str, response: "httpx2.Response") -> str:
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


def _as_utf8(content: bytes, response: "httpx2.Response", kind: str) -> bytes:
    """Text that the server says is in another encoding, as UTF-8."""
    said = response.charset_encoding
    if kind not in (".html", ".htm", ".txt", ".md", ".markdown", ".csv", ".tsv") or said is None:
        return content
    try:
        return content.decode(said).encode("utf-8")
    except (LookupError, UnicodeError):
        return content


def _unreachable(address: str, reason: str) -> InputError:
    return InputError(
        f"{address} cannot be fetched: {reason}.", "Check the address and the connection."
    )
