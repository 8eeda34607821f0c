"""The page from its start to its end: library, model and server, and how they are closed."""

import faulthandler
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, MutableMapping
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, cast

from assistant import terminal
from assistant.errors import WeightsError
from assistant.settings import Settings, go_offline
from index.errors import CitewellError

if TYPE_CHECKING:
    from assistant.answering.assistant import Assistant
    from assistant.models import ServedModel
    from assistant.models.missing import MissingModel
    from index import Library
    from index.watched import Step

ENDING_S = 20
"""After so many seconds of ending, whatever still holds the page is reported and left behind."""


def serve(settings: Settings, *, browser: bool = False, mcp: bool = False) -> None:
    """Serve the page until Ctrl-C, which ends the process; a new library starts with the example.

    Raises:
        InputError: the library, the address or the model cannot be used.
        WeightsError: the embedding model has not been fetched.
    """
    go_offline()
    signal.signal(signal.SIGTERM, _interrupt)
    from assistant import runtime
    from assistant.keeping.forgetting import discard_leftovers
    from assistant.keeping.page_files import PageFiles

    with runtime.open_library(settings, owner="page") as library, PageFiles(library.folder):
        # Gradio reads at its import where its files are to be, which was set just now.
        from assistant.page.build import build_app
        from assistant.page.page import Page
        from assistant.page.serving.assistants import Assistants
        from assistant.page.serving.downloads import Downloads
        from assistant.page.serving.launch import launch, log_requests

        assistant = runtime.open_assistant(settings, library, chat_model(settings))
        assistants, downloads = Assistants(settings, assistant), Downloads()
        page = Page(settings=settings, assistants=assistants, downloads=downloads)
        blocks = build_app(settings, assistants, downloads, page)
        ended = threading.Event()
        try:
            seed(library)
            discard_leftovers(library)
            assistants.model.warm()
            log_requests(settings)
            address = launch(
                blocks,
                settings,
                browser=browser,
                mcp=mcp,
                health=partial(health, assistant),
                downloads=downloads,
                metrics=page.measured,
            )
            library.announce(address)
            terminal.say(f"Citewell is open at {address} (Ctrl-C stops it)")
            threading.Thread(target=_warm, args=(library,), daemon=True).start()
            step = partial(page.step, library, cancelled=ended.is_set)
            threading.Thread(
                target=keep_in_step, args=(library, address, step, ended), daemon=True
            ).start()
            while True:  # not one endless wait: a signal may reach another thread than this one
                time.sleep(0.5)
        except KeyboardInterrupt:
            faulthandler.dump_traceback_later(ENDING_S, exit=True)
            terminal.say("Stopped.")
        finally:
            ended.set()
            blocks.close(verbose=False)
            assistants.model.close()
            assistants.close()
    # Everything is closed. Without the interpreter's own end, which would wait for the embedding
    # model to load before it could throw it away, if Ctrl-C came early.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def health(assistant: "Assistant") -> dict[str, str]:
    """What ``/health`` gives: the page answers, the record can be read, and the model's state."""
    try:
        _ = assistant.library.revision
    except CitewellError:
        return {"status": "failed", "library": "failed"}
    state = cast("ServedModel", assistant.model).status()
    known = state if state in ("ready", "loading", "stopped") or state[:3] == "at " else "failed"
    return {"status": "ok", "library": "ok", "model": known.split(" ")[0]}


def chat_model(settings: Settings) -> "ServedModel | MissingModel":
    """The settings' model, or what stands for it until it is fetched: passages need no model.

    Raises:
        ModelUnknownError: no such model.
    """
    from assistant import runtime
    from assistant.models.missing import MissingModel

    try:
        return runtime.open_model(settings)
    except WeightsError as error:
        missing = WeightsError(error.message, f"{error.hint}, then open the page again.")
        terminal.note(f"citewell: {missing}")
        return MissingModel(settings.model, missing)


def seed(library: "Library") -> None:
    """Index the example documents into a library that is new; say so while it takes."""
    from assistant import runtime

    with terminal.progress() as report:
        for result in runtime.seed(library, report):
            terminal.say(f"{Path(result.source).name}: {result.message}")


def _warm(library: "Library") -> None:
    """Load the embedding model behind the page; a failure is told where it first matters."""
    try:
        library.warm()
    except Exception:
        logging.getLogger(__name__).warning("The embedding model does not load", exc_info=True)


def keep_in_step(
    library: "Library",
    address: str,
    step: "Callable[[MutableMapping[str, float]], Step]",
    ended: threading.Event,
) -> None:
    """Keep the library in step with its watched folders until the page ends; failures are noted
    with the folders, where the page and ``citewell watch --status`` show them."""
    from assistant.keeping.watching import Keeper

    who = f"the page at {address}"
    Keeper(library.folder, who, step, tell=lambda _: None, fail=lambda _: None).run(ended)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
