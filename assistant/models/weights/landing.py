"""A file that takes its name only once its bytes are found to be the released ones."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from assistant.models.weights.catalogue import File

CHUNK = 1 << 20
"""Bytes that are read at once."""


class WrongBytesError(Exception):
    """What arrived is not what was released; it has been deleted."""


class Landing:
    """Writes ``target.partial``, hashing on the way, and renames it when the hash is right."""

    def __init__(self, target: Path, file: File, report: Callable[[int], None]) -> None:
        """``report`` is told the bytes written so far."""
        self._target = target
        self._file = file
        self._report = report
        self._partial = target.with_name(target.name + ".partial")
        self._partial.parent.mkdir(parents=True, exist_ok=True)
        self._stream: IO[bytes] = self._partial.open("ab")
        self._hash = hashlib.sha256()
        self.written = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()

    def resume(self) -> int:
        """Count and hash what an earlier run left; returns its bytes."""
        with self._partial.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                self._hash.update(chunk)
                self.written += len(chunk)
        if self.written > self._file.size:
            self.restart()
        return self.written

    def restart(self) -> None:
        """Forget everything written."""
        self._stream.truncate(0)
        self._hash = hashlib.sha256()
        self.written = 0

    def write(self, chunk: bytes) -> None:
        """Add ``chunk``.

        Raises:
            WrongBytesError: there are more bytes than were released.
        """
        self._stream.write(chunk)
        self._hash.update(chunk)
        self.written += len(chunk)
        self._report(self.written)
        if self.written > self._file.size:
            self._discard("is longer than the released file")

    def finish(self) -> None:
        """Give the file its name.

        Raises:
            WrongBytesError: the hash is not the released file's.
        """
        self._stream.close()
        if self._hash.hexdigest() != self._file.sha256:
            self._discard("does not have the released file's hash")
        self._partial.replace(self._target)

    def _discard(self, reason: str) -> None:
        self._stream.close()
        self._partial.unlink()
        raise WrongBytesError(f"{self._file.name} {reason}, so it was deleted")
