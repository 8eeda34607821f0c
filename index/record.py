"""The record of a library: an SQLite file or a database that holds all that cannot be derived.

Documents with their text, sentences and passages, the full-text index, the vectors of everything
embedded, the sources each document came from, and notes other parts keep here (conversations,
cached answers). Chroma's vectors can be rebuilt from it at any time.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.data import Document, DocumentInfo, Passage, Span
from index.database import Database, at_most
from index.engines import Address, opened
from index.entries import Entries
from index.kept_vectors import KeptVectors
from index.labels import Labels, change_revision, inherit
from index.lock import Turn
from index.moving import refuse_half
from index.notes import Notes
from index.reader import VERSION
from index.record_rows import (
    FORMER,
    GONE,
    INFO,
    Kept,
    called_by,
    document_of,
    info_of,
    kept_of,
    parts_row,
    passage_of,
    passage_row,
    spans_of,
)
from index.removed import Removed
from index.sources import Source, Sources
from index.unfinished import Unfinished


class Record:
    """What is kept of a library's documents. Safe to use from several threads.

    Every method raises ``FullDiskError``, ``InputError`` where the folder may not be written, and
    ``StoreError`` on any other failure.
    """

    def __init__(self, place: Path | Address) -> None:
        self._file, self.words = opened(place)
        try:
            refuse_half(self._file)
        except BaseException:
            self._file.close()
            raise
        self.notes = Notes(self._file)
        self.sources = Sources(self._file)
        self.entries = Entries(self._file)
        self.labels = Labels(self._file, self.notes)
        self.vectors = KeptVectors(self._file)
        self.unfinished = Unfinished(self._file)
        self.removed = Removed(self._file, self.words, self.notes)

    def close(self) -> None:
        self._file.close()

    @property
    def database(self) -> Database:
        """The door to it, for copying all that is there."""
        return self._file

    @property
    def turn(self) -> Turn | None:
        """How a database gives the turn to change it; None of a file."""
        return getattr(self._file, "change", None)

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
        return [info_of(row) for row in self._file.rows(f"{INFO} ORDER BY number")]

    def info(self, document_id: str) -> DocumentInfo | None:
        return next(iter(self.infos_of([document_id])), None)

    def infos_of(self, ids: Sequence[str]) -> list[DocumentInfo]:
        """Documents by their ids, in this order; unknown ids are left out."""
        among = f"{INFO} WHERE id IN (SELECT value FROM json_each(?))"
        found = {row["id"]: info_of(row) for row in self._file.rows(among, json.dumps(list(ids)))}
        return [found[each] for each in ids if each in found]

    def document(self, document_id: str) -> Document | None:
        rows = self._file.rows("SELECT * FROM documents WHERE id = ?", document_id)
        return document_of(rows[0]) if rows else None

    def sentences(self, document_id: str) -> list[Span]:
        """Every sentence of the document, in order; none if there is no such document."""
        rows = self._file.rows("SELECT sentences FROM documents WHERE id = ?", document_id)
        return spans_of(document_id, rows[0]["sentences"]) if rows else []

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
        with self._file.transaction():
            self._insert_document(document, sentences, len(passages))
            self._insert_passages(passages)
            dropped = self._point(source)
            self._file.execute("DELETE FROM unfinished WHERE document_id = ?", document.id)
            self._file.execute("DELETE FROM notes WHERE kind = ? AND key = ?", FORMER, document.id)
            self._changed()
        return dropped

    def renew(
        self, document: Document, sentences: Sequence[tuple[int, int]], passages: Sequence[Kept]
    ) -> list[str]:
        """Keep what a newer reader gave of a document whose text has stayed the same.

        Returns the ids of the passages that it has no more.
        """
        with self._file.transaction():
            former = [passage.id for passage in self.passages(document.id)]
            self._drop_passages(document.id)
            self._insert_passages(passages)
            self._file.execute(
                "UPDATE documents SET title = ?, published = ?, dated = ?, passages = ?, pages = ?,"
                " headings = ?, sentences = ?, reader = ? WHERE id = ?",
                document.title,
                document.published,
                document.dated,
                len(passages),
                *parts_row(document, sentences),
                VERSION,
                document.id,
            )
            self._file.execute("DELETE FROM unfinished WHERE document_id = ?", document.id)
            self._changed()
        return sorted(set(former) - {kept.passage.id for kept in passages})

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Make all changes within one transaction: all of them or none."""
        with self._file.transaction():
            yield

    def point(self, source: Source) -> str | None:
        """Note that a source stands for a document that is here already. Returns as ``save``."""
        with self._file.transaction():
            former = self.sources.get(source.source)
            dropped = self._point(source)
            if dropped or former is None or former.modified != source.modified:
                self._changed()  # at least the day of its file
        return dropped

    def delete(self, document_id: str) -> list[str]:
        """Put a document and what is enclosed in it among the removed; returns the ids of all that
        have gone. Their vectors are noted as unfinished until they are gone too.
        """
        with self._file.transaction():
            inner = self._enclosed(document_id)
            ids, sources = self.enclosed(document_id), [*self.sources.of(document_id), *inner]
            self.removed.put(document_id, ids, sources, sorted(self.versions(document_id)))
            self._drop(document_id)
            gone = [document_id, *self.part_with(inner)]
            self.unfinished.remain()
            self._changed()
        return gone

    def former(self, document_id: str) -> set[str]:
        """The ids of a document's former versions, which its sources stood for before."""
        noted = self.notes.items(FORMER)
        now = {old: value["now"] for old, value in noted if self.info(old) is None}
        found = {document_id}
        while more := {old for old, new in now.items() if new in found} - found:
            found |= more
        return found - {document_id}

    def versions(self, document_id: str) -> set[str]:
        """The ids of a document, of those that leave with it, and of all their former versions."""
        leaving = (document_id, *self.enclosed(document_id))
        return {each for known in leaving for each in (known, *self.former(known))}

    def mark_gone(self, document_id: str, mark: dict[str, str] | None) -> None:
        """Note that a document's file is gone, and ``since`` when; None takes it back."""
        with self._file.transaction():
            if mark is None:
                self.notes.discard(GONE, document_id)
            else:
                self.notes.put(GONE, document_id, mark)
            self._changed()

    def correct(self, document_id: str, day: str | None) -> None:
        """Keep the day that the user gives a document; None takes it back."""
        with self._file.transaction():
            self._file.execute("UPDATE documents SET corrected = ? WHERE id = ?", day, document_id)
            self._changed()

    # Sources

    def enclosed(self, document_id: str) -> list[str]:
        """The ids of the documents that ``delete`` takes along: no other file holds them."""
        inner = {each: self.sources.get(each) for each in self._enclosed(document_id)}
        held = {each.document_id for each in inner.values() if each} - {document_id}
        return sorted(each for each in held if inner.keys() >= set(self.sources.of(each)))

    def part_with(self, sources: Iterable[str], now: str | None = None) -> list[str]:
        """Let sources stand for nothing any more; returns the ids of documents that have gone.

        ``now`` is the id of the document that is in their place.
        """
        found = []
        with self._file.transaction():
            for known in filter(None, map(self.sources.get, sources)):
                self._file.execute("DELETE FROM sources WHERE source = ?", known.source)
                found.append(self._left(known.document_id, now))
            if found:
                self._changed()
        return [each for each in found if each is not None]

    # Passages

    def passages(self, document_id: str) -> list[Passage]:
        """The document's passages, in order."""
        return [
            passage_of(row)
            for row in self._file.rows(
                "SELECT * FROM passages WHERE document_id = ? ORDER BY start", document_id
            )
        ]

    def kept(self, ids: Sequence[str]) -> dict[str, Kept]:
        """Passages by their ids; unknown ids are left out."""
        rows = self._file.rows(
            "SELECT passages.*, documents.name,"
            " coalesce(documents.corrected, documents.published) AS published"
            " FROM passages JOIN documents"
            " ON documents.id = passages.document_id"
            " WHERE passages.id IN (SELECT value FROM json_each(?))",
            json.dumps(list(ids)),
        )
        return {row["id"]: kept_of(row) for row in rows}

    def passage_ids(self) -> list[str]:
        """Every passage's id, in the order in which they were added."""
        return [row["id"] for row in self._file.rows("SELECT id FROM passages ORDER BY number")]

    def passage_count(self) -> int:
        return int(self._file.rows("SELECT count(*) AS n FROM passages")[0]["n"])

    @property
    def is_empty(self) -> bool:
        """Whether there is no passage at all."""
        return not self._file.rows("SELECT 1 FROM passages LIMIT 1")

    def within(self, passage_ids: Sequence[str], documents: Collection[str]) -> list[str]:
        """Those of the passages that belong to these documents, in the order given."""
        rows = self._file.rows(
            "SELECT id FROM passages WHERE id IN (SELECT value FROM json_each(?))"
            " AND document_id || '' IN (SELECT value FROM json_each(?))",  # not by its index
            json.dumps(list(passage_ids)),
            json.dumps(list(documents)),
        )
        found = {row["id"] for row in rows}
        return [each for each in passage_ids if each in found]

    def share(self, documents: Collection[str]) -> float:
        """The share of these documents' passages in all, above 0 to 1, about."""
        chosen = at_most(self._file, json.dumps(list(documents)))
        return max(1, chosen) / max(1, chosen, at_most(self._file, None))

    # Leaving nothing behind

    def scrub(self) -> None:
        """Leave nothing of what was deleted in the file: not in its word index, nor in its log."""
        self._file.scrub()

    def rewrite(self) -> None:
        """Write the whole record anew, without what earlier versions left behind."""
        self._file.rewrite()

    # Health

    def problems(self) -> list[str]:
        """What is wrong inside the file, one line each; empty when it is sound."""
        found = self._file.problems()
        indexed = self.words.count()
        if indexed != self.passage_count():
            found.append(f"{indexed} passages are indexed by word, not {self.passage_count()}")
        return found

    # Inside

    def _value(self, key: str) -> Any:
        return self._file.rows("SELECT value FROM meta WHERE key = ?", key)[0]["value"]

    def _changed(self) -> None:
        change_revision(self._file)

    def _insert_document(
        self, document: Document, sentences: Sequence[tuple[int, int]], passages: int
    ) -> None:
        self._file.execute(
            "INSERT INTO documents (id, title, name, path, url, published, added, characters,"
            " passages, pages, headings, sentences, text, reader, dated)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            document.id,
            document.title,
            document.name,
            document.path,
            document.url,
            document.published,
            document.added,
            len(document.text),
            passages,
            *parts_row(document, sentences),
            document.text,
            VERSION,
            document.dated,
        )

    def _insert_passages(self, passages: Sequence[Kept]) -> None:
        self._file.many(
            'INSERT INTO passages (id, document_id, start, "end", heading, key, text)'
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [passage_row(kept.passage, kept.key) for kept in passages],
        )
        self.words.put(
            (kept.passage.id, kept.passage.heading, kept.passage.text) for kept in passages
        )

    def _point(self, source: Source) -> str | None:
        """Let the source stand for its document; drop the former one if nothing else does."""
        former = self.sources.get(source.source)
        self.sources.note(source)
        if former is None or former.document_id == source.document_id:
            return None
        return self._left(former.document_id, source.document_id)

    def _left(self, document_id: str, now: str | None) -> str | None:
        """Drop a document that no source stands for any more: its id, then; else another of its
        sources names it. ``now`` is the document in its place."""
        others = self.sources.of(document_id)
        if others:
            self._rename(document_id, others[0])
            return None
        if now is not None:
            inherit(self._file, document_id, now)
        self._drop(document_id)
        if now is not None:
            self.notes.put(FORMER, document_id, {"now": now})
        return document_id

    def _enclosed(self, document_id: str) -> list[str]:
        """The sources within those of a document."""
        outer = self.sources.of(document_id)
        return [inner for each in outer for inner in self.sources.within(each)]

    def _rename(self, document_id: str, source: str) -> None:
        """Let a document be known by another of its sources."""
        self._file.execute(
            "UPDATE documents SET name = ?, path = ?, url = ? WHERE id = ?",
            *called_by(source).values(),
            document_id,
        )
        self._changed()

    def _drop_passages(self, document_id: str) -> None:
        self.words.drop(document_id)
        self._file.execute("DELETE FROM passages WHERE document_id = ?", document_id)

    def _drop(self, document_id: str) -> None:
        self._drop_passages(document_id)
        self._file.execute("DELETE FROM documents WHERE id = ?", document_id)
        self._file.execute("INSERT INTO unfinished VALUES (?) ON CONFLICT DO NOTHING", document_id)
