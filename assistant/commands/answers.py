"""Answers, and checking a bundle of evidence."""

import sys
from collections.abc import Iterable, Iterator
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
    from assistant.data import Answer, AnswerEvent
    from index.readable import Readable

commands = typer.Typer()


class Detail(StrEnum):
    """How much of an answer is wanted."""

    short = "short"
    detailed = "detailed"


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
