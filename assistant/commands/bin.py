"""Removing documents, and the bin where they lie until they are recovered or purged."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import terminal
from assistant.commands.options import LibraryOption, settings_of
from index.errors import InputError

if TYPE_CHECKING:
    from assistant.remote import PageLibrary
    from index import Library
    from index.removed import RemovedDocument

commands = typer.Typer()
References = Annotated[list[str], typer.Argument(metavar="ID...", show_default=False)]


@commands.command()
def remove(
    context: typer.Context,
    references: References,
    at_once: Annotated[
        bool, typer.Option("--purge", help="Erase them for good at once, past the bin.")
    ] = False,
    library: LibraryOption = None,
) -> None:
    """Remove documents, each named by its id, the id's beginning, or its file name.

    They lie in the bin until they are recovered or purged, which happens by itself after
    CITEWELL_REMOVED_DAYS (30) days.
    """
    from assistant.runtime import reach_library

    with reach_library(settings_of(context, library)) as opened:
        for found in [opened.find(reference) for reference in references]:
            if any(each.id == found.id for each in opened.documents()):
                _put_away(opened, found.id)
                if at_once:
                    _erase(opened, [found.id])
            # else it has gone with the mail that it was attached to
            terminal.say(f"removed: {terminal.one_line(found.name)}")
        if not at_once:
            terminal.note(
                "To undo it: citewell recover ID. To erase it for good: citewell purge ID."
            )


@commands.command()
def recover(context: typer.Context, references: References, library: LibraryOption = None) -> None:
    """Put removed documents back as they were, named by id or file name."""
    from assistant.runtime import reach_library

    with reach_library(settings_of(context, library)) as opened:
        for found in [opened.bin.find(reference) for reference in references]:
            opened.bin.recover(found.id)
            terminal.say(f"recovered: {terminal.one_line(found.name)}")


@commands.command()
def purge(
    context: typer.Context,
    references: Annotated[
        list[str] | None, typer.Argument(metavar="[ID...]", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Empty the bin.")] = False,
    library: LibraryOption = None,
) -> None:
    """Erase removed documents for good, with all that quotes them. It cannot be undone."""
    from assistant.runtime import reach_library

    if bool(references) == everything:
        raise InputError("What to purge is not clear.", "Name documents of the bin, or say --all.")
    with reach_library(settings_of(context, library)) as opened:
        found = [opened.bin.find(reference) for reference in references or ()]
        found = opened.bin.all() if everything else found
        _erase(opened, [each.id for each in found])
        for each in found:
            terminal.say(f"purged: {terminal.one_line(each.name)}")


def show_removed(removed: "Sequence[RemovedDocument]", as_json: bool) -> None:
    """The bin, a document a line."""
    from index.bin import EMPTY

    if as_json:
        terminal.write_json([asdict(each) for each in removed])
        return
    if not removed:
        terminal.note(EMPTY)
    for each in removed:
        terminal.say(f"{each.id}  {terminal.one_line(each.name)}  ({', '.join(each.facts)})")


def _put_away(library: "Library | PageLibrary", document_id: str) -> None:
    from assistant.keeping import forgetting
    from assistant.remote import PageLibrary

    if isinstance(library, PageLibrary):
        library.remove(document_id)
    else:
        forgetting.remove(library, document_id)


def _erase(library: "Library | PageLibrary", ids: Sequence[str]) -> None:
    from assistant.keeping import forgetting
    from assistant.remote import PageLibrary

    if not ids:
        return
    if isinstance(library, PageLibrary):
        library.bin.purge(ids)
    else:
        forgetting.purge(library, ids)
