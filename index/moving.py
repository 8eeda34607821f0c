"""Copying a library's record from one place to another, whole; and comparing the two.

Rows go in the order of their keys, some at a time, each lot wholly or not at all. So a copy that
was stopped goes on after the last row that is there.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.database import Database, Row, WordIndex
from index.engines import Address, opened
from index.errors import InputError, StoreError

Progress = Callable[[str, int, int], None]
"""Told what is being done, and how many of how many rows of it are."""
MOVING = "moving"
"""The key in ``meta`` of a record that is not all there yet: what it is a copy of."""
_TABLES = {
    "documents": ("number",),
    "passages": ("number",),
    "sources": ("source",),
    "labels": ("kind", "name", "document_id"),
    "vectors": ("embedder", "key"),
    "notes": ("kind", "key"),
    "removed": ("document_id",),
}
"""Every table that is copied with what its rows are ordered by, each after those it refers to."""
_AT_ONCE = 500
"""Rows of a lot."""
_LENT = ("documents", "passages", "sources", "vectors")
"""Those that a reader elsewhere needs."""
_LARGE = {"documents": 20, "removed": 20}
"""Rows of a lot where they hold whole texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a copy has come to."""

    rows: dict[str, int]
    """Of each table, all that are there."""
    differences: list[str]
    """What is not the same, one line each; empty when all of it is."""


class Copies:
    """What a library does with copies of its record."""

    def __init__(self, record: Database, writing: AbstractContextManager[None]) -> None:
        self._record = record
        self._writing = writing

    def move(self, place: Path | Address, report: Progress | None = None) -> Moved:
        """Copy the record to a place that has none; the same call goes on where it was stopped.

        Raises:
            InputError: there is another library.
            StoreError: one of the two failed.
        """
        with self._writing:
            return _move(self._record, place, report or _silent)

    def lend(self, place: Path, report: Progress | None = None) -> None:
        """Write the documents alone to a new file, for a reader on another machine: passages and
        vectors, and no conversations, kept summaries or labels.

        Raises:
            StoreError: one of the two failed.
        """
        with self._writing:
            target, words = opened(place)
            try:
                _copy(self._record, target, words, _LENT, report or _silent)
            finally:
                target.close()

    def compare(self, place: Path | Address, report: Progress | None = None) -> Moved:
        """Record and copy, row by row: counts, and digests of everything that is in the rows.

        Raises:
            StoreError: one of the two failed.
        """
        target, words = opened(place)
        try:
            return _compared(self._record, target, words, report or _silent)
        finally:
            target.close()


def refuse_half(database: Database) -> None:
    """Raise StoreError where a record is a copy that is not all there."""
    if _meta(database, MOVING) is not None:
        raise StoreError(
            f"The library in {database.place} is not all there yet: it is being moved.",
            "Give the same `citewell move` again: it goes on where it was stopped.",
        )


def _move(source: Database, place: Path | Address, report: Progress) -> Moved:
    target, words = opened(place)
    try:
        _begin(source, target)
        _copy(source, target, words, list(_TABLES), report)
        moved = _compared(source, target, words, report)
        if not moved.differences:
            with target.transaction():
                target.execute(
                    "UPDATE meta SET value = ? WHERE key = 'revision'", _meta(source, "revision")
                )
                target.execute("DELETE FROM meta WHERE key = ?", MOVING)
            target.copied()
        return moved
    finally:
        target.close()


def _copy(
    source: Database,
    target: Database,
    words: WordIndex,
    tables: Sequence[str],
    report: Progress,
) -> None:
    """Copy the rows of some tables that come after those which are there."""
    for table in tables:
        key, total = _TABLES[table], _count(source, table)
        for lot in _lots(source, table, key, _last(target, table, key)):
            report(f"Copying {table}", _count(target, table), total)
            with target.transaction():
                insert(target, table, lot)
                if table == "passages":
                    words.put((row["id"], row["heading"], row["text"]) for row in lot)


def _silent(_what: str, _done: int, _total: int) -> None:
    """Tells nobody of the progress."""


def _compared(first: Database, second: Database, words: WordIndex, report: Progress) -> Moved:
    rows, differences = {}, []
    for number, (table, key) in enumerate(_TABLES.items()):
        report(f"Comparing {table}", number, len(_TABLES))
        (ours, mine), (theirs, other) = (_digest(each, table, key) for each in (first, second))
        rows[table] = theirs
        if ours != theirs:
            differences.append(f"{ours} {table} became {theirs}")
        elif mine != other:
            differences.append(f"the {table} are not the same")
    if words.count() != rows["passages"]:
        differences.append(f"{words.count()} of {rows['passages']} passages are indexed by word")
    return Moved(rows=rows, differences=differences)


def _begin(source: Database, target: Database) -> None:
    """Mark the target as a copy of this source; clear away one of an earlier state of it."""
    mark = f"{_meta(source, 'library_id')} {_meta(source, 'revision')}"
    known = _meta(target, MOVING)
    if known is None and any(_count(target, table) for table in _TABLES):
        raise InputError(
            f"There is a library in {target.place} already.", "Name a database without one."
        )
    with target.transaction():
        # Conversations change without a new revision of the documents: they are copied last.
        for table in ["notes"] if known == mark else reversed(_TABLES):
            target.execute(f"DELETE FROM {table}")
        target.execute("DELETE FROM meta WHERE key = ?", MOVING)
        target.execute("INSERT INTO meta VALUES (?, ?)", MOVING, mark)


def _lots(
    database: Database, table: str, key: Sequence[str], last: Sequence[Any] | None
) -> Iterator[list[Row]]:
    """The rows of a table after one, in the order of their keys."""
    order, many = ", ".join(key), _LARGE.get(table, _AT_ONCE)
    while True:
        after = f" WHERE ({order}) > ({_marks(key)})" if last else ""
        rows = database.rows(
            f"SELECT * FROM {table}{after} ORDER BY {order} LIMIT {many}", *(last or ())
        )
        if not rows:
            return
        yield list(rows)
        last = [rows[-1][name] for name in key]


def insert(
    database: Database, table: str, rows: Sequence[Row | dict[str, Any]], otherwise: str = ""
) -> None:
    """Insert rows of the same columns, at least one; within a transaction.

    ``otherwise`` says what to do where a row is there.
    """
    names = list(rows[0].keys())
    listed = ", ".join(f'"{name}"' for name in names)
    database.many(
        f"INSERT INTO {table} ({listed}) VALUES ({_marks(names)}){otherwise}",
        [[row[name] for name in names] for row in rows],
    )


def _digest(database: Database, table: str, key: Sequence[str]) -> tuple[int, str]:
    """The number of rows of a table, and a digest of all that is in them."""
    count, digest = 0, hashlib.sha256()
    for lot in _lots(database, table, key, None):
        for row in lot:
            count += 1
            for name in sorted(row.keys()):
                value = row[name]
                told = value if isinstance(value, bytes) else repr(value).encode()
                digest.update(b"%d:%s" % (len(told), told))
    return count, digest.hexdigest()


def _last(database: Database, table: str, key: Sequence[str]) -> list[Any] | None:
    order = ", ".join(f"{name} DESC" for name in key)
    rows = database.rows(f"SELECT * FROM {table} ORDER BY {order} LIMIT 1")
    return [rows[0][name] for name in key] if rows else None


def _count(database: Database, table: str) -> int:
    return int(database.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"])


def _meta(database: Database, key: str) -> str | None:
    rows = database.rows("SELECT value FROM meta WHERE key = ?", key)
    return str(rows[0]["value"]) if rows else None


def _marks(names: Sequence[str]) -> str:
    return ", ".join("?" * len(names))
