"""Whose turn it is to ask the model: as many at a time as it has slots, and users in turn.

First come, first served would let one user who sends a hundred questions keep everybody else
waiting for all of them. Here each user waits in a line of their own, and a free slot goes to the
user who has the fewest questions with the model, of those to the one who was served longest ago.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from assistant.page.serving.jobs import HEARING_S
from index.errors import CancelledError, InputError, never


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ticket:
    """A question that waits, or is with the model."""

    user: str
    called: threading.Event = field(default_factory=threading.Event)


class Turns:
    """The lines of all users of one page.

    ``slots`` tells how many questions the model takes at once; ``most`` is how many of one user
    may wait.
    """

    def __init__(self, slots: Callable[[], int], most: int) -> None:
        self._slots = slots
        self._most = most
        self._turn = threading.Lock()
        self._lines: OrderedDict[str, deque[_Ticket]] = OrderedDict()
        """Users with something waiting; who was served longest ago comes first."""
        self._running: dict[str, int] = {}

    @contextmanager
    def turn(self, user: str, cancelled: Callable[[], bool] = never) -> Iterator[None]:
        """Wait until the model has a slot for this user, and keep it within the block.

        Raises:
            InputError: too many questions of this user wait already.
            CancelledError: ``cancelled()`` said so while it waited.
        """
        ticket = self._join(user)
        try:
            while not ticket.called.wait(HEARING_S):
                if cancelled():
                    raise CancelledError("Stopped.")
            yield
        finally:
            self._leave(ticket)

    @property
    def busy(self) -> bool:
        """Whether whoever asks now would have to wait."""
        with self._turn:
            return sum(self._running.values()) >= self._slots()

    @property
    def waiting(self) -> int:
        """How many questions wait for the model."""
        with self._turn:
            return sum(map(len, self._lines.values()))

    @property
    def running(self) -> int:
        """How many questions are with the model."""
        with self._turn:
            return sum(self._running.values())

    def _join(self, user: str) -> _Ticket:
        ticket = _Ticket(user=user)
        with self._turn:
            line = self._lines.get(user, ())
            if len(line) >= self._most:
                raise InputError(
                    f"{self._most} of your questions wait for their answers already.",
                    "Ask again when one of them is answered.",
                )
            self._lines.setdefault(user, deque()).append(ticket)
            self._call()
        return ticket

    def _leave(self, ticket: _Ticket) -> None:
        user = ticket.user
        with self._turn:
            if ticket.called.is_set():
                self._running[user] -= 1
                if not self._running[user]:
                    del self._running[user]
            else:
                self._lines[user].remove(ticket)
                if not self._lines[user]:
                    del self._lines[user]
            self._call()

    def _call(self) -> None:
        """Give every free slot away."""
        while self._lines and sum(self._running.values()) < self._slots():
            user = min(self._lines, key=lambda each: self._running.get(each, 0))
            line = self._lines[user]
            line.popleft().called.set()
            self._running[user] = self._running.get(user, 0) + 1
            if line:
                self._lines.move_to_end(user)
            else:
                del self._lines[user]
