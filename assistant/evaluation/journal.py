"""A run's folder: its fingerprint, and finished rows that survive a kill at any moment."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from index.errors import InputError

PARTIAL = "run.json.part"
STOPPING_S = 30
"""How long a run that was stopped may take to end: no longer than one step of an answer."""


class Journal:
    """An append-only JSON Lines file; each row is on disk when ``append`` returns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("ab")

    def append(self, row: Mapping[str, Any]) -> None:
        """Write one row and wait until it is on disk.

        Raises:
            InputError: the disk is full or the folder went away.
        """
        try:
            self._file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise InputError(
                f"{self._path} cannot be written: {error.strerror}.", "Make room and run again."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The whole rows of a journal; a last line that a kill cut short is cut off the file."""
    if not path.exists():
        return []
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        with path.open("r+b") as file:
            file.truncate(whole)
    return [json.loads(line) for line in data[:whole].split(b"\n") if line]


def write_text(path: Path, text: str) -> None:
    """Write a report's file as it is.

    Raises:
        InputError: it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.", "Make room.") from error


@contextmanager
def run_folder(folder: Path) -> Iterator[None]:
    """Hold ``folder`` for one run; a run that was just stopped is given time to end.

    Raises:
        InputError: another run holds it, or the folder above cannot be written.
    """
    from filelock import FileLock, Timeout

    folder = folder.resolve()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f".{folder.name}.lock"), timeout=STOPPING_S):
            yield
    except Timeout:
        raise InputError(
            f"Another run is using {folder}.", "Wait for its end, or choose another with --out."
        ) from None
    except OSError as error:
        raise InputError(
            f"{folder} cannot be written: {error.strerror}.", "Choose another with --out."
        ) from error


def prepare_folder(folder: Path, fingerprint: Mapping[str, Any]) -> str | None:
    """Make ``folder`` ready for a run with this fingerprint.

    A folder with an equal fingerprint is resumed. One with another is moved aside and a fresh
    one is made. Returns a message for the user where there is something to say.

    Raises:
        InputError: the folder cannot be written, or is not a run's.
    """
    try:
        return _prepare(folder.resolve(), json.loads(json.dumps(fingerprint)))
    except OSError as error:
        raise InputError(
            f"{folder} cannot be written: {error.strerror}.", "Choose another with --out."
        ) from error


def _prepare(folder: Path, fingerprint: dict[str, Any]) -> str | None:
    record = folder / "run.json"
    message = None
    if record.exists():
        before = _read_record(record)
        if before == fingerprint:
            return f"Resuming the run in {folder}."
        aside = _aside(folder)
        folder.rename(aside)
        message = (
            f"The run in {folder} differs in {', '.join(_differing(before, fingerprint))}: "
            f"it was moved to {aside} and a fresh one starts."
        )
    elif folder.exists() and any(path.name != PARTIAL for path in folder.iterdir()):
        raise InputError(
            f"{folder} holds something other than a run.", "Choose another with --out."
        )
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / PARTIAL
    partial.write_text(json.dumps(fingerprint, indent=2) + "\n", encoding="utf-8")
    partial.replace(record)
    return message


def _read_record(record: Path) -> dict[str, Any]:
    try:
        found = json.loads(record.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _aside(folder: Path) -> Path:
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    path = folder.with_name(f"{folder.name}.before-{stamp}")
    number = 2
    while path.exists():
        path = folder.with_name(f"{folder.name}.before-{stamp}-{number}")
        number += 1
    return path


def _differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    names = [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
    return names or ["everything"]


_ONLY_FIGURES = (
    "calibrate",
    "case_report",
    "fitting",
    "golden/marks",
    "reports/baseline",
    "reports/figures",
    "reports/metrics",
    "reports/plots",
    "reports/report",
    "reports/resampling",
    "scoring",
)
_NOT_ANSWERING = (
    "assistant/page/",
    "assistant/cli.py",
    "assistant/commands/",
    "assistant/exporting/",
    "assistant/pace.py",
    *(f"assistant/evaluation/{name}.py" for name in _ONLY_FIGURES),
)


def code_digest(roots: Mapping[str, Path]) -> str:
    """SHA-256 of the code and prompts that make answers.

    ``roots`` maps ``index``, ``assistant`` and ``prompts`` to their folders. The page, the
    command line and the code that only computes figures are left out: they change no answer.
    """
    digest = hashlib.sha256()
    for name, path in _files(roots):
        if not name.startswith(_NOT_ANSWERING):
            digest.update(f"{name}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(roots: Mapping[str, Path]) -> Iterable[tuple[str, Path]]:
    for root, folder in sorted(roots.items()):
        for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.md"), *folder.rglob("*.json")]):
            yield f"{root}/{path.relative_to(folder).as_posix()}", path


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
