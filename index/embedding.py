"""From texts to vectors, behind a protocol small enough to write a second one in ten lines."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.bert import Bert, understands
from index.errors import StoreError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Loaded = TypeVar("Loaded")
_FEW = 20_000
"""Characters that are embedded without loading PyTorch, if it is not loaded yet."""
_BATCH = 6_000
"""Characters of a batch, about: its intermediate values then stay in the processor's caches, which
was measured to be a quarter faster than 32 passages at a time."""
_MOST_IN_BATCH = 64
"""Texts of a batch, however short."""


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

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

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

    def forget(self) -> None:
        """Remember none any more."""
        with self._turn:
            self._known.clear()

    def _remember(self, found: Mapping[str, Vectors]) -> None:
        for text, vector in found.items():
            self._known[text] = vector
            self._known.move_to_end(text)
        while len(self._known) > self._size:
            self._known.popitem(last=False)


class SentenceEmbedder:
    """A sentence-transformers model in a folder on this machine, loaded when first needed.

    Until many texts are to be embedded, ``Bert`` embeds them where it can, which is ready at once.
    Nothing is downloaded. Several threads may share it: they take turns.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self._path = path
        self._turn = threading.Lock()
        self._model: SentenceTransformer | None = None
        self._bert: Bert | None = None

    @property
    def dimension(self) -> int:
        return int(self.encode([""]).shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (texts, dimension).

        Raises:
            StoreError: the folder holds no usable model.
        """
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._turn:
            quick = self._quick(sum(map(len, texts)))
            if quick is not None:
                return quick.encode(texts)
            size = _BATCH // max(1, max(map(len, texts)))
            found = self._loaded().encode(
                list(texts), batch_size=min(max(size, 4), _MOST_IN_BATCH), show_progress_bar=False
            )
        vectors: Vectors = np.asarray(found, dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True).clip(min=1e-12)
        return np.asarray(vectors / lengths, dtype=np.float32)

    def _quick(self, characters: int) -> "Bert | None":
        """What embeds a few texts while the large libraries are not loaded, if it can."""
        if self._model is not None or characters > _FEW:
            self._bert = None
        elif self._bert is None and understands(self._path):
            self._bert = _translated(self._path, Bert)
        return self._bert

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
    return _translated(
        path,
        lambda folder: SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            model_kwargs={"dtype": getattr(torch, float_kind())},
        ),
    )


def _translated(path: Path, load: Callable[[Path], Loaded]) -> Loaded:
    """What ``load`` makes of the folder.

    Raises:
        StoreError: it cannot.
    """
    try:
        return load(path)
    except Exception as error:
        # The reader of weights has exceptions of its own, some of no narrower class.
        raise StoreError(
            f"The embedding model in {path} cannot be loaded ({error}).",
            "Delete the folder and fetch it again with `citewell models fetch`.",
        ) from error


def float_kind(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """``bfloat16`` where this processor computes it natively; elsewhere float32 is faster."""
    try:
        flags = cpuinfo.read_text(encoding="ascii", errors="replace")
    except OSError:
        return "float32"
    return "bfloat16" if "avx512_bf16" in flags or "amx_bf16" in flags else "float32"
