"""What every pane shares: whose library and assistant it is about, and the running jobs."""

import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import gradio as gr

from assistant.data import Progress
from assistant.keeping.chats import Chat, Chats
from assistant.keeping.forgetting import is_former
from assistant.page.html import conversation, examples
from assistant.page.serving.assistants import Assistants
from assistant.page.serving.jobs import Jobs
from assistant.page.serving.turns import Turns
from assistant.settings import Settings
from index import Library
from index.errors import CitewellError

if TYPE_CHECKING:
    from assistant.answering.assistant import Assistant
    from assistant.models import ServedModel

log = logging.getLogger(__name__)


Event = TypeVar("Event")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One running page; browser sessions share it and keep their own state beside it.

    It has no library of its own: each request is about the library of whoever asks.
    """

    settings: Settings
    assistants: Assistants
    jobs: Jobs = field(default_factory=Jobs)
    turns: Turns = field(init=False)

    def __post_init__(self) -> None:
        most = self.settings.most_waiting
        object.__setattr__(self, "turns", Turns(lambda: self.slots, most))

    @property
    def slots(self) -> int:
        """How many answers are made at once."""
        return self.settings.slots or self.model.slots

    @property
    def model(self) -> "ServedModel":
        """The model that answers now."""
        return self.assistants.model

    def assistant(self, request: gr.Request) -> "Assistant":
        """The assistant of whoever asks, over their own library.

        Raises:
            InputError, LibraryBusyError, StoreError: as ``Assistants.of``.
        """
        return self.assistants.of(request)

    def library(self, request: gr.Request) -> Library:
        """The library of whoever asks. Raises as ``assistant``."""
        return self.assistant(request).library

    def chats(self, request: gr.Request) -> Chats:
        """The conversations of whoever asks. Raises as ``assistant``."""
        return Chats(self.library(request))

    def in_turn(
        self, user: str, cancelled: Callable[[], bool], work: Callable[[], Iterator[Event]]
    ) -> Iterator[Event | Progress]:
        """The events of work that needs the model, once it has a slot for this user.

        Raises:
            InputError, CancelledError: as ``Turns.turn``, and whatever the work raises.
        """
        if self.turns.busy:
            yield Progress(message="Waiting for its turn: the model answers others")
        with self.turns.turn(user, cancelled):
            yield from work()

    def history(self, chat: Chat, request: gr.Request) -> str:
        """The finished part of the conversation, or the welcome where there is none."""
        if chat.exchanges:
            library = self.library(request)
            former = [is_former(library, each) for each in chat.exchanges]
            return conversation.finished(chat, former)
        infos = self.library(request).documents()
        return conversation.welcome(len(infos), examples.for_documents(i.name for i in infos))

    def asked(self, unticked: Collection[str], request: gr.Request) -> list[str] | None:
        """The ids of the documents that are ticked, or None for all."""
        if not unticked:
            return None
        infos = self.library(request).documents()
        return [info.id for info in infos if info.id not in unticked]


def explained(error: BaseException) -> tuple[str, str]:
    """What failed and what to do, for the user; an unforeseen fault goes to the log as well."""
    if isinstance(error, CitewellError):
        return error.message, error.hint
    log.error("An unforeseen fault on the page", exc_info=error)
    return (
        "Something failed inside Citewell.",
        f"Try again; if it stays, report it with the log ({type(error).__name__}).",
    )
