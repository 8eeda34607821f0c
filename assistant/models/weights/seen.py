"""Which weights were found to be the released ones, known again without reading them.

Hashing a gigabyte takes seconds. So what the system says of a file is noted after it was hashed
whole, in a file of the user's own: its size, its number, and when its content and its entry were
last changed. Nobody but the system's administrator can write into a file, or put another in its
place, and leave all of these as they were; so the note must not lie beside the weights, whose
folder others may write. While it stands, the file is not hashed again.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import platformdirs

NOTES = platformdirs.user_state_path("citewell", appauthor=False) / "weights.json"


def first_wrong(files: Mapping[Path, str], notes: Path = NOTES) -> Path | None:
    """The first of these files whose SHA-256 is not the one beside it; None where all are right.

    Raises:
        OSError: one cannot be read.
    """
    known = _read(notes)
    right = {}
    for path, sha256 in files.items():
        note = [sha256, *_stamp(path)]
        if known.get(str(path.resolve())) != note:
            if hashed(path) != sha256:
                return path
            right[str(path.resolve())] = note
    if right:
        _write(notes, known | right)
    return None


def hashed(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _stamp(path: Path) -> tuple[int, ...]:
    """What changes with a file's content, or with the file in its place."""
    found = path.stat()
    return found.st_size, found.st_dev, found.st_ino, found.st_mtime_ns, found.st_ctime_ns


def _read(notes: Path) -> dict[str, object]:
    try:
        known = json.loads(notes.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write(notes: Path, known: Mapping[str, object]) -> None:
    """Without it, all is hashed again."""
    fresh = notes.with_name(f"{notes.name}.{secrets.token_hex(4)}.new")
    with suppress(OSError):
        notes.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(number, "w", encoding="utf-8") as file:
            json.dump(known, file)
        fresh.replace(notes)
