"""The removed documents: kept whole until they are recovered or purged, where no reader looks.

Removing moves the rows of a document out of the tables that are read, into one row of the table
``removed``. So nothing that lists, searches, counts or asks has to leave it out. Its vectors are
not kept: they are made anew when it comes back.
"""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from index.asides import Aside, Asides
from index.database import Database, WordIndex
from index.labels import change_revision
from index.moving import insert
from index.notes import Notes
from index.record_rows import FORMER, Kept, called_by, kept_of
from index.sources import Source
from index.wording import counted

_AMONG = "IN (SELECT value FROM json_each(?))"
_LISTED = "SELECT document_id AS id, name, title, path, url, removed, documents FROM removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedDocument:
    """A line of the list of removed documents."""

    id: str
    name: str
    title: str
    path: str | None
    url: str | None
    removed: str
    """ISO date and time (UTC)."""
    documents: int
    """How many documents it is with those that were attached to it: they come and go with it."""

    @property
    def facts(self) -> tuple[str, ...]:
        """What is told of it in a list: the day it was removed, and what came with it."""
        day = f"removed {self.removed[:10]}"
        attached = self.documents - 1
        return (day, f"with {counted(attached, 'attachment')}") if attached else (day,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """All that was kept of a removed document, and of those attached to it."""

    id: str
    documents: list[dict[str, Any]]
    passages: list[dict[str, Any]]
    sources: list[dict[str, Any]]
    labels: list[dict[str, Any]]

    def read_from(self, sources: Mapping[str, Sequence[str]]) -> "Whole":
        """The same where its text was read anew, ``sources`` by the document that they gave.

        If a document's former sources are not among them, it is known by the first new one alone.
        """
        own: dict[str, set[str]] = {}
        for each in self.sources:
            own.setdefault(each["document_id"], set()).add(each["source"])
        moved = {
            document: given[0]
            for document, given in sources.items()
            if own.get(document, set()).isdisjoint(given)
        }
        return replace(
            self,
            documents=[
                {**each, **called_by(moved[each["id"]])} if each["id"] in moved else each
                for each in self.documents
            ],
            sources=[each for each in self.sources if each["document_id"] not in moved],
        )

    def to_embed(self) -> dict[str, list[Kept]]:
        """The passages by document, whose vectors have to be made."""
        documents = {each["id"]: each for each in self.documents}
        found: dict[str, list[Kept]] = {each: [] for each in documents}
        for row in self.passages:
            outer = documents[row["document_id"]]
            row = {**row, "name": outer["name"], "published": outer["published"]}
            found[row["document_id"]].append(kept_of(row))
        return found


class Removed:
    """The removed documents of one record. Raises as ``Database`` does.

    ``Record.delete`` puts documents here; ``Library`` recovers and purges them.
    """

    def __init__(self, database: Database, words: WordIndex, notes: Notes) -> None:
        self._file = database
        self._words = words
        self._notes = notes
        self.asides = Asides(notes)

    def all(self) -> list[RemovedDocument]:
        """Every removed document, the last removed first."""
        rows = self._file.rows(f"{_LISTED} ORDER BY removed DESC, document_id")
        return [RemovedDocument(**dict(row)) for row in rows]

    def before(self, days: int) -> list[str]:
        """The ids of those that were removed longer than so many days ago."""
        until = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
        found = "SELECT document_id FROM removed WHERE removed < ?"
        return [row["document_id"] for row in self._file.rows(found, until)]

    def put(
        self,
        document_id: str,
        inner: Sequence[str],
        sources: Iterable[str],
        versions: Sequence[str],
    ) -> None:
        """Keep a document that is about to be deleted, and what is deleted with it.

        ``inner`` are the ids of the documents attached to it, ``sources`` all that leave with it,
        ``versions`` the ids of all of these documents and of their former versions. Within a
        transaction.
        """
        ids = json.dumps([document_id, *inner])
        documents = self._rows("documents", "id", ids)
        for each in documents:
            each["sentences"] = base64.b64encode(each["sentences"]).decode("ascii")
        (outer,) = (each for each in documents if each["id"] == document_id)
        passages = self._rows("passages", "document_id", ids)
        kept = {
            "documents": documents,
            "passages": sorted(passages, key=lambda each: each["number"]),
            "sources": self._rows("sources", "source", json.dumps(list(sources))),
            "labels": self._rows("labels", "document_id", ids),
        }
        row = {
            "document_id": document_id,
            "removed": datetime.now(UTC).isoformat(timespec="seconds"),
            "name": outer["name"],
            "title": outer["title"],
            "path": outer["path"],
            "url": outer["url"],
            "documents": len(documents),
            "versions": json.dumps(sorted(versions)),
            "kept": json.dumps(kept, ensure_ascii=False),
        }
        self._file.execute("DELETE FROM removed WHERE document_id = ?", document_id)
        insert(self._file, "removed", [row])

    def whole(self, document_id: str) -> Whole | None:
        """What was kept of a removed document, without those of it that are in the library again;
        None if it is none."""
        rows = self._file.rows("SELECT kept FROM removed WHERE document_id = ?", document_id)
        if not rows:
            return None
        kept = json.loads(rows[0]["kept"])
        here = self._there([each["id"] for each in kept["documents"]])
        return Whole(
            id=document_id,
            documents=[each for each in kept["documents"] if each["id"] not in here],
            passages=[each for each in kept["passages"] if each["document_id"] not in here],
            sources=kept["sources"],
            labels=kept["labels"],
        )

    def returning(self, read: Iterable[Source]) -> list[Whole]:
        """What comes back because these files give its text again."""
        given: dict[str, list[str]] = {}
        for each in read:
            given.setdefault(each.document_id, []).append(each.source)
        found = map(self.whole, given)
        return [whole.read_from(given) for whole in found if whole]

    def taken(self, whole: Whole) -> str | None:
        """A path or address of the document that stands for another one by now, if all do."""
        own = [each["source"] for each in whole.sources if each["document_id"] == whole.id]
        known = {each["source"] for each in self._rows("sources", "source", json.dumps(own))}
        return own[0] if own and known.issuperset(own) else None

    def put_back(self, whole: Whole) -> None:
        """Let a document be in the library again, as it was; within a transaction."""
        for each in whole.documents:
            sentences = base64.b64decode(each["sentences"])
            free = not self._file.rows("SELECT 1 FROM documents WHERE number = ?", each["number"])
            row = {**each, "sentences": sentences}
            insert(self._file, "documents", [row if free else _unnumbered(row)])
        if whole.passages:
            insert(self._file, "passages", [_unnumbered(each) for each in whole.passages])
            self._words.put((row["id"], row["heading"], row["text"]) for row in whole.passages)
        ids = [each["id"] for each in whole.documents]
        there = self._there([each["document_id"] for each in (*whole.sources, *whole.labels)])
        for table, rows in (("sources", whole.sources), ("labels", whole.labels)):
            if back := [each for each in rows if each["document_id"] in there]:
                insert(self._file, table, back, " ON CONFLICT DO NOTHING")
        gone = json.dumps([whole.id, *ids])
        self._file.execute(f"DELETE FROM removed WHERE document_id {_AMONG}", gone)
        self._file.execute(f"DELETE FROM unfinished WHERE document_id {_AMONG}", gone)
        change_revision(self._file)
        self.asides.settle(self.versions())

    def purge(self, ids: Sequence[str]) -> None:
        """Erase removed documents, what quotes them, and the notes of their former versions.

        Within a transaction.
        """
        gone = self.versions(ids)
        self._file.execute(f"DELETE FROM removed WHERE document_id {_AMONG}", json.dumps(list(ids)))
        self.asides.erase(gone)
        for each in gone:
            self._notes.discard(FORMER, each)
        self.asides.settle(self.versions())

    def set_aside(self, asides: Iterable[Aside]) -> None:
        """Set aside what quotes removed documents, in one transaction."""
        with self._file.transaction():
            self.asides.put(asides)

    def versions(self, ids: Sequence[str] | None = None) -> list[str]:
        """The ids of removed documents (all of them where None), of those attached to them and of
        their former versions, without those that are in the library again."""
        rows = self._file.rows("SELECT document_id, versions FROM removed")
        found = {
            each
            for row in rows
            if ids is None or row["document_id"] in ids
            for each in json.loads(row["versions"])
        }
        return sorted(found - self._there(found))

    def _there(self, ids: Iterable[str]) -> set[str]:
        """Those of the documents that are in the library."""
        found = self._file.rows(
            f"SELECT id FROM documents WHERE id {_AMONG}", json.dumps(sorted(set(ids)))
        )
        return {row["id"] for row in found}

    def _rows(self, table: str, column: str, among: str) -> list[dict[str, Any]]:
        """The rows of a table where a column is one of these values, as JSON holds them."""
        asked = f"SELECT * FROM {table} WHERE {column} {_AMONG}"
        return [dict(row) for row in self._file.rows(asked, among)]


def _unnumbered(row: dict[str, Any]) -> dict[str, Any]:
    """The row without its number, so that it gets the next one."""
    return {name: value for name, value in row.items() if name != "number"}
