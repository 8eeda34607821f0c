"""The tables of a library's record, and how a record of an older version becomes one of this."""

import sqlite3
import uuid
from pathlib import Path

from index.errors import StoreError
from index.reader import FIRST

SCHEMA = 5
_LABELS = """
CREATE TABLE labels (
    kind TEXT NOT NULL, name TEXT NOT NULL,
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    PRIMARY KEY (kind, name, document_id)) WITHOUT ROWID;
CREATE INDEX labels_by_document ON labels(document_id);
"""
_REMOVED = """
CREATE TABLE removed (
    document_id TEXT PRIMARY KEY, removed TEXT NOT NULL, name TEXT NOT NULL, title TEXT NOT NULL,
    path TEXT, url TEXT, documents INTEGER NOT NULL, versions TEXT NOT NULL, kept TEXT NOT NULL);
"""
MIGRATIONS: dict[int, str] = {
    1: f"ALTER TABLE documents ADD COLUMN reader INTEGER NOT NULL DEFAULT {FIRST};",
    2: _LABELS,
    3: "ALTER TABLE documents ADD COLUMN dated TEXT;"
    " ALTER TABLE documents ADD COLUMN corrected TEXT;"
    " UPDATE documents SET dated = 'metadata' WHERE published IS NOT NULL;",
    4: _REMOVED,
}
"""For each older schema, the statements that make the next one of it."""
TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, name TEXT NOT NULL,
    path TEXT, url TEXT, published TEXT, added TEXT NOT NULL, characters INTEGER NOT NULL,
    passages INTEGER NOT NULL, pages TEXT NOT NULL, headings TEXT NOT NULL,
    sentences BLOB NOT NULL, text TEXT NOT NULL, reader INTEGER NOT NULL,
    dated TEXT, corrected TEXT);
CREATE TABLE sources (
    source TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    digest TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
    noted INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX sources_by_document ON sources(document_id);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL, key TEXT NOT NULL,
    text TEXT NOT NULL);
CREATE INDEX passages_by_document ON passages(document_id, start);
CREATE INDEX passages_by_key ON passages(key);
CREATE TABLE vectors (
    embedder TEXT NOT NULL, key TEXT NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (embedder, key)) WITHOUT ROWID;
CREATE TABLE unfinished (document_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE notes (
    kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, updated TEXT NOT NULL,
    PRIMARY KEY (kind, key)) WITHOUT ROWID;
"""
TABLES += _LABELS + _REMOVED
"""All but the word index, which each engine has of its own."""
_LEXICON = """
CREATE VIRTUAL TABLE lexicon USING fts5(
    heading, text, tokenize = "porter unicode61 remove_diacritics 2");
"""
_LISTED = """
CREATE INDEX IF NOT EXISTS documents_listed ON documents(
    number, id, title, name, path, url, added, passages, reader, published, dated, corrected);
"""
"""Has what ``index.entries`` reads, which else stands behind the texts. PostgreSQL keeps long texts
apart by itself. It is no part of what a version is: an older one uses the file with it."""


def new_id() -> str:
    """Names a library: its collection on a Chroma server is called by it."""
    return uuid.uuid4().hex[:12]


def first_rows() -> str:
    """The statement that fills the table ``meta`` of a new record."""
    return f"INSERT INTO meta VALUES ('revision', '0'), ('library_id', '{new_id()}');"


def steps(version: int, place: object) -> str:
    """The statements that make a record of an older version one of this.

    Raises:
        StoreError: the record is of a newer version or of one too old.
    """
    if version > SCHEMA:
        raise StoreError(
            f"The library {place} was made by a newer Citewell.",
            "Update Citewell, or name another folder with --library.",
        )
    found = [MIGRATIONS.get(each) for each in range(version, SCHEMA)]
    if None in found:
        raise StoreError(
            f"The library {place} was made by a Citewell too old for this one.",
            "Open it with the version that made it, or add its documents to another folder.",
        )
    return " ".join(map(str, found))


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make an open file a record of this version: its tables are made, or migrated.

    Raises:
        StoreError: the record is of a newer version or of one too old, or no record.
        sqlite3.Error: SQLite failed.
    """
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        _create_once(connection, path)
    elif needed := steps(version, path.parent):
        _migrate(connection, needed)
    connection.execute(_LISTED)


def _create_once(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables, unless another process has made them meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    made = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.execute("ROLLBACK")
    if not made:
        _create(connection, path)


def _migrate(connection: sqlite3.Connection, needed: str) -> None:
    """Bring the record of an older version to this one: wholly, or not at all."""
    try:
        connection.executescript(
            f"BEGIN IMMEDIATE; {needed} PRAGMA user_version = {SCHEMA}; COMMIT;"
        )
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if connection.execute("PRAGMA user_version").fetchone()[0] != SCHEMA:
            raise  # else another process has migrated it meanwhile


def _create(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise StoreError(
            f"{path} is a file of another program.",
            "Name another folder with --library.",
        )
    connection.executescript(
        f"BEGIN; {TABLES} {_LEXICON} {first_rows()} PRAGMA user_version = {SCHEMA}; COMMIT;"
    )
