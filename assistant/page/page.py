"""What every pane shares: the library, the assistant, the chats and the running jobs."""

import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, cast

import gradio as gr

from assistant.chats import Chat, Chats
from assistant.data import Progress
from assistant.forgetting import is_former
from assistant.page import conversation, examples
from assistant.page.jobs import Jobs
from assistant.page.turns import Turns
from assistant.settings import Settings
from assistant.users import OPERATOR
from index import Library
from index.errors import CitewellError

if TYPE_CHECKING:
    from assistant.chain import Assistant
    from assistant.models import ServedModel

log = logging.getLogger(__name__)


Event = TypeVar("Event")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One running page; browser sessions share it and keep their own state beside it."""

    settings: Settings
    library: Library
    assistant: "Assistant"
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
        return cast("ServedModel", self.assistant.model)

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

    def chats_of(self, request: gr.Request) -> Chats:
        """The conversations that whoever asks may see: everybody's where the page has no users."""
        if self.settings.users is None:
            return Chats(self.library)
        return Chats(self.library, owner=request.username or OPERATOR)

    def history(self, chat: Chat) -> str:
        """The finished part of the conversation, or the welcome where there is none."""
        if chat.exchanges:
            former = [is_former(self.library, each) for each in chat.exchanges]
            return conversation.finished(chat, former)
        infos = self.library.documents()
        return conversation.welcome(len(infos), examples.for_documents(i.name for i in infos))

    def asked(self, unticked: Collection[str]) -> list[str] | None:
        """The ids of the documents that are ticked, or None for all."""
        if not unticked:
            return None
        return [info.id for info in self.library.documents() if info.id not in unticked]


def explained(error: BaseException) -> tuple[str, str]:
    """What failed and what to do, for the user; an unforeseen fault goes to the log as well."""
    if isinstance(error, CitewellError):
        return error.message, error.hint
    log.error("An unforeseen fault on the page", exc_info=error)
    return (
        "Something failed inside Citewell.",
        f"Try again; if it stays, report it with the log ({type(error).__name__}).",
    )
