"""One process owns a library: an operating-system lock, and a note on who holds it.

The operating system releases the lock when its holder dies, however it dies; the note only tells
people (and the command line, which may ask the running page) whom to turn to.
"""

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.disk import is_full
from index.errors import FullDiskError, InputError, LibraryBusyError

LOCK_FILE = "library.lock"
HOLDER_FILE = "holder.json"


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
    """The lock of one library folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / LOCK_FILE, timeout=0, thread_local=False)

    def acquire(self, owner: str) -> None:
        """Take the lock at once or not at all.

        Raises:
            LibraryBusyError: another holds it; the message says who.
            InputError: the folder cannot be made or written.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire()
            self._note(Holder(pid=os.getpid(), owner=owner, since=_now()))
        except Timeout as error:
            raise _busy(self._folder) from error
        except OSError as error:
            self._lock.release()
            raise _unwritable(self._folder, error) from error

    def announce(self, address: str) -> None:
        """Note the address at which the holder answers."""
        noted = holder(self._folder)
        if noted is not None:
            self._note(Holder(pid=noted.pid, owner=noted.owner, since=noted.since, address=address))

    def release(self) -> None:
        """Give the lock back; doing so twice is harmless."""
        if self._lock.is_locked:
            (self._folder / HOLDER_FILE).unlink(missing_ok=True)
            self._lock.release()

    def _note(self, noted: Holder) -> None:
        fresh = self._folder / f"{HOLDER_FILE}.new"
        fresh.write_text(json.dumps(asdict(noted)), encoding="utf-8")
        fresh.replace(self._folder / HOLDER_FILE)


def holder(folder: Path) -> Holder | None:
    """Who noted that they hold this library; None if nobody did.

    The note of a killed process stays behind until the next one takes the lock.
    """
    try:
        noted = json.loads((folder / HOLDER_FILE).read_text(encoding="utf-8"))
        return Holder(**noted)
    except (OSError, ValueError, TypeError):
        return None


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
