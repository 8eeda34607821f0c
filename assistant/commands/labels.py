"""Collections, tags and days of documents: giving, taking and listing them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import terminal
from assistant.commands.options import JsonOption, LibraryOption, settings_of
from index.errors import InputError
from index.wording import counted

if TYPE_CHECKING:
    from index.labels import Label

commands = typer.Typer()
NameArgument = Annotated[str | None, typer.Argument(metavar="NAME", show_default=False)]
DocumentsArgument = Annotated[list[str] | None, typer.Argument(metavar="ID...", show_default=False)]
OutOption = Annotated[
    bool, typer.Option("--out", help="Take these documents out; without any, all of them.")
]


@commands.command()
def collect(
    context: typer.Context,
    name: NameArgument = None,
    documents: DocumentsArgument = None,
    out: OutOption = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put documents into a collection, or list the collections."""
    _label(context, "collection", name, documents or (), out, library, as_json)


@commands.command()
def tag(
    context: typer.Context,
    name: NameArgument = None,
    documents: DocumentsArgument = None,
    out: OutOption = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give documents a tag, or list the tags."""
    _label(context, "tag", name, documents or (), out, library, as_json)


@commands.command()
def date(
    context: typer.Context,
    document: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
    day: Annotated[str | None, typer.Argument(metavar="DAY", show_default=False)] = None,
    own: Annotated[
        bool, typer.Option("--own", help="Take a correction back: the day that it tells itself.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the day of a document, or correct it: 2024-05-01, or its month or year alone."""
    from assistant.runtime import reach_library

    if day is not None and own:
        raise InputError("A day and --own are given at once.", "Give one of them.")
    with reach_library(settings_of(context, library)) as opened:
        found = opened.find(document)
        if day is not None or own:
            found = opened.narrowing.date(found.id, day)
    if as_json:
        terminal.write_json(asdict(found))
    else:
        terminal.say(f"{terminal.one_line(found.name)}  {terminal.dated(found)}")


def _label(
    context: typer.Context,
    kind: str,
    name: str | None,
    documents: Sequence[str],
    out: bool,
    library: list[str] | None,
    as_json: bool,
) -> None:
    from assistant.runtime import reach_library

    with reach_library(settings_of(context, library)) as opened:
        if name is None:
            _show([each for each in opened.labels.all() if each.kind == kind], kind, as_json)
            return
        ids = [opened.find(reference).id for reference in documents]
        if not ids and not out:
            raise InputError(f"No document for the {kind} is named.", "Name one by id or name.")
        short = opened.labels.change(kind, name, ids, out=out)
        found = [each for each in opened.labels.all() if (each.kind, each.name) == (kind, short)]
    if found:
        _show(found, kind, as_json)
    else:
        terminal.say(f"The {kind} {terminal.one_line(short)} is empty, and so no more.")


def _show(found: "Sequence[Label]", kind: str, as_json: bool) -> None:
    if as_json:
        terminal.write_json([asdict(each) for each in found])
    elif not found:
        terminal.note(f"There is no {kind} yet.")
    for each in () if as_json else found:
        facts = counted(each.documents, "document")
        facts += f"; the folder {each.folder}" if each.folder else ""
        terminal.say(f"{terminal.one_line(each.name)}  ({terminal.one_line(facts)})")
