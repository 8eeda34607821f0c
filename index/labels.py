"""Collections and tags: names under which documents are found together.

A document is in any number of either. A watched folder is a collection too: of what lies in it.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from index.database import Database
from index.errors import InputError
from index.notes import Notes

COLLECTION, TAG = "collection", "tag"
MARKS = {"@": COLLECTION, "#": TAG}
"""What a name begins with where it stands among the names of documents."""
WATCHED = "watched"
"""The kind of the notes of watched folders, by path."""
LONGEST = 60
"""Characters of a name."""
_MOST_NAMED = 10
_BELOW = "FROM sources WHERE source > ? AND source < ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A collection or a tag."""

    kind: str
    """``collection`` or ``tag``."""
    name: str
    documents: int
    folder: str | None = None
    """The watched folder that it is."""


class Labels:
    """The collections and tags of one library. Raises as ``Database`` does."""

    def __init__(self, database: Database, notes: Notes) -> None:
        self._file = database
        self._notes = notes

    def give(self, kind: str, name: str, documents: Iterable[str]) -> str:
        """Put documents, by id, into a collection or give them a tag; returns the name in short.

        Raises:
            InputError: the name is blank or too long, or that of a watched folder.
        """
        short = self._own(kind, name)
        with self._file.transaction():
            self._file.many(
                "INSERT INTO labels VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [(kind, short, each) for each in documents],
            )
            self._changed()
        return short

    def take(self, kind: str, name: str, documents: Iterable[str]) -> str:
        """Take documents out of a collection, or a tag from them; an empty one is no more.

        Raises:
            InputError: there is no such name, or it is that of a watched folder.
        """
        short = self._own(kind, name)
        self.documents(kind, short)
        with self._file.transaction():
            self._file.many(
                "DELETE FROM labels WHERE kind = ? AND name = ? AND document_id = ?",
                [(kind, short, each) for each in documents],
            )
            self._changed()
        return short

    def change(self, kind: str, name: str, documents: Sequence[str], *, out: bool) -> str:
        """``give``; or ``take``, from all of its documents where none is named.

        Raises:
            InputError: as these, or the kind is neither ``collection`` nor ``tag``.
        """
        if kind not in (COLLECTION, TAG):
            raise InputError(f"“{kind}” is unknown.", f"Say {COLLECTION} or {TAG}.")
        if not out:
            return self.give(kind, name, documents)
        return self.take(kind, name, documents or self.documents(kind, name))

    def all(self) -> list[Label]:
        """Every collection, then every tag, by name."""
        rows = self._file.rows(
            "SELECT kind, name, count(*) AS documents FROM labels GROUP BY kind, name"
        )
        folders = [
            Label(kind=COLLECTION, name=name, documents=self._number_below(path), folder=path)
            for name, path in self._folders().items()
        ]
        found = [*folders, *(Label(**dict(row)) for row in rows)]
        return sorted(found, key=lambda each: (each.kind, each.name.casefold()))

    def of(self, document_id: str) -> list[tuple[str, str]]:
        """Kind and name of every collection and tag of a document, watched folders apart."""
        rows = self._file.rows(
            "SELECT kind, name FROM labels WHERE document_id = ? ORDER BY kind, name", document_id
        )
        return [(row["kind"], row["name"]) for row in rows]

    def has(self, kind: str, name: str) -> bool:
        """Whether there is a collection or tag of that name."""
        folders = self._folders() if kind == COLLECTION else {}
        one = "SELECT 1 FROM labels WHERE kind = ? AND name = ? LIMIT 1"
        watched = name in folders or name in folders.values()
        return watched or bool(self._file.rows(one, kind, name))

    def documents(self, kind: str, name: str) -> list[str]:
        """The ids of the documents of a collection or tag.

        Raises:
            InputError: there is none of that name; the message names those that there are.
        """
        folders = self._folders() if kind == COLLECTION else {}
        path = folders.get(name) or (name if name in folders.values() else None)
        if path is not None:
            return self._below(path)
        rows = self._file.rows(
            "SELECT document_id FROM labels WHERE kind = ? AND name = ?", kind, name
        )
        if not rows:
            raise self._unknown(kind, name)
        return [row["document_id"] for row in rows]

    def chosen(
        self,
        collections: Sequence[str] = (),
        tags: Sequence[str] = (),
        *,
        documents: Sequence[str] | None = None,
    ) -> list[str] | None:
        """The ids of the documents that are meant; None where nothing is named: all.

        Of several collections one is enough, and so with tags and with ``documents`` (ids);
        where two of these are named, both must hold.

        Raises:
            InputError: no collection or tag has that name, or no document is all that is named.
        """
        named: list[set[str]] = []
        for kind, names in ((COLLECTION, collections), (TAG, tags)):
            if names:
                named.append({each for name in names for each in self.documents(kind, name)})
        if documents is not None:
            named.append(set(documents))
        if not named:
            return None
        found = set.intersection(*named)
        if not found:
            raise InputError("No document is all that is named.", "Name fewer of these at once.")
        return sorted(found)

    def _own(self, kind: str, name: str) -> str:
        short = " ".join(name.split())
        if not short or len(short) > LONGEST:
            raise InputError(
                f"A {kind} needs a name of 1 to {LONGEST} characters.", "Name it otherwise."
            )
        folders = self._folders()
        if kind == COLLECTION and (short in folders or short in folders.values()):
            raise InputError(
                f"“{short}” is a watched folder: what lies in it is in it.",
                "Name the collection otherwise.",
            )
        return short

    def _folders(self) -> Mapping[str, str]:
        """The name of each watched folder: its last part, or all of its path if that is taken."""
        paths = [path for path, _ in self._notes.items(WATCHED)]
        of_ours = "SELECT DISTINCT name FROM labels WHERE kind = ?"
        taken = [row["name"] for row in self._file.rows(of_ours, COLLECTION)]
        taken += [PurePath(path).name for path in paths]
        return {
            (short if taken.count(short) == 1 else path): path
            for path in sorted(paths)
            for short in [PurePath(path).name]
        }

    def _below(self, folder: str) -> list[str]:
        """The documents in a folder, and those within its files."""
        rows = self._file.rows(f"SELECT DISTINCT document_id {_BELOW}", *_ends_of(folder))
        return [row["document_id"] for row in rows]

    def _number_below(self, folder: str) -> int:
        rows = self._file.rows(
            f"SELECT count(DISTINCT document_id) AS n {_BELOW}", *_ends_of(folder)
        )
        return int(rows[0]["n"])

    def _unknown(self, kind: str, name: str) -> InputError:
        names = [each.name for each in self.all() if each.kind == kind]
        shown = ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
        hint = f"There are: {shown}." if names else f"There is no {kind} yet."
        return InputError(f"No {kind} is called “{name}”.", hint)

    def _changed(self) -> None:
        change_revision(self._file)


def _ends_of(folder: str) -> tuple[str, str]:
    """What stands just before and just behind all that is in a folder."""
    return folder + os.sep, folder + chr(ord(os.sep) + 1)


def change_revision(database: Database) -> None:
    """Note that the documents have changed, or what is said of them. Within a transaction."""
    database.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'revision'")


def inherit(database: Database, former: str, now: str) -> None:
    """Give the new version of a document the collections and tags of the former one.

    Within a transaction.
    """
    database.execute(
        "INSERT INTO labels SELECT kind, name, ? FROM labels WHERE document_id = ?"
        " ON CONFLICT DO NOTHING",
        now,
        former,
    )
