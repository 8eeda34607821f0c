"""What every pane shares: whose library and assistant it is about, and the running jobs."""

from collections.abc import Callable, Collection, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import gradio as gr

from assistant.data import Progress
from assistant.keeping.chats import Chat, Chats
from assistant.keeping.forgetting import is_former, purge, remove
from assistant.page.html import conversation, examples
from assistant.page.serving.assistants import Assistants, library_under
from assistant.page.serving.downloads import Downloads
from assistant.page.serving.held import Held
from assistant.page.serving.jobs import Jobs
from assistant.page.serving.metrics import Metrics
from assistant.page.serving.turns import Turns
from assistant.settings import Settings
from assistant.users import OPERATOR
from index import DocumentInfo, Library
from index.errors import CancelledError, never
from index.listing import Arrangement, Listed
from index.removed import RemovedDocument
from index.watched import Step

if TYPE_CHECKING:
    from assistant.answering.assistant import Assistant
    from assistant.models import ServedModel

Event = TypeVar("Event")
MOST_ARRANGED = 1_000
"""Sessions whose arrangement of the list is remembered; the oldest go first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One running page; browser sessions share it and keep their own state beside it.

    It has no library of its own: each request is about the library of whoever asks.
    """

    settings: Settings
    assistants: Assistants
    jobs: Jobs = field(default_factory=Jobs)
    downloads: Downloads = field(default_factory=Downloads)
    held: Held = field(default_factory=Held)
    metrics: Metrics = field(default_factory=Metrics)
    arrangements: dict[str, Arrangement] = field(default_factory=dict)
    """How each session's list of documents is arranged, where it is otherwise than at first."""
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
        return library_under(self.assistant(request))

    def listed(self, request: gr.Request) -> Listed:
        """The page of documents that the session's list shows. Raises as ``assistant``."""
        return self.library(request).listing.listed(self.arrangement(request))

    def arrangement(self, request: gr.Request) -> Arrangement:
        """How the session's list of documents is arranged."""
        return self.arrangements.get(str(request.session_hash), Arrangement())

    def arrange(self, arrangement: Arrangement, request: gr.Request) -> None:
        """Arrange the session's list of documents so from now on."""
        session = str(request.session_hash)
        self.arrangements.pop(session, None)
        self.arrangements[session] = arrangement
        if len(self.arrangements) > MOST_ARRANGED:
            self.arrangements.pop(next(iter(self.arrangements)), None)

    def chats(self, request: gr.Request) -> Chats:
        """The conversations of whoever asks. Raises as ``assistant``."""
        return Chats(self.library(request))

    def remove(self, reference: str, request: gr.Request) -> DocumentInfo:
        """Remove a document of whoever asks; what the page holds of it is forgotten.

        Raises:
            InputError, StoreError: as ``assistant.keeping.forgetting.remove``, and as ``library``.
        """
        return self.removed(self.library(request), reference, request.username or "")

    def purge(self, references: Sequence[str], request: gr.Request) -> list[RemovedDocument]:
        """Erase documents in the bin of whoever asks for good.

        Raises:
            InputError, StoreError: as ``assistant.keeping.forgetting.purge``, and as ``library``.
        """
        return purge(self.library(request), references)

    def removed(
        self, library: Library, reference: str, owner: str, *, by_hand: bool = True
    ) -> DocumentInfo:
        """Remove a document of this owner's library, as ``remove``."""
        info = library.find(reference)
        gone = [info.id, *library.enclosed(info.id)]
        remove(library, info.id, by_hand=by_hand)
        for each in gone:
            self.downloads.forget(each)
        self.held.empty(owner)
        return info

    def step(
        self,
        library: Library,
        missing: MutableMapping[str, float],
        cancelled: Callable[[], bool] = never,
    ) -> Step:
        """Bring the operator's library one step nearer to its folders; as ``Folders.step``."""
        owner = OPERATOR if self.settings.users else ""
        parted = partial(self.removed, library, owner=owner, by_hand=False)
        return library.folders.step(parted, missing, cancelled)

    def leave(self, session: str) -> None:
        """A browser has gone: nobody waits for its answers, or fetches its files."""
        self.jobs.stop(session)
        self.downloads.withdraw(session)
        self.held.release(session)
        self.arrangements.pop(session, None)

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
            try:
                for event in work():
                    self.metrics.saw(event)
                    yield event
            except CancelledError:
                raise
            except Exception as error:
                self.metrics.failed(error)
                raise

    def measured(self) -> str:
        """What ``/metrics`` gives."""
        return self.metrics.text(waiting=self.turns.waiting, running=self.turns.running)

    def history(self, chat: Chat, request: gr.Request) -> str:
        """The finished part of the conversation, or the welcome where there is none."""
        if chat.exchanges:
            library = self.library(request)
            former = [is_former(library, each) for each in chat.exchanges]
            return conversation.finished(chat, former)
        entries = self.library(request).listing.entries()
        return conversation.welcome(len(entries), examples.for_documents(e.name for e in entries))

    def asked(
        self, unticked: Collection[str], request: gr.Request, scope: str = ""
    ) -> list[str] | None:
        """The ids of the documents that are ticked, in a collection or with a tag where that is
        the ``scope``; or None for all.

        Raises:
            InputError: there is no such collection or tag.
        """
        library = self.library(request)
        kind, _, name = scope.partition(":")
        chosen = library.labels.documents(kind, name) if scope else None
        if chosen is None and not unticked:
            return None
        if chosen is None:
            return library.listing.ids(without=unticked)
        return [each for each in chosen if each not in unticked]
