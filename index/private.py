"""A library is its owner's alone: its folders and files are for nobody else, old ones too."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_private(folder: Path) -> None:
    """Take from everybody else what they may do with the folder and all that is in it.

    Links are left alone, and so is what another account owns. Where a system has other
    permissions than POSIX's, nothing is done.
    """
    if os.name != "posix":
        return
    for path in _all(folder):
        with suppress(OSError):
            mode = path.lstat().st_mode
            if mode & _OTHERS and not stat.S_ISLNK(mode):
                path.chmod(stat.S_IMODE(mode) & ~_OTHERS)


def _all(folder: Path) -> Iterator[Path]:
    """The folder first: what is in it is out of reach from then on."""
    yield folder
    for place, folders, files in os.walk(folder):
        yield from (Path(place, name) for name in (*folders, *files))
