"""Files that the page keeps for a browser session, which go when it leaves.

They lie in the page's private folder (``assistant.keeping.page_files``): uploads that an evaluation
asks, and the answers that a user marked, as a golden file.
"""

import threading
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    owner: str
    quotes: bool
    """Whether it was made of what the library's documents say."""


class Held:
    """The files of all sessions of one page; one that several hold goes with the last of them."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._files: dict[str, set[_File]] = {}

    def hold(
        self, session: str, paths: Iterable[Path | str], owner: str, *, quotes: bool = False
    ) -> None:
        """Keep files until the session leaves; ``owner`` is whose library it works with."""
        files = {_File(Path(path), owner, quotes) for path in paths}
        with self._turn:
            self._files.setdefault(session, set()).update(files)

    def release(self, session: str) -> None:
        """The session has left: delete what no other one holds."""
        with self._turn:
            gone = self._files.pop(session, set())
            needed = {file.path for files in self._files.values() for file in files}
            _delete(file.path for file in gone if file.path not in needed)

    def empty(self, owner: str) -> None:
        """A document of this owner was removed: nothing that was made of any says anything now.

        The files stay, empty, since their sessions show them.
        """
        with self._turn:
            for file in self._all():
                if file.quotes and file.owner == owner:
                    with suppress(OSError):
                        file.path.write_bytes(b"")

    def _all(self) -> Collection[_File]:
        return {file for files in self._files.values() for file in files}


def _delete(paths: Iterable[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)
            path.parent.rmdir()  # its folder is its own
