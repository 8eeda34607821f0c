"""The folder of a running page for files on their way: private, its own, and gone at its end.

Gradio keeps uploads and what it shows as files under one folder of the system's, which everybody
may read and any program expects. Here each page has one beneath its library.
"""

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

FOLDER = "page"
"""The folder of a library in which its pages have theirs."""


class PageFiles:
    """The folder of one page. Make it before Gradio is imported, which is told of it."""

    def __init__(self, library: Path) -> None:
        """What pages that were killed have left is deleted.

        Raises:
            OSError: the library folder cannot be written.
        """
        place = library / FOLDER
        place.mkdir(mode=0o700, exist_ok=True)
        place.chmod(0o700)
        _sweep(place)
        name = secrets.token_hex(8)
        self._lock = FileLock(place / f"{name}.lock", timeout=0, thread_local=False, mode=0o600)
        self._lock.acquire()
        self.folder = place / name
        self.folder.mkdir(mode=0o700)
        os.environ["GRADIO_TEMP_DIR"] = str(self.folder)
        os.environ["GRADIO_EXAMPLES_CACHE"] = str(self.folder / "examples")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Delete them all; doing so twice is harmless."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.release()
        Path(self._lock.lock_file).unlink(missing_ok=True)


def _sweep(place: Path) -> None:
    """Delete the folders of pages that run no longer: nobody holds their locks."""
    for folder in [path for path in place.iterdir() if path.suffix != ".lock"]:
        lock = FileLock(place / f"{folder.name}.lock", timeout=0, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            continue
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
    for path in place.glob("*.lock"):
        if not path.with_suffix("").exists():
            with suppress(OSError):
                path.unlink()
