"""What a watched folder is, and what one step of keeping in step with it does."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePath

from index.data import AddResult

KEEP, REMOVE = "keep", "remove"
"""What becomes of a document whose file is gone: it stays, marked; or it is removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedFolder:
    """A folder that the library keeps in step with."""

    path: str
    since: str
    """ISO date and time (UTC) at which watching began."""
    ignore: tuple[str, ...] = ()
    """Patterns of names, or of paths below the folder where a pattern has a slash."""
    gone: str = KEEP
    """``keep`` or ``remove``."""
    files: int = 0
    """Readable files, when it was last looked at."""
    changed: str = ""
    """ISO date and time (UTC) at which a step last changed something; empty: never."""
    error: str = ""
    """Why the last step failed, or could not look at the folder; empty where it could."""

    def ignores(self, source: str) -> bool:
        """Whether a pattern names the file, or a folder that it is in."""
        below = PurePath(source).relative_to(self.path)
        inner = [each.as_posix() for each in (below, *below.parents)][:-1]
        names = {True: inner, False: [PurePath(each).name for each in inner]}
        return any(
            fnmatchcase(name, pattern)
            for pattern in (each.strip("/") for each in self.ignore)
            for name in names["/" in pattern]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A file of a watched folder that could not be read; it is tried again when it changes."""

    source: str
    size: int
    modified: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one step did."""

    results: tuple[AddResult, ...] = ()
    gone: tuple[str, ...] = ()
    """Paths whose files are gone: their documents were marked or removed."""
    more: bool = False
    """Whether there is more to take in at once."""
    waiting: bool = False
    """Whether a file is still being written, or has only just gone."""
    folders: tuple[str, ...] = ()
    """The paths of the folders that are watched."""
