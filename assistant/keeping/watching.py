"""Keeping a library in step with its watched folders, until told to stop.

One process does so at a time, the page or ``citewell watch``: whoever has the lock of watching. It
is not the library's own lock, so other commands find the library free between two steps.
"""

import json
import logging
import os
import threading
import time
from collections.abc import Callable, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from assistant.keeping.forgetting import remove
from index import Library
from index.errors import CitewellError, LibraryBusyError, never
from index.folders import SETTLED_S
from index.loading import READERS
from index.watched import Step

LOCK_FILE = "watching.lock"
WATCHER_FILE = "watching.json"
LOOKS_AGAIN_S = 30.0
"""How often every folder is looked at although nothing was heard: network drives tell nothing."""
TRIES_AGAIN_S = 5.0
"""How long a failed step, or the lock of another process, is waited for."""
_TURN_S = 0.1
"""How long a library that another command has just now is waited for: its turn is soon over."""
_QUIET_MS = 100
"""Changes that follow each other within so many milliseconds are heard as one."""
_BREATH_S = 0.1
"""Between two steps, for others who want the library."""
_HEARING_S = 0.5
"""How long a stop may wait to be heard."""

_GLANCE_S = 0.1
"""How long somebody may hold the lock who only looks whether it is free."""

Missing = MutableMapping[str, float]


def status(library: Library) -> dict[str, Any]:
    """Who keeps the library in step now (empty: nobody), its folders, and what could not be read:
    ``{"watcher", "folders", "unread"}``."""
    return {
        "watcher": watcher(library.folder),
        "folders": [asdict(each) for each in library.folders.all()],
        "unread": [asdict(each) for each in library.folders.unread()],
    }


def watcher(home: Path) -> str:
    """Who keeps a library in step now, in a few words; empty where nobody does."""
    lock = _lock(home)
    try:
        lock.acquire(timeout=_GLANCE_S)
    except Timeout:
        with suppress(OSError, ValueError, KeyError):
            return str(json.loads((home / WATCHER_FILE).read_text(encoding="utf-8"))["who"])
        return "another process"
    except OSError:  # a library that has no folder yet, or one that may not be written
        return ""
    lock.release()
    return ""


def step(library: Library, missing: Missing, cancelled: Callable[[], bool] = never) -> Step:
    """One step of the library itself. Raises as ``Folders.step``."""
    return library.folders.step(partial(remove, library, by_hand=False), missing, cancelled)


class Keeper:
    """Takes one step after another, whenever a folder changes.

    ``take_step`` takes one; ``tell`` and ``fail`` are told what it did, or why it failed. ``who``
    is who keeps the library in step, in a few words.
    """

    def __init__(
        self,
        home: Path,
        who: str,
        take_step: Callable[[Missing], Step],
        *,
        tell: Callable[[Step], None],
        fail: Callable[[CitewellError], None],
    ) -> None:
        self._home = home
        self._who = who
        self._take_step = take_step
        self._tell = tell
        self._fail = fail
        self._lock = _lock(home)

    def run(self, stopped: threading.Event) -> None:
        """Keep the library in step until ``stopped``; wait while another process does so."""
        while not stopped.is_set():
            try:
                self._lock.acquire()
            except Timeout:
                stopped.wait(TRIES_AGAIN_S)
                continue
            try:
                noted = json.dumps({"who": self._who, "pid": os.getpid()})
                (self._home / WATCHER_FILE).write_text(noted, encoding="utf-8")
                self._keep(stopped)
            finally:
                self._lock.release()

    def _keep(self, stopped: threading.Event) -> None:
        missing: dict[str, float] = {}
        ears = _Ears(self._home)
        try:
            while not stopped.is_set():
                ears.heard.clear()
                try:
                    done = self._take_step(missing)
                except CitewellError as error:
                    self._fail(error)
                    busy = isinstance(error, LibraryBusyError)
                    stopped.wait(_TURN_S if busy else TRIES_AGAIN_S)
                    continue
                self._tell(done)
                if ears.listen(done.folders) or done.more:
                    stopped.wait(_BREATH_S)
                elif done.waiting:
                    stopped.wait(SETTLED_S)
                else:
                    ears.wait(stopped)
        finally:
            ears.close()


class _Ears:
    """Hears of changes in folders; where the system tells nothing of them, nothing is heard.

    What a library writes in its own ``home`` is none, though it may lie in a watched folder.
    """

    def __init__(self, home: Path) -> None:
        self._homes = tuple(each + os.sep for each in (str(home), os.path.realpath(home)))
        self.heard = threading.Event()
        self._folders: list[str] = []
        self._closed = threading.Event()

    def listen(self, folders: Sequence[str]) -> bool:
        """Listen to these folders from now on; whether they are others than before."""
        there = [each for each in folders if Path(each).is_dir()]
        if there == self._folders:
            return False
        self.close()
        self._folders, self._closed = there, threading.Event()
        if there:
            listening = (there, self._closed)
            threading.Thread(target=self._listen, args=listening, daemon=True).start()
        return True

    def wait(self, stopped: threading.Event) -> None:
        """Until something is heard and has gone quiet, or it is time to look again anyway."""
        until = time.monotonic() + LOOKS_AGAIN_S
        while not stopped.is_set() and time.monotonic() < until:
            if self.heard.wait(_HEARING_S):
                stopped.wait(SETTLED_S)
                return

    def close(self) -> None:
        self._closed.set()

    def _listen(self, folders: Sequence[str], closed: threading.Event) -> None:
        from watchfiles import watch

        changes = watch(
            *folders,
            watch_filter=self._matters,
            step=_QUIET_MS,
            stop_event=closed,
            rust_timeout=int(_HEARING_S * 1000),
            raise_interrupt=False,
            ignore_permission_denied=True,
        )
        try:
            for _ in changes:
                self.heard.set()
        except (OSError, RuntimeError):  # more folders than the system watches, or one has gone
            logging.getLogger(__name__).warning("Changes are not told", exc_info=True)

    def _matters(self, _change: object, path: str) -> bool:
        """Whether a change may concern us: of a readable file, a folder, or what has gone."""
        known = Path(path).suffix.lower() in READERS
        return not path.startswith(self._homes) and (known or not os.path.isfile(path))


def _lock(home: Path) -> FileLock:
    return FileLock(home / LOCK_FILE, timeout=0, thread_local=False)
