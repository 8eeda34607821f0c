"""A record in an SQLite file: statements take turns, changes are whole, failures told in words."""

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


class SQLite:
    """Implements ``index.database.Database``."""

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

    @property
    def place(self) -> str:
        return str(self._path)

    def close(self) -> None:
        with self._turn, _translated(self._path):
            self._connection.close()

    def rows(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        with self._turn, _translated(self._path):
            return self._connection.execute(statement, values).fetchall()

    def execute(self, statement: str, *values: Any) -> None:
        self._connection.execute(statement, values)

    def many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        self._connection.executemany(statement, rows)

    def alone(self, *statements: str) -> None:
        """Run statements that no transaction may hold."""
        with self._turn, _translated(self._path):
            for statement in statements:
                self._connection.execute(statement)

    def scrub(self) -> None:
        """Out of the word index and the log too."""
        self.alone(
            "INSERT INTO lexicon(lexicon) VALUES ('optimize')", "PRAGMA wal_checkpoint(TRUNCATE)"
        )

    def rewrite(self) -> None:
        """Write the whole file anew, without what earlier versions left in its free pages."""
        self.alone("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")

    def copied(self) -> None:
        """SQLite numbers after the last row anyway."""

    def problems(self) -> list[str]:
        found = [row[0] for row in self.rows("PRAGMA integrity_check") if row[0] != "ok"]
        return found + [
            f"broken reference in {row[0]}" for row in self.rows("PRAGMA foreign_key_check")
        ]

    @contextmanager
    def transaction(self) -> Iterator[None]:
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
