"""Starting the page: where it listens, who may come in, how it looks."""

import logging
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import uvicorn
from gradio import http_server, processing_utils, queueing, routes, utils

from assistant.errors import SettingsError
from assistant.page.failing import note_fault, payload
from assistant.page.serving.clients import is_this_machine
from assistant.page.serving.connections import HEADERS_BYTES, connection
from assistant.page.serving.door import Door
from assistant.page.serving.downloads import Downloads
from assistant.page.serving.gate import LOG, Health, layer
from assistant.settings import Settings
from assistant.users import OPERATOR

STATIC = Path(__file__).parents[1] / "static"
PORTS_TRIED = 50
"""One after the other, where those before are taken."""
THREADS = 400
"""Calls that may wait at once for their turn or their answer; others would hold up the page."""
SESSIONS = 1_000
"""Of tabs and calls whose state Gradio keeps, some 0.2 MB each; the longest unused goes first."""


def alive() -> dict[str, str]:
    """The health of a page about which no more is known."""
    return {"status": "ok"}


def launch(
    blocks: gr.Blocks,
    settings: Settings,
    *,
    browser: bool = False,
    mcp: bool = False,
    health: Health = alive,
    downloads: Downloads | None = None,
    metrics: Callable[[], str] = str,
) -> str:
    """Start serving in the background and return the address; ``/health`` gives ``health()``, and
    ``/metrics`` what ``metrics()`` is if the settings have it served.

    ``downloads`` are those that the page offers.

    Raises:
        SettingsError: others could come in and no password is set, no port is free, or MCP is
            asked for and not installed.
    """
    settings = settings.model_copy(update={"mcp": mcp or settings.mcp})
    if settings.mcp and not find_spec("mcp"):
        raise SettingsError("MCP is not installed.", "Install it: pip install 'citewell[mcp]'.")
    door = guarded(settings)
    _mend_gradio()
    with _own_server(settings):
        _, address, _ = blocks.queue(default_concurrency_limit=None).launch(
            server_name=settings.host,
            server_port=free_port(settings.host, settings.port),
            auth=door.auth(),
            prevent_thread_lock=True,
            quiet=True,
            inbrowser=browser,
            share=False,
            ssr_mode=False,
            run_history=False,
            footer_links=[],
            enable_monitoring=False,
            favicon_path=STATIC / "favicon.svg",
            max_threads=THREADS,
            state_session_capacity=SESSIONS,
            max_file_size=settings.max_file_mb * 1_000_000,
            mcp_server=settings.mcp,
            app_kwargs={
                "middleware": [layer(settings, door, downloads or Downloads(), health, metrics)]
            },
            **look(),
        )
    return str(address)


@contextmanager
def _own_server(settings: Settings) -> Iterator[None]:
    """A server that starts meanwhile bounds connections and headers, and believes no header.

    Gradio makes it, with no option for these. Uvicorn believes of a sender what comes from
    loopback unless told otherwise; the gate believes the proxies of the settings.
    """
    config = partial(
        uvicorn.Config,
        http=connection(settings.proxies),
        h11_max_incomplete_event_size=HEADERS_BYTES,
        ws="none",
        proxy_headers=False,
    )
    name = "uvicorn"  # in Gradio's module, which asks it for ``Config`` alone
    former = getattr(http_server, name)
    setattr(http_server, name, SimpleNamespace(Config=config))
    try:
        yield
    finally:
        setattr(http_server, name, former)


def _mend_gradio() -> None:
    """Three of its ways that no option changes.

    It fetches addresses that are sent where a file is expected, says "Error" of a fault, and
    prints faults of calls with what they said.
    """
    processing_utils.async_ssrf_protected_download = _fetch_nothing
    ways = {"error_payload": payload, "traceback": SimpleNamespace(print_exc=_note_last)}
    for module, name in (
        (queueing, "error_payload"),
        (utils, "error_payload"),
        (queueing, "traceback"),
        (routes, "traceback"),
    ):
        setattr(module, name, ways[name])


def _note_last() -> None:
    error = sys.exc_info()[1]
    if error is not None:
        note_fault(error)


async def _fetch_nothing(url: str, *_: object, **__: object) -> str:
    """In place of what fetches an address that somebody sends where a file is expected."""
    raise gr.Error("Send the file itself, not an address.", print_exception=False)


def log_requests(settings: Settings) -> None:
    """Write a line of JSON for each request to ``page.log``: no question, answer or file name.

    Raises:
        SettingsError: the log's folder cannot be written.
    """
    path = settings.log_dir / "page.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=5_000_000, backupCount=2, encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"The log {path} cannot be written ({error.strerror or error}).",
            "Set CITEWELL_LOG_DIR to another folder.",
        ) from error
    line = '{"at": "%(asctime)s", "event": %(message)s}'
    handler.setFormatter(logging.Formatter(line))
    LOG.handlers[:] = [handler]
    LOG.setLevel(logging.INFO)
    LOG.propagate = False


def look() -> dict[str, Any]:
    """The theme, style sheet and scripts; fonts are the system's, so nothing is fetched."""
    scripts = [(STATIC / name).read_text(encoding="utf-8") for name in ("page.js", "mentions.js")]
    style = (STATIC / "page.css").read_text(encoding="utf-8")
    return {
        "theme": gr.themes.Base(
            font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"],
            font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "monospace"],
        ),
        # Not through ``css``, which would put Gradio's container before every selector.
        "head": f"<style>{style}</style><script>{''.join(scripts)}</script>",
    }


def guarded(settings: Settings) -> Door:
    """What says who may come in.

    Raises:
        SettingsError: the address lets others in and there is no password, or the users' file
            cannot be used.
    """
    door = Door(settings)
    if door.users is not None and not door.users.now():
        raise SettingsError(
            f"The users' file {settings.users} names nobody.",
            "Add somebody with `citewell user NAME`.",
        )
    if door.auth() is None and not is_this_machine(settings.host):
        raise SettingsError(
            f"Listening on {settings.host} would let everybody on the network in.",
            f"Set CITEWELL_PASSWORD (the user is {OPERATOR!r}), or listen on 127.0.0.1.",
        )
    return door


def free_port(host: str, first: int) -> int:
    """The first free port from ``first`` on; 0 asks the system for one.

    Raises:
        SettingsError: none of the next ``PORTS_TRIED`` is free, or the address is not ours.
    """
    for port in range(first, first + PORTS_TRIED if first else 1):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            if os.name == "posix":  # else a port stays taken for a minute after the page has gone
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SettingsError(
        f"No port from {first} to {first + PORTS_TRIED - 1} is free on {host}.",
        "Choose another with CITEWELL_PORT, or another address with CITEWELL_HOST.",
    )
