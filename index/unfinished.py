"""What a kill may leave behind: vectors that the record does not know, and what was deleted."""

from collections.abc import Iterable

from index.database import Database


class Unfinished:
    """Notes of work under way, so that it is cleared away when a library is next opened.

    Raises as ``Database`` does.
    """

    def __init__(self, database: Database) -> None:
        self._file = database

    def begin(self, document_ids: Iterable[str]) -> None:
        """Note that vectors of documents are being written before the documents are saved."""
        with self._file.transaction():
            self._file.many(
                "INSERT INTO unfinished VALUES (?) ON CONFLICT DO NOTHING",
                [(each,) for each in document_ids],
            )

    def documents(self) -> list[str]:
        """Documents whose vectors may be in the store although the record lacks the document."""
        return [row["document_id"] for row in self._file.rows("SELECT document_id FROM unfinished")]

    def finish(self, document_ids: Iterable[str]) -> None:
        """Note that no vectors of forgotten documents are left, and drop unused kept vectors."""
        with self._file.transaction():
            self._file.many(
                "DELETE FROM unfinished WHERE document_id = ?", [(each,) for each in document_ids]
            )
            self._file.execute("DELETE FROM vectors WHERE key NOT IN (SELECT key FROM passages)")

    @property
    def remains(self) -> bool:
        """Whether vectors of deleted documents may still stand in Chroma's files."""
        return bool(self._file.rows("SELECT value FROM meta WHERE key = 'remains'"))

    def remain(self) -> None:
        """Note that they may; within a transaction."""
        self._file.execute("INSERT INTO meta VALUES ('remains', '1') ON CONFLICT DO NOTHING")

    def cleared(self) -> None:
        """Note that Chroma's files hold nothing of deleted documents."""
        with self._file.transaction():
            self._file.execute("DELETE FROM meta WHERE key = 'remains'")
