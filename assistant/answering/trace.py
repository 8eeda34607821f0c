"""What each step of an answer asked, scored and decided: for ``ask --trace FILE``. Nothing in the
program reads it."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.errors import InputError

Trace = Callable[[str, dict[str, Any]], None]
"""Called with a step's name and what it found; values are JSON."""


def no_trace(step: str, found: dict[str, Any]) -> None:
    """The trace of an answer that nobody traces."""


def file_trace(path: Path) -> Trace:
    """A trace that appends one JSON line a step to the file at ``path``.

    Raises:
        InputError: the file cannot be written.
    """
    started = time.monotonic()
    try:
        path.write_text("", encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"The trace file {path} cannot be written: {error.strerror}.", "Choose another."
        ) from error

    def write(step: str, found: dict[str, Any]) -> None:
        line = {"step": step, "seconds": round(time.monotonic() - started, 3), **found}
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    return write
