"""Watched folders: what a library keeps in step with."""

import os
import threading
import time
from collections.abc import MutableMapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant import terminal
from assistant.commands.options import JsonOption, LibraryOption, settings_of
from assistant.settings import Settings
from index.errors import CitewellError, InputError, LibraryBusyError
from index.wording import counted

if TYPE_CHECKING:
    from assistant.commands.options import AnyLibrary
    from index.watched import Step

commands = typer.Typer()


class Gone(StrEnum):
    """What becomes of a document whose file is deleted."""

    keep = "keep"
    remove = "remove"


@commands.command()
def watch(
    context: typer.Context,
    folders: Annotated[
        list[str] | None, typer.Argument(metavar="FOLDER...", show_default=False)
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            metavar="PATTERN",
            help="Leave out files and folders of this name (*.tmp), or of this path below the "
            "folder where it has a slash (drafts/*); may be given repeatedly.",
        ),
    ] = None,
    gone: Annotated[
        Gone | None,
        typer.Option(help="What becomes of documents whose files are deleted; at first: keep."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Get in step, and end.")] = False,
    stop: Annotated[
        bool, typer.Option("--stop", help="Watch these folders no longer; documents stay.")
    ] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Show the watched folders and what failed.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Keep the library in step with folders: what is new, changed, renamed or deleted in them."""
    from assistant.runtime import WATCH, reach_library

    if sum((once, stop, status)) > 1:
        raise InputError("--once, --stop and --status are asked for at once.", "Ask for one.")
    if status and folders:
        raise InputError("--status shows every folder.", "Leave the folders out.")
    settings = settings_of(context, library)
    with reach_library(settings, WATCH) as opened:
        for folder in folders or ():
            if stop:
                left = opened.folders.leave(folder)
                terminal.say(f"No longer watched: {terminal.one_line(left.path)}")
            else:
                opened.folders.watch(folder, ignore=ignore, gone=gone.value if gone else None)
        state = _state(opened)
    if status:
        return _show_status(state, as_json)
    if stop:
        return 0
    if not state["folders"]:
        raise InputError("No folder is watched.", "Name one: citewell watch FOLDER")
    if state["watcher"] and not once:
        terminal.say(f"{_in_step(state)}. What is named here is taken in there.")
        return 0
    return _once(settings) if once else _on(settings, len(state["folders"]))


def _state(library: "AnyLibrary") -> dict[str, Any]:
    from assistant.keeping.watching import status
    from assistant.remote import PageLibrary

    return library.watched() if isinstance(library, PageLibrary) else status(library)


def _in_step(state: dict[str, Any]) -> str:
    who = state["watcher"]
    return f"Kept in step by {who}" if who else "Kept in step by nobody now: run citewell watch"


def _show_status(state: dict[str, Any], as_json: bool) -> int:
    if as_json:
        terminal.write_json(state)
        return 0
    if not state["folders"]:
        terminal.note("No folder is watched. Name one: citewell watch FOLDER")
        return 0
    terminal.say(_in_step(state))
    for each in state["folders"]:
        facts = [
            counted(each["files"], "file"),
            f"last change {each['changed'] or 'never'}",
        ]
        facts += [f"ignoring {', '.join(each['ignore'])}"] if each["ignore"] else []
        facts += ["documents of deleted files are removed"] if each["gone"] == "remove" else []
        terminal.say(f"{terminal.one_line(each['path'])}  ({'; '.join(facts)})")
        if each["error"]:
            terminal.say(f"  {terminal.one_line(each['error'])}")
    for each in state["unread"]:
        terminal.say(f"not read: {terminal.one_line(each['source'])} ({each['message']})")
    return 0


class _Steps:
    """Takes steps by whoever holds the library; the embedding model stays loaded between them."""

    def __init__(self, settings: Settings) -> None:
        from assistant import runtime

        self._settings = settings
        self._embedder = runtime.EmbedderOnDemand(settings)

    def warm(self) -> None:
        """Load the embedding model, so that the first change is taken in quickly.

        Raises:
            WeightsError: it has not been fetched.
        """
        self._embedder.encode(["ready"])

    def __call__(self, missing: MutableMapping[str, float]) -> "Step":
        from assistant import runtime
        from assistant.keeping.watching import step
        from assistant.remote import PageLibrary

        with runtime.reach_library(self._settings, runtime.WATCH, self._embedder) as opened:
            return opened.step() if isinstance(opened, PageLibrary) else step(opened, missing)


def _once(settings: Settings) -> int:
    from index.folders import SETTLED_S

    take_step, missing = _Steps(settings), dict[str, float]()
    failed = False
    while True:
        done = take_step(missing)
        _show(done)
        failed = failed or any(each.status == "failed" for each in done.results)
        if not (done.more or done.waiting):
            return 1 if failed else 0
        time.sleep(0 if done.more else SETTLED_S)


def _on(settings: Settings, number: int) -> int:
    from assistant.keeping.watching import Keeper

    told: list[str] = []

    def fail(error: CitewellError) -> None:
        busy = isinstance(error, LibraryBusyError)  # by another command: it passes
        if not busy and told != [str(error)]:  # it is tried again and again
            told[:] = [str(error)]
            terminal.note(f"citewell: {error}")

    who = f"citewell watch (process {os.getpid()})"
    steps = _Steps(settings)
    keeper = Keeper(settings.library, who, steps, tell=_show, fail=fail)
    folders = counted(number, "folder")
    terminal.note(f"Keeping {folders} in step with {settings.library} (Ctrl-C stops)")
    try:
        steps.warm()
        keeper.run(threading.Event())
    except KeyboardInterrupt:
        terminal.note("Stopped.")
    return 0


def _show(step: "Step") -> None:
    from assistant.commands.documents import show_added

    for result in step.results:
        if result.status != "unchanged":
            show_added(result, False)
    for path in step.gone:
        terminal.say(f"gone: {terminal.one_line(path)}")
