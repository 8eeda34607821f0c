"""Calls what reads other people's files in a process of its own, within limits.

The readers of PDF, Word and HTML are large libraries, some of them in C: a file made for it lets
them run without end, fill the memory or crash. Here that ends the child, and the file is refused.
The child is started when it is first needed and leaves when nothing was asked for a while, or with
its parent. Only JSON comes back from it.

    python -m index.apart BYTES    the child, with its limit of memory: for each call a JSON line
                                   and so many bytes, a line back
"""

import atexit
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from index.errors import CancelledError, InputError, ProtectedError, never

MOST_BYTES = 750_000_000
"""Memory that a child may take for itself, unless it is given more."""
SECONDS = 20.0
"""Processor time that a call may take; a large file has ``SECONDS_A_MB`` for each megabyte."""
SECONDS_A_MB = 2.0
_PATIENCE = 30 if hasattr(signal, "setitimer") else 3
"""How many times as long it may last by the clock, which a busy machine lengthens."""
HEARING_S = 0.1
"""How long a stop may wait to be heard."""
IDLE_S = 60.0
"""After so many seconds without a call the child leaves."""
_OUT_OF_TIME = -getattr(signal, "SIGPROF", 0) or None
"""The return code of a child that has used up its processor time."""
_HOME = Path(__file__).parents[1]
"""Where this program's packages lie: the child imports the same ones and no others."""


class Apart:
    """One child, which several threads share in turn."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    def call(
        self,
        function: Callable[..., Any],
        content: bytes,
        name: str,
        *arguments: Any,
        seconds: float | None = None,
        cancelled: Callable[[], bool] = never,
    ) -> Any:
        """What ``function(content, name, *arguments)`` returns; arguments and value are JSON.

        ``function`` is one of a module's own; ``name`` is what messages call the file.

        Raises:
            InputError: the function did, failed otherwise, or went over a limit.
            CancelledError: ``cancelled()`` said so, which is heard while the child works.
        """
        limit = seconds or max(SECONDS, SECONDS_A_MB * len(content) / 1_000_000)
        asked = {
            "module": function.__module__,
            "function": function.__qualname__,
            "arguments": [name, *arguments],
            "size": len(content),
            "seconds": limit,
        }
        request = json.dumps(asked).encode() + b"\n" + content
        while not self._turn.acquire(timeout=HEARING_S):
            if cancelled():
                raise _stopped()
        try:
            reply, ended = self._ask(request, limit * _PATIENCE, cancelled)
        finally:
            self._turn.release()
        if ended == "stopped":
            raise _stopped()
        if ended == "late":
            raise InputError(
                f"{name} takes longer than {limit:g} s to read.",
                "It may have been made to do harm; open it and save it anew, or leave it out.",
            )
        return _value(reply, name)

    @property
    def pid(self) -> int | None:
        """The child's process id, None where there is none."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def close(self) -> None:
        """End the child; the next call starts another."""
        with self._turn:
            self._end()

    def _ask(
        self, request: bytes, seconds: float, cancelled: Callable[[], bool]
    ) -> tuple[bytes, str]:
        """The child's reply, empty where it died, and why it was ended: ``late``, ``stopped``."""
        for _ in range(2):
            process = self._running()
            try:
                with _watched(process, seconds, cancelled) as ended:
                    reply = _exchanged(process, request)
            except BaseException:  # an interrupt: what it would still reply is to no later call
                self._end()
                raise
            if reply:
                return reply, ""
            self._end()
            if process.returncode == _OUT_OF_TIME:
                return b"", "late"
            if process.returncode != 0 or ended:
                return b"", ended[0] if ended else ""
            # It had just left because nothing was asked: the next one is here to stay.
        return b"", ""

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "index.apart", str(self._most_bytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(_places())},
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            if process.poll() is None:
                process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    if pipe:
                        pipe.close()


CHILD = Apart()
"""The one that this process shares."""


def _exchanged(process: "subprocess.Popen[bytes]", request: bytes) -> bytes:
    """The line that the child answers; empty where it dies first."""
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(request)
        process.stdin.flush()
        reply = process.stdout.readline()
    except OSError:
        reply = b""
    if not reply.endswith(b"\n"):
        process.wait()
        return b""
    return reply


def _places() -> Iterator[str]:
    """Where the child looks for modules first: where this program is, then as it was told."""
    yield str(_HOME)
    if told := os.environ.get("PYTHONPATH"):
        yield told


@contextmanager
def _watched(
    process: "subprocess.Popen[bytes]", seconds: float, cancelled: Callable[[], bool]
) -> Iterator[list[str]]:
    """Meanwhile the child is ended where it is late or the call is cancelled; the reason, if so."""
    ended: list[str] = []
    over = threading.Event()
    until = time.monotonic() + seconds

    def watch() -> None:
        while not over.wait(HEARING_S):
            reason = "stopped" if cancelled() else "late" if time.monotonic() > until else ""
            if reason:
                ended.append(reason)
                process.kill()
                return

    watcher = threading.Thread(target=watch, name="apart-watch", daemon=True)
    watcher.start()
    try:
        yield ended
    finally:
        over.set()
        watcher.join()


def _stopped() -> CancelledError:
    return CancelledError("Reading was stopped.", "What was finished is kept.")


def _value(reply: bytes, name: str) -> Any:
    """What the child's line says."""
    said = json.loads(reply) if reply else {"fault": "its reader broke down"}
    if "value" in said:
        return said["value"]
    if "message" in said:
        kind = ProtectedError if said["protected"] else InputError
        raise kind(said["message"], said["hint"])
    raise InputError(
        f"{name} cannot be read: {said['fault']}.",
        "It is damaged, or was made to do harm; open it and save it anew, or leave it out.",
    )


# The child


def main() -> None:
    """Answer calls until there are none any more."""
    asked, told = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    _limit_memory(int(sys.argv[1]))
    while line := _line(asked):
        reply = _reply(json.loads(line), asked)
        told.write(json.dumps(reply).encode() + b"\n")
        told.flush()
        if "fault" in reply:
            break  # what is left of it may hold memory, or be in disorder


def _line(asked: IO[bytes]) -> bytes:
    """The next call; empty where the parent has gone, or asks nothing for a while."""
    leaving = threading.Timer(IDLE_S, os._exit, (0,))
    leaving.daemon = True
    leaving.start()
    line = asked.readline()
    leaving.cancel()
    return line


def _reply(call: dict[str, Any], asked: IO[bytes]) -> dict[str, Any]:
    content = asked.read(call["size"])
    _limit_time(call["seconds"])
    try:
        function = getattr(importlib.import_module(call["module"]), call["function"])
        return {"value": function(content, *call["arguments"])}
    except InputError as error:
        protected = isinstance(error, ProtectedError)
        return {"message": error.message, "hint": error.hint, "protected": protected}
    except MemoryError:
        return {"fault": "it takes too much memory"}
    except RecursionError:
        return {"fault": "it is nested too deeply"}
    except Exception as error:  # noqa: BLE001  # a damaged file makes its reader raise anything
        return {"fault": f"its reader failed ({type(error).__name__})"}
    finally:
        _limit_time(0)


def _limit_time(seconds: float) -> None:
    """End this process after so much processor time, also within C and without a parent; 0: never.

    Where the system does not count it, the parent's clock is the only one.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory(most_bytes: int) -> None:
    """Let what goes beyond so much memory fail, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    _, most = resource.getrlimit(kind)
    if most == resource.RLIM_INFINITY or most > most_bytes:
        resource.setrlimit(kind, (most_bytes, most))


if __name__ == "__main__":
    main()
