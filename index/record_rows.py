"""From the rows of a record's file to what they hold. Pure."""

import json
import sqlite3

from index.data import Document, DocumentInfo, Heading, Passage, Span, pages_of


def info_of(row: sqlite3.Row) -> DocumentInfo:
    """A line of the library's list."""
    return DocumentInfo(**dict(row))


def document_of(row: sqlite3.Row) -> Document:
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


def passage_of(row: sqlite3.Row) -> Passage:
    """A passage."""
    span = Span(document_id=row["document_id"], start=row["start"], end=row["end"])
    return Passage(id=row["id"], span=span, text=row["text"], heading=row["heading"])
