"""Which version of the readers a document was read by, so that a newer one can read it anew.

A change that makes a reader give another text or day, or other pages, headings, sentences or
passages, of files that people have raises ``VERSION`` by one, by hand. That number is written
beside the formats it concerns in ``CHANGED``, or in ``EVERY`` where it concerns all. Pure.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import urlsplit

VERSION = 4
"""Kept with each document that is read now."""
FIRST = 1
"""What documents have that were read before this was kept, by 0.1.0 or later."""
EVERY = 4
"""The version that last changed every format: 2 cut sentences otherwise, and read pages, tables and
notes otherwise; 3 reads the day of a document; 4 parts lines such as "Annex A", "Annex B"."""
CHANGED: Mapping[str, int] = {}
"""The version that last changed what is read of single formats, by suffix (``.pdf``)."""


def is_outdated(reader: int, path: str | None, url: str | None) -> bool:
    """Whether a newer reader may give another text of the file or page at this place."""
    if reader < EVERY or not CHANGED:
        return reader < EVERY
    place = path or urlsplit(url or "").path
    return reader < CHANGED.get(PurePosixPath(place).suffix.lower(), FIRST)


def told(count: int) -> str:
    """One line about documents that were read by an older reader."""
    if count == 1:
        return "1 document was read by an older reader; `citewell reread` reads it anew."
    return f"{count:,} documents were read by an older reader; `citewell reread` reads them anew."
