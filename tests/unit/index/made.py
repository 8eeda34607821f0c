"""Documents that a test makes without reading any."""

from typing import Any

from index import Library
from index.data import Document
from index.sources import Source


def save(library: Library, number: int, **values: Any) -> str:
    """Keep a document without passages; its id. ``values`` are of ``Document``."""
    identity = f"{number:016x}"
    known: dict[str, Any] = {
        "id": identity,
        "title": f"Title {number:04}",
        "name": f"{number:04}.txt",
        "path": f"/home/{'even' if number % 2 == 0 else 'odd'}/{number:04}.txt",
        "url": None,
        "published": f"202{number % 2}-01-01",
        "added": "2026-01-01T00:00:00+00:00",
        "text": str(number),
    }
    document = Document(**(known | values))
    source = Source(
        source=str(document.path or document.url),
        document_id=identity,
        digest="",
        size=1,
        modified=1_700_000_000_000_000_000,
        noted=1,
    )
    library._record.save(document, [(0, len(document.text))], [], source)
    return identity
