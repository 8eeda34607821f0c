"""Parts one can steer, for tests that run in seconds without weights."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class HashEmbedder:
    """A deterministic embedder: each word of a text adds one to a component chosen by its hash.

    Texts that share words are near each other; the same text always has the same vector. Keeps
    ``calls``, the texts it was asked to encode, so that a test can say what was not embedded again.
    """

    def __init__(self, name: str = "hash-64", dimension: int = 64) -> None:
        self.name = name
        self.dimension = dimension
        self.calls: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (texts, dimension)."""
        self.calls.extend(texts)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()) or ["nothing"]:
                vectors[row, _bucket(word, self.dimension)] += 1.0
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(min=1e-9)


def _bucket(word: str, dimension: int) -> int:
    digest = hashlib.blake2b(word.encode("utf-8"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % dimension
