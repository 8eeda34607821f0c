"""Kept conversations: going on in the terminal, listing, searching, saving as a file."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant import terminal
from assistant.commands.options import (
    CollectionOption,
    JsonOption,
    LibraryOption,
    SinceOption,
    TagOption,
    TypeOption,
    UntilOption,
    named,
    refuse_empty,
    settings_of,
    settings_of_each,
)
from index.errors import InputError
from index.labels import COLLECTION
from index.narrowing import Named
from index.wording import counted

if TYPE_CHECKING:
    from assistant.keeping.chats import Chat
    from assistant.remote import PageLibrary
    from assistant.settings import Settings
    from index.readable import Readable

commands = typer.Typer()
kept = typer.Typer(help="Kept conversations: list, export.")
commands.add_typer(kept, name="conversations")
Reference = Annotated[str, typer.Argument(metavar="ID|TITLE", show_default=False)]


@kept.command("list")
def conversations_list(
    context: typer.Context,
    search: Annotated[
        str, typer.Option("--search", metavar="WORDS", help="Only those that have all these words.")
    ] = "",
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the kept conversations, the last used first."""
    from assistant.runtime import reach_library

    with reach_library(settings_of(context, library)) as opened:
        found = _listed(opened, search)
    if as_json:
        terminal.write_json(found)
    elif not found:
        terminal.note("No conversation has these words." if search else "There is none yet.")
    for each in () if as_json else found:
        facts = f"{each['updated'][:10]}, {counted(each['questions'], 'question')}"
        terminal.say(f"{each['id']}  {terminal.one_line(each['title'])}  ({facts})")


@kept.command("export")
def conversations_export(
    context: typer.Context,
    conversation: Reference,
    output: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A .md, .html, .docx, .pdf or .citewell.zip."),
    ],
    library: LibraryOption = None,
) -> None:
    """Save a conversation with its citations."""
    from assistant.exporting import conversations, files
    from assistant.keeping.chats import Chats
    from assistant.remote import PageLibrary
    from assistant.runtime import reach_library

    files.suffix_of(output.name, "conversation")
    with reach_library(settings_of(context, library)) as opened:
        if isinstance(opened, PageLibrary):
            content = opened.exported(conversation, output.name)
        else:
            content = conversations.made(opened, Chats(opened).meant(conversation), output.name)
    files.save(content, output)
    terminal.note(f"The conversation is in {output}")


@commands.command()
def chat(
    context: typer.Context,
    conversation: Annotated[
        str | None,
        typer.Argument(
            metavar="ID|TITLE", help="Go on with this one; a new one without.", show_default=False
        ),
    ] = None,
    last: Annotated[bool, typer.Option("--last", help="Go on with the last one.")] = False,
    collection: CollectionOption = None,
    tag: TagOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    types: TypeOption = None,
    library: LibraryOption = None,
) -> None:
    """Ask one question after the other; the page has the same conversation.

    An empty line or Ctrl-D ends it.
    """
    from assistant.remote import PageLibrary
    from assistant.runtime import reach_libraries

    settings = settings_of_each(context, library)
    narrow = named(collection, tag, since, until, types)
    if last and conversation:
        raise InputError("A conversation and --last are given at once.", "Give one of them.")
    if len(settings) > 1:
        if last or conversation:
            raise InputError(
                "A kept conversation is one library's, and several are named.", "Name that one."
            )
        terminal.note("A conversation with several libraries is not kept.")
    with reach_libraries(settings) as opened:
        refuse_empty(opened)
        known = _listed(opened, "")
        meant = conversation or (known[0]["id"] if last and known else "")
        if isinstance(opened, PageLibrary):
            _through_page(opened, meant, narrow)
        else:
            _here(settings[0], opened, meant, narrow)


def _listed(library: "PageLibrary | Readable", words: str) -> list[dict[str, Any]]:
    from assistant.keeping.chats import Chats
    from assistant.remote import PageLibrary

    if isinstance(library, PageLibrary):
        return library.conversations(words)
    return [chat.line() for chat in Chats(library).find(words)]


def _here(settings: "Settings", library: "Readable", meant: str, narrow: Named) -> None:
    from assistant.commands.answers import opened_assistant
    from assistant.conversing import converse
    from assistant.keeping.chats import Chats, new_chat
    from assistant.returning import Returning

    chat = Chats(library).meant(meant) if meant else new_chat()
    if chat.exchanges:
        terminal.note(f"Going on with “{chat.title}”.")
    with opened_assistant(settings, library) as assistant:
        for question in _questions():
            printer = terminal.AnswerPrinter()
            asking = Returning(converse(assistant, chat, question, _asked(library, chat, narrow)))
            for standing in asking:
                printer.show(standing)
            chat = asking.value


def _asked(library: "Readable", chat: "Chat", narrow: Named) -> list[str] | None:
    """What is asked: what the options say, else what was chosen for the conversation."""
    kind, _, name = chat.scope.partition(":")
    if not narrow and name:
        narrow = Named(collections=[name]) if kind == COLLECTION else Named(tags=[name])
    return library.narrowing.chosen(narrow)


def _through_page(page: "PageLibrary", meant: str, narrow: Named) -> None:
    from assistant.standing import standings

    for question in _questions():
        meant, events = page.chat(question, meant, narrow)
        printer = terminal.AnswerPrinter()
        for standing in standings(events):
            printer.show(standing)


def _questions() -> Iterator[str]:
    """What is typed or piped in, a question a line, each as it can be asked."""
    from assistant.answering.questions import checked_question

    seen = sys.stdin.isatty()
    while True:
        if seen:
            sys.stderr.write("\n> ")
            sys.stderr.flush()
        line = sys.stdin.readline()
        if not line or (seen and not line.strip()):
            return
        if line.strip():
            try:
                question = checked_question(line.strip())
            except InputError as error:
                terminal.note(f"citewell: {error}")
                continue
            yield question
