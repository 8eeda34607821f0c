"""A library in one file, and a library from such a file.

The record is copied as SQLite copies a file that is in use, so that a page may be open meanwhile.
Chroma's vectors are left out: they are made anew from the record.
"""

import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from index.errors import CitewellError, FullDiskError, InputError, is_full
from index.lock import LibraryLock
from index.private import make_private
from index.record import Record

RECORD, UPLOADS = "library.sqlite", "uploads"
_FILES = ("calibrations.json",)
"""What else of a library's folder is kept."""
_MANIFEST = "backup.json"
_FORMAT = "citewell backup 1"


def backup(folder: Path, target: Path) -> None:
    """Write the library of a folder to a file; what was there is replaced once it is whole.

    Raises:
        InputError: there is no library, or the file cannot be written.
        FullDiskError: the disk is full.
    """
    if not (folder / RECORD).is_file():
        raise InputError(f"There is no library in {folder}.", "Name its folder with --library.")
    target = target.expanduser().absolute()
    with _translated(target), tempfile.TemporaryDirectory(dir=target.parent) as place:
        copy, whole = Path(place, RECORD), Path(place, "whole.zip")
        with (
            closing(sqlite3.connect(folder / RECORD)) as record,
            closing(sqlite3.connect(copy)) as copied,
        ):
            record.backup(copied)
        manifest = {"format": _FORMAT, "folder": str(folder)}
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_MANIFEST, json.dumps(manifest))
            archive.write(copy, RECORD)
            for path in (*(folder / name for name in _FILES), *(folder / UPLOADS).rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(folder).as_posix())
        whole.chmod(0o600)
        os.replace(whole, target)


def restore(source: Path, folder: Path) -> None:
    """Make the library of a backup in a folder that has none. Its vectors are not there yet.

    Raises:
        InputError: the file is no backup, or the folder holds a library already.
        LibraryBusyError: another process holds the folder.
        FullDiskError: the disk is full.
        StoreError: the record in it is damaged, or of a newer version.
    """
    folder = folder.expanduser().absolute()
    if (folder / RECORD).exists():
        raise InputError(
            f"{folder} holds a library already.", "Name another folder with --library."
        )
    lock = LibraryLock(folder)
    lock.acquire("restore")
    try:
        with _translated(source), tempfile.TemporaryDirectory(dir=folder) as place:
            here = Path(place)
            before = _unpacked(source, here)
            Record(here / RECORD).close()  # it can be opened, and is of this version from now on
            _moved(here / RECORD, before, str(folder))
            for path in here.iterdir():
                if path.name not in (RECORD, _MANIFEST):
                    shutil.move(path, folder / path.name)
            os.replace(here / RECORD, folder / RECORD)
        make_private(folder)
    finally:
        lock.release()


def _unpacked(source: Path, place: Path) -> str:
    """Unpack a backup; the folder that it was made of.

    Raises:
        InputError: it is none.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read(_MANIFEST))
            if manifest["format"] != _FORMAT:
                raise InputError(f"{source} is of a newer Citewell.", "Update Citewell.")
            for name in archive.namelist():
                if name in (RECORD, *_FILES) or name.startswith(f"{UPLOADS}/"):
                    archive.extract(name, place)  # which leads out of no folder
            return str(manifest["folder"])
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise InputError(
            f"{source} is no backup of a library.", "Name a file that citewell backup wrote."
        ) from error


def _moved(record: Path, before: str, now: str) -> None:
    """Let uploads be found in the new folder."""
    old, new = (str(Path(each, UPLOADS)) + os.sep for each in (before, now))
    with closing(sqlite3.connect(record)) as connection, connection:
        for table, column in (("documents", "path"), ("sources", "source")):
            connection.execute(
                f"UPDATE {table} SET {column} = ? || substr({column}, ?)"
                f" WHERE substr({column}, 1, ?) = ?",
                (new, len(old) + 1, len(old), old),
            )
        for key, path, kept in connection.execute(
            "SELECT document_id, path, kept FROM removed"
        ).fetchall():
            whole = json.loads(kept)
            for table, column in (("documents", "path"), ("sources", "source")):
                for row in whole[table]:
                    row[column] = _placed(row[column], old, new)
            connection.execute(
                "UPDATE removed SET path = ?, kept = ? WHERE document_id = ?",
                (_placed(path, old, new), json.dumps(whole, ensure_ascii=False), key),
            )


def _placed(path: str | None, old: str, new: str) -> str | None:
    """A path where it is now; one of elsewhere as it was."""
    return new + path.removeprefix(old) if path and path.startswith(old) else path


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except CitewellError:
        raise
    except (OSError, sqlite3.Error) as error:
        if is_full(path.parent, error):
            raise FullDiskError from error
        raise InputError(
            f"{path} cannot be read or written ({error}).", "Name another file, or give permission."
        ) from error
