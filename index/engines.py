"""Where a library's record is: in a file of its folder, or in a database that others share."""

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.database import Database, WordIndex
from index.errors import InputError
from index.lock import LibraryLock
from index.sqlite import SQLite
from index.words import Words

RECORD = "library.sqlite"
"""The file of a record in a library's folder."""
NAMESPACE = "citewell"
"""The schema of the database that has the tables of the library which a page or command opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A record in a PostgreSQL database."""

    url: str = field(repr=False)
    """``postgresql://…``, with whatever libpq takes there; it may hold a password."""
    namespace: str = NAMESPACE
    """The schema of its tables: several libraries may be in one database."""

    def beside(self, folder: Path) -> "Address":
        """The record of another library, of that folder name."""
        known = hashlib.sha256(folder.name.encode()).hexdigest()[:16]
        return replace(self, namespace=f"{NAMESPACE}_{known}")


def lock_of(folder: Path, place: Address | None, chroma_url: str | None) -> LibraryLock:
    """The lock of a library.

    Raises:
        InputError: its record would be shared and its vectors not.
    """
    if place is not None and chroma_url is None:
        raise InputError(
            "A record in a database needs its vectors on a Chroma server.",
            "Set CITEWELL_CHROMA_URL too, the same for all who set CITEWELL_RECORD_URL.",
        )
    return LibraryLock(folder, shared=chroma_url is not None)


def opened(place: Path | Address) -> tuple[Database, WordIndex]:
    """The record there, made if there is none, and its word index.

    Raises:
        InputError: it cannot be written, or the address cannot be used.
        StoreError: it is damaged, cannot be reached, or was made by a newer version.
    """
    if isinstance(place, Path):
        file = SQLite(place)
        return file, Words(file)
    from index.postgres import Postgres
    from index.served_words import ServedWords

    database = Postgres(place.url, place.namespace)
    return database, ServedWords(database)
