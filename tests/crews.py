"""What the workers of a test's crew open and do: importable on a worker."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import InputError


@contextmanager
def opening(folder: Path, how: str) -> Iterator[Callable[[Any], Any]]:
    """Does jobs of ``(what, name)``; leaves a file for each worker that was opened and closed."""
    if how == "refuse":
        raise InputError("It has no weights.", "Fetch them.")
    if how == "die":
        os._exit(1)
    (folder / f"opened-{os.getpid()}").touch()
    yield lambda job: done(folder, *job)
    (folder / f"closed-{os.getpid()}").touch()


def done(folder: Path, what: str, name: str) -> str:
    if what == "die":
        os._exit(1)
    if what == "die once" and not (folder / name).exists():
        (folder / name).touch()
        os._exit(1)
    if what == "fail":
        raise RuntimeError("out of luck")
    return name
