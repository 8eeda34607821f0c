"""This machine: its health, its models, its page."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from assistant import terminal
from assistant.commands.options import JsonOption, LibraryOption, address_of, settings_of
from assistant.errors import SettingsError
from assistant.settings import Settings
from index.errors import InputError
from index.wording import counted

commands = typer.Typer()
models = typer.Typer(help="The catalogue of models: list, fetch, path, serve.")
commands.add_typer(models, name="models")


@commands.command()
def doctor(
    context: typer.Context,
    repair: Annotated[
        bool, typer.Option("--repair", help="Rebuild the vectors from the record.")
    ] = False,
    copy: Annotated[
        str | None,
        typer.Option("--copy", metavar="URL", help="Compare the library with its copy there."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Check the installation, the models and the library, and say how to mend what is wrong."""
    from assistant import doctor as checks

    place = address_of(copy) if copy else None
    found = checks.examine(settings_of(context, library), repair=repair, copy=place)
    if as_json:
        terminal.write_json([asdict(check) for check in found])
    else:
        for check in found:
            terminal.say(f"{'ok   ' if check.passed else 'WRONG'} {check.name}: {check.detail}")
    return max((check.exit_code for check in found), default=0)


def _of_a_folder(context: typer.Context, library: list[str] | None) -> Settings:
    """The settings of a library that lies in a folder.

    Raises:
        InputError: its record is in a database, which has tools of its own for this.
    """
    settings = settings_of(context, library)
    if settings.record_url is not None:
        raise InputError(
            "CITEWELL_RECORD_URL is set: the record is in a database.",
            "Back it up and restore it with pg_dump and pg_restore.",
        )
    return settings


@commands.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False)],
    library: LibraryOption = None,
) -> None:
    """Write the whole library to one file, also while the page is open."""
    from index import backup as copying

    settings = _of_a_folder(context, library)
    copying.backup(settings.library.expanduser().absolute(), file)
    terminal.note(f"The library is in {file}")


@commands.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False)],
    library: LibraryOption = None,
) -> None:
    """Make a library of such a file, in a folder that has none."""
    from assistant.runtime import open_library
    from index import backup as copying

    settings = _of_a_folder(context, library)
    restored = copying.restore(file, settings.library)
    with open_library(settings, "restore") as opened:
        opened.rebuild_vectors()
        count = len(opened.documents())
    terminal.say(f"restored: {counted(count, 'document')} in {settings.library}")
    for each in restored.watched:
        terminal.note(f"citewell: it was kept in step with {each}; for that: citewell watch {each}")
    if restored.outside:
        terminal.note(
            f"citewell: it names {counted(len(restored.outside), 'file')} of this machine, such as "
            f"{restored.outside[0]}. If the backup is somebody else's, look at citewell documents."
        )


@commands.command("app")
def page(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option(help="Listen on this address; default: this machine only.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Listen on this port; default: 7860.")] = None,
    browser: Annotated[bool, typer.Option("--browser", help="Open it in a browser too.")] = False,
    mcp: Annotated[bool, typer.Option("--mcp", help="Also serve the tools over MCP.")] = False,
    library: LibraryOption = None,
) -> None:
    """Open the page at a printed address; a new library starts with the example document."""
    from assistant.serve import serve

    serve(settings_of(context, library, host=host, port=port), browser=browser, mcp=mcp)


@commands.command()
def user(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The name to log in with.")],
) -> None:
    """Add a user of the page to the file CITEWELL_USERS, or give one another password.

    Each user has a library of their own beneath that of the page; its folder is printed.
    """
    from assistant.users import library_of, read_users, save_user

    settings = settings_of(context)
    path = settings.users
    if path is None:
        raise SettingsError("No users' file is named.", "Set CITEWELL_USERS to a file.")
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    is_new = not path.exists() or name not in read_users(path)
    save_user(path, name, password)
    terminal.say(f"{name} may log in when the page is next started.")
    folder = library_of(settings.library, name)
    terminal.say(f"{name}'s library: {folder}")
    if is_new and folder.exists():
        terminal.note(
            f"citewell: {name} will find there what an earlier {name} left. Delete the folder if "
            "that was somebody else."
        )


@models.command("list")
def models_list(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the models that can be fetched by name."""
    from assistant.models import CATALOGUE

    folder = settings_of(context).models_dir
    entries = [
        {
            "name": entry.name,
            "kind": entry.kind,
            "bytes": entry.size,
            "licence": entry.licence,
            "fetched": entry.path(folder).exists(),
            "summary": entry.summary,
        }
        for entry in CATALOGUE.values()
    ]
    if as_json:
        terminal.write_json(entries)
    else:
        terminal.show_models(entries)


@models.command("fetch")
def models_fetch(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...")] = None,
) -> None:
    """Fetch and verify weights; without a name, those that the settings need."""
    from assistant.models import fetch

    settings = settings_of(context)
    for name in names or _needed(settings):
        with terminal.progress(in_bytes=True) as report:
            path = fetch(name, settings.models_dir, report)
        terminal.say(f"{name}: {path}")


def _needed(settings: Settings) -> Iterator[str]:
    """The embedding and the model of the settings; says so where the model needs no fetching."""
    from assistant.models.weights.references import LocalFile, RemoteModel, parse_reference

    yield settings.embedding
    match parse_reference(settings.model):
        case RemoteModel(name=name, url=url):
            terminal.say(f"{name} runs at {url}: nothing to fetch")
        case LocalFile(path=path):
            terminal.say(f"{path} is here: nothing to fetch")
        case _:
            yield settings.model


@models.command("path")
def models_path(
    context: typer.Context, name: Annotated[str, typer.Argument(show_default=False)]
) -> None:
    """Print where a model's verified weights are."""
    from assistant.models import weights_path

    terminal.say(str(weights_path(name, settings_of(context).models_dir)))


@models.command("serve")
def models_serve(context: typer.Context) -> None:
    """Serve the settings' model to pages elsewhere, at CITEWELL_HOST and CITEWELL_PORT."""
    from assistant.models.embedded.alone import serve_alone

    serve_alone(settings_of(context), terminal.say)
