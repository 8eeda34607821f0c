"""The bin of a library: removed documents are listed, recovered and purged.

A removed document is either in the library or in the bin, at any moment: each step is one
transaction of the record. Vectors are written before it and cleared away after it, as in adding.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, suppress

from index.asides import Aside
from index.errors import CitewellError, InputError
from index.naming import meant
from index.record import Record
from index.removed import RemovedDocument
from index.vectors import PassageVectors, Step, no_step

EMPTY = "The bin is empty."


class Bin:
    """The removed documents of one library. Raises as ``Library.remove`` does."""

    def __init__(
        self, record: Record, vectors: PassageVectors, writing: AbstractContextManager[None]
    ) -> None:
        self._record = record
        self._removed = record.removed
        self._vectors = vectors
        self._writing = writing

    def all(self) -> list[RemovedDocument]:
        """Every removed document, the last removed first."""
        return self._removed.all()

    def find(self, reference: str) -> RemovedDocument:
        """The removed document that is meant, as ``Library.find``.

        Raises:
            InputError: none is meant, or several; the message names the choices.
        """
        return meant(reference, self.all(), EMPTY)

    def before(self, days: int) -> list[str]:
        """The ids of those that were removed longer than so many days ago."""
        return self._removed.before(days)

    def versions(self, ids: Sequence[str]) -> list[str]:
        """The ids of these removed documents, of those that left with them and of all their former
        versions, without those that are in the library again."""
        return self._removed.versions(ids)

    def asides(self) -> list[Aside]:
        """What is set aside because it quotes removed documents."""
        return self._removed.asides.all()

    def set_aside(self, asides: Iterable[Aside]) -> None:
        """Set aside what quotes removed documents, in one transaction."""
        self._removed.set_aside(asides)

    def recover(self, document_id: str, step: Step = no_step) -> RemovedDocument:
        """Put a removed document back as it was, with what was attached to it and what quoted it.

        ``step`` is told how many of its passages have their vectors, and once more before it is
        put back; what it raises leaves the document in the bin.

        Raises:
            InputError: there is no such document in the bin, or its file is in the library with
                another text by now.
            StoreError: its vectors cannot be made.
        """
        with self._writing:
            found = self.find(document_id)
            whole = self._removed.whole(found.id)
            assert whole is not None, "it was just found, and nobody else has the turn"
            if source := self._removed.taken(whole):
                raise InputError(
                    f"{found.name} cannot be put back: {source} was added again with another text.",
                    "Remove that document first, then recover this one.",
                )
            passages = whole.to_embed()
            try:
                self._vectors.write(passages, {}, step)
                step(1, 1)
                with self._record.at_once():
                    self._removed.put_back(whole)
            except CitewellError:
                with suppress(CitewellError):  # else it is done when the library is next opened
                    self._vectors.forget(list(passages))
                raise
            return found

    def purge(self, ids: Sequence[str]) -> list[RemovedDocument]:
        """Erase removed documents for good, and what quotes them; the rest is not touched.

        Raises:
            InputError: one of them is not in the bin.
        """
        with self._writing:
            found = [self.find(each) for each in ids]
            with self._record.at_once():
                self._removed.purge([each.id for each in found])
            self._record.scrub()
            return found
