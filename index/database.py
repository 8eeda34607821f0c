"""The door to a library's record: what an engine of it does. One set of statements serves all.

Statements are SQL that SQLite and PostgreSQL both know, with ``?`` for values and
``(SELECT value FROM json_each(?))`` for the strings of a JSON list.
"""

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from index.bm25 import WordCounts


class Row(Protocol):
    """A row that a query found: ``dict(row)`` has its columns by name."""

    def __getitem__(self, name: str, /) -> Any: ...

    def keys(self) -> Iterable[str]: ...


class Database(Protocol):
    """An open record. Safe to use from several threads.

    Every method raises ``FullDiskError``, ``InputError`` where the record may not be written, and
    ``StoreError`` on any other failure.
    """

    @property
    def place(self) -> str:
        """Where it is, as messages name it: without a password."""

    def close(self) -> None: ...

    def rows(self, statement: str, *values: Any) -> Sequence[Row]:
        """All rows that a query finds."""

    def execute(self, statement: str, *values: Any) -> None:
        """Change something, within a transaction."""

    def many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Change something for each row of values, within a transaction."""

    def transaction(self) -> AbstractContextManager[None]:
        """All changes within it are made, or none; one within another is part of that."""

    def scrub(self) -> None:
        """Leave nothing of what was deleted in the files, as far as the engine's are ours."""

    def rewrite(self) -> None:
        """Tidy everything up, without what earlier versions left behind."""

    def copied(self) -> None:
        """Let what is added from now on come after rows that were copied with their numbers."""

    def problems(self) -> list[str]:
        """What is wrong inside, one line each; empty when it is sound."""


class WordIndex(Protocol):
    """The passages of a record by their words. Raises as ``Database`` does."""

    def put(self, passages: Iterable[tuple[str, str, str]]) -> None:
        """Index passages that are in the record: id, heading and text; within a transaction."""

    def drop(self, document_id: str) -> None:
        """Forget a document's passages, which are in the record still; within a transaction."""

    def best(
        self, question: str, limit: int, documents: Collection[str] | None
    ) -> dict[str, float]:
        """The passages that share words with the question, with their BM25 score, best first."""

    def counts(self, question: str, documents: Collection[str] | None) -> WordCounts:
        """What the weights of the question's words are reckoned from."""

    def weighed(
        self, limit: int, documents: Collection[str] | None, own: WordCounts, total: WordCounts
    ) -> dict[str, float]:
        """As ``best``, for the question of ``own``, this library's counts; but scored as if the
        passages were in one library with those of others, which has ``total``."""

    def count(self) -> int:
        """How many passages are indexed."""


def at_most(database: Database, chosen: str | None) -> int:
    """No fewer than there are passages in these documents (ids as JSON), or in all."""
    if chosen is None:
        found = database.rows("SELECT max(number) AS n FROM passages")
    else:
        found = database.rows(
            "SELECT sum(passages) AS n FROM documents WHERE id IN (SELECT value FROM json_each(?))",
            chosen,
        )
    return int(found[0]["n"] or 0)
