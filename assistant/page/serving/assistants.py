"""Who answers whom: with a users' file each user has an assistant over a library of their own.

Nothing of one user has to be kept from another by a filter: their documents, conversations, marks,
uploads, summaries and reports are in another folder, their answers in another cache.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import gradio as gr

from assistant.keeping.forgetting import discard_leftovers, purge_old
from assistant.page.serving.clients import is_this_machine
from assistant.runtime import seed
from assistant.settings import Settings
from assistant.users import OPERATOR, library_of
from index.errors import InputError
from index.loading import is_address

if TYPE_CHECKING:
    from assistant.answering.assistant import Assistant
    from assistant.models import ServedModel
    from index import Library

AWAKE = 8
"""Users' libraries whose vectors are in memory at once; the others are opened again at need."""


def library_under(assistant: "Assistant") -> "Library":
    """The one library that an assistant of a page is over: it can be written too."""
    return cast("Library", assistant.library)


@dataclass(slots=True, kw_only=True)
class _Own:
    """One user's assistant, once it was needed."""

    opening: threading.Lock = field(default_factory=threading.Lock)
    assistant: "Assistant | None" = None


class Assistants:
    """The assistants of one page, all of which ask one model.

    ``operators`` is everybody's where the page has no users, and else the operator's.
    """

    def __init__(self, settings: Settings, operators: "Assistant") -> None:
        self._settings = settings
        self._operators = operators
        self._turn = threading.Lock()
        self._own: dict[str, _Own] = {}
        self._awake: OrderedDict[str, None] = OrderedDict()

    @property
    def model(self) -> "ServedModel":
        """The model that answers now."""
        return cast("ServedModel", self._operators.model)

    @model.setter
    def model(self, model: "ServedModel") -> None:
        self._operators.model = model

    def of(self, request: gr.Request) -> "Assistant":
        """The assistant of whoever asks; a library that is new starts with the example.

        Raises:
            InputError: the page has users, and this is none of them.
            LibraryBusyError: another process holds the user's library.
            StoreError: it cannot be read, or the example not be embedded.
        """
        if self._settings.users is None:
            return self._operators
        if not request.username:
            raise InputError("Nobody is logged in.", "Open the page again and log in.")
        if request.username == OPERATOR:
            return self._operators
        assistant = self._opened(request.username)
        assistant.model = self.model
        return assistant

    def operates(self, request: gr.Request) -> bool:
        """Whether whoever asks may do what concerns everybody."""
        return self._settings.users is None or request.username == OPERATOR

    def sits_here(self, request: gr.Request) -> bool:
        """Whether whoever asks is the operator, at this machine.

        Then the files of this machine are theirs to add, and so is where requests are sent. Whoever
        comes through a proxy of the settings, or to a page that listens for other machines, is not.
        """
        client = request.client.host if request.client else ""
        here = is_this_machine(self._settings.host) and is_this_machine(client)
        return here and self.operates(request)

    def check_addable(self, source: str, request: gr.Request) -> None:
        """Files of this machine are for those who sit at it, wherever on the page they name one.

        Raises:
            InputError: a path, from elsewhere or of a user among others.
        """
        if not (is_address(source) or self.sits_here(request)):
            raise InputError(
                "From another machine only web addresses can be added.",
                "Upload the file on the page.",
            )

    def chooses_freely(self, request: gr.Request) -> bool:
        """Whether whoever asks may name any model, by an address or a path too.

        Where the page has users the operator alone may, from wherever; where it has none, all who
        come in are alike, and may only where they sit at this machine.
        """
        if self._settings.users is not None:
            return request.username == OPERATOR
        return self.sits_here(request)

    def close(self) -> None:
        """Close the users' libraries; whoever made the operator's closes that."""
        with self._turn:
            for own in self._own.values():
                if own.assistant is not None:
                    library_under(own.assistant).close()
            self._own.clear()

    def _opened(self, name: str) -> "Assistant":
        with self._turn:
            own = self._own.setdefault(name, _Own())
        with own.opening:
            if own.assistant is None:
                folder = library_of(self._operators.library.folder, name)
                library = library_under(self._operators).beside(folder, "page")
                own.assistant = self._operators.over(library)
                purge_old(library, self._settings.removed_days)
                discard_leftovers(library)
            seed(library_under(own.assistant))
        self._keep_awake(name)
        return own.assistant

    def _keep_awake(self, name: str) -> None:
        with self._turn:
            self._awake[name] = None
            self._awake.move_to_end(name)
            tired = self._awake.popitem(last=False)[0] if len(self._awake) > AWAKE else None
            own = self._own.get(tired or "")
        if own is not None and own.assistant is not None:
            library_under(own.assistant).rest()
