"""What is read to answer and to sum up: one ``Library``, or several as ``Libraries``."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from index.data import Document, DocumentInfo, Evidence, Passage, Span
from index.embedding import Vectors
from index.entries import Entry
from index.narrowing import Named


class Choosing(Protocol):
    """Choosing among the documents, as ``index.narrowing.Narrowing`` does."""

    def chosen(
        self, named: Named, *, documents: Sequence[str] | None = None
    ) -> list[str] | None: ...

    def info(self, document_id: str) -> DocumentInfo | None: ...


class Listing(Protocol):
    """The list of documents, as ``index.listing.Listing`` has it."""

    def entries(self) -> Sequence[Entry]: ...


class Readable(Protocol):
    """Each does and raises as in ``index.Library``."""

    folder: Path
    """Whose ``calibrations.json`` counts."""

    @property
    def narrowing(self) -> Choosing: ...

    @property
    def listing(self) -> Listing: ...

    @property
    def revision(self) -> int: ...

    def documents(self) -> list[DocumentInfo]: ...

    def holds(self, document_id: str) -> bool: ...

    def document(self, document_id: str) -> Document: ...

    def find(self, reference: str) -> DocumentInfo: ...

    def passages(self, document_id: str) -> list[Passage]: ...

    def sentences(self, document_id: str) -> list[Span]: ...

    def search(
        self, question: str, *, k: int = 10, documents: Collection[str] | None = None
    ) -> list[Evidence]: ...

    def embed(self, texts: Sequence[str]) -> Vectors: ...

    def put(self, kind: str, key: str, value: Mapping[str, Any]) -> None: ...

    def get(self, kind: str, key: str) -> dict[str, Any] | None: ...

    def items(self, kind: str) -> list[tuple[str, dict[str, Any]]]: ...

    def delete(self, kind: str, key: str) -> None: ...

    def scrub(self) -> None: ...
