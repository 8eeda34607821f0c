"""Between the rows of a record's file and what they hold. Pure."""

import json
from array import array
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from index.data import Document, DocumentInfo, Heading, Passage, Span, pages_of
from index.database import Row
from index.days import ADDED, FILE, YOU
from index.loading import is_address, name_of
from index.reader import is_outdated

FORMER = "former"
"""The kind of the notes ``{"now": ID}`` under the id of a document that another has replaced."""
GONE = "gone"
"""The kind of the notes of documents that stay although their file is gone."""
MODIFIED = "(SELECT max(modified) FROM sources WHERE document_id = documents.id) AS modified"
INFO = (
    "SELECT id, name, title, path, url, published, dated, corrected, added, characters, passages,"
    f" reader, {MODIFIED},"
    " json_array_length(pages) AS pages,"  # not read in Python: those of a scan hold every word
    " coalesce(pages -> 0 ->> 'kind', 'page') AS parts,"
    f" (SELECT value ->> 'since' FROM notes WHERE kind = '{GONE}' AND key = documents.id) AS gone"
    " FROM documents"
)
"""What ``info_of`` needs of each document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A passage as the record keeps it."""

    passage: Passage
    key: str
    """Names its vector among the kept vectors of each embedder."""
    document_name: str
    published: str | None = None
    """Its document's own day."""


def called_by(source: str) -> dict[str, str | None]:
    """The columns of a document that say which of its sources it is known by."""
    url, path = (source, None) if is_address(source) else (None, source)
    return {"name": name_of(source), "path": path, "url": url}


def info_of(row: Row) -> DocumentInfo:
    """A line of the library's list."""
    known = dict(row)
    outdated = is_outdated(known.pop("reader"), known["path"], known["url"])
    known["published"], known["day"], known["dated"] = day_of(row)
    del known["modified"], known["corrected"]
    return DocumentInfo(**known, outdated=outdated)


def day_of(row: Row) -> tuple[str | None, str, str]:
    """A document's own day, if any; the day by which it is listed; and where that is from."""
    own, dated = _own_day(row["published"], row["dated"], row["corrected"])
    if own:
        return own, own, dated or ""
    if row["modified"] and not row["url"]:
        filed = datetime.fromtimestamp(row["modified"] / 1e9, UTC)
        return None, filed.date().isoformat(), FILE
    return None, row["added"][:10], ADDED


def _own_day(
    published: str | None, dated: str | None, corrected: str | None
) -> tuple[str | None, str | None]:
    """A document's own day and where that is from; what the user says comes first."""
    return (corrected, YOU) if corrected else (published, dated)


def document_of(row: Row) -> Document:
    """A document with its text."""
    published, dated = _own_day(row["published"], row["dated"], row["corrected"])
    return Document(
        id=row["id"],
        title=row["title"],
        name=row["name"],
        path=row["path"],
        url=row["url"],
        published=published,
        dated=dated,
        added=row["added"],
        text=row["text"],
        pages=pages_of(json.loads(row["pages"])),
        headings=tuple(Heading(**heading) for heading in json.loads(row["headings"])),
    )


def passage_of(row: Row) -> Passage:
    """A passage."""
    span = Span(document_id=row["document_id"], start=row["start"], end=row["end"])
    return Passage(id=row["id"], span=span, text=row["text"], heading=row["heading"])


def kept_of(row: Row) -> Kept:
    """A passage with its key, and its document's name and day."""
    return Kept(
        passage=passage_of(row),
        key=row["key"],
        document_name=row["name"],
        published=row["published"],
    )


def passage_row(passage: Passage, key: str) -> tuple[str | int, ...]:
    """A passage as it is kept, with the key of its vector."""
    span = passage.span
    return (
        passage.id,
        span.document_id,
        span.start,
        span.end,
        passage.heading,
        key,
        passage.text,
    )


def spans_of(document_id: str, sentences: bytes) -> list[Span]:
    """The sentences that were kept of a document."""
    bounds = array("q")
    bounds.frombytes(sentences)
    return [
        Span(document_id=document_id, start=start, end=end)
        for start, end in zip(bounds[::2], bounds[1::2], strict=True)
    ]


def parts_row(document: Document, sentences: Sequence[tuple[int, int]]) -> tuple[str, str, bytes]:
    """Pages, headings and sentences as they are kept."""
    return (
        json.dumps([asdict(page) for page in document.pages]),
        json.dumps([asdict(heading) for heading in document.headings]),
        array("q", (offset for span in sentences for offset in span)).tobytes(),
    )
