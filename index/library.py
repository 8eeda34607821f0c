"""A library: add, remove, list, search. What the rest of the program calls."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Self

from index import health, loading, rereading, web
from index.adding import Adding, Fetch, Progress
from index.asides import Aside
from index.bin import Bin
from index.data import AddResult, Document, DocumentInfo, Evidence, Heading, Passage, Span
from index.embedding import CachedEmbedder, Embedder, Vectors
from index.engines import RECORD, Address, lock_of
from index.errors import CitewellError, never
from index.folders import Folders
from index.listing import Listing
from index.lock import LibraryLock, Writing
from index.moving import Copies
from index.naming import meant, unknown
from index.narrowing import Narrowing
from index.private import make_private
from index.record import Record
from index.searching import Searching, search
from index.vectors import PassageVectors
from index.workers import Workers


class Library:
    """The documents of one folder. Owns the folder's lock while open; threads may share it.

    Where a Chroma server has the vectors, other processes of this machine may have the same folder
    open, and where a database has the record too, of any machine: each sees what the others change,
    and one at a time changes documents.

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
        place: Address | None = None,
        max_file_mb: int = loading.LARGEST_FILE_MB,
        ocr_language: str = loading.DEFAULT_LANGUAGE,
        fetch: Fetch = web.fetch,
    ) -> None:
        self.folder = folder
        self._lock = lock
        self._record = record
        self._embedder = CachedEmbedder(embedder)
        self._place = place
        self._beside = partial(
            Library.open,
            embedder=embedder,
            chroma_url=chroma_url,
            max_file_mb=max_file_mb,
            ocr_language=ocr_language,
            fetch=fetch,
        )
        self._vectors = PassageVectors(folder, record, embedder, chroma_url, lock)
        self.searching = Searching(record=record, vectors=self._vectors)
        self._writing = Writing(lock)
        self._closed = False
        self._adding = Adding(
            record=record,
            vectors=self._vectors,
            embedder=embedder.name,
            writing=self._writing,
            max_file_mb=max_file_mb,
            language=ocr_language,
            fetch=fetch,
        )
        self.folders = Folders(folder, record, self.add)
        self.labels = record.labels
        self.copies = Copies(record.database, self._writing)
        self.bin = Bin(record, self._vectors, self._writing)
        self.narrowing = Narrowing(record)
        self.listing = Listing(record)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        embedder: Embedder,
        chroma_url: str | None = None,
        place: Address | None = None,
        owner: str = "citewell",
        max_file_mb: int = loading.LARGEST_FILE_MB,
        ocr_language: str = loading.DEFAULT_LANGUAGE,
        fetch: Fetch = web.fetch,
    ) -> "Library":
        """Open a library, making its folder if there is none.

        ``place`` is that of a record in a database; else it is in the folder. Then other machines
        may have the library open too, and each has a folder for what is its page's alone.

        Chroma is opened, and work that a kill left unfinished is cleared away, when vectors are
        first needed: listing documents is quick and needs neither.

        Raises:
            InputError: the folder cannot be written, or the disk is full.
            LibraryBusyError: another process holds the library; the message says which.
            StoreError: the record is damaged, or was made by a newer version.
        """
        folder = folder.expanduser().absolute()
        lock = lock_of(folder, place, chroma_url)
        lock.acquire(owner)
        try:
            record = Record(place or folder / RECORD)
        except CitewellError:
            lock.release()
            raise
        lock.turn = record.turn
        make_private(folder)
        return cls(
            folder,
            lock=lock,
            record=record,
            embedder=embedder,
            chroma_url=chroma_url,
            place=place,
            max_file_mb=max_file_mb,
            ocr_language=ocr_language,
            fetch=fetch,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the stores and give the folder back. Closing twice is harmless."""
        with self._writing.here:
            if self._closed:
                return
            self._closed = True
            with suppress(CitewellError):  # a full disk must not keep it open
                if self._adding.stale:
                    self._record.scrub()
            try:
                self._vectors.close()
            finally:
                self._record.close()
                make_private(self.folder)
                self._lock.release()

    def beside(self, folder: Path, owner: str) -> "Library":
        """Another library, opened with the same embedding model, servers and limits."""
        place = self._place and self._place.beside(folder)
        return self._beside(folder, owner=owner, place=place)

    def rest(self) -> None:
        """Give back the memory of a library that nobody is using; it is opened again at need."""
        self._vectors.rest()
        self._embedder.forget()
        self._record.entries.forget()

    def announce(self, address: str) -> None:
        """Let other processes know the address at which this library's page answers."""
        self._lock.announce(address)

    def warm(self) -> None:
        """Open Chroma and load the embedding model now, so that the first search is quick.

        Raises StoreError where one of them cannot be opened.
        """
        self._vectors.open()
        self.embed(["ready"])

    # What is in it

    @property
    def embedded_with(self) -> list[str]:
        """The names of the embedding models that its passages have vectors of."""
        return self._record.vectors.embedders()

    @property
    def place(self) -> str:
        """Where it is: its folder, or the database of its record without a password."""
        return self._record.database.place if self._place else str(self.folder)

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
        return self._record.former(document_id)

    def versions(self, document_id: str) -> set[str]:
        """The ids of a document, of those that leave with it, and of all their former versions."""
        return self._record.versions(document_id)

    def enclosed(self, document_id: str) -> list[str]:
        """The ids of the documents that were within its file alone: they are removed with it."""
        return self._record.enclosed(document_id)

    def document(self, document_id: str) -> Document:
        """One document with its text.

        Raises:
            UnknownDocumentError: there is none with this id.
        """
        document = self._record.document(document_id)
        if document is None:
            raise unknown(document_id, self.documents())
        return document

    def text(self, document_id: str) -> str:
        """The text of a document, whose characters every offset counts; as ``document``."""
        return self.document(document_id).text

    def find(self, reference: str) -> DocumentInfo:
        """The document meant by an id, the beginning of an id, a file name, a path or an address.

        Raises:
            InputError: none is meant, or several; the message names the choices.
        """
        return self._record.info(reference) or meant(
            reference, self.documents(), removed=self.bin.all
        )

    def passages(self, document_id: str) -> list[Passage]:
        """The document's passages, in order; as ``document``."""
        return self._record.passages(self._known(document_id).id)

    def sentences(self, document_id: str) -> list[Span]:
        """Every sentence, in order; together they hold all of the text. As ``document``."""
        return self._record.sentences(self._known(document_id).id)

    def headings(self, document_id: str) -> tuple[Heading, ...]:
        """Every heading of the document, in order; as ``document``."""
        return self.document(document_id).headings

    # Change

    def add(
        self,
        source: Path | str | Sequence[str],
        *,
        workers: Workers | None = None,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] = never,
        password: str | None = None,
        folder_of: Callable[[str], str | None] = lambda _: None,
    ) -> Iterator[AddResult]:
        """Add a file, every readable file of a folder, or a web page; one result as each is done.
        A sequence names files that were found in folders; ``folder_of`` says of each in which.

        What has not changed since it was added is left alone; what has changed replaces its
        former self once the new version is safely in. A file that cannot be read is a ``failed``
        result where it was found in a folder, and an error where it was named itself. The new
        files of a folder are taken in some at a time, each of them whole or not at all.

        ``workers`` read, cut and embed the documents instead of this process, several at a time;
        documents, passages and their order are the same.

        ``password`` opens what is protected, also within files that have not changed. It is not
        kept.

        Raises:
            InputError: the source cannot be read, or the folder holds nothing readable.
            ProtectedError: it opens with its password alone, and that was not given.
            FullDiskError: at once, also within a folder.
            StoreError: the record, Chroma or the embedding model failed.
            CancelledError: ``cancelled()`` said so; what was finished is kept.
        """
        yield from self._adding.add(
            source,
            workers=workers,
            progress=progress,
            cancelled=cancelled,
            password=password,
            folder_of=folder_of,
        )
        if self._adding.stale:
            self.scrub()

    def reread(
        self, *, progress: Progress | None = None, cancelled: Callable[[], bool] = never
    ) -> Iterator[AddResult]:
        """Read every document that is ``outdated`` anew, from its file; one result for each file.

        The text of a file that is ``gone``, or that cannot be read now, is kept as it was. A web
        page is not fetched.

        Raises:
            FullDiskError, StoreError, CancelledError: as ``add``.
        """
        yield from rereading.reread(self._record, self._adding, progress, cancelled)
        if self._adding.stale:
            self.scrub()

    def remove(self, document_id: str, asides: Iterable[Aside] = ()) -> DocumentInfo:
        """Put a document into the bin, with the files within its own and what quotes it.

        It is read by nobody from then on; ``bin`` recovers or purges it. The file it came from is
        not touched.

        Raises:
            InputError: there is no such document.
        """
        with self._writing:
            info = self._known(document_id)
            with self._record.at_once():
                gone = self._record.delete(document_id)
                self.bin.set_aside(asides)
            self._vectors.forget(gone)
            return info

    def scrub(self) -> None:
        """Leave nothing of what was deleted, notes too, in the record's files."""
        with self._writing:
            self._adding.stale = False
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
        return search([self.searching], self.embed, question, k=k, documents=documents)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of any texts, shape (texts, dimension); recent ones are remembered.

        Raises:
            StoreError: the embedding model cannot be loaded.
        """
        return self._embedder.encode(texts)

    # Notes of other parts: conversations, cached answers

    def put(self, kind: str, key: str, value: Mapping[str, Any]) -> None:
        """Keep a JSON object under a key; replaces what was there."""
        self._record.notes.put(kind, key, value)

    def get(self, kind: str, key: str) -> dict[str, Any] | None:
        """The object kept under a key, if any."""
        return self._record.notes.get(kind, key)

    def items(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        """Every key and object of one kind, the last written first."""
        return self._record.notes.items(kind)

    def delete(self, kind: str, key: str) -> None:
        """Drop what is kept under a key, if anything."""
        self._record.notes.discard(kind, key)

    # Health

    def check(self) -> list[str]:
        """What is wrong with the library, one line each; empty when record and Chroma agree."""
        return health.problems(self._record, self._vectors)

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

    def _known(self, document_id: str) -> DocumentInfo:
        if (info := self._record.info(document_id)) is None:
            raise unknown(document_id, self.documents())
        return info
