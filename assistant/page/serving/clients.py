"""Who sends a request, how often they may, and what a proxy is believed to say of them."""

import ipaddress
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import MutableMapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from assistant.settings import Network

MINUTE_S = 60.0
MOST_CLIENTS = 10_000
"""Addresses that are remembered; who was silent longest is forgotten first."""
_SAID_BY_PROXIES = {
    b"forwarded",
    b"x-forwarded-for",
    b"x-forwarded-host",
    b"x-forwarded-port",
    b"x-forwarded-prefix",
    b"x-forwarded-proto",
    b"x-real-ip",
    b"x-gradio-server",
    b"x-gradio-user",
}
"""Headers by which Gradio or uvicorn would take a sender, or this page, for another one."""


class Rate:
    """So many a minute from each address.

    Addresses of version 6 count by their network of 64 bits, all of which one household has.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, client: str) -> bool:
        """Count one more; False, and nothing counted, where there were too many already."""
        times = self._of(client)
        if len(times) >= self._most:
            return False
        times.append(time.monotonic())
        return True

    def give_back(self, client: str) -> None:
        """One that was counted is to count no longer."""
        times = self._of(client)
        if times:
            times.pop()

    def _of(self, client: str) -> "deque[float]":
        """The times of the last minute."""
        home = household(client)
        times = self._times.setdefault(home, deque())
        self._times.move_to_end(home)
        if len(self._times) > MOST_CLIENTS:
            self._times.popitem(last=False)
        while times and times[0] < time.monotonic() - MINUTE_S:
            times.popleft()
        return times


def settle(scope: MutableMapping[str, Any], proxies: Sequence[Network]) -> None:
    """Let ``scope`` name its true sender, and have no header in which somebody says another.

    What a proxy of the settings says of the sender and of the scheme is believed; anybody could
    send the same headers.
    """
    said = [(name, value) for name, value in scope["headers"] if name in _SAID_BY_PROXIES]
    if not said and not proxies:
        return
    headers = [each for each in scope["headers"] if each[0] not in _SAID_BY_PROXIES]
    client = (scope.get("client") or ("", 0))[0]
    if is_within(client, proxies):
        chain = ",".join(v.decode("latin-1") for name, v in said if name == b"x-forwarded-for")
        if chain:
            scope["client"] = (_sender(chain, proxies), 0)
        schemes = [value.strip().lower() for name, value in said if name == b"x-forwarded-proto"]
        if schemes in ([b"https"], [b"http"]):
            headers.append((b"x-forwarded-proto", schemes[0]))
            scope["scheme"] = schemes[0].decode()
    scope["headers"] = headers


class OnBehalf:
    """Requests that the page sends to itself for somebody, as Gradio's tools over MCP do.

    They come from this machine, and yet count as those of whoever called the tool. They say for
    whom they are in a header with a number that nobody else knows.
    """

    _HEADER = b"x-citewell-for"

    def __init__(self) -> None:
        self._number = secrets.token_urlsafe(24).encode()

    def note(self, scope: MutableMapping[str, Any]) -> None:
        """Let what this request leads to say for whom it is."""
        sender = str((scope.get("client") or ("",))[0]) or "unknown"
        value = self._number + b" " + sender.encode("latin-1", "replace")
        scope["headers"] = [*scope["headers"], (self._HEADER, value)]

    def settle(self, scope: MutableMapping[str, Any]) -> None:
        """Let ``scope`` name for whom it is, and have no such header of anybody else."""
        said = [value for name, value in scope["headers"] if name == self._HEADER]
        if not said:
            return
        number, _, sender = said[0].partition(b" ")
        if len(said) == 1 and secrets.compare_digest(number, self._number):
            scope["client"] = (sender.decode("latin-1"), 0)
        scope["headers"] = [each for each in scope["headers"] if each[0] != self._HEADER]


def is_this_machine(host: str) -> bool:
    """Whether a host's name or number is one of loopback."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _sender(chain: str, proxies: Sequence[Network]) -> str:
    """The last address of the chain that is no proxy's: those before it anybody can make up.

    Empty where it cannot be read or is one of loopback: nobody who comes through a proxy is at
    this machine, whatever the header says.
    """
    address = ""
    for said in reversed(chain.split(",")):
        address = _bare(said.strip())
        if not is_within(address, proxies):
            break
    return "" if is_this_machine(address) else address


def _bare(said: str) -> str:
    """An address without the port that some proxies add; empty where it is none."""
    if _is_address(said):
        return said
    try:
        host = urlsplit(f"//{said}").hostname or ""
    except ValueError:
        return ""
    return host if _is_address(host) else ""


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_within(client: str, proxies: Sequence[Network]) -> bool:
    """Whether an address is one of these proxies'."""
    return _is_address(client) and any(ipaddress.ip_address(client) in each for each in proxies)


def household(client: str) -> str:
    """The address, or the network of 64 bits that one household has in version 6."""
    if not _is_address(client):
        return client
    address = ipaddress.ip_address(client)
    if address.version == 4:
        return client
    return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
