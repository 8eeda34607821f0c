"""Which documents are meant: of collections, with tags, of days, of kinds; and whose day it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from posixpath import splitext

from index import days
from index.data import DocumentInfo
from index.entries import Entry
from index.errors import InputError
from index.formats.code import SUFFIXES
from index.labels import COLLECTION, MARKS
from index.loading import PICTURES, READERS, is_address
from index.naming import unknown
from index.record import Record

KINDS: dict[str, tuple[str, ...]] = {
    "pdf": (".pdf",),
    "word": (".docx", ".odt"),
    "slides": (".pptx",),
    "sheet": (".xlsx", ".xls", ".ods", ".csv", ".tsv"),
    "mail": (".eml", ".msg", ".mbox"),
    "web": (".html", ".htm"),
    "text": (".txt", ".md", ".markdown"),
    "book": (".epub",),
    "data": (".json", ".jsonl", ".xml"),
    "picture": PICTURES,
    "code": tuple(SUFFIXES),
}
"""Each kind of documents with the suffixes of its files; every web page is ``web``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What documents are asked for by; where several of these are named, all of them must hold."""

    collections: Sequence[str] = ()
    """One of them is enough, and so with tags and types."""
    tags: Sequence[str] = ()
    since: str = ""
    until: str = ""
    types: Sequence[str] = ()
    """Kinds, or suffixes of files without the dot."""

    def of(self, kind: str) -> Sequence[str]:
        """The collections or the tags."""
        return self.collections if kind == COLLECTION else self.tags

    def __bool__(self) -> bool:
        return bool(self.collections or self.tags or self.since or self.until or self.types)

    def checked(self) -> "Named":
        """The same, with its days as they are kept.

        Raises:
            InputError: a day is none, the last is before the first, or there is no such type.
        """
        since, until = (days.checked(each) if each else "" for each in (self.since, self.until))
        if since and until and days.is_newer(since, until):
            raise InputError(f"{since} is after {until}.", "Name the earlier day first.")
        for each in self.types:
            if each.lower() not in KINDS and f".{each.lower()}" not in READERS:
                raise InputError(f"“{each}” is no type.", f"There are: {', '.join(KINDS)}.")
        return Named(
            collections=self.collections,
            tags=self.tags,
            since=since,
            until=until,
            types=self.types,
        )

    def holds(self, info: DocumentInfo | Entry) -> bool:
        """Whether a document is of these days and types."""
        kinds = kinds_of(info)
        of_type = not self.types or any(each.lower() in kinds for each in self.types)
        return of_type and days.is_within(info.day, self.since, self.until)


EVERYTHING = Named()
_MARKED = ("since:", "until:", "type:")
"""What a day or a type begins with where it stands among the names of documents."""


def marks_of(named: Named) -> list[str]:
    """What is named, as it stands among the names of documents: ``@NAME``, ``since:2024``."""
    labels = [f"{mark}{each}" for mark, kind in MARKS.items() for each in named.of(kind)]
    told = zip(_MARKED, ([named.since], [named.until], named.types), strict=True)
    return [*labels, *(mark + each for mark, some in told for each in some if each)]


def of_marks(marks: Iterable[str]) -> Named:
    """What these marks name; others are not among them."""
    found: dict[str, list[str]] = {mark: [] for mark in (*MARKS, *_MARKED)}
    for each in marks:
        mark = next(filter(each.startswith, found))
        found[mark].append(each.removeprefix(mark))
    since, until = found["since:"], found["until:"]
    return Named(
        collections=tuple(found["@"]),
        tags=tuple(found["#"]),
        since=max(since, default=""),
        until=min(until, default=""),
        types=tuple(found["type:"]),
    )


def is_mark(name: str) -> bool:
    return name.startswith((*MARKS, *_MARKED))


def kinds_of(info: DocumentInfo | Entry) -> set[str]:
    """The kind of a document and its file's suffix; an address is always of the web."""
    kinds, suffix = _kinds_of(splitext(info.name.lower())[1])
    web = {"web"} if is_address(info.url or "") else set()
    return {*kinds, *web, suffix}


def kind_of(info: DocumentInfo | Entry) -> str:
    """The kind of a document; of a file that is of none, its suffix."""
    kinds, suffix = _kinds_of(splitext(info.name.lower())[1])
    return "web" if is_address(info.url or "") else next(iter(kinds), suffix)


@cache
def _kinds_of(suffix: str) -> tuple[tuple[str, ...], str]:
    """The kinds of files with a suffix, and the suffix without its dot."""
    kinds = tuple(kind for kind, suffixes in KINDS.items() if suffix in suffixes)
    return kinds, suffix.removeprefix(".")


class Narrowing:
    """Choosing among the documents of one library. Raises as ``Database`` does."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def chosen(self, named: Named, *, documents: Sequence[str] | None = None) -> list[str] | None:
        """The ids of the documents that are meant; None where nothing is named: all.

        ``documents`` are ids of which it must be one.

        Raises:
            InputError: as ``Labels.chosen`` and ``Named.checked``.
        """
        asked = named.checked()
        labelled = self._record.labels.chosen(asked.collections, asked.tags, documents=documents)
        if not (asked.since or asked.until or asked.types):
            return labelled
        found = None if labelled is None else set(labelled)
        among = [each.id for each in self._record.entries.all() if asked.holds(each)]
        kept = [each for each in among if found is None or each in found]
        if not kept:
            raise InputError(
                "No document is of these days and types.",
                "See the day and type of each with: citewell documents",
            )
        return kept

    def info(self, document_id: str) -> DocumentInfo | None:
        """A document as it is listed, with its day."""
        return self._record.info(document_id)

    def date(self, document_id: str, day: str | None) -> DocumentInfo:
        """Correct a document's day; None takes the correction back.

        Raises:
            InputError: this is no day, or there is no such document.
        """
        self._record.correct(document_id, day and days.checked(day))
        info = self._record.info(document_id)
        if info is None:
            raise unknown(document_id, self._record.infos())
        return info
