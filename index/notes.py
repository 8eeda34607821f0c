"""Notes of other parts in the record: conversations, kept summaries. Small JSON objects."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from index.database import Database


class Notes:
    """JSON objects by kind and key. Raises as ``Database`` does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, kind: str, key: str, value: Mapping[str, Any]) -> None:
        """Keep an object under a key; replaces what was there."""
        written = json.dumps(value, ensure_ascii=False)
        now = datetime.now(UTC).isoformat()
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO notes VALUES (?, ?, ?, ?) ON CONFLICT (kind, key)"
                " DO UPDATE SET value = excluded.value, updated = excluded.updated",
                kind,
                key,
                written,
                now,
            )

    def get(self, kind: str, key: str) -> dict[str, Any] | None:
        """The object kept under a key, if any."""
        rows = self._database.rows("SELECT value FROM notes WHERE kind = ? AND key = ?", kind, key)
        return _object(rows[0]["value"]) if rows else None

    def items(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        """Keys and values of one kind, the last written first."""
        rows = self._database.rows(
            "SELECT key, value FROM notes WHERE kind = ? ORDER BY updated DESC", kind
        )
        return [(row["key"], _object(row["value"])) for row in rows]

    def discard(self, kind: str, key: str) -> None:
        """Drop what is kept under a key, if anything."""
        with self._database.transaction():
            self._database.execute("DELETE FROM notes WHERE kind = ? AND key = ?", kind, key)


def _object(value: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(value)
    return found
