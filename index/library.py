"""A library: add, remove, list, search. What the rest of the program calls."""

import hashlib
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from index import loading, web
from index.data import AddResult, Document, DocumentInfo, Evidence, Passage, Span
from index.embedding import CachedEmbedder, Embedder, Vectors
from index.errors import (
    CancelledError,
    CitewellError,
    FullDiskError,
    InputError,
    UnknownDocumentError,
    never,
)
from index.fusion import fuse
from index.loading import Raw
from index.lock import LibraryLock, Writing
from index.naming import meant, unknown
from index.record import FORMER, Kept, Record, Source
from index.vectors import PassageVectors, key_of
from index.workers import Look, Prepared, Workers, prepared

Progress = Callable[[str, int, int], None]
"""Told what is being done, in a few words, and how many of how many steps of it are done."""
Fetch = Callable[[str, int], Raw]
"""Fetches the page at an address, of at most so many megabytes."""

_CANDIDATES = 50
"""How many passages each ranking contributes, at least."""
_CLOCK_TICK = 2_000_000_000
"""Nanoseconds within which a file may change without its modification time showing it."""
_MOST_NAMED = 20
"""Numbers of pages that a message names."""
_TAKEN_IN_AT_ONCE = 256
"""Passages of a folder's files, at least, that are embedded in the order of their length and
written together, so that short files cost no more than long ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A source that was read and awaits being taken in."""

    source: Source
    document: Document
    sentences: list[tuple[int, int]]
    passages: list[Kept]
    vectors: Mapping[str, Vectors]
    """Those that workers made, by key."""
    label: str
    """What messages call it."""
    remarks: tuple[str, ...]
    """What there is to say of how it was read."""


def _silent(message: str, done: int, total: int) -> None:
    pass


class Library:
    """The documents of one folder. Owns the folder's lock while open; threads may share it.

    Where a Chroma server has the vectors, other processes of this machine may have the same folder
    open: each sees what the others change, and one at a time changes documents.

    Use ``Library.open`` and close it, best as a context manager.
    """

    def __init__(
        self,
        folder: Path,
        *,
        lock: LibraryLock,
        record: Record,
        embedder: Embedder,
        chroma_url: str | None = None,
        max_file_mb: int = loading.LARGEST_FILE_MB,
        fetch: Fetch = web.fetch,
    ) -> None:
        self.folder = folder
        self._lock = lock
        self._record = record
        self._embedder = CachedEmbedder(embedder)
        self._beside = partial(
            Library.open,
            embedder=embedder,
            chroma_url=chroma_url,
            max_file_mb=max_file_mb,
            fetch=fetch,
        )
        self._vectors = PassageVectors(folder, record, embedder, chroma_url, lock)
        self._max_file_mb = max_file_mb
        self._fetch = fetch
        self._writing = Writing(lock)
        self._closed = False
        self._stale = False
        """Whether former versions of changed files may still stand in the record's files."""

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        embedder: Embedder,
        chroma_url: str | None = None,
        owner: str = "citewell",
        max_file_mb: int = loading.LARGEST_FILE_MB,
        fetch: Fetch = web.fetch,
    ) -> "Library":
        """Open a library, making its folder if there is none.

        Chroma is opened, and work that a kill left unfinished is cleared away, when vectors are
        first needed: listing documents is quick and needs neither.

        Raises:
            InputError: the folder cannot be written, or the disk is full.
            LibraryBusyError: another process holds the library; the message says which.
            StoreError: the record is damaged, or was made by a newer version.
        """
        folder = folder.expanduser().absolute()
        lock = LibraryLock(folder, shared=chroma_url is not None)
        lock.acquire(owner)
        try:
            record = Record(folder / "library.sqlite")
        except CitewellError:
            lock.release()
            raise
        return cls(
            folder,
            lock=lock,
            record=record,
            embedder=embedder,
            chroma_url=chroma_url,
            max_file_mb=max_file_mb,
            fetch=fetch,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the stores and give the folder back. Closing twice is harmless."""
        with self._writing.here:
            if self._closed:
                return
            self._closed = True
            with suppress(CitewellError):  # a full disk must not keep it open
                if self._stale:
                    self._record.scrub()
            try:
                self._vectors.close()
            finally:
                self._record.close()
                self._lock.release()

    def beside(self, folder: Path, owner: str) -> "Library":
        """Another library, opened with the same embedding model, Chroma server and limits.

        Raises:
            InputError, LibraryBusyError, StoreError: as ``open``.
        """
        return self._beside(folder, owner=owner)

    def rest(self) -> None:
        """Give back the memory of a library that nobody is using; it is opened again at need."""
        self._vectors.rest()
        self._embedder.forget()

    def announce(self, address: str) -> None:
        """Let other processes know the address at which this library's page answers."""
        self._lock.announce(address)

    def warm(self) -> None:
        """Open Chroma and load the embedding model now, so that the first search is quick.

        Raises:
            StoreError: one of them cannot be opened.
        """
        self._vectors.open()
        self.embed(["ready"])

    # What is in it

    @property
    def revision(self) -> int:
        """Grows with every change of the documents: a key for caches."""
        return self._record.revision

    def documents(self) -> list[DocumentInfo]:
        """Every document, in the order in which they were added."""
        return self._record.infos()

    def holds(self, document_id: str) -> bool:
        """Whether there is a document with this id."""
        return self._record.info(document_id) is not None

    def former(self, document_id: str) -> set[str]:
        """The ids of a document's former versions, which its sources stood for before."""
        now = {old: value["now"] for old, value in self.items(FORMER) if not self.holds(old)}
        found = {document_id}
        while more := {old for old, new in now.items() if new in found} - found:
            found |= more
        return found - {document_id}

    def document(self, document_id: str) -> Document:
        """One document with its text.

        Raises:
            UnknownDocumentError: there is none with this id.
        """
        document = self._record.document(document_id)
        if document is None:
            raise self._unknown(document_id)
        return document

    def text(self, document_id: str) -> str:
        """The whole text of a document, whose characters every offset counts.

        Raises:
            InputError: there is no such document.
        """
        return self.document(document_id).text

    def find(self, reference: str) -> DocumentInfo:
        """The document meant by an id, the beginning of an id, a file name, a path or an address.

        Raises:
            InputError: none is meant, or several; the message names the choices.
        """
        return meant(reference, self.documents())

    def passages(self, document_id: str) -> list[Passage]:
        """The document's passages, in order.

        Raises:
            InputError: there is no such document.
        """
        return self._record.passages(self._known(document_id).id)

    def sentences(self, document_id: str) -> list[Span]:
        """Every sentence of the document, in order; together they hold all of its text.

        Raises:
            InputError: there is no such document.
        """
        return self._record.sentences(self._known(document_id).id)

    # Change

    def add(
        self,
        source: Path | str,
        *,
        workers: Workers | None = None,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] = never,
    ) -> Iterator[AddResult]:
        """Add a file, every readable file of a folder, or a web page; one result as each is done.

        What has not changed since it was added is left alone; what has changed replaces its
        former self once the new version is safely in. A file that cannot be read is a ``failed``
        result where it was found in a folder, and an error where it was named itself. The new
        files of a folder are taken in some at a time, each of them whole or not at all.

        ``workers`` read, cut and embed the documents instead of this process, several at a time;
        documents, passages and their order are the same.

        Raises:
            InputError: the source cannot be read, or the folder holds nothing readable.
            FullDiskError: at once, also within a folder.
            StoreError: the record, Chroma or the embedding model failed.
            CancelledError: ``cancelled()`` said so; what was finished is kept.
        """
        report = progress or _silent
        found, in_folder = loading.sources(source)
        ahead = self._prepared(found, workers, cancelled) if workers else None
        waiting: list[_Read | AddResult] = []
        passages = 0
        for number, each in enumerate(found, start=1):
            name = loading.name_of(each)
            label = f"{name} ({number} of {len(found)})" if in_folder else name
            _stop_if(cancelled)
            report(f"Reading {label}", number - 1, len(found))
            try:
                made = _no_failure(next(ahead)) if ahead else None
                seen = self._see(each, made, label, cancelled)
            except FullDiskError:
                raise
            except InputError as error:
                if not in_folder:
                    raise
                seen = _result(each, "failed", message=str(error))
            waiting.append(seen)
            passages += len(seen.passages) if isinstance(seen, _Read) else 0
            if passages >= _TAKEN_IN_AT_ONCE or not passages or number == len(found):
                yield from self._taken_in(waiting, report, cancelled)
                waiting, passages = [], 0
        if self._stale:
            self.scrub()

    def remove(self, document_id: str) -> DocumentInfo:
        """Take a document out of the library. The file it came from is not touched.

        Raises:
            InputError: there is no such document.
        """
        with self._writing:
            info = self._known(document_id)
            self._record.delete(document_id)
            self._vectors.forget([document_id])
            self._record.scrub()
            return info

    def scrub(self) -> None:
        """Leave nothing of what was deleted, notes too, in the record's files."""
        with self._writing:
            self._stale = False
            self._record.scrub()

    # Search

    def search(
        self, question: str, *, k: int = 10, documents: Collection[str] | None = None
    ) -> list[Evidence]:
        """The ``k`` passages most likely to answer a question, best first.

        The nearest by meaning and the best by BM25, fused by score. ``documents`` limits the
        search to these ids. No language model takes part.

        Raises:
            InputError: the question is empty.
            StoreError: the record, Chroma or the embedding model failed.
        """
        if not question.strip():
            raise InputError("The question is empty.", "Type a question.")
        if (documents is not None and not documents) or self._record.is_empty:
            return []
        asked = self.embed([question])[0]
        limit = max(_CANDIDATES, k)
        near = self._vectors.nearest(asked, limit, documents)
        worded = self._record.best_by_words(question, limit, documents)
        found = self._record.kept([*near, *worded])
        similarities = self._vectors.similarities(asked, found.values())
        scores = fuse(similarities, {i: score for i, score in worded.items() if i in found})
        return [
            Evidence(
                label=label,
                passage=found[passage_id].passage,
                document_name=found[passage_id].document_name,
                score=scores[passage_id],
                similarity=similarities.get(passage_id, 0.0),
            )
            for label, passage_id in enumerate(list(scores)[:k], start=1)
        ]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of any texts, shape (texts, dimension); recent ones are remembered.

        Raises:
            StoreError: the embedding model cannot be loaded.
        """
        return self._embedder.encode(texts)

    # Notes of other parts: conversations, cached answers

    def put(self, kind: str, key: str, value: Mapping[str, Any]) -> None:
        """Keep a JSON object under a key; replaces what was there."""
        self._record.put(kind, key, value)

    def get(self, kind: str, key: str) -> dict[str, Any] | None:
        """The object kept under a key, if any."""
        return self._record.get(kind, key)

    def items(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        """Every key and object of one kind, the last written first."""
        return self._record.items(kind)

    def delete(self, kind: str, key: str) -> None:
        """Drop what is kept under a key, if anything."""
        self._record.discard(kind, key)

    # Health

    def check(self) -> list[str]:
        """What is wrong with the library, one line each; empty when record and Chroma agree."""
        problems = self._record.problems()
        for info in self.documents():
            problems += _misplaced(self.document(info.id), self.passages(info.id))
        missing, strange = self._vectors.difference()
        if missing:
            problems.append(f"Chroma lacks the vectors of {_counted(len(missing), 'passage')}.")
        if strange:
            problems.append(f"Chroma has {_counted(len(strange), 'vector')} of no passage.")
        return problems

    def rebuild_vectors(self) -> int:
        """Make Chroma agree with the record; returns how many vectors were added or removed.

        Chroma's files are made anew where they cannot be read. The record's file is written anew:
        nothing of what was deleted before is left in it.
        """
        with self._writing:
            mended = self._vectors.mend()
            self._record.rewrite()
            return mended

    # Inside

    def _prepared(
        self, sources: Sequence[str], workers: Workers, cancelled: Callable[[], bool]
    ) -> Iterator[Prepared | InputError]:
        return prepared(
            sources,
            workers,
            look=self._look,
            known=lambda keys: self._record.vectors(self._embedder.name, keys),
            stop=lambda: _stop_if(cancelled),
        )

    def _look(self, source: str) -> Look:
        """Find out whether a source has changed, and read it if so; the library is not changed."""
        known = self._record.source(source)
        size, modified = self._stamp(source)
        if known and (known.size, known.modified) == (size, modified) and _settled(known):
            return Look(source=known, raw=None)
        raw = self._read(source)
        fresh = Source(
            source=source,
            document_id=known.document_id if known else "",
            digest=hashlib.sha256(raw.content).hexdigest(),
            size=size,
            modified=modified,
            noted=time.time_ns(),
        )
        return Look(source=fresh, raw=None if known and known.digest == fresh.digest else raw)

    def _see(
        self, source: str, made: Prepared | None, label: str, cancelled: Callable[[], bool]
    ) -> _Read | AddResult:
        """Find out what has become of a source, and read it if it may have changed.

        ``made`` is what workers have found out and made of it.
        """
        look = made.look if made else self._look(source)
        if look.raw is None:
            with self._writing:
                if look.source != self._record.source(source):
                    self._record.point(look.source)
                return self._done(look.source, "unchanged")
        parted = (made and made.parted) or loading.part(look.raw, cancelled)
        document = parted.document
        return _Read(
            source=replace(look.source, document_id=document.id),
            document=document,
            sentences=parted.sentences,
            passages=[
                Kept(passage=passage, key=key_of(passage), document_name=document.name)
                for passage in parted.passages
            ],
            vectors=made.vectors if made else {},
            label=label,
            remarks=parted.remarks,
        )

    def _taken_in(
        self,
        waiting: Sequence[_Read | AddResult],
        report: Progress,
        cancelled: Callable[[], bool],
    ) -> list[AddResult]:
        """The results in order, once what was read is in the library.

        Vectors first, then the record in one transaction, then the former versions' vectors.
        """
        read = [each for each in waiting if isinstance(each, _Read)]

        def step(done: int, total: int) -> None:
            _stop_if(cancelled)
            report(f"Embedding {read[-1].label}", done, total)

        with self._writing:
            new = {
                each.document.id: each.passages
                for each in read
                if self._record.info(each.document.id) is None
            }
            made = {key: vector for each in read for key, vector in each.vectors.items()}
            try:
                if new:
                    self._vectors.write(new, made, step)
                with self._record.at_once():
                    settled = {each.source.source: self._settle(each) for each in read}
            except CitewellError:
                with suppress(CitewellError):  # else it is done when the library is next opened
                    self._vectors.forget(list(new))
                raise
            self._stale = self._stale or any(s == "replaced" for s, _ in settled.values())
            self._vectors.forget([former for _, former in settled.values() if former is not None])
            return [
                each
                if isinstance(each, AddResult)
                else self._done(each.source, settled[each.source.source][0], each.remarks)
                for each in waiting
            ]

    def _settle(self, read: _Read) -> tuple[str, str | None]:
        """Let the record know what was read: the status, and the id of a document that has gone."""
        known = self._record.source(read.source.source)
        if self._record.info(read.document.id) is None:
            former = self._record.save(read.document, read.sentences, read.passages, read.source)
            return "replaced" if known else "added", former
        same = known is not None and known.document_id == read.document.id
        return "unchanged" if same else "duplicate", self._record.point(read.source)

    def _stamp(self, source: str) -> tuple[int, int]:
        """Size and modification time; an address tells neither."""
        if loading.is_address(source):
            return 0, 0
        return loading.stamp(Path(source), self._max_file_mb)

    def _read(self, source: str) -> Raw:
        if loading.is_address(source):
            return self._fetch(source, self._max_file_mb)
        return loading.read_file(Path(source), self._max_file_mb)

    def _done(self, source: Source, status: str, remarks: Sequence[str] = ()) -> AddResult:
        info = self._known(source.document_id)
        made = "; ".join([f"{_counted(info.passages, 'passage')}{self._unread(info)}", *remarks])
        message = {
            "added": made,
            "replaced": f"{made}, in place of the former version",
            "unchanged": "not changed since it was added",
            "duplicate": f"the same text as {info.path or info.url}",
        }[status]
        return _result(source.source, status, info, message)

    def _unread(self, info: DocumentInfo) -> str:
        """A warning about pages that are only pictures."""
        pages = self.document(info.id).pages if info.pages else ()
        empty = [str(page.number) for page in pages if page.start == page.end]
        if not empty:
            return ""
        named = ", ".join(empty[:_MOST_NAMED]) + (", …" if len(empty) > _MOST_NAMED else "")
        return f"; {len(empty)} of {info.pages} pages have no text (pictures?): {named}"

    def _known(self, document_id: str) -> DocumentInfo:
        info = self._record.info(document_id)
        if info is None:
            raise self._unknown(document_id)
        return info

    def _unknown(self, reference: str) -> UnknownDocumentError:
        return unknown(reference, self.documents())


def _no_failure(made: Prepared | InputError) -> Prepared:
    if isinstance(made, InputError):
        raise made
    return made


def _settled(source: Source) -> bool:
    """Whether the file was old enough when it was read that a later change must show."""
    return source.modified > 0 and source.noted - source.modified > _CLOCK_TICK


def _stop_if(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise CancelledError("Adding was stopped.", "What was finished is kept.")


def _result(
    source: str, status: str, info: DocumentInfo | None = None, message: str = ""
) -> AddResult:
    return AddResult(
        source=source,
        status=status,
        document_id=info.id if info else None,
        passages=info.passages if info else 0,
        message=message,
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _misplaced(document: Document, passages: Sequence[Passage]) -> list[str]:
    """Passages whose text is not what stands at their place."""
    return [
        f"Passage {passage.id} of {document.name} is not what its document says there."
        for passage in passages
        if document.quote(passage.span) != passage.text
    ]
