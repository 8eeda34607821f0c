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
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.errors import CitewellError, FullDiskError, InputError, is_full
from index.labels import WATCHED
from index.loading import outermost
from index.lock import LibraryLock
from index.private import make_private
from index.record import Record
from index.schema import new_id

RECORD, UPLOADS = "library.sqlite", "uploads"
_FILES = ("calibrations.json",)
"""What else of a library's folder is kept."""
_MANIFEST = "backup.json"
_FORMAT = "citewell backup 1"
_LONGEST_MANIFEST = 65_536
"""Bytes: it holds the name of a folder, and a packed one may unpack to gigabytes."""
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, KeyError, ValueError, TypeError)
"""What reading a file raises that is no backup, or was made to look like one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a backup says of the machine that it is restored on."""

    watched: list[str]
    """Folders that its library was kept in step with, and this one is not."""
    outside: list[str]
    """Files outside the library that its documents name: they are read again from there."""


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


def restore(source: Path, folder: Path) -> Restored:
    """Make the library of a backup in a folder that has none. Its vectors are not there yet.

    It is another library than the one it was made of: on one Chroma server each has its own
    vectors. It watches no folder, for the backup may be somebody else's.

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
            _refuse_programs(source, here / RECORD)
            with closing(Record(here / RECORD)):  # it can be opened, and is of this version now
                pass
            _moved(here / RECORD, before, str(folder))
            restored = _settled(here / RECORD, folder)
            for path in here.iterdir():
                if path.name not in (RECORD, _MANIFEST):
                    shutil.move(path, folder / path.name)
            os.replace(here / RECORD, folder / RECORD)
        make_private(folder)
        return restored
    finally:
        lock.release()


def _unpacked(source: Path, place: Path) -> str:
    """Unpack a backup; the folder that it was made of.

    Raises:
        InputError: it is none.
        FullDiskError: it would fill the disk; nothing was unpacked then.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            with archive.open(_MANIFEST) as file:
                manifest = json.loads(file.read(_LONGEST_MANIFEST))
            if manifest["format"] != _FORMAT:
                raise InputError(f"{source} is of a newer Citewell.", "Update Citewell.")
            wanted = [
                each
                for each in archive.infolist()
                if each.filename in (RECORD, *_FILES) or each.filename.startswith(f"{UPLOADS}/")
            ]
            archive.getinfo(RECORD)
            if any(each.compress_type not in _PACKED for each in wanted):
                raise ValueError("packed in another way")
            if sum(each.file_size for each in wanted) >= shutil.disk_usage(place).free:
                raise FullDiskError
            for each in wanted:
                archive.extract(each, place)  # which leads out of no folder
            return str(manifest["folder"])
    except _BROKEN as error:
        raise _no_backup(source) from error


def _no_backup(source: Path) -> InputError:
    return InputError(
        f"{source} is no backup of a library.", "Name a file that citewell backup wrote."
    )


def _refuse_programs(source: Path, record: Path) -> None:
    """Raise InputError where a record would do something by itself whenever it is written to."""
    with closing(sqlite3.connect(record)) as connection:
        found = "SELECT 1 FROM sqlite_master WHERE type IN ('trigger', 'view') LIMIT 1"
        if connection.execute(found).fetchone():
            raise _no_backup(source)


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


def _settled(record: Path, folder: Path) -> Restored:
    """Make it a library of its own, and let it watch nothing; what it says of other files."""
    own = str(folder / UPLOADS) + os.sep
    with closing(sqlite3.connect(record)) as connection, connection:
        connection.execute("UPDATE meta SET value = ? WHERE key = 'library_id'", (new_id(),))
        of_watched = "SELECT key FROM notes WHERE kind = ? ORDER BY key"
        watched = [str(row[0]) for row in connection.execute(of_watched, (WATCHED,))]
        connection.execute("DELETE FROM notes WHERE kind = ?", (WATCHED,))
        paths = connection.execute("SELECT path FROM documents WHERE path IS NOT NULL")
        files = {outermost(str(row[0])) for row in paths}
    outside = sorted(each for each in files if not each.startswith(own) or ".." in Path(each).parts)
    return Restored(watched=watched, outside=outside)


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
