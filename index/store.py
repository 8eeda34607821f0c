"""Chroma holds the vectors: in a folder, or on a Chroma server when an address is given.

Everything here is derived from the record and can be rebuilt from it.
"""

import hashlib
import os
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from index.clean_memory import clean_memory
from index.data import Passage
from index.errors import CitewellError, FullDiskError, StoreError, is_full

if TYPE_CHECKING:
    from chromadb.api.client import Client

_PAGE = 5_000
"""Rows asked for at a time where all of them are read."""


class VectorStore:
    """The vectors of one library, made by one embedder, searched by cosine.

    Raises ``StoreError`` from every method when Chroma fails, ``FullDiskError`` on a full disk.
    """

    def __init__(
        self, folder: Path, *, library_id: str, embedder: str, url: str | None = None
    ) -> None:
        self._where = url or str(folder)
        self._memory = nullcontext if url else clean_memory  # a server has memory of its own
        self._turn = threading.Lock()
        with self._translated():
            self._client = _served(url) if url else _persistent(folder)
            self._collection = self._client.get_or_create_collection(
                name=collection_name(library_id, embedder),
                configuration={"hnsw": {"space": "cosine"}},
                embedding_function=None,
            )
            self._batch = self._client.get_max_batch_size()

    def put(self, vectors: Sequence[tuple[Passage, NDArray[np.float32]]]) -> None:
        """Write the vectors of passages; replaces what was there."""
        with self._translated():
            for first in range(0, len(vectors), self._batch):
                part = vectors[first : first + self._batch]
                self._collection.upsert(
                    ids=[passage.id for passage, _ in part],
                    embeddings=np.stack([vector for _, vector in part]),
                    metadatas=[{"document_id": each.span.document_id} for each, _ in part],
                )

    def forget(self, document_ids: Sequence[str]) -> None:
        """Remove every vector of these documents."""
        with self._translated():
            for document_id in document_ids:
                self._collection.delete(where={"document_id": document_id})

    def discard(self, passage_ids: Sequence[str]) -> None:
        """Remove single vectors."""
        with self._translated():
            for first in range(0, len(passage_ids), self._batch):
                self._collection.delete(ids=list(passage_ids[first : first + self._batch]))

    def nearest(
        self, vector: NDArray[np.float32], limit: int, documents: Collection[str] | None
    ) -> list[str]:
        """Ids of the passages nearest to a vector, nearest first."""
        where: dict[str, Any] | None = None
        if documents is not None:
            where = {"document_id": {"$in": sorted(documents)}}
        with self._translated():
            found = self._collection.query(
                query_embeddings=vector[np.newaxis], n_results=limit, where=where, include=[]
            )
        return found["ids"][0]

    def count(self) -> int:
        with self._translated():
            return self._collection.count()

    def ids(self) -> Iterator[str]:
        """Every passage id that has a vector here."""
        offset = 0
        while True:
            with self._translated():
                page = self._collection.get(include=[], limit=_PAGE, offset=offset)["ids"]
            yield from page
            if len(page) < _PAGE:
                return
            offset += len(page)

    def close(self) -> None:
        with self._translated():
            # Chroma leaves the connections of its two server clients open.
            servers = [self._client._server, getattr(self._client._admin_client, "_server", None)]
            self._client.close()
            for session in [getattr(server, "_session", None) for server in servers]:
                if session is not None:
                    session.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        from chromadb.errors import ChromaError
        from httpx import HTTPError

        try:
            with self._memory():
                yield
        except CitewellError:
            raise
        except (ChromaError, HTTPError, ValueError, OSError, RuntimeError) as error:
            raise _translation(self._where, error) from error


def collection_name(library_id: str, embedder: str) -> str:
    """One collection for each library and embedder, within Chroma's rules for names."""
    return f"citewell-{library_id}-{hashlib.sha256(embedder.encode()).hexdigest()[:12]}"


def _persistent(folder: Path) -> "Client":
    chromadb, settings = _chroma()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        client: Client = chromadb.PersistentClient(path=str(folder), settings=settings)
    except AttributeError as error:  # its own clearing up after a failed start fails
        _forget_failed(folder)
        raise RuntimeError("it could not be started") from error
    except BaseException:
        _forget_failed(folder)
        raise
    return client


def _forget_failed(folder: Path) -> None:
    """Chroma remembers even a client that did not start, and would hand it out ever after."""
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient._identifier_to_system.pop(str(folder), None)
    SharedSystemClient._identifier_to_refcount.pop(str(folder), None)


def _served(url: str) -> "Client":
    chromadb, settings = _chroma()
    parts = urlsplit(url if "://" in url else f"http://{url}")
    secure = parts.scheme == "https"
    _reach_directly(parts.hostname or "localhost")
    client: Client = chromadb.HttpClient(
        host=parts.hostname or "localhost",
        port=parts.port or (443 if secure else 8000),
        ssl=secure,
        settings=settings,
    )
    return client


def _reach_directly(host: str) -> None:
    """Keep a proxy that the environment names from being asked for this machine."""
    if host in ("localhost", "127.0.0.1", "::1"):
        for name in ("NO_PROXY", "no_proxy"):
            known = os.environ.get(name, "")
            if host not in known.split(","):
                os.environ[name] = f"{known},{host}".strip(",")


def _chroma() -> tuple[Any, Any]:
    """The library and its settings, telemetry off."""
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    import chromadb
    from chromadb.config import Settings

    return chromadb, Settings(anonymized_telemetry=False)


def _translation(where: str, error: Exception) -> CitewellError:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "://" in where:
        return StoreError(
            f"The Chroma server {where} failed: {reason}",
            "Start it (`chroma run`), or unset CITEWELL_CHROMA_URL to keep vectors in the library.",
        )
    if is_full(Path(where), error):
        return FullDiskError()
    return StoreError(
        f"Chroma failed in {where}: {reason}",
        "Run `citewell doctor --repair`: the vectors are made again from the record.",
    )
