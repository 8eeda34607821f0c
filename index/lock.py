"""Who may use a library: one process that owns it, or several whose vectors a server holds.

An owner holds an operating-system lock, which the system releases when its holder dies, however it
dies; a note tells people (and the command line, which may ask the running page) whom to turn to.

Processes that share a library each hold a lock of their own beside it, which keeps an owner out,
and take the owner's lock only while they change a document: one of them writes at a time. Where
the record is in a database, that gives this turn, to one of all machines.
"""

import itertools
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import FullDiskError, InputError, LibraryBusyError, is_full

LOCK_FILE = "library.lock"
HOLDER_FILE = "holder.json"
SHARERS = "sharers"
"""The folder of the locks of those who share the library."""
PATIENCE_S = 600.0
"""How long a change waits for the change of another process."""
_NUMBERS = itertools.count()
Turn = Callable[[float], AbstractContextManager[bool]]
"""Waits so many seconds for the turn to change a library; whether it was had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a library."""

    pid: int
    owner: str
    """What it is, in a word: ``page``, ``index``…"""
    since: str
    """ISO date and time (UTC)."""
    address: str | None = None
    """Where it answers, if it is a page."""


class LibraryLock:
    """The lock of one library folder, for an owner or for one of those who share it."""

    def __init__(self, folder: Path, *, shared: bool = False) -> None:
        self._folder = folder
        self._shared = shared
        self.turn: Turn | None = None
        """How a database gives the turn to change, where the record is in one."""
        self._lock = FileLock(folder / LOCK_FILE, timeout=0, thread_local=False)
        mine = folder / SHARERS / f"{os.getpid()}-{next(_NUMBERS)}.lock"
        self._mine = FileLock(mine, timeout=0, thread_local=False)

    def acquire(self, owner: str) -> None:
        """Take the library at once or not at all, as its owner or as one of several.

        Raises:
            LibraryBusyError: it has another owner, or is shared; the message says who.
            InputError: the folder cannot be made or written.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._shared:
                self._join()
                return
            self._lock.acquire()
            self._note(Holder(pid=os.getpid(), owner=owner, since=_now()))
            self._refuse_sharers()  # whoever comes after sees the note
        except LibraryBusyError:
            self.release()
            raise
        except Timeout as error:
            raise _busy(self._folder) from error
        except OSError as error:
            self._lock.release()
            raise _unwritable(self._folder, error) from error

    def announce(self, address: str) -> None:
        """Note the address at which the holder answers."""
        noted = holder(self._folder)
        if noted is not None and not self._shared:
            self._note(Holder(pid=noted.pid, owner=noted.owner, since=noted.since, address=address))

    def release(self) -> None:
        """Give the lock back; doing so twice is harmless."""
        if self._shared:
            if self._mine.is_locked:
                self._mine.release()
                Path(self._mine.lock_file).unlink(missing_ok=True)
        elif self._lock.is_locked:
            (self._folder / HOLDER_FILE).unlink(missing_ok=True)
            self._lock.release()

    @contextmanager
    def change(self, *, wait: bool = True) -> Iterator[bool]:
        """Keep other processes from changing documents; whether that was had.

        Raises:
            LibraryBusyError: it was waited for ``PATIENCE_S`` in vain.
        """
        if self.turn is not None:
            with self.turn(PATIENCE_S if wait else 0.0) as had:
                if wait and not had:
                    raise _changing(self._folder)
                yield had
            return
        if not self._shared:
            yield True
            return
        try:
            self._lock.acquire(timeout=PATIENCE_S if wait else 0)
        except Timeout as error:
            if wait:
                raise _changing(self._folder) from error
            yield False
            return
        try:
            yield True
        finally:
            self._lock.release()

    def _join(self) -> None:
        """Become one of those who share the library; an owner notes itself when it has the lock."""
        (self._folder / SHARERS).mkdir(mode=0o700, exist_ok=True)
        self._mine.acquire()
        with self.change(wait=False) as free:
            if free:  # what an owner that was killed has left behind
                (self._folder / HOLDER_FILE).unlink(missing_ok=True)
            elif holder(self._folder) is not None:
                raise _busy(self._folder)

    def _refuse_sharers(self) -> None:
        for path in (self._folder / SHARERS).glob("*.lock"):
            other = FileLock(path, timeout=0, thread_local=False)
            try:
                other.acquire()
            except Timeout as error:
                raise LibraryBusyError(
                    f"The library {self._folder} is shared by process {path.stem.split('-')[0]}.",
                    "Set CITEWELL_CHROMA_URL as it does, to share it too, or stop that process.",
                ) from error
            other.release()
            path.unlink(missing_ok=True)

    def _note(self, noted: Holder) -> None:
        fresh = self._folder / f"{HOLDER_FILE}.new"
        fresh.write_text(json.dumps(asdict(noted)), encoding="utf-8")
        fresh.replace(self._folder / HOLDER_FILE)


class Writing:
    """The turn to change a library: one thread of one process at a time has it."""

    def __init__(self, lock: LibraryLock) -> None:
        self.here = threading.Lock()
        """The turn among this process's own threads."""
        self._lock = lock
        self._change = lock.change()

    def __enter__(self) -> None:
        self.here.acquire()
        try:
            self._change = self._lock.change()
            self._change.__enter__()
        except BaseException:
            self.here.release()
            raise

    def __exit__(self, *_: object) -> None:
        try:
            self._change.__exit__(None, None, None)
        finally:
            self.here.release()


def holder(folder: Path) -> Holder | None:
    """Who noted that they hold this library; None if nobody did.

    The note of a killed process stays behind until the next one takes the lock.
    """
    try:
        noted = json.loads((folder / HOLDER_FILE).read_text(encoding="utf-8"))
        return Holder(**noted)
    except (OSError, ValueError, TypeError):
        return None


def _changing(folder: Path) -> LibraryBusyError:
    return LibraryBusyError(
        f"Another process is changing the library {folder}.", "Try again when it has finished."
    )


def _busy(folder: Path) -> LibraryBusyError:
    noted = holder(folder)
    who = "another process"
    if noted is not None:
        at = f" at {noted.address}" if noted.address else ""
        who = f"{noted.owner} (process {noted.pid}, since {noted.since}){at}"
    return LibraryBusyError(
        f"The library {folder} is in use by {who}.",
        "Use it there, or stop that process first; --library names another folder.",
    )


def _unwritable(folder: Path, error: OSError) -> InputError:
    if is_full(folder, error):
        return FullDiskError()
    return InputError(
        f"The library folder {folder} cannot be written ({error.strerror or error}).",
        "Give yourself write permission there, or name another folder with --library.",
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
