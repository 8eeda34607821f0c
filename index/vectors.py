"""The vectors of a library's passages: kept in the record, served by Chroma.

A document's vectors are written before the document is saved, and the record notes that first;
so after a kill at any moment a document is either whole or absent, and vectors without a document
are found and removed when the store is next opened.
"""

import hashlib
import math
import shutil
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from index.data import Passage
from index.embedding import Embedder, Vectors
from index.errors import StoreError
from index.lock import LibraryLock
from index.record import Record
from index.record_rows import Kept
from index.store import VectorStore

EMBEDDED_AT_ONCE = 128
_MENDED_AT_ONCE = 1_000
"""Passages in one batch to the embedding model, and in one of those whose vectors were lost."""
_COMPARED = 5_000
"""Passages of chosen documents that are compared one by one with a question."""
_WIDENED = 1_000
"""Of the nearest of all passages that are looked through for those of chosen documents, at most."""

Step = Callable[[int, int], None]
"""Told how many of how many passages are embedded; may raise to stop the work."""


def embedded_text(passage: Passage) -> str:
    """What is embedded for a passage: its text below its heading."""
    if not passage.heading or passage.text.startswith(passage.heading):
        return passage.text
    return f"{passage.heading}\n{passage.text}"


def key_of(passage: Passage) -> str:
    """Names the vector of a passage: equal embedded texts share one."""
    return hashlib.sha256(embedded_text(passage).encode("utf-8")).hexdigest()[:32]


class PassageVectors:
    """Chroma is opened at the first need, and then made to agree with the record."""

    def __init__(
        self,
        folder: Path,
        record: Record,
        embedder: Embedder,
        chroma_url: str | None,
        lock: LibraryLock,
    ) -> None:
        self._files = folder / "chroma"
        self._record = record
        self._embedder = embedder
        self._chroma_url = chroma_url
        self._lock = lock
        self._opening = threading.RLock()
        self._opened: VectorStore | None = None
        self._in_use = 0

    def open(self) -> None:
        """Open Chroma now rather than at the first need."""
        with self._store():
            pass

    def close(self) -> None:
        """Close Chroma, and clear its files away if they hold vectors of deleted documents.

        It keeps a deleted vector in its files; those of the others are in the record.
        """
        with self._opening:
            if self._opened is not None:
                self._opened.close()
                self._opened = None
            self._clear()

    def rest(self) -> None:
        """Close Chroma until it is next needed, unless it is in use just now."""
        with self._opening:
            if not self._in_use:
                self.close()

    def write(
        self, documents: Mapping[str, Sequence[Kept]], made: Mapping[str, Vectors], step: Step
    ) -> None:
        """Embed the passages of documents that are about to be saved, and hand them to Chroma.

        ``made`` has vectors that are embedded already, by key.
        """
        passages = [kept for each in documents.values() for kept in each]
        if made:
            self._record.vectors.keep(self._embedder.name, made)
        vectors = self._vectors_of(passages, step)
        with self._store() as store:
            self._record.unfinished.begin(documents)
            store.put([(kept.passage, vectors[kept.key]) for kept in passages])

    def forget(self, document_ids: Sequence[str]) -> None:
        """Remove the vectors of documents that are not, or no longer, in the record."""
        if document_ids:
            with self._store() as store:
                store.forget(document_ids)
            self._record.unfinished.finish(document_ids)

    def discard(self, passage_ids: Sequence[str]) -> None:
        """Remove the vectors of single passages that are no longer in the record."""
        if passage_ids:
            with self._store() as store:
                store.discard(passage_ids)
            self._record.unfinished.finish([])

    def difference(self) -> tuple[list[str], list[str]]:
        """Ids of passages that have no vector in Chroma, and of vectors that have no passage."""
        with self._store() as store:
            return self._difference(store)

    def mend(self) -> int:
        """Make Chroma agree with the record; returns how many vectors were added or removed.

        Files that this Chroma cannot read (damaged, or of another version) are made anew.
        """
        with self._opening:
            try:
                with self._store() as store:
                    return self._mend(store)
            except StoreError:
                if self._chroma_url is not None:
                    raise
            if self._opened is not None:
                with suppress(StoreError):
                    self._opened.close()
                self._opened = None
            self._delete_files()
            self.open()
            return self._record.passage_count()

    def nearest(self, vector: Vectors, limit: int, documents: Collection[str] | None) -> list[str]:
        """Ids of the passages nearest to a unit vector, nearest first.

        Those of a few documents are found exactly, from the record: a graph of all passages finds
        them slowly, and misses some. Those of a good part of all are found among the nearest of
        all, for Chroma's own filter takes a time that grows with the documents.
        """
        if documents is not None:
            few = self._record.vectors.within(self._embedder.name, documents, _COMPARED)
            if few is not None:
                near = {each: float(vector @ kept) for each, kept in few.items()}
                return sorted(near, key=lambda each: -near[each])[:limit]
        with self._store() as store:
            if documents is not None:
                widened = math.ceil(2 * limit / self._record.share(documents))
                if widened <= _WIDENED:
                    near_all = store.nearest(vector, widened, None)
                    found = self._record.within(near_all, documents)
                    if len(found) >= limit or len(near_all) < widened:
                        return found[:limit]
            return store.nearest(vector, limit, documents)

    def similarities(self, vector: Vectors, passages: Collection[Kept]) -> dict[str, float]:
        """The cosine of a unit vector with each passage's, by passage id."""
        known = self._record.vectors.of(self._embedder.name, [kept.key for kept in passages])
        return {
            kept.passage.id: float(vector @ known[kept.key])
            for kept in passages
            if kept.key in known
        }

    @contextmanager
    def _store(self) -> Iterator[VectorStore]:
        """Chroma, which stays open within the block."""
        with self._opening:
            if self._opened is None:
                self._opened = self._agreeing()
            store = self._opened
            self._in_use += 1
        try:
            yield store
        finally:
            with self._opening:
                self._in_use -= 1

    def _agreeing(self) -> VectorStore:
        """Chroma opened, and made to agree with the record."""
        self._clear()
        store = VectorStore(
            self._files,
            library_id=self._record.library_id,
            embedder=self._embedder.name,
            url=self._chroma_url,
        )
        try:
            with self._lock.change(wait=False) as mine:
                if mine:  # else what is unfinished is under way
                    self._recover(store)
        except BaseException:
            with suppress(StoreError):  # else Chroma hands out the same one again
                store.close()
            raise
        return store

    def _clear(self) -> None:
        if self._chroma_url is None and self._record.unfinished.remains:
            self._delete_files()
            self._record.unfinished.cleared()

    def _delete_files(self) -> None:
        try:
            if self._files.is_dir():
                shutil.rmtree(self._files)
            else:
                self._files.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(
                f"The vectors in {self._files} cannot be cleared away ({error.strerror}).",
                "Delete that folder: the vectors are made again from the record.",
            ) from error

    def _recover(self, store: VectorStore) -> None:
        """Clear away what a kill left behind; fill the store of an embedder new to the library."""
        unfinished = self._record.unfinished.documents()
        if unfinished:
            store.forget(unfinished)
            self._record.unfinished.finish(unfinished)
            self._record.scrub()
        if store.count() != self._record.passage_count():
            self._mend(store)

    def _difference(self, store: VectorStore) -> tuple[list[str], list[str]]:
        served = set(store.ids())
        kept = self._record.passage_ids()
        return [each for each in kept if each not in served], sorted(served.difference(kept))

    def _mend(self, store: VectorStore) -> int:
        missing, strange = self._difference(store)
        store.discard(strange)
        for first in range(0, len(missing), _MENDED_AT_ONCE):
            passages = list(self._record.kept(missing[first : first + _MENDED_AT_ONCE]).values())
            vectors = self._vectors_of(passages, no_step)
            store.put([(kept.passage, vectors[kept.key]) for kept in passages])
        return len(missing) + len(strange)

    def _vectors_of(self, passages: Sequence[Kept], step: Step) -> dict[str, Vectors]:
        """Vectors by key; those not kept yet are embedded, and kept batch by batch."""
        name = self._embedder.name
        vectors = self._record.vectors.of(name, [kept.key for kept in passages])
        fresh = {k.key: embedded_text(k.passage) for k in passages if k.key not in vectors}
        keys = sorted(fresh, key=lambda key: len(fresh[key]))
        for first in range(0, len(keys), EMBEDDED_AT_ONCE):
            step(first, len(keys))
            batch = keys[first : first + EMBEDDED_AT_ONCE]
            encoded = self._embedder.encode([fresh[key] for key in batch])
            made = dict(zip(batch, encoded, strict=True))
            self._record.vectors.keep(name, made)
            vectors.update(made)
        return vectors


def no_step(done: int, total: int) -> None:
    """Is told of the passages, and tells nobody."""
