"""The named endpoints of watched folders, for whoever sits at the machine that has them."""

from dataclasses import asdict
from typing import Any

import gradio as gr
from gradio.events import api

from assistant.keeping.watching import status
from assistant.page.api import told
from assistant.page.page import Page
from index import Library
from index.errors import InputError


def serve(page: Page) -> None:
    """Add the endpoints to the Blocks that are being built."""
    missing: dict[str, float] = {}

    def watch(
        folder: str, request: gr.Request, ignore: list[str] | None = None, gone: str = ""
    ) -> dict[str, Any]:
        """Keep the library in step with a folder of the machine that Citewell runs on.

        Args:
            folder: its path
            ignore: patterns of names, or of paths below the folder, to leave out
            gone: keep or remove the documents of deleted files; keep where left out
        """
        with told():
            return asdict(
                _here(page, request).folders.watch(folder, ignore=ignore, gone=gone or None)
            )

    def unwatch(folder: str, request: gr.Request) -> dict[str, Any]:
        """Watch a folder no longer; its documents stay.

        Args:
            folder: its path
        """
        with told():
            return asdict(_here(page, request).folders.leave(folder))

    def watched(request: gr.Request) -> dict[str, Any]:
        """List the watched folders, who keeps the library in step, and what could not be read."""
        with told():
            return status(_here(page, request))

    def keep_in_step(request: gr.Request) -> dict[str, Any]:
        """Look at the watched folders once and take in what has changed."""
        with told():
            return asdict(page.step(_here(page, request), missing))

    for endpoint in (watch, unwatch, watched, keep_in_step):
        api(endpoint, api_name=endpoint.__name__, concurrency_limit=None)


def _here(page: Page, request: gr.Request) -> Library:
    """The library of whoever sits at this machine.

    Raises:
        InputError: the request comes from elsewhere, or from a user among others.
    """
    if not page.assistants.sits_here(request):
        raise InputError(
            "From another machine no folders can be watched.",
            "Run citewell watch on the machine that Citewell runs on.",
        )
    return page.library(request)
