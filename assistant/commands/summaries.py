"""Executive summaries: one of several documents, or one of each."""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant import terminal
from assistant.commands.answers import opened_assistant
from assistant.commands.options import (
    CollectionOption,
    JsonOption,
    LibraryOption,
    SinceOption,
    TagOption,
    TypeOption,
    UntilOption,
    cluster_address,
    named,
    not_through,
    settings_of,
    settings_of_each,
)
from index.errors import CancelledError, CitewellError, FullDiskError, InputError

if TYPE_CHECKING:
    from assistant.answering.assistant import Assistant
    from assistant.commands.options import AnyLibrary
    from assistant.data import Summary, SummaryEvent
    from assistant.many_summaries import Wish
    from assistant.settings import Settings
    from index.libraries import Libraries
    from index.narrowing import Named
    from index.readable import Readable

commands = typer.Typer()
_ID = 8
"""Characters of a document's id in the name of its summary's file."""
_LONGEST_NAME = 100
"""Of the document's name there: systems take some 255 bytes."""


class Length(StrEnum):
    """How long a summary is."""

    brief = "brief"
    standard = "standard"
    full = "full"


@commands.command()
def summarize(
    context: typer.Context,
    references: Annotated[
        list[str] | None, typer.Argument(metavar="PATH|ID...", show_default=False)
    ] = None,
    topic: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only what concerns this.")
    ] = None,
    length: Annotated[Length, typer.Option(help="How long.")] = Length.standard,
    words: Annotated[
        int | None, typer.Option(metavar="N", help="So many words, instead of a length.")
    ] = None,
    audience: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="Who it is for: shown, and what is like these words weighs more."
        ),
    ] = None,
    collection: CollectionOption = None,
    tag: TagOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    types: TypeOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Also write it to this .md, .html, .docx, .pdf or .citewell.zip; with --each a "
            "folder, for a .md of each document.",
        ),
    ] = None,
    each: Annotated[
        bool, typer.Option("--each", help="A summary of each document, not one of all together.")
    ] = False,
    ray: Annotated[
        bool,
        typer.Option(
            "--ray",
            help="As --each, on a Ray cluster: at an address named beside the documents (auto, "
            "HOST:PORT, ray://HOST:PORT), else on this machine's cores.",
        ),
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Write an executive summary, with citations; a file not in the library is added first."""
    from assistant.exporting import files as export
    from assistant.json_forms import summary_json
    from assistant.many_summaries import Wish
    from assistant.remote import PageLibrary
    from assistant.runtime import reach_libraries
    from assistant.summarising.lengths import words_of

    settings = [settings_of(context, library)] if ray else settings_of_each(context, library)
    narrow = named(collection, tag, since, until, types)
    address, meant = cluster_address(references or ()) if ray else (None, references or ())
    if not (meant or narrow):
        raise InputError("Nothing to summarize is named.", "Name a document or a collection.")
    wish = Wish(
        length=str(words) if words is not None else length.value,
        topic=topic.strip() or None if topic else None,
        audience=audience.strip() or None if audience else None,
    )
    words_of(wish.length, 1)
    if each or ray:
        _made_folder(output)
    with reach_libraries(settings) as opened:
        if isinstance(opened, PageLibrary):
            not_through(opened, "--output", output)
            not_through(opened, "--ray", address)
        chosen, failed = _chosen(opened, meant)
        if each or ray:
            documents = _documents(opened, chosen, narrow)
            code = _each(opened, documents, wish, settings[0], address, output, as_json)
            return code or (1 if failed else 0)
        if isinstance(opened, PageLibrary):
            events = opened.summarize(chosen, wish.length, wish.topic, wish.audience, narrow)
            summary = _show_summary(events, wish, quiet=as_json)
        else:
            chosen = _documents(opened, chosen, narrow)
            with opened_assistant(settings[0], opened) as assistant:
                events = assistant.summarize(chosen, **asdict(wish))
                summary = _show_summary(events, wish, quiet=as_json)
            if output is not None:
                export.write(summary, [opened.document(each) for each in chosen], output)
                terminal.note(f"The summary is in {output}")
    if as_json:
        terminal.write_json(summary_json(summary))
    else:
        _tell_uncalibrated(summary, opened)
    return 1 if failed else 0


def _tell_uncalibrated(summary: "Summary", library: "AnyLibrary | Libraries") -> None:
    from assistant.checking.calibration import load

    if not load(summary.model, library.folder / "calibrations.json").calibrated:
        terminal.note(terminal.UNCALIBRATED)


def _documents(
    library: "AnyLibrary | Libraries", chosen: Sequence[str], narrow: "Named"
) -> list[str]:
    """The ids of the documents to summarize: those named, and of these what is narrowed down to."""
    from assistant.remote import PageLibrary

    if not isinstance(library, PageLibrary):
        return library.narrowing.chosen(narrow, documents=chosen or None) or []
    found = library.narrowing.chosen(narrow)
    return [*chosen] if found is None else [each for each in chosen or found if each in found]


def _made_folder(output: Path | None) -> None:
    """Make the folder that summaries of each document are written to.

    Raises:
        InputError: it is a file, or would be mistaken for one, or cannot be made.
    """
    from assistant.exporting.files import FORMATS

    if output is None:
        return
    if not output.is_dir() and output.name.lower().endswith(tuple(FORMATS.values())):
        raise InputError(f"{output} is one file, for many summaries.", "Name a folder.")
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{output} cannot be made: {error.strerror}.", "Name another folder with --output."
        ) from error


def _each(
    library: "AnyLibrary | Libraries",
    documents: Sequence[str],
    wish: "Wish",
    settings: "Settings",
    address: str | None,
    output: Path | None,
    as_json: bool,
) -> int:
    """Show a summary of each of the documents, in their order; one that fails holds up no other."""
    from assistant.json_forms import summary_json
    from assistant.remote import PageLibrary

    names = {info.id: info.name for info in library.documents()}
    rows: list[dict[str, Any]] = []
    errors: list[CitewellError] = []
    summary: Summary | None = None
    with _summaries(library, list(dict.fromkeys(documents)), wish, settings, address) as made:
        for document, events in made:
            name = names.get(document, document)
            try:
                summary = _show_summary(events, wish, quiet=True)
            except (CancelledError, FullDiskError):
                raise
            except CitewellError as error:
                errors.append(error)
                rows.append({"documents": [document], "error": str(error)})
                terminal.note(f"citewell: {name}: {error}")
                continue
            if not as_json:
                _show_whole(name, summary, wish, first=not rows)
            rows.append(summary_json(summary))
            if output is not None and not isinstance(library, PageLibrary):
                _write(summary, library, output)
    if as_json:
        terminal.write_json(rows)
    elif summary is not None:
        _tell_uncalibrated(summary, library)
    if output is not None:
        terminal.note(f"{len(rows) - len(errors)} summaries are in {output}")
    if not errors:
        return 0
    return errors[0].exit_code if len(errors) == len(rows) else 1


@contextmanager
def _summaries(
    library: "AnyLibrary | Libraries",
    documents: Sequence[str],
    wish: "Wish",
    settings: "Settings",
    address: str | None,
) -> Iterator[Iterable[tuple[str, Iterable["SummaryEvent"]]]]:
    """Each document's id and the events of its summary: made by the page, on a cluster, or here."""
    from assistant.many_summaries import summarized
    from assistant.remote import PageLibrary
    from assistant.runtime import open_assistant, open_model
    from index.libraries import Libraries

    if isinstance(library, PageLibrary):
        asked = (wish.length, wish.topic, wish.audience)
        yield ((each, library.summarize([each], *asked)) for each in documents)
    elif isinstance(library, Libraries) or address is None:
        with opened_assistant(settings, library) as assistant:
            yield ((each, assistant.summarize([each], **asdict(wish))) for each in documents)
    else:
        model = open_model(settings)  # asked for its name alone: the workers have their own
        assistant = open_assistant(settings, library, model)
        with terminal.progress() as report:
            told = summarized(documents, wish, address, settings, library, assistant, model, report)
            with closing(told):
                yield _told(told, assistant, wish, report)


def _told(
    told: Iterable[tuple[str, CitewellError | None]],
    assistant: "Assistant",
    wish: "Wish",
    report: terminal.Reporter,
) -> Iterator[tuple[str, Iterable["SummaryEvent"]]]:
    for document, error in told:
        report.pause()
        yield document, assistant.summarize([document], **asdict(wish)) if not error else _no(error)


def _no(error: CitewellError) -> Iterator["SummaryEvent"]:
    """The events of a summary that could not be made elsewhere."""
    raise error
    yield


def _show_whole(name: str, summary: "Summary", wish: "Wish", *, first: bool) -> None:
    """Print a summary that is ready below its document's name."""
    from assistant.data import Summarized
    from assistant.summarising.summaries import events_of

    if not first:
        terminal.say()
    terminal.say(terminal.one_line(name), "bold")
    _show_summary([*events_of(summary), Summarized(summary=summary)], wish, quiet=False)


def _write(summary: "Summary", library: "Readable", folder: Path) -> None:
    """Write the summary of one document to a file of its own, which its id tells from others."""
    from assistant.exporting import files as export

    (document,) = [library.document(each) for each in summary.documents]
    name = re.sub(r"[^\w.()-]+", "_", document.name)[:_LONGEST_NAME]
    export.write(summary, [document], folder / f"{name}.{document.id[:_ID]}.md")


def _chosen(library: "AnyLibrary | Libraries", references: Sequence[str]) -> tuple[list[str], int]:
    """The ids of the documents meant, and how many files failed, each of which it names.

    A file or folder is added where it is new, unless there are several libraries to add it to.
    """
    from index.libraries import Libraries

    chosen: list[str] = []
    failed = 0
    for reference in references:
        if isinstance(library, Libraries) or not Path(reference).exists():
            chosen.append(library.find(reference).id)
            continue
        with terminal.progress() as report:
            results = list(library.add(reference, progress=report))
        for result in results:
            if result.document_id is None:
                failed += 1
                terminal.note(f"citewell: {result.message}")
            else:
                chosen.append(result.document_id)
    return chosen, failed


def _show_summary(events: Iterable["SummaryEvent"], wish: "Wish", *, quiet: bool) -> "Summary":
    from assistant.data import ClaimChecked, Progress, Summarized

    printer = terminal.SummaryPrinter(wish.topic, wish.audience)
    for event in events:
        match event:
            case Summarized(summary=summary):
                if not quiet:
                    printer.finish(summary)
                return summary
            case ClaimChecked(claim=claim, section=section, provisional=False) if not quiet:
                printer.claim(claim, section)
            case Progress(message=message) if sys.stderr.isatty():
                terminal.note(message)
    raise CitewellError("The summary broke off.", "Ask for it again.")
