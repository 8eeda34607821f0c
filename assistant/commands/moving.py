"""A library that moves to a database which many machines share."""

from typing import Annotated

import typer

from assistant import terminal
from assistant.commands.options import JsonOption, LibraryOption, address_of, settings_of
from index.errors import InputError, StoreError

commands = typer.Typer()


@commands.command()
def move(
    context: typer.Context,
    to: Annotated[
        str, typer.Option("--to", metavar="URL", help="postgresql://USER@HOST:PORT/NAME")
    ],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy the library's record to a PostgreSQL database; the library here stays as it is.

    If it is stopped, the same command goes on. Both are compared at the end.
    """
    from assistant.runtime import open_library

    settings = settings_of(context, library)
    if settings.record is not None:
        raise InputError(
            "CITEWELL_RECORD_URL is set: the library is in a database already.",
            "Unset it to move the library of the folder.",
        )
    place = address_of(to)
    with open_library(settings, owner="citewell move") as opened, terminal.progress() as report:
        moved = opened.copies.move(place, report)
    if moved.differences:
        raise StoreError(
            f"The copy is not the same: {'; '.join(moved.differences)}.",
            "Give the same command again.",
        )
    if as_json:
        terminal.write_json(moved.rows)
        return
    terminal.say(", ".join(f"{count} {name}" for name, count in moved.rows.items()))
    terminal.say(
        "The copy is the same. Set CITEWELL_RECORD_URL to it and CITEWELL_CHROMA_URL to a Chroma "
        "server: the vectors are put there when the library is first asked."
    )
