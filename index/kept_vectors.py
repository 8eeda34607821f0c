"""The vectors of everything embedded, in the record: Chroma's can be rebuilt from them."""

import json
from collections.abc import Collection, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from index.database import Database, at_most


class KeptVectors:
    """Vectors by embedding model and key. Raises as ``Database`` does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def within(
        self, embedder: str, documents: Collection[str], most: int
    ) -> dict[str, NDArray[np.float32]] | None:
        """The vectors of these documents' passages, by passage id; None if there are too many."""
        chosen = json.dumps(list(documents))
        if at_most(self._database, chosen) > most:
            return None
        rows = self._database.rows(
            "SELECT passages.id, vectors.vector FROM passages CROSS JOIN vectors"  # in this order
            " WHERE vectors.embedder = ? AND vectors.key = passages.key"
            " AND passages.document_id IN (SELECT value FROM json_each(?))",
            embedder,
            chosen,
        )
        return {row["id"]: np.frombuffer(row["vector"], dtype=np.float32) for row in rows}

    def of(self, embedder: str, keys: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors kept under these keys; missing ones are left out."""
        rows = self._database.rows(
            "SELECT key, vector FROM vectors WHERE embedder = ?"
            " AND key IN (SELECT value FROM json_each(?))",
            embedder,
            json.dumps(list(keys)),
        )
        return {row["key"]: np.frombuffer(row["vector"], dtype=np.float32) for row in rows}

    def embedders(self) -> list[str]:
        """The embedding models that there are vectors of; one look-up each, however many."""
        found: list[str] = []
        while True:
            after = "SELECT min(embedder) AS name FROM vectors WHERE embedder > ?"
            name = self._database.rows(after, found[-1] if found else "")[0]["name"]
            if name is None:
                return found
            found.append(name)

    def keep(self, embedder: str, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        with self._database.transaction():
            self._database.many(
                "INSERT INTO vectors VALUES (?, ?, ?)"
                " ON CONFLICT (embedder, key) DO UPDATE SET vector = excluded.vector",
                [(embedder, key, vector.tobytes()) for key, vector in vectors.items()],
            )
