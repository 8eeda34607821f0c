"""Between the rows of a record's file and what they hold. Pure."""

import json
from array import array
from collections.abc import Sequence
from dataclasses import asdict

from index.data import Document, DocumentInfo, Heading, Passage, Span, pages_of
from index.database import Row
from index.reader import is_outdated


def info_of(row: Row) -> DocumentInfo:
    """A line of the library's list."""
    known = dict(row)
    outdated = is_outdated(known.pop("reader"), known["path"], known["url"])
    return DocumentInfo(**known, outdated=outdated)


def document_of(row: Row) -> Document:
    """A document with its text."""
    return Document(
        id=row["id"],
        title=row["title"],
        name=row["name"],
        path=row["path"],
        url=row["url"],
        published=row["published"],
        added=row["added"],
        text=row["text"],
        pages=pages_of(json.loads(row["pages"])),
        headings=tuple(Heading(**heading) for heading in json.loads(row["headings"])),
    )


def passage_of(row: Row) -> Passage:
    """A passage."""
    span = Span(document_id=row["document_id"], start=row["start"], end=row["end"])
    return Passage(id=row["id"], span=span, text=row["text"], heading=row["heading"])


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
