"""Starting the page: where it listens, who may come in, how it looks."""

import hmac
import logging
import os
import socket
from collections.abc import Callable
from importlib.util import find_spec
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.errors import SettingsError
from assistant.page.serving.gate import LOG, Health, is_this_machine, layer
from assistant.settings import Settings
from assistant.users import OPERATOR, admits, read_users

STATIC = Path(__file__).parents[1] / "static"
PORTS_TRIED = 50
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
) -> str:
    """Start serving in the background and return the address; ``/health`` gives ``health()``.

    Raises:
        SettingsError: others could come in and no password is set, no port is free, or MCP is
            asked for and not installed.
    """
    if (mcp or settings.mcp) and not find_spec("mcp"):
        raise SettingsError("MCP is not installed.", "Install it: pip install 'citewell[mcp]'.")
    _, address, _ = blocks.queue(default_concurrency_limit=None).launch(
        server_name=settings.host,
        server_port=free_port(settings.host, settings.port),
        auth=auth(settings),
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
        mcp_server=mcp or settings.mcp,
        app_kwargs={"middleware": [layer(local=is_this_machine(settings.host), health=health)]},
        **look(),
    )
    return str(address)


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
    """The theme, style sheet and script; fonts are the system's, so nothing is fetched."""
    script = (STATIC / "page.js").read_text(encoding="utf-8")
    style = (STATIC / "page.css").read_text(encoding="utf-8")
    return {
        "theme": gr.themes.Base(
            font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"],
            font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "monospace"],
        ),
        # Not through ``css``, which would put Gradio's container before every selector.
        "head": f"<style>{style}</style><script>{script}</script>",
    }


Auth = tuple[str, str] | Callable[[str, str], bool]


def auth(settings: Settings) -> Auth | None:
    """Name and password, or who may come in; None on loopback without password and users.

    Raises:
        SettingsError: the address lets others in and there is no password, or the users' file
            cannot be used.
    """
    if settings.users is not None:
        users, password = read_users(settings.users), settings.password
        if not users:
            raise SettingsError(
                f"The users' file {settings.users} names nobody.",
                "Add somebody with `citewell user NAME`.",
            )

        def may_come_in(name: str, given: str) -> bool:
            if name == OPERATOR and password:
                return hmac.compare_digest(given.encode(), password.encode())
            return admits(users, name, given)

        return may_come_in
    if settings.password:
        return OPERATOR, settings.password
    if not is_this_machine(settings.host):
        raise SettingsError(
            f"Listening on {settings.host} would let everybody on the network in.",
            f"Set CITEWELL_PASSWORD (the user is {OPERATOR!r}), or listen on 127.0.0.1.",
        )
    return None


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
