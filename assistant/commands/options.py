"""What several commands share: options, the settings, and what they refuse."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from assistant.settings import Settings, load_settings
from index.errors import InputError

if TYPE_CHECKING:
    from assistant.remote import PageLibrary
    from index import Library
    from index.engines import Address
    from index.narrowing import Named

    AnyLibrary = Library | PageLibrary

LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        metavar="DIR",
        help="The library folder; without it CITEWELL_LIBRARY, else one in your data folder.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON only on stdout.")]
CollectionOption = Annotated[
    list[str] | None,
    typer.Option(
        "--collection",
        metavar="NAME",
        help="Only documents of this collection or watched folder; may be given repeatedly.",
        show_default=False,
    ),
]
TagOption = Annotated[
    list[str] | None,
    typer.Option(
        "--tag",
        metavar="NAME",
        help="Only documents with this tag; may be given repeatedly.",
        show_default=False,
    ),
]
SinceOption = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="DAY",
        help="Only documents of this day (2024-05-01, 2024-05 or 2024) or later.",
        show_default=False,
    ),
]
UntilOption = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="DAY",
        help="Only documents of this day, month or year, or earlier.",
        show_default=False,
    ),
]
TypeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--type",
        metavar="TYPE",
        help="Only documents of this kind (pdf, word, mail, web, …) or suffix; may be given "
        "repeatedly.",
        show_default=False,
    ),
]
QuestionArgument = Annotated[str, typer.Argument(metavar="QUESTION", show_default=False)]

ADD_HINT = "Add documents with: citewell index PATH"


def settings_of(context: typer.Context, library: Path | None = None, **given: object) -> Settings:
    """The settings, with ``--library`` from after the command or before it on top."""
    return load_settings(library=library or context.find_root().obj, **given)


def address_of(url: str) -> "Address":
    """The address of a database that was given on the command line.

    Raises:
        InputError: it holds a password, which everybody on the machine could read there.
    """
    from index.engines import Address

    if urlsplit(url).password or "password=" in url:
        raise InputError(
            "A password on the command line is seen by all users of this machine.",
            "Leave it out there, and give it as PGPASSWORD or in the file ~/.pgpass.",
        )
    return Address(url=url)


def named(
    collections: list[str] | None,
    tags: list[str] | None,
    since: str | None,
    until: str | None,
    types: list[str] | None,
) -> "Named":
    """What documents are asked for by.

    Raises:
        InputError: as ``Named.checked``.
    """
    from index.narrowing import Named

    return Named(
        collections=collections or (),
        tags=tags or (),
        since=since or "",
        until=until or "",
        types=types or (),
    ).checked()


def cluster_address(named: Sequence[str]) -> tuple[str, list[str]]:
    """The one of these that names a Ray cluster and no file, this machine without one; and the
    others.

    Raises:
        InputError: there are several, Ray is not installed, or nothing answers there.
    """
    from index import cluster

    found = [each for each in named if cluster.is_address(each) and not Path(each).exists()]
    if len(found) > 1:
        raise InputError(f"{' and '.join(found)} name two clusters.", "Name one.")
    address = found[0] if found else cluster.LOCAL
    cluster.refuse(address)
    return address, [each for each in named if each not in found]


def refuse_empty(library: "AnyLibrary") -> None:
    if not library.documents():
        raise InputError(f"The library {library.folder} is empty.", ADD_HINT)


def not_through(page: "PageLibrary", option: str, value: object) -> None:
    if value:
        raise InputError(
            f"{option} needs the library itself, and the page at {page.address} holds it.",
            f"Stop the page first, or leave out {option}.",
        )
