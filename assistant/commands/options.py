"""What several commands share: options, the settings, and what they refuse."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from assistant.groups import folders_of
from assistant.settings import Settings, load_settings
from index.errors import InputError

if TYPE_CHECKING:
    from assistant.remote import PageLibrary
    from index import Library
    from index.engines import Address
    from index.libraries import Libraries
    from index.narrowing import Named

    AnyLibrary = Library | PageLibrary

LibraryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--library",
        metavar="DIR|group:NAME",
        help="The library folder; without it CITEWELL_LIBRARY, else one in your data folder. "
        "Repeatedly, or as a group of the file CITEWELL_LIBRARIES, where several may be asked.",
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


def settings_of(
    context: typer.Context, library: Sequence[str] | None = None, **given: object
) -> Settings:
    """The settings, with ``--library`` from after the command or before it on top.

    Raises:
        InputError: several libraries are named.
    """
    found = settings_of_each(context, library, **given)
    if len(found) > 1:
        raise InputError(
            f"This command takes one library, and {len(found)} are named.",
            "Name one; ask, search, chat and summarize take several.",
        )
    return found[0]


def settings_of_each(
    context: typer.Context, library: Sequence[str] | None = None, **given: object
) -> list[Settings]:
    """The settings of each library that is named, as ``settings_of``; each once, in order.

    Raises:
        InputError: there is no such group, or several folders have one record.
    """
    first = load_settings(**given)
    folders = [
        folder
        for named in library or context.find_root().obj or ()
        for folder in folders_of(named, first.libraries)
    ]
    found: dict[Path, Settings] = {}
    for folder in folders:
        settings = load_settings(library=folder, **given)
        found.setdefault(settings.library.absolute().resolve(), settings)
    if len({each.record for each in found.values()} - {None}) not in (0, len(found)):
        raise InputError(
            "CITEWELL_RECORD_URL is set: all these folders have the one record there.",
            "Unset it to ask several libraries, or name one.",
        )
    return list(found.values()) or [first]


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


def refuse_empty(library: "AnyLibrary | Libraries") -> None:
    if not library.documents():
        raise InputError(f"The library {library.folder} is empty.", ADD_HINT)


def not_through(page: "PageLibrary", option: str, value: object) -> None:
    if value:
        raise InputError(
            f"{option} needs the library itself, and the page at {page.address} holds it.",
            f"Stop the page first, or leave out {option}.",
        )
