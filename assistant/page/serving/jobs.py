"""Long work off the page's own threads, so that Stop is heard at once."""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from index.errors import CancelledError

Item = TypeVar("Item")
HEARING_S = 0.1
"""How long a stop may wait to be heard, in seconds."""


@dataclass(frozen=True, slots=True)
class _News(Generic[Item]):
    """One item of the work, or its end, with the error it ended in."""

    item: Item | None = None
    ended: bool = False
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Job(Generic[Item]):
    """A running piece of work, as the work itself sees it."""

    flag: threading.Event
    news: "queue.SimpleQueue[_News[Item]]"

    def cancelled(self) -> bool:
        return self.flag.is_set()

    def tell(self, item: Item) -> None:
        """Pass on an item from within a call that takes its time."""
        self.news.put(_News(item=item))


class Jobs:
    """The running work of every browser session; a session has at most one job of each kind."""

    def __init__(self) -> None:
        self._flags: dict[tuple[str, str], threading.Event] = {}
        self._running = 0
        self._changed = threading.Condition()

    def run(
        self, session: str, kind: str, work: Callable[[Job[Item]], Iterator[Item]]
    ) -> Iterator[Item]:
        """What ``work`` yields, as it comes; it runs in a thread of its own.

        Raises:
            CancelledError: the job was stopped; raised within ``HEARING_S`` although the work
                itself may take longer to notice.
            Exception: whatever ``work`` raised.
        """
        self.stop(session, kind)
        flag = self._flags[session, kind] = threading.Event()
        job: Job[Item] = Job(flag, queue.SimpleQueue())
        threading.Thread(target=self._do, args=(work, job), daemon=True).start()
        try:
            yield from _items(job)
        finally:
            flag.set()
            if self._flags.get((session, kind)) is flag:
                del self._flags[session, kind]

    def running(self, session: str, kind: str) -> bool:
        """Whether the session waits for a job of that kind."""
        return (session, kind) in self._flags

    def stop(self, session: str, kind: str | None = None) -> None:
        """Stop the session's job of that kind, or all of its jobs; harmless if there is none."""
        for owner, its_kind in list(self._flags):
            if owner == session and kind in (None, its_kind):
                self._flags.pop((owner, its_kind)).set()

    def wait_idle(self) -> None:
        """Return when no work is running, stopped work included."""
        with self._changed:
            self._changed.wait_for(lambda: not self._running)

    def _do(self, work: Callable[[Job[Item]], Iterator[Item]], job: Job[Item]) -> None:
        self._count(1)
        try:
            for item in work(job):
                job.tell(item)
            job.news.put(_News(ended=True))
        except BaseException as error:  # noqa: BLE001 - raised again where the work was asked for
            job.news.put(_News(ended=True, error=error))
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._changed:
            self._running += change
            self._changed.notify_all()


def _items(job: Job[Item]) -> Iterator[Item]:
    while True:
        if job.cancelled():
            raise CancelledError("Stopped.")
        try:
            latest = job.news.get(timeout=HEARING_S)
        except queue.Empty:
            continue
        if latest.error:
            raise latest.error
        if latest.ended:
            return
        yield latest.item  # type: ignore[misc]  # None only at the end
