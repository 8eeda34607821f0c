"""One open SQLite file: statements take turns, changes are whole, failures are told in words."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index import schema
from index.errors import CitewellError, FullDiskError, InputError, StoreError, is_full

_PATIENCE_S = 60.0
"""How long a change waits for the change of another process."""


class Database:
    """The file of a library's record. Safe to use from several threads.

    Every method raises ``FullDiskError``, ``InputError`` where the folder may not be written, and
    ``StoreError`` on any other failure.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.RLock()
        with _translated(path):
            self._connection = sqlite3.connect(
                path, timeout=_PATIENCE_S, check_same_thread=False, isolation_level=None
            )
            self._connection.row_factory = sqlite3.Row
            try:
                schema.prepare(self._connection, path)
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        with self._turn, _translated(self._path):
            self._connection.close()

    def rows(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        """All rows that a query finds."""
        with self._turn, _translated(self._path):
            return self._connection.execute(statement, values).fetchall()

    def execute(self, statement: str, *values: Any) -> int:
        """Change something, within a transaction; returns the number of the row last inserted."""
        return self._connection.execute(statement, values).lastrowid or 0

    def many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Change something for each row of values, within a transaction."""
        self._connection.executemany(statement, rows)

    def alone(self, *statements: str) -> None:
        """Run statements that no transaction may hold."""
        with self._turn, _translated(self._path):
            for statement in statements:
                self._connection.execute(statement)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes within it are made, or none; one within another is part of that."""
        with self._turn, _translated(self._path):
            if self._connection.in_transaction:  # this thread's own: no other has the turn
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except CitewellError:
        raise
    except (sqlite3.Error, OSError) as error:
        raise _translation(path, error) from error


def _translation(path: Path, error: Exception) -> CitewellError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or is_full(path.parent, error):
        return FullDiskError()
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return InputError(
            f"The library folder {path.parent} cannot be written.",
            "Give yourself write permission there, or name another folder with --library.",
        )
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return StoreError(
            f"The library's record {path} is damaged ({error}).",
            "Move the folder away and index the documents again, or restore a backup.",
        )
    return StoreError(f"The library's record {path} failed: {error}.", "Run `citewell doctor`.")
