"""The documents of a library: add, list, search."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import terminal
from assistant.commands.bin import show_removed
from assistant.commands.options import (
    ADD_HINT,
    CollectionOption,
    JsonOption,
    LibraryOption,
    QuestionArgument,
    SinceOption,
    TagOption,
    TypeOption,
    UntilOption,
    cluster_address,
    named,
    not_through,
    refuse_empty,
    settings_of,
    settings_of_each,
)
from index.errors import FullDiskError, InputError

if TYPE_CHECKING:
    from assistant.commands.options import AnyLibrary
    from index.data import AddResult, DocumentInfo, Heading, Span
    from index.narrowing import Named
    from index.workers import Workers

commands = typer.Typer()


@commands.command()
def index(
    context: typer.Context,
    sources: Annotated[list[str], typer.Argument(metavar="PATH|URL...", show_default=False)],
    ray: Annotated[
        bool,
        typer.Option(
            "--ray",
            help="Read and embed on a Ray cluster: at an address named beside the paths (auto, "
            "HOST:PORT, ray://HOST:PORT), else on this machine's cores.",
        ),
    ] = False,
    password_file: Annotated[
        Path | None,
        typer.Option(
            "--password-file",
            metavar="FILE",
            help="Open protected PDF files with the password in the first line of this file; in a "
            "terminal you are asked for it otherwise.",
        ),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Add files, folders or web addresses; unchanged files cost nothing."""
    from assistant.runtime import reach_library

    password = _password_in(password_file) if password_file else None
    address, sources = cluster_address(sources) if ray else (None, sources)
    if not sources:
        raise InputError("Nothing to add is named.", "Name a file, folder or address besides.")
    settings = settings_of(context, library)
    results: list[AddResult] = []
    with (
        reach_library(settings) as opened,
        _workers(opened, address, settings.embedding) as workers,
        terminal.progress() as report,
    ):

        def add(source: str, password: str | None) -> None:
            for result in _added(opened, source, report, workers, password):
                report.pause()
                results.append(result)
                show_added(result, as_json)

        for source in sources:
            add(source, password)
        for source, refused in _protected(results).items() if password is None else ():
            if typed := terminal.secret(f"Password of {Path(source).name} (none: leave it out)"):
                results = [each for each in results if each not in refused]
                add(source, typed)
    if as_json:
        terminal.write_json([asdict(result) for result in results])
    return _index_exit_code(results)


def _password_in(path: Path) -> str:
    """The first line of a file.

    Raises:
        InputError: it cannot be read, or is empty.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"The password cannot be read from {path}.", "Name a text file that has it."
        ) from error
    if not lines or not lines[0]:
        raise InputError(f"The first line of {path} is empty.", "Write the password there.")
    return lines[0]


def _protected(results: Sequence["AddResult"]) -> dict[str, list["AddResult"]]:
    """What needs a password, by the file or address that it is, or is within."""
    from index.loading import outermost

    found: dict[str, list[AddResult]] = {}
    for each in results:
        if each.protected:
            found.setdefault(outermost(each.source), []).append(each)
    return found


@contextmanager
def _workers(
    library: "AnyLibrary", address: str | None, embedding: str
) -> Iterator["Workers | None"]:
    """The workers of the cluster at an address; None without one."""
    if address is None:
        yield None
        return
    from assistant.remote import PageLibrary
    from assistant.runtime import embedder_here
    from index import cluster

    if isinstance(library, PageLibrary):
        not_through(library, "--ray", address)
    with cluster.opened(address, embedder_here, embedding) as workers:
        yield workers


def _added(
    library: "AnyLibrary",
    source: str,
    report: terminal.Reporter,
    workers: "Workers | None",
    password: str | None,
) -> Iterator["AddResult"]:
    """The results of one source; a bad one does not keep the next ones from being added."""
    from index.data import AddResult

    try:
        yield from library.add(source, progress=report, workers=workers, password=password)
    except FullDiskError:
        raise
    except InputError as error:
        yield AddResult.failed(source, error)


def show_added(result: "AddResult", as_json: bool) -> None:
    name = terminal.one_line(result.source)
    if result.status in ("failed", "gone", "kept") or result.protected:
        terminal.note(f"citewell: {result.message}")
    elif not as_json:
        is_read = result.status in ("added", "replaced", "renamed")
        told = result.message if is_read else f"{result.passages} passages"
        terminal.say(f"{result.status}: {name} ({told})")


def _index_exit_code(results: Sequence["AddResult"]) -> int:
    """0 if all is well, 1 if some failed, 2 if nothing could be read at all."""
    failed = sum(result.status == "failed" for result in results)
    if not failed:
        return 0
    return 2 if failed == len(results) else 1


@commands.command()
def reread(
    context: typer.Context, library: LibraryOption = None, as_json: JsonOption = False
) -> int:
    """Read anew, from their files, the documents that were read by an older Citewell.

    Where the file is gone, or it is a web page, the text is kept as it was read.
    """
    from assistant.runtime import reach_library

    results: list[AddResult] = []
    with reach_library(settings_of(context, library)) as opened, terminal.progress() as report:
        for result in opened.reread(progress=report):
            report.pause()
            results.append(result)
            show_added(result, as_json)
        left = sum(info.outdated for info in opened.documents())
    if as_json:
        terminal.write_json([asdict(result) for result in results])
    elif not results:
        terminal.say("Every document was read by the reader of today.")
    elif left:
        terminal.note(f"citewell: {left} of them could not be read anew.")
    return _index_exit_code(results)


@commands.command()
def documents(
    context: typer.Context,
    text: Annotated[
        str | None,
        typer.Option("--text", metavar="ID", help="Print this document's text, nothing else."),
    ] = None,
    sentences: Annotated[
        str | None,
        typer.Option("--sentences", metavar="ID", help="Print its sentences, one a line."),
    ] = None,
    headings: Annotated[
        str | None,
        typer.Option("--headings", metavar="ID", help="Print its headings, one a line."),
    ] = None,
    removed: Annotated[
        bool, typer.Option("--removed", help="List the removed documents instead, the bin.")
    ] = False,
    collection: CollectionOption = None,
    tag: TagOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    types: TypeOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the library's documents, or print the text, sentences or headings of one."""
    from assistant.runtime import reach_library
    from index import reader

    if sum(each is not None for each in (text, sentences, headings)) > 1:
        raise InputError(
            "--text, --sentences and --headings are asked for at once.", "Ask for one of them."
        )
    narrow = named(collection, tag, since, until, types)
    if removed and (narrow or text or sentences or headings):
        raise InputError("--removed is given with another choice.", "Give it alone.")
    with reach_library(settings_of(context, library)) as opened:
        if removed:
            show_removed(opened.bin.all(), as_json)
        elif text is not None:
            _show_text(opened, text, as_json)
        elif sentences is not None:
            info = opened.find(sentences)
            _show_parts(opened, info, "sentences", opened.sentences(info.id), as_json)
        elif headings is not None:
            info = opened.find(headings)
            _show_parts(opened, info, "headings", opened.headings(info.id), as_json)
        elif as_json:
            terminal.write_json([asdict(each) for each in _listed(opened, narrow)])
        elif found := _listed(opened, narrow):
            terminal.show_documents(found)
            if outdated := sum(info.outdated for info in found):
                terminal.note(f"citewell: {reader.told(outdated)}")
        else:
            terminal.note(f"The library {opened.folder} is empty. {ADD_HINT}")


def _listed(library: "AnyLibrary", narrow: "Named") -> "list[DocumentInfo]":
    """The documents that are meant; all where nothing is named."""
    found = library.narrowing.chosen(narrow)
    infos = library.documents()
    chosen = None if found is None else set(found)
    return [info for info in infos if chosen is None or info.id in chosen]


def _show_text(library: "AnyLibrary", reference: str, as_json: bool) -> None:
    info = library.find(reference)
    text = library.text(info.id)
    if as_json:
        terminal.write_json({"id": info.id, "name": info.name, "text": text})
    else:
        terminal.write_text(text)


def _show_parts(
    library: "AnyLibrary",
    info: "DocumentInfo",
    name: str,
    parts: "Sequence[Span] | Sequence[Heading]",
    as_json: bool,
) -> None:
    """Print parts of a document's text one a line, or with their offsets as JSON."""
    text = library.text(info.id)
    if as_json:
        found = [asdict(each) | {"text": text[each.start : each.end]} for each in parts]
        terminal.write_json({"id": info.id, "name": info.name, name: found})
        return
    for each in parts:
        terminal.write_text(terminal.one_line(text[each.start : each.end]) + "\n")


@commands.command()
def search(
    context: typer.Context,
    question: QuestionArgument,
    collection: CollectionOption = None,
    tag: TagOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    types: TypeOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the passages that bear on a question; no model is needed."""
    from assistant.answering.questions import checked_question
    from assistant.json_forms import evidence_json
    from assistant.remote import PageLibrary
    from assistant.runtime import reach_libraries

    asked = checked_question(question)
    narrow = named(collection, tag, since, until, types)
    with reach_libraries(settings_of_each(context, library)) as opened:
        refuse_empty(opened)
        if isinstance(opened, PageLibrary):
            evidence = opened.search(asked, narrow)
        else:
            evidence = opened.search(asked, documents=opened.narrowing.chosen(narrow))
    if as_json:
        terminal.write_json({"question": question, "evidence": evidence_json(evidence)})
    else:
        terminal.show_evidence(evidence, limit=len(evidence), length=1000)
