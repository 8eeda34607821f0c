"""Who sends a request, how often they may, and what a proxy is believed to say of them."""

import ipaddress
import time
from collections import OrderedDict, deque
from collections.abc import MutableMapping, Sequence
from typing import Any

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
        household = _household(client)
        times = self._times.setdefault(household, deque())
        self._times.move_to_end(household)
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
    if _within(client, proxies):
        chain = ",".join(v.decode("latin-1") for name, v in said if name == b"x-forwarded-for")
        scope["client"] = (_sender(chain, client, proxies), 0)
        schemes = [value.strip().lower() for name, value in said if name == b"x-forwarded-proto"]
        if schemes in ([b"https"], [b"http"]):
            headers.append((b"x-forwarded-proto", schemes[0]))
            scope["scheme"] = schemes[0].decode()
    scope["headers"] = headers


def is_this_machine(host: str) -> bool:
    """Whether a host's name or number is one of loopback."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _sender(chain: str, proxy: str, proxies: Sequence[Network]) -> str:
    """The last address of the chain that is no proxy's: those before it anybody can make up."""
    for address in reversed([each.strip() for each in chain.split(",") if each.strip()]):
        if not _is_address(address):
            return proxy
        if not _within(address, proxies):
            return address
    return proxy


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _within(client: str, proxies: Sequence[Network]) -> bool:
    return _is_address(client) and any(ipaddress.ip_address(client) in each for each in proxies)


def _household(client: str) -> str:
    if not _is_address(client):
        return client
    address = ipaddress.ip_address(client)
    if address.version == 4:
        return client
    return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
