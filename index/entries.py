"""A line of each document, short enough to be read of ten thousand: to find, sort and group by."""

from dataclasses import dataclass

from index.database import Database, Row
from index.reader import is_outdated
from index.record_rows import MODIFIED, day_of

_ENTRIES = (
    "SELECT id, title, name, path, url, added, passages, reader, published, dated, corrected,"
    f" {MODIFIED} FROM documents ORDER BY number"
)
"""In SQLite all of it but ``modified`` stands in the index ``documents_listed``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What ``index.data.DocumentInfo`` says too, but for its pages."""

    id: str
    title: str
    name: str
    path: str | None
    url: str | None
    day: str
    passages: int
    outdated: bool


class Entries:
    """Those of one record. Raises as ``Database`` does."""

    def __init__(self, database: Database) -> None:
        self._file = database
        self._kept: tuple[str, list[Entry]] | None = None

    def all(self) -> list[Entry]:
        """Every document, in the order in which they were added; read once for each revision."""
        revision = self._file.rows("SELECT value FROM meta WHERE key = 'revision'")[0]["value"]
        kept = self._kept
        if kept is None or kept[0] != revision:
            kept = self._kept = revision, [_entry(row) for row in self._file.rows(_ENTRIES)]
        return kept[1]

    def forget(self) -> None:
        """Give back the memory of those that were read."""
        self._kept = None


def _entry(row: Row) -> Entry:
    return Entry(
        id=row["id"],
        title=row["title"],
        name=row["name"],
        path=row["path"],
        url=row["url"],
        day=day_of(row)[1],
        passages=row["passages"],
        outdated=is_outdated(row["reader"], row["path"], row["url"]),
    )
