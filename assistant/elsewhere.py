"""What a worker on another machine works with: a copy of a library's documents, and a model.

The copy goes there as bytes and is opened there, in a folder of the worker's own that goes when
the worker ends. Chroma's vectors are made again from it, so that no two processes have the same
files of Chroma's open. Weights, and the key of a model's server, are that machine's own.
"""

import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from assistant.evaluation.plan import surroundings_fingerprint
from assistant.settings import Settings, go_offline, load_settings
from index.engines import RECORD
from index.errors import InputError

if TYPE_CHECKING:
    from assistant.models import ServedModel
    from index import Library

_SETTINGS = {"model", "embedding", "reply_seconds"}
"""Named one by one, so that no secret of the settings leaves this machine."""
_CALIBRATIONS = "calibrations.json"
_FOLDERS = "citewell-worker-"
"""How the names of workers' folders begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """What a worker is told beside the documents themselves."""

    settings: Mapping[str, Any]
    fingerprint: Mapping[str, Any]
    """All that a result depends on, as it is here: it must be the same there."""
    calibrations: bytes | None
    """What ``citewell calibrate`` has measured here, if anything."""


def lend(settings: Settings, library: "Library", model: "ServedModel") -> tuple[Lent, bytes]:
    """What a worker needs to work as this process would: values alone.

    Raises:
        StoreError: the library cannot be read.
        OSError: there is no room for a copy of it.
    """
    calibrations = settings.library / _CALIBRATIONS
    with tempfile.TemporaryDirectory() as folder:
        library.copies.lend(Path(folder, RECORD))
        record = Path(folder, RECORD).read_bytes()
    lent = Lent(
        settings=settings.model_dump(include=_SETTINGS),
        fingerprint=surroundings_fingerprint(settings, model),
        calibrations=calibrations.read_bytes() if calibrations.exists() else None,
    )
    return lent, record


# On a worker


@contextmanager
def borrowed(lent: Lent, record: bytes) -> "Iterator[tuple[Settings, Library]]":
    """A library made of what was lent, and the settings that lead to it; both go on leaving."""
    from assistant.runtime import open_library

    go_offline()
    with _own_folder() as folder:
        (folder / RECORD).write_bytes(record)
        if lent.calibrations is not None:
            (folder / _CALIBRATIONS).write_bytes(lent.calibrations)
        here = load_settings(**lent.settings, library=folder)
        settings = here.model_copy(update={"chroma_url": None, "record_url": None})
        with open_library(settings, owner="citewell worker") as library:
            yield settings, library


def refuse_difference(lent: Lent, settings: Settings, model: "ServedModel") -> None:
    """Keep the results of different programs or models out of one piece of work.

    Raises:
        InputError: something that results depend on is not the same here.
    """
    here = surroundings_fingerprint(settings, model)
    differing = [name for name, value in lent.fingerprint.items() if here.get(name) != value]
    if differing:
        raise InputError(
            f"It differs in {', '.join(differing)} from the machine that asks.",
            "Install the same Citewell there, in the same way.",
        )


@contextmanager
def _own_folder() -> Iterator[Path]:
    """A folder that goes at the end; those of workers that were killed go at its beginning.

    A lock beside each is held for as long as its worker lives.
    """
    place = Path(tempfile.gettempdir())
    for left in place.glob(f"{_FOLDERS}*.lock"):
        _clear(left)
    folder = place / f"{_FOLDERS}{uuid.uuid4().hex}"
    lock = FileLock(folder.with_suffix(".lock"), timeout=0, thread_local=False)
    with lock:
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            Path(lock.lock_file).unlink(missing_ok=True)


def _clear(left: Path) -> None:
    """Delete the folder of a worker that is no more, and its lock."""
    with suppress(OSError, Timeout), FileLock(left, timeout=0):
        shutil.rmtree(left.with_suffix(""), ignore_errors=True)
        left.unlink(missing_ok=True)
