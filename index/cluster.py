"""A Ray cluster: what ``--ray`` spreads indexing, evaluation and summaries over.

A worker that indexes gets the bytes of a file, or texts to embed, and returns values. It opens no
library and no Chroma. What the others open is a copy of their own (``assistant.elsewhere``). None
needs a folder of this machine: Citewell itself, of the same version, and the models' weights must
be on each machine of the cluster.
"""

import logging
import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

from index import loading
from index.crew import Crew, Opening, first_line, translated
from index.embedding import Embedder, Vectors
from index.errors import InputError, StoreError
from index.loading import Parted, Raw

Value = TypeVar("Value")
MakeEmbedder = Callable[[str], Embedder]
"""Gives the embedder of a name; called on a worker, once for each process."""

LOCAL = "local"
"""Stands for a cluster of this machine alone, which ends with this process."""
_OBJECTS_BYTES = 512_000_000
"""Memory for what goes to and fro on this machine, where the cluster is started here."""
_REACHED_S = 5.0
"""How long a machine of the cluster may take to answer."""
_STARTS = 2
"""Tries at starting a cluster here: a busy machine may take longer than Ray waits."""
_SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",  # no telemetry
    "RAY_worker_niceness": "0",  # as urgent as this process, not 15 steps less
    "RAY_agent_register_timeout_ms": "120000",  # a busy machine takes its time
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".",  # else what it says of workers is among results on stdout
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # else it warns of a change to come
}


class Cluster:
    """Implements ``index.workers.Workers``. Use ``opened``."""

    def __init__(self, ray: Any, where: str, make_embedder: MakeEmbedder, name: str) -> None:
        self._where = where
        self._embedder = (make_embedder, name)
        self.width = _cores(ray)
        self._part = ray.remote(num_cpus=1)(_part)
        self._encode = ray.remote(num_cpus=1)(_encode)

    def part(self, raw: Raw) -> "Future[Parted]":
        """As ``loading.part``."""
        return self._told(self._part.remote(raw))

    def encode(self, texts: Sequence[str]) -> "Future[Vectors]":
        """As ``Embedder.encode``; raises what the worker's embedder raises."""
        return self._told(self._encode.remote(*self._embedder, list(texts)))

    def _told(self, reference: Any) -> "Future[Any]":
        """The worker's value, or its failure as one of ours."""
        told: Future[Any] = Future()

        def tell(done: "Future[Any]") -> None:
            error = done.exception()
            if error is None:
                told.set_result(done.result())
            else:
                told.set_exception(translated(error, self._where))

        reference.future().add_done_callback(tell)
        return told


@contextmanager
def opened(address: str, make_embedder: MakeEmbedder, name: str) -> Iterator[Cluster]:
    """The workers of the cluster at an address (``LOCAL``, ``auto``, HOST:PORT, ``ray://…``).

    ``make_embedder`` is a module's own function, and ``name`` what it is called with.

    Raises:
        InputError: Ray is not installed, or nothing answers at the address.
        StoreError: the cluster does not take us.
    """
    with _joined(address) as ray:
        yield Cluster(ray, address, make_embedder, name)


@contextmanager
def crew(
    address: str, opening: Opening, given: Sequence[Any], *, whole_machines: bool
) -> Iterator[Crew]:
    """Workers of the cluster at an address that each open something before they do their jobs.

    One a core; with ``whole_machines`` one a machine, for what takes all of its cores. Raises as
    ``opened``.
    """
    with _joined(address) as ray:
        workers = Crew(ray, address, _places(ray, whole_machines), opening, given)
        try:
            yield workers
        finally:
            workers.close()


def _places(ray: Any, whole_machines: bool) -> list[dict[str, Any]]:
    """Where a crew's workers are put."""
    if not whole_machines:
        return [{"num_cpus": 1}] * _cores(ray)
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    return [
        {
            "num_cpus": 1,
            "scheduling_strategy": NodeAffinitySchedulingStrategy(node["NodeID"], False),
        }
        for node in ray.nodes()
        if node["Alive"] and node["Resources"].get("CPU", 0) >= 1
    ]


def _cores(ray: Any) -> int:
    return max(1, int(ray.cluster_resources().get("CPU", 1)))


def refuse(address: str) -> None:
    """Say at once what would keep the cluster at an address from being used.

    Raises:
        InputError: Ray is not installed, or nothing answers there.
    """
    _installed()
    _refuse_unreachable(address)


@contextmanager
def _joined(address: str) -> Iterator[Any]:
    """Ray, once this process is part of the cluster; it leaves it at the end."""
    ray = _installed()
    _refuse_unreachable(address)
    try:
        _join(ray, address)
        yield ray
    finally:
        ray.shutdown()


def _installed() -> Any:
    os.environ.update(_SETTINGS)
    try:
        import ray
    except ImportError as error:
        raise InputError(
            "Ray is not installed.", "Install it: pip install 'citewell[ray]'."
        ) from error
    return ray


def is_address(text: str) -> bool:
    """Whether this may name a cluster: ``auto``, ``local``, HOST:PORT or ``ray://HOST:PORT``."""
    return text in ("auto", LOCAL) or _host_and_port(text) is not None


def _host_and_port(address: str) -> tuple[str, int] | None:
    parts = urlsplit(address if "://" in address else f"ray://{address}")
    try:
        if parts.scheme == "ray" and parts.hostname and parts.port and not parts.path:
            return parts.hostname, parts.port
    except ValueError:  # its port is no number
        pass
    return None


def _refuse_unreachable(address: str) -> None:
    """Ray itself would try for minutes, and then end the process."""
    place = _host_and_port(address)
    if place is None:
        return
    try:
        socket.create_connection(place, timeout=_REACHED_S).close()
    except OSError as error:
        raise InputError(
            f"No Ray cluster answers at {address} ({error.strerror or error}).",
            "Start it (ray start --head), correct the address, or leave it out for this machine.",
        ) from error


def _join(ray: Any, address: str) -> None:
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.CRITICAL}
    if address != LOCAL:
        with _explained(address):
            ray.init(address=address, **quiet)
        return
    with _explained("this machine"):
        for left in reversed(range(_STARTS)):
            try:
                ray.init(
                    address=LOCAL,
                    include_dashboard=False,
                    object_store_memory=_OBJECTS_BYTES,
                    _node_ip_address="127.0.0.1",
                    **quiet,
                )
                return
            except Exception:  # Ray's own for a start that took too long
                ray.shutdown()
                if not left:
                    raise
                time.sleep(1)


@contextmanager
def _explained(where: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # Ray raises whatever its parts do
        raise StoreError(
            f"The Ray cluster ({where}) cannot be used: {first_line(error)}",
            "Ray and Python must have the same versions on all its machines, this one included.",
        ) from error


# On a worker


def _part(raw: Raw) -> Parted:
    return loading.part(raw)


def _encode(make_embedder: MakeEmbedder, name: str, texts: Sequence[str]) -> Vectors:
    return _embedder(make_embedder, name).encode(texts)


@cache
def _embedder(make_embedder: MakeEmbedder, name: str) -> Embedder:
    return make_embedder(name)
