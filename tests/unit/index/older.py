"""Records as older versions made them."""

import sqlite3
from pathlib import Path

_BACK = {
    5: "DROP TABLE removed;",
    4: "ALTER TABLE documents DROP COLUMN dated; ALTER TABLE documents DROP COLUMN corrected;",
    3: "DROP TABLE labels;",
    2: "ALTER TABLE documents DROP COLUMN reader;",
}
"""For each schema, what takes away what it brought."""


def take_back(folder: Path, version: int) -> None:
    """Let the closed library in a folder be one of an older schema."""
    back = "".join(script for brought, script in _BACK.items() if brought > version)
    back = f"DROP INDEX documents_listed; {back}"  # which an older version did not make
    connection = sqlite3.connect(folder / "library.sqlite")
    connection.executescript(f"{back} PRAGMA user_version = {version};")
    connection.close()
