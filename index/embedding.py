"""From texts to vectors, behind a protocol small enough to write a second one in ten lines."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors of one length."""

    @property
    def name(self) -> str:
        """Names the model and its version: vectors of different names are never mixed."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector (float32) for each text, shape (texts, dimension)."""


class CachedEmbedder:
    """Remembers the vectors of the texts most recently asked for, so none is encoded twice."""

    def __init__(self, embedder: Embedder, size: int = 20_000) -> None:
        self._embedder = embedder
        self._size = size
        self._turn = threading.Lock()
        self._known: OrderedDict[str, Vectors] = OrderedDict()

    @property
    def name(self) -> str:
        return self._embedder.name

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (texts, dimension)."""
        if not texts:
            return self._embedder.encode([])
        with self._turn:
            found = {text: self._known[text] for text in texts if text in self._known}
        fresh = [text for text in dict.fromkeys(texts) if text not in found]
        if fresh:
            found.update(zip(fresh, self._embedder.encode(fresh), strict=True))
        with self._turn:
            self._remember(found)
        return np.stack([found[text] for text in texts])

    def _remember(self, found: Mapping[str, Vectors]) -> None:
        for text, vector in found.items():
            self._known[text] = vector
            self._known.move_to_end(text)
        while len(self._known) > self._size:
            self._known.popitem(last=False)


class SentenceEmbedder:
    """A sentence-transformers model in a folder on this machine, loaded when first needed.

    Nothing is downloaded. Several threads may share it: they take turns.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self._path = path
        self._turn = threading.Lock()
        self._model: SentenceTransformer | None = None

    @property
    def dimension(self) -> int:
        with self._turn:
            return int(self._loaded().get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (texts, dimension).

        Raises:
            StoreError: the folder holds no usable model.
        """
        with self._turn:
            model = self._loaded()
            if not texts:
                return np.zeros((0, int(model.get_embedding_dimension() or 0)), dtype=np.float32)
            found = model.encode(list(texts), batch_size=32, show_progress_bar=False)
        vectors: Vectors = np.asarray(found, dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True).clip(min=1e-12)
        return np.asarray(vectors / lengths, dtype=np.float32)

    def _loaded(self) -> "SentenceTransformer":
        if self._model is None:
            self._model = _load(self._path)
        return self._model


def _load(path: Path) -> "SentenceTransformer":
    if not (path / "modules.json").is_file():
        raise StoreError(
            f"There is no embedding model in {path}.",
            "Fetch it with `citewell models fetch all-MiniLM-L6-v2`.",
        )
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(
            str(path),
            device="cpu",
            local_files_only=True,
            model_kwargs={"dtype": torch.bfloat16 if _has_bfloat16() else torch.float32},
        )
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise StoreError(
            f"The embedding model in {path} cannot be loaded ({error}).",
            "Delete the folder and fetch it again with `citewell models fetch`.",
        ) from error


def _has_bfloat16() -> bool:
    """Whether this processor computes bfloat16 natively; elsewhere float32 is faster."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
