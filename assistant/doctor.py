"""What could be wrong with an installation, looked at one thing after the other."""

import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version

from assistant.settings import FOLDER, Settings
from index.engines import Address
from index.errors import CitewellError, LibraryBusyError
from index.reader import told

_LIBRARIES = ("citewell", "chromadb", "gradio", "langchain", "sentence-transformers", "xllamacpp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    passed: bool
    detail: str
    """What was found; where it is wrong, how to mend it."""
    exit_code: int = 0


def examine(
    settings: Settings, *, repair: bool = False, copy: Address | None = None
) -> list[Check]:
    """Look at everything; what fails is a check that says so, never an exception.

    ``repair`` rebuilds the vectors from the record. ``copy`` is compared with the library.
    """
    return [
        _check("python", lambda: f"{platform.python_version()} on {platform.platform()}"),
        _check("libraries", _versions),
        _check("prompts", _prompts),
        _check("embedding model", lambda: _weights(settings.embedding, settings)),
        _check("chat model", lambda: _chat_model(settings)),
        _check("library", lambda: _library(settings, repair=repair)),
        *_users_libraries(settings, repair=repair),
        *([_check("copy", lambda: _copy(settings, copy))] if copy else []),
    ]


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name=name, passed=True, detail=look())
    except CitewellError as error:
        return Check(name=name, passed=False, detail=str(error), exit_code=error.exit_code)


def _versions() -> str:
    try:
        return ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    except PackageNotFoundError as error:
        raise CitewellError(
            f"The library {error.name} is not installed.", "Run make setup, or pip install again."
        ) from error


def _prompts() -> str:
    from assistant.prompts import Prompts
    from assistant.resources import prompts_folder

    folder = prompts_folder()
    Prompts.load(folder)
    return str(folder)


def _weights(name: str, settings: Settings) -> str:
    from assistant.models import weights_path

    return f"{name}: {weights_path(name, settings.models_dir)}"


def _chat_model(settings: Settings) -> str:
    from assistant.runtime import open_model

    model = open_model(settings)
    found = f"{model.name}: {model.status()}"
    if model.server is None:
        return found
    threads = model.server.threads
    return f"{found}, {threads} {'thread' if threads == 1 else 'threads'}"


def _users_libraries(settings: Settings, *, repair: bool) -> Iterator[Check]:
    """One check for each library of a user of the page."""
    for folder in sorted((settings.library / FOLDER).glob("*/")):
        own = settings.model_copy(update={"library": folder})
        yield _check(f"library of {folder.name}", partial(_library, own, repair=repair))


def _library(settings: Settings, *, repair: bool) -> str:
    from assistant.runtime import open_library

    try:
        opened = open_library(settings)
    except LibraryBusyError as busy:
        if repair:
            raise
        return f"not looked into. {busy.message}"
    with opened as library:
        if repair:
            library.rebuild_vectors()
        faults = library.check()
        if faults:
            raise CitewellError("; ".join(faults), "Mend it with: citewell doctor --repair")
        found = library.documents()
        outdated = sum(info.outdated for info in found)
        more = f"; {told(outdated)}" if outdated else ""
        where = library.place
        return f"{where}: {len(found)} documents, record and vectors agree{more}"


def _copy(settings: Settings, copy: Address) -> str:
    from assistant.runtime import open_library

    with open_library(settings) as library:
        found = library.copies.compare(copy)
    if found.differences:
        raise CitewellError("; ".join(found.differences), "Copy it again: citewell move")
    return f"{', '.join(f'{count} {name}' for name, count in found.rows.items())}: all the same"
