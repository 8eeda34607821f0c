"""The record of a library: one SQLite file that holds everything that cannot be derived.

Documents with their text, sentences and passages, the full-text index, the vectors of everything
embedded, the sources each document came from, and notes other parts keep here (conversations,
cached answers). Chroma's vectors can be rebuilt from it at any time.
"""

import json
import sqlite3
import threading
import uuid
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import lexical
from index.data import Document, DocumentInfo, Heading, Page, Passage, Span
from index.disk import is_full
from index.errors import CitewellError, FullDiskError, InputError, StoreError
from index.loading import is_address, name_of

SCHEMA = 1
_PATIENCE_S = 60.0
"""How long a change waits for the change of another process."""
MIGRATIONS: dict[int, str] = {}
"""For each older schema, the statements that make the next one of it."""
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, name TEXT NOT NULL,
    path TEXT, url TEXT, published TEXT, added TEXT NOT NULL, characters INTEGER NOT NULL,
    passages INTEGER NOT NULL, pages TEXT NOT NULL, headings TEXT NOT NULL,
    sentences BLOB NOT NULL, text TEXT NOT NULL);
CREATE TABLE sources (
    source TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    digest TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
    noted INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX sources_by_document ON sources(document_id);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, heading TEXT NOT NULL, key TEXT NOT NULL,
    text TEXT NOT NULL);
CREATE INDEX passages_by_document ON passages(document_id, start);
CREATE INDEX passages_by_key ON passages(key);
CREATE VIRTUAL TABLE lexicon USING fts5(
    heading, text, tokenize = "porter unicode61 remove_diacritics 2");
CREATE TABLE vectors (
    embedder TEXT NOT NULL, key TEXT NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (embedder, key)) WITHOUT ROWID;
CREATE TABLE unfinished (document_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE notes (
    kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, updated TEXT NOT NULL,
    PRIMARY KEY (kind, key)) WITHOUT ROWID;
"""
_SCORED = 5_000
"""Passages that a search by words scores, about: in a larger library, only those with one of the
question's rarer words."""
_CHOSEN = "IN (SELECT value FROM json_each(?3))"
_WITHIN_FEW = (
    "AND rowid BETWEEN (SELECT min(number) FROM chosen) AND (SELECT max(number) FROM chosen)"
    " AND +rowid IN (SELECT number FROM chosen)"
)
_WITHIN_MANY = f"AND (SELECT document_id FROM passages WHERE number = lexicon.rowid) {_CHOSEN}"
"""Whether a passage is in one of the chosen documents: by a list of theirs, or looked up."""
FORMER = "former"
"""The kind of the notes ``{"now": ID}`` under the id of a document that another has replaced."""
_INFO = "id, name, title, path, url, published, added, characters, passages, pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a document came from, and what tells whether it changed since."""

    source: str
    """Absolute path or address."""
    document_id: str
    digest: str
    """SHA-256 of the bytes read."""
    size: int
    modified: int
    """The file's modification time, in nanoseconds; 0 for an address."""
    noted: int
    """When this was noted, in nanoseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A passage as the record keeps it."""

    passage: Passage
    key: str
    """Names its vector among the kept vectors of each embedder."""
    document_name: str


class Record:
    """One open SQLite file. Safe to use from several threads: statements take turns.

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
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        with self._turn, _translated(self._path):
            self._connection.close()

    # Meta

    @property
    def revision(self) -> int:
        """Grows with every change of the documents."""
        return int(self._value("revision"))

    @property
    def library_id(self) -> str:
        """Made once, when the record was."""
        return str(self._value("library_id"))

    # Documents

    def infos(self) -> list[DocumentInfo]:
        """Every document, in the order in which they were added."""
        return [_info(row) for row in self._rows(f"SELECT {_INFO} FROM documents ORDER BY number")]

    def info(self, document_id: str) -> DocumentInfo | None:
        rows = self._rows(f"SELECT {_INFO} FROM documents WHERE id = ?", document_id)
        return _info(rows[0]) if rows else None

    def document(self, document_id: str) -> Document | None:
        rows = self._rows("SELECT * FROM documents WHERE id = ?", document_id)
        return _document(rows[0]) if rows else None

    def sentences(self, document_id: str) -> list[Span]:
        """Every sentence of the document, in order; none if there is no such document."""
        rows = self._rows("SELECT sentences FROM documents WHERE id = ?", document_id)
        bounds = array("q")
        for row in rows:
            bounds.frombytes(row["sentences"])
        return [
            Span(document_id=document_id, start=start, end=end)
            for start, end in zip(bounds[::2], bounds[1::2], strict=True)
        ]

    def save(
        self,
        document: Document,
        sentences: Sequence[tuple[int, int]],
        passages: Sequence[Kept],
        source: Source,
    ) -> str | None:
        """Keep a whole new document, or nothing of it.

        Returns the id of the document that the source stood for until now, if no other source
        stands for it: it is gone from the record, and unfinished until its vectors are gone too.
        """
        with self._transaction():
            self._insert_document(document, sentences, len(passages))
            self._insert_passages(passages)
            dropped = self._point(source)
            self._execute("DELETE FROM unfinished WHERE document_id = ?", document.id)
            self._execute("DELETE FROM notes WHERE kind = ? AND key = ?", FORMER, document.id)
            self._changed()
        return dropped

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Make all changes within one transaction: all of them or none."""
        with self._transaction():
            yield

    def point(self, source: Source) -> str | None:
        """Note that a source stands for a document that is here already. Returns as ``save``."""
        with self._transaction():
            dropped = self._point(source)
            if dropped is not None:
                self._changed()
        return dropped

    def delete(self, document_id: str) -> None:
        """Forget a document; its vectors are noted as unfinished until they are gone too."""
        with self._transaction():
            self._drop(document_id)
            self._execute("INSERT OR REPLACE INTO meta VALUES ('remains', 1)")
            self._changed()

    # Sources

    def source(self, source: str) -> Source | None:
        rows = self._rows("SELECT * FROM sources WHERE source = ?", source)
        return Source(**dict(rows[0])) if rows else None

    # Passages

    def passages(self, document_id: str) -> list[Passage]:
        """The document's passages, in order."""
        return [
            _passage(row)
            for row in self._rows(
                "SELECT * FROM passages WHERE document_id = ? ORDER BY start", document_id
            )
        ]

    def kept(self, ids: Sequence[str]) -> dict[str, Kept]:
        """Passages by their ids; unknown ids are left out."""
        rows = self._rows(
            "SELECT passages.*, documents.name FROM passages JOIN documents"
            " ON documents.id = passages.document_id"
            " WHERE passages.id IN (SELECT value FROM json_each(?))",
            json.dumps(list(ids)),
        )
        return {
            row["id"]: Kept(passage=_passage(row), key=row["key"], document_name=row["name"])
            for row in rows
        }

    def passage_ids(self) -> list[str]:
        """Every passage's id, in the order in which they were added."""
        return [row["id"] for row in self._rows("SELECT id FROM passages ORDER BY number")]

    def passage_count(self) -> int:
        return int(self._rows("SELECT count(*) AS n FROM passages")[0]["n"])

    @property
    def is_empty(self) -> bool:
        """Whether there is no passage at all."""
        return not self._rows("SELECT 1 FROM passages LIMIT 1")

    def best_by_words(
        self, question: str, limit: int, documents: Collection[str] | None
    ) -> dict[str, float]:
        """The passages that share words with the question, with their BM25 score, best first."""
        terms = lexical.terms(question)
        if not terms:
            return {}
        chosen = None if documents is None else json.dumps(list(documents))
        many = self._at_most(chosen) > _SCORED
        rare, common = self._parted(terms) if many else (terms, [])
        within = "" if chosen is None else _WITHIN_MANY if many else _WITHIN_FEW
        found = (
            f"SELECT rowid, -bm25(lexicon) AS score FROM lexicon WHERE lexicon MATCH {{}} {within}"
        )
        rows = self._rows(
            f"WITH chosen AS (SELECT number FROM passages WHERE document_id {_CHOSEN})"
            " SELECT passages.id, found.score FROM"
            f" ({found.format('?1')}"
            " AND +rowid NOT IN (SELECT rowid FROM lexicon WHERE lexicon MATCH ?2)"
            f" UNION ALL {found.format('?2')} ORDER BY score DESC, rowid LIMIT ?4) AS found"
            " JOIN passages ON passages.number = found.rowid"
            " ORDER BY found.score DESC, found.rowid",
            lexical.any_of(rare),
            lexical.any_of_both(rare, common),
            chosen,
            limit,
        )
        return {row["id"]: row["score"] for row in rows}

    def within(self, passage_ids: Sequence[str], documents: Collection[str]) -> list[str]:
        """Those of the passages that belong to these documents, in the order given."""
        rows = self._rows(
            "SELECT id FROM passages WHERE id IN (SELECT value FROM json_each(?))"
            " AND +document_id IN (SELECT value FROM json_each(?))",
            json.dumps(list(passage_ids)),
            json.dumps(list(documents)),
        )
        found = {row["id"] for row in rows}
        return [each for each in passage_ids if each in found]

    def share(self, documents: Collection[str]) -> float:
        """The share of these documents' passages in all, above 0 to 1, about."""
        chosen = self._at_most(json.dumps(list(documents)))
        return max(1, chosen) / max(1, chosen, self._at_most(None))

    def _at_most(self, chosen: str | None) -> int:
        """No fewer than there are passages in these documents (ids as JSON), or in all."""
        if chosen is None:
            found = self._rows("SELECT max(number) AS n FROM passages")
        else:
            found = self._rows(
                "SELECT total(passages) AS n FROM documents"
                " WHERE id IN (SELECT value FROM json_each(?))",
                chosen,
            )
        return int(found[0]["n"] or 0)

    def _parted(self, terms: Sequence[str]) -> tuple[list[str], list[str]]:
        """The rarer terms, at least one of which a passage must have to be scored; the others."""
        counts = {
            term: self._rows(
                "SELECT count(*) AS n FROM"
                " (SELECT rowid FROM lexicon WHERE lexicon MATCH ? LIMIT ?)",
                term,
                _SCORED + 1,
            )[0]["n"]
            for term in terms
        }
        rarest = sorted((term for term in terms if counts[term]), key=lambda term: counts[term])
        totals = list(accumulate(counts[term] for term in rarest))
        few = max(1, sum(total <= _SCORED for total in totals))
        return rarest[:few], rarest[few:]

    # Vectors

    def vectors_within(
        self, embedder: str, documents: Collection[str], most: int
    ) -> dict[str, NDArray[np.float32]] | None:
        """The vectors of these documents' passages, by passage id; None if there are too many."""
        chosen = json.dumps(list(documents))
        if self._at_most(chosen) > most:
            return None
        rows = self._rows(
            "SELECT passages.id, vectors.vector FROM passages CROSS JOIN vectors"  # in this order
            " ON vectors.embedder = ? AND vectors.key = passages.key"
            " WHERE passages.document_id IN (SELECT value FROM json_each(?))",
            embedder,
            chosen,
        )
        return {row["id"]: np.frombuffer(row["vector"], dtype=np.float32) for row in rows}

    def vectors(self, embedder: str, keys: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors kept under these keys; missing ones are left out."""
        rows = self._rows(
            "SELECT key, vector FROM vectors WHERE embedder = ?"
            " AND key IN (SELECT value FROM json_each(?))",
            embedder,
            json.dumps(list(keys)),
        )
        return {row["key"]: np.frombuffer(row["vector"], dtype=np.float32) for row in rows}

    def keep_vectors(self, embedder: str, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        with self._transaction():
            self._many(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                [(embedder, key, vector.tobytes()) for key, vector in vectors.items()],
            )

    # Unfinished work

    def begin(self, document_ids: Iterable[str]) -> None:
        """Note that vectors of documents are being written before the documents are saved."""
        with self._transaction():
            self._many(
                "INSERT OR IGNORE INTO unfinished VALUES (?)", [(each,) for each in document_ids]
            )

    def unfinished(self) -> list[str]:
        """Documents whose vectors may be in the store although the record lacks the document."""
        return [row["document_id"] for row in self._rows("SELECT document_id FROM unfinished")]

    def finish(self, document_ids: Iterable[str]) -> None:
        """Note that no vectors of forgotten documents are left, and drop unused kept vectors."""
        with self._transaction():
            self._many(
                "DELETE FROM unfinished WHERE document_id = ?", [(each,) for each in document_ids]
            )
            self._execute("DELETE FROM vectors WHERE key NOT IN (SELECT key FROM passages)")

    @property
    def remains(self) -> bool:
        """Whether vectors of deleted documents may still stand in Chroma's files."""
        return bool(self._rows("SELECT value FROM meta WHERE key = 'remains'"))

    def cleared(self) -> None:
        """Note that Chroma's files hold nothing of deleted documents."""
        with self._transaction():
            self._execute("DELETE FROM meta WHERE key = 'remains'")

    def scrub(self) -> None:
        """Leave nothing of what was deleted in the file: not in its word index, nor in its log."""
        with self._turn, _translated(self._path):
            self._connection.execute("INSERT INTO lexicon(lexicon) VALUES ('optimize')")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def rewrite(self) -> None:
        """Write the whole file anew, without what earlier versions left in its free pages."""
        with self._turn, _translated(self._path):
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # Notes of other parts

    def put(self, kind: str, key: str, value: Mapping[str, Any]) -> None:
        with self._transaction():
            self._put(kind, key, value)

    def get(self, kind: str, key: str) -> dict[str, Any] | None:
        rows = self._rows("SELECT value FROM notes WHERE kind = ? AND key = ?", kind, key)
        return _object(rows[0]["value"]) if rows else None

    def items(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        """Keys and values of one kind, the last written first."""
        rows = self._rows("SELECT key, value FROM notes WHERE kind = ? ORDER BY updated DESC", kind)
        return [(row["key"], _object(row["value"])) for row in rows]

    def discard(self, kind: str, key: str) -> None:
        with self._transaction():
            self._execute("DELETE FROM notes WHERE kind = ? AND key = ?", kind, key)

    # Health

    def problems(self) -> list[str]:
        """What is wrong inside the file, one line each; empty when it is sound."""
        found = [row[0] for row in self._rows("PRAGMA integrity_check") if row[0] != "ok"]
        found += [f"broken reference in {row[0]}" for row in self._rows("PRAGMA foreign_key_check")]
        indexed = self._rows("SELECT count(*) AS n FROM lexicon")[0]["n"]
        if indexed != self.passage_count():
            found.append(f"{indexed} passages are indexed by word, not {self.passage_count()}")
        return found

    # Inside

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.execute("PRAGMA secure_delete = ON")
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA:
            raise StoreError(
                f"The library {self._path.parent} was made by a newer Citewell.",
                "Update Citewell, or name another folder with --library.",
            )
        if version == 0:
            self._create_once()
        elif version < SCHEMA:
            self._migrate(version)

    def _create_once(self) -> None:
        """Make the tables, unless another process has made them meanwhile."""
        self._connection.execute("BEGIN IMMEDIATE")
        made = self._connection.execute("PRAGMA user_version").fetchone()[0]
        self._connection.execute("ROLLBACK")
        if not made:
            self._create()

    def _migrate(self, version: int) -> None:
        """Bring the record of an older version to this one: wholly, or not at all."""
        steps = [MIGRATIONS.get(each) for each in range(version, SCHEMA)]
        if None in steps:
            raise StoreError(
                f"The library {self._path.parent} was made by a Citewell too old for this one.",
                "Open it with the version that made it, or add its documents to another folder.",
            )
        try:
            self._connection.executescript(
                f"BEGIN IMMEDIATE; {' '.join(map(str, steps))}"
                f" PRAGMA user_version = {SCHEMA}; COMMIT;"
            )
        except sqlite3.Error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _create(self) -> None:
        if self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise StoreError(
                f"{self._path} is a file of another program.",
                "Name another folder with --library.",
            )
        self._connection.executescript(
            f"BEGIN; {_TABLES} INSERT INTO meta VALUES ('revision', 0),"
            f" ('library_id', '{uuid.uuid4().hex[:12]}'); PRAGMA user_version = {SCHEMA}; COMMIT;"
        )

    def _put(self, kind: str, key: str, value: Mapping[str, Any]) -> None:
        self._execute(
            "INSERT OR REPLACE INTO notes VALUES (?, ?, ?, ?)",
            kind,
            key,
            json.dumps(value, ensure_ascii=False),
            datetime.now(UTC).isoformat(),
        )

    def _rows(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        with self._turn, _translated(self._path):
            return self._connection.execute(statement, values).fetchall()

    def _execute(self, statement: str, *values: Any) -> None:
        self._connection.execute(statement, values)

    def _many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        self._connection.executemany(statement, rows)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
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

    def _value(self, key: str) -> Any:
        return self._rows("SELECT value FROM meta WHERE key = ?", key)[0]["value"]

    def _changed(self) -> None:
        self._execute("UPDATE meta SET value = value + 1 WHERE key = 'revision'")

    def _insert_document(
        self, document: Document, sentences: Sequence[tuple[int, int]], passages: int
    ) -> None:
        bounds = array("q", (offset for span in sentences for offset in span))
        self._execute(
            "INSERT INTO documents VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            document.id,
            document.title,
            document.name,
            document.path,
            document.url,
            document.published,
            document.added,
            len(document.text),
            passages,
            json.dumps([asdict(page) for page in document.pages]),
            json.dumps([asdict(heading) for heading in document.headings]),
            bounds.tobytes(),
            document.text,
        )

    def _insert_passages(self, passages: Sequence[Kept]) -> None:
        for kept in passages:
            passage = kept.passage
            cursor = self._connection.execute(
                "INSERT INTO passages VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
                (
                    passage.id,
                    passage.span.document_id,
                    passage.span.start,
                    passage.span.end,
                    passage.heading,
                    kept.key,
                    passage.text,
                ),
            )
            self._execute(
                "INSERT INTO lexicon(rowid, heading, text) VALUES (?, ?, ?)",
                cursor.lastrowid,
                lexical.indexed(passage.heading),
                lexical.indexed(passage.text),
            )

    def _point(self, source: Source) -> str | None:
        """Let the source stand for its document; drop the former one if nothing else does."""
        former = self.source(source.source)
        self._many("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?)", [_values(source)])
        if former is None or former.document_id == source.document_id:
            return None
        others = self._rows(
            "SELECT source FROM sources WHERE document_id = ? ORDER BY source", former.document_id
        )
        if not others:
            self._drop(former.document_id)
            self._put(FORMER, former.document_id, {"now": source.document_id})
            return former.document_id
        self._rename(former.document_id, others[0]["source"])
        return None

    def _rename(self, document_id: str, source: str) -> None:
        """Let a document be known by another of its sources."""
        url, path = (source, None) if is_address(source) else (None, source)
        self._execute(
            "UPDATE documents SET name = ?, path = ?, url = ? WHERE id = ?",
            name_of(source),
            path,
            url,
            document_id,
        )
        self._changed()

    def _drop(self, document_id: str) -> None:
        self._execute(
            "DELETE FROM lexicon WHERE rowid IN"
            " (SELECT number FROM passages WHERE document_id = ?)",
            document_id,
        )
        self._execute("DELETE FROM documents WHERE id = ?", document_id)
        self._execute("INSERT OR IGNORE INTO unfinished VALUES (?)", document_id)


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


def _values(source: Source) -> tuple[Any, ...]:
    return (
        source.source,
        source.document_id,
        source.digest,
        source.size,
        source.modified,
        source.noted,
    )


def _info(row: sqlite3.Row) -> DocumentInfo:
    return DocumentInfo(**{**dict(row), "pages": len(json.loads(row["pages"]))})


def _document(row: sqlite3.Row) -> Document:
    return Document(
        id=row["id"],
        title=row["title"],
        name=row["name"],
        path=row["path"],
        url=row["url"],
        published=row["published"],
        added=row["added"],
        text=row["text"],
        pages=tuple(Page(**page) for page in json.loads(row["pages"])),
        headings=tuple(Heading(**heading) for heading in json.loads(row["headings"])),
    )


def _passage(row: sqlite3.Row) -> Passage:
    span = Span(document_id=row["document_id"], start=row["start"], end=row["end"])
    return Passage(id=row["id"], span=span, text=row["text"], heading=row["heading"])


def _object(value: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(value)
    return found
