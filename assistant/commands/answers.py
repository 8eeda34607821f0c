"""Answers and summaries, and checking a bundle of evidence."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import terminal
from assistant.commands.options import (
    CollectionOption,
    JsonOption,
    LibraryOption,
    QuestionArgument,
    SinceOption,
    TagOption,
    TypeOption,
    UntilOption,
    named,
    not_through,
    refuse_empty,
    settings_of_each,
)
from assistant.settings import Settings
from index.errors import CitewellError, InputError

if TYPE_CHECKING:
    from assistant.answering.assistant import Assistant
    from assistant.commands.options import AnyLibrary
    from assistant.data import Answer, AnswerEvent, Summary, SummaryEvent
    from index.libraries import Libraries
    from index.readable import Readable

commands = typer.Typer()


class Detail(StrEnum):
    """How much of an answer is wanted."""

    short = "short"
    detailed = "detailed"


class Length(StrEnum):
    """How long a summary is."""

    brief = "brief"
    standard = "standard"
    full = "full"


@commands.command()
def ask(
    context: typer.Context,
    question: QuestionArgument,
    document: Annotated[
        list[str] | None,
        typer.Option(
            "--document", metavar="ID", help="Ask only this document; may be given repeatedly."
        ),
    ] = None,
    collection: CollectionOption = None,
    tag: TagOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    types: TypeOption = None,
    history: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The conversation before: a JSON list of roles and contents."
        ),
    ] = None,
    detail: Annotated[
        Detail | None, typer.Option(help="A shorter or longer answer than the question suggests.")
    ] = None,
    exhaustive: Annotated[
        bool, typer.Option("--exhaustive", help="Read every passage, not only the nearest.")
    ] = False,
    trace: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write what each step asked and decided to this file."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question from the library, with citations."""
    from assistant.answering.questions import checked_detail, checked_question, history_file
    from assistant.answering.trace import file_trace
    from assistant.json_forms import answer_json
    from assistant.remote import PageLibrary
    from assistant.runtime import reach_libraries

    asked = checked_question(question)
    narrow = named(collection, tag, since, until, types)
    turns = history_file(history) if history else ()
    length = checked_detail(detail.value if detail else "")
    tracing = file_trace(trace) if trace else None
    settings = settings_of_each(context, library)
    with reach_libraries(settings) as opened:
        refuse_empty(opened)
        chosen = [opened.find(reference).id for reference in document or ()] or None
        if isinstance(opened, PageLibrary):
            not_through(opened, "--trace", trace)
            events = opened.ask(asked, chosen, turns, length, exhaustive, narrow)
            answer = _show_answer(events, quiet=as_json)
        else:
            chosen = opened.narrowing.chosen(narrow, documents=chosen)
            with opened_assistant(settings[0], opened) as assistant:
                events = assistant.ask(
                    asked,
                    documents=chosen,
                    history=turns,
                    detail=length,
                    exhaustive=exhaustive,
                    trace=tracing,
                )
                answer = _show_answer(events, quiet=as_json)
    if as_json:
        terminal.write_json(answer_json(answer))


@contextmanager
def opened_assistant(settings: Settings, library: "Readable") -> Iterator["Assistant"]:
    """An assistant whose model process loads while the library finds the evidence."""
    from assistant.runtime import open_assistant, open_model

    model = open_model(settings)
    try:
        model.warm()
        yield open_assistant(settings, library, model)
    finally:
        model.close()


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
            metavar="FILE", help="Also write it to this .md, .html, .docx, .pdf or .citewell.zip."
        ),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Write an executive summary, with citations; a file not in the library is added first."""
    from assistant.checking.calibration import load as load_calibration
    from assistant.exporting import files as export
    from assistant.json_forms import summary_json
    from assistant.remote import PageLibrary
    from assistant.runtime import reach_libraries
    from assistant.summarising.lengths import words_of

    settings = settings_of_each(context, library)
    narrow = named(collection, tag, since, until, types)
    if not (references or narrow):
        raise InputError("Nothing to summarize is named.", "Name a document or a collection.")
    size = str(words) if words is not None else length.value
    words_of(size, 1)
    topic = topic.strip() or None if topic else None
    reader = audience.strip() or None if audience else None
    with reach_libraries(settings) as opened:
        chosen, failed = _chosen(opened, references or ())
        if isinstance(opened, PageLibrary):
            not_through(opened, "--output", output)
            events = opened.summarize(chosen, size, topic, reader, narrow)
            summary = _show_summary(events, topic, reader, quiet=as_json)
        else:
            chosen = opened.narrowing.chosen(narrow, documents=chosen or None) or []
            with opened_assistant(settings[0], opened) as assistant:
                events = assistant.summarize(chosen, length=size, topic=topic, audience=reader)
                summary = _show_summary(events, topic, reader, quiet=as_json)
            if output is not None:
                export.write(summary, [opened.document(each) for each in chosen], output)
                terminal.note(f"The summary is in {output}")
    if as_json:
        terminal.write_json(summary_json(summary))
    elif not load_calibration(summary.model, opened.folder / "calibrations.json").calibrated:
        terminal.note(terminal.UNCALIBRATED)
    return 1 if failed else 0


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


def _show_summary(
    events: Iterable["SummaryEvent"], topic: str | None, audience: str | None, *, quiet: bool
) -> "Summary":
    from assistant.data import ClaimChecked, Progress, Summarized

    printer = terminal.SummaryPrinter(topic, audience)
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


def _show_answer(events: Iterable["AnswerEvent"], *, quiet: bool) -> "Answer":
    from assistant.standing import Standing, standings

    printer = terminal.AnswerPrinter()
    standing = Standing()
    doing = ""
    for standing in standings(events):
        if not quiet:
            printer.show(standing)
        if standing.doing != doing and sys.stderr.isatty():
            terminal.note(standing.doing)
        doing = standing.doing
    if standing.answer is None:
        raise CitewellError("The answer broke off.", "Ask again.")
    return standing.answer


@commands.command()
def verify(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", show_default=False)],
) -> None:
    """Check an evidence bundle without a model: its bytes, and every quotation in its text."""
    from assistant.exporting.bundle import verify as faults_of

    faults = faults_of(bundle)
    for fault in faults:
        terminal.say(fault)
    if faults:
        raise InputError(f"{bundle} does not hold: {len(faults)} faults, listed above.")
    terminal.say(f"{bundle} holds.")
