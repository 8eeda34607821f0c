"""The files and addresses that a library's documents came from."""

import os
from dataclasses import astuple, dataclass

from index.database import Database
from index.loading import WITHIN


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


class Sources:
    """What the record knows of them; ``Record`` changes it. Raises as ``Database`` does."""

    def __init__(self, database: Database) -> None:
        self._file = database

    def get(self, source: str) -> Source | None:
        """What is known of a path or address, if anything."""
        rows = self._file.rows("SELECT * FROM sources WHERE source = ?", source)
        return Source(**dict(rows[0])) if rows else None

    def note(self, source: Source) -> None:
        """Keep what is known of one, in place of what was; within a transaction."""
        self._file.many(
            "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (source) DO UPDATE SET"
            " document_id = excluded.document_id, digest = excluded.digest,"
            " size = excluded.size, modified = excluded.modified, noted = excluded.noted",
            [astuple(source)],
        )

    def of(self, document_id: str) -> list[str]:
        """The files and addresses that stand for a document."""
        of_it = "SELECT source FROM sources WHERE document_id = ? ORDER BY source"
        return [row["source"] for row in self._file.rows(of_it, document_id)]

    def within(self, source: str) -> list[str]:
        """The files within a file, and within those; other files of such names have a time."""
        first = source + WITHIN
        among = "SELECT source FROM sources WHERE source > ? AND source < ? AND modified = 0"
        return [row["source"] for row in self._file.rows(among, first, first + chr(0x10FFFF))]

    def below(self, folder: str) -> list[Source]:
        """The files in a folder and in those within it, without what is enclosed in them."""
        among = "SELECT * FROM sources WHERE source > ? AND source < ? AND modified != 0"
        first, behind = folder + os.sep, folder + chr(ord(os.sep) + 1)
        return [Source(**dict(row)) for row in self._file.rows(among, first, behind)]
