"""Several open libraries, read as if they were one. Nothing is written to any of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.data import Document, DocumentInfo, Evidence, Passage, Span
from index.embedding import Vectors
from index.entries import Entry
from index.errors import InputError
from index.labels import COLLECTION, TAG
from index.library import Library
from index.naming import meant, unknown
from index.narrowing import Named
from index.searching import search


class Libraries:
    """Implements ``index.readable.Readable``; whoever has opened the libraries closes them.

    A document that several of them have is the first one's. What ``put`` keeps is kept in memory,
    and gone with this.
    """

    def __init__(self, libraries: Sequence[Library], embedding: str) -> None:
        """``embedding`` is the model with which questions are embedded.

        Raises:
            InputError: a library has been embedded with another model.
        """
        _refuse_differing(libraries, embedding)
        self.folder = libraries[0].folder
        names = names_of([each.folder for each in libraries])
        self._libraries = dict(zip(names, libraries, strict=True))
        self._notes: dict[str, dict[str, dict[str, Any]]] = {}
        self.narrowing = _Narrowing(libraries)
        self.listing = _Listing(libraries)

    @property
    def revision(self) -> int:
        """Grows with every change of one of them."""
        return sum(each.revision for each in self._libraries.values())

    def documents(self) -> list[DocumentInfo]:
        """Every document, once, library by library."""
        found: dict[str, DocumentInfo] = {}
        for each in self._libraries.values():
            for info in each.documents():
                found.setdefault(info.id, info)
        return list(found.values())

    def holds(self, document_id: str) -> bool:
        return any(each.holds(document_id) for each in self._libraries.values())

    def document(self, document_id: str) -> Document:
        """A document with its text, which says in which library it is."""
        name = self._holder(document_id)
        return replace(self._libraries[name].document(document_id), library=name)

    def find(self, reference: str) -> DocumentInfo:
        return meant(reference, self.documents())

    def passages(self, document_id: str) -> list[Passage]:
        return self._libraries[self._holder(document_id)].passages(document_id)

    def sentences(self, document_id: str) -> list[Span]:
        return self._libraries[self._holder(document_id)].sentences(document_id)

    def search(
        self, question: str, *, k: int = 10, documents: Collection[str] | None = None
    ) -> list[Evidence]:
        """The ``k`` best passages of all of them, as one library with all of them ranks them."""
        asked = [replace(each.searching, library=name) for name, each in self._libraries.items()]
        return search(asked, self.embed, question, k=k, documents=documents)

    def embed(self, texts: Sequence[str]) -> Vectors:
        return next(iter(self._libraries.values())).embed(texts)

    def put(self, kind: str, key: str, value: Mapping[str, Any]) -> None:
        kept = self._notes.setdefault(kind, {})
        kept.pop(key, None)
        kept[key] = dict(value)

    def get(self, kind: str, key: str) -> dict[str, Any] | None:
        return self._notes.get(kind, {}).get(key)

    def items(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        return list(reversed(self._notes.get(kind, {}).items()))

    def delete(self, kind: str, key: str) -> None:
        self._notes.get(kind, {}).pop(key, None)

    def scrub(self) -> None:
        """There are no files."""

    def _holder(self, document_id: str) -> str:
        for name, each in self._libraries.items():
            if each.holds(document_id):
                return name
        raise unknown(document_id, self.documents())


class _Listing:
    """Implements ``index.readable.Listing``: each document once, library by library."""

    def __init__(self, libraries: Sequence[Library]) -> None:
        self._libraries = libraries

    def entries(self) -> list[Entry]:
        found: dict[str, Entry] = {}
        for each in self._libraries:
            for entry in each.listing.entries():
                found.setdefault(entry.id, entry)
        return list(found.values())


class _Narrowing:
    """Implements ``index.readable.Choosing``: in each library by its own labels and days."""

    def __init__(self, libraries: Sequence[Library]) -> None:
        self._libraries = libraries

    def chosen(self, named: Named, *, documents: Sequence[str] | None = None) -> list[str] | None:
        """As ``Narrowing.chosen``; a name that one of them has is enough.

        Raises:
            InputError: none has a name that is asked for, or no document is what is named.
        """
        if not named:
            return None if documents is None else sorted(documents)
        for kind in (COLLECTION, TAG):
            for name in named.of(kind):
                self._refuse_unknown(kind, name)
        found: set[str] = set()
        refused = InputError("No document is all that is named.", "Name fewer of these at once.")
        for each in self._libraries:
            its = _known_to(each, named)
            if its is None:
                continue
            try:
                found.update(each.narrowing.chosen(its, documents=documents) or ())
            except InputError as error:
                refused = error
        if not found:
            raise refused
        return sorted(found)

    def info(self, document_id: str) -> DocumentInfo | None:
        infos = (each.narrowing.info(document_id) for each in self._libraries)
        return next((info for info in infos if info is not None), None)

    def _refuse_unknown(self, kind: str, name: str) -> None:
        if not any(each.labels.has(kind, name) for each in self._libraries):
            raise InputError(
                f"No {kind} is called “{name}” in any of these libraries.",
                "Mend the name, or leave it out.",
            )


def _known_to(library: Library, named: Named) -> Named | None:
    """What is named, without collections and tags that the library does not have; None if then
    nothing of it can be meant."""
    collections, tags = (
        [name for name in named.of(kind) if library.labels.has(kind, name)]
        for kind in (COLLECTION, TAG)
    )
    if (named.collections and not collections) or (named.tags and not tags):
        return None
    return replace(named, collections=collections, tags=tags)


def names_of(folders: Sequence[Path]) -> list[str]:
    """What the libraries are called: the ends of their paths, as long as tells them apart."""
    longest = max(len(folder.parts) for folder in folders)
    for length in range(1, longest + 1):
        names = ["/".join(folder.parts[-length:]) for folder in folders]
        if len(set(names)) == len(names):
            return names
    raise ValueError(f"{folders} are not all different")


def _refuse_differing(libraries: Sequence[Library], embedding: str) -> None:
    """Raises InputError where a library's vectors are of another model: they cannot be compared."""
    models = {each: each.embedded_with for each in libraries}
    for each, known in models.items():
        if known and embedding not in known:
            others = (other for other in libraries if embedding in models[other])
            with_ours = next((f"that of {other.folder}" for other in others), "CITEWELL_EMBEDDING")
            raise InputError(
                f"The embedding model of {each.folder} is {known[0]}, and {with_ours} is"
                f" {embedding}.",
                "Ask them one by one, or index the documents of one again with the other's.",
            )
