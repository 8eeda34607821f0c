"""The rates that docs/scaling.md reckons with: embedding, writing, and bytes of a passage.

    OMP_NUM_THREADS=1 python -m benchmarks.rates --passages 300 --written 3000

Rates are passages for each second of processor time, so that other work of the machine does not
count. The passages are the example document's, each with a number of its own.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.resources import seeds_folder
from assistant.runtime import EmbedderOnDemand
from assistant.settings import Settings, go_offline
from index import Library, loading
from index.embedding import Vectors
from index.vectors import embedded_text

DIMENSION = 384
PER_DOCUMENT = 50
"""Paragraphs of a document that is written."""


class Drawn:
    """An embedder that costs nothing: vectors are drawn by chance."""

    name = "drawn"
    dimension = DIMENSION

    def __init__(self) -> None:
        self._chance = np.random.default_rng(0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (texts, dimension)."""
        drawn = self._chance.standard_normal((len(texts), DIMENSION)).astype(np.float32)
        return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


def embedding_rate(count: int) -> float:
    """Passages embedded in a second of processor time, batches sorted by length."""
    (path,) = seeds_folder().glob("*.txt")
    passages = loading.part(loading.read_file(path, 50)).passages
    texts = [f"{embedded_text(passages[n % len(passages)])} {n}" for n in range(count)]
    texts.sort(key=len)
    embedder = EmbedderOnDemand(Settings())
    embedder.encode(texts[:2])
    began = time.process_time()
    for first in range(0, count, 128):
        embedder.encode(texts[first : first + 128])
    return count / (time.process_time() - began)


def writing(count: int) -> dict[str, float]:
    """What one writer does in a second of its processor time, and what a passage takes on disk."""
    (path,) = seeds_folder().glob("*.txt")
    paragraphs = [line for line in path.read_text(encoding="utf-8").split("\n") if len(line) > 80]
    with tempfile.TemporaryDirectory() as place:
        documents, folder = Path(place) / "documents", Path(place) / "library"
        documents.mkdir()
        # As long a library as asked for: a passage is about five of these paragraphs.
        for number in range(max(1, count * 5 // PER_DOCUMENT)):
            lines = [
                f"{number}.{line}: {paragraphs[(number + line) % len(paragraphs)]}"
                for line in range(PER_DOCUMENT)
            ]
            (documents / f"{number}.txt").write_text("\n\n".join(lines), encoding="utf-8")
        with Library.open(folder, embedder=Drawn()) as library:
            began = time.process_time()
            written = sum(result.passages for result in library.add(documents))
            seconds = time.process_time() - began
        sizes = {
            name: sum(each.stat().st_size for each in folder.rglob(pattern) if each.is_file())
            for name, pattern in (("record", "library.sqlite*"), ("chroma", "chroma/**/*"))
        }
        text = sum(each.stat().st_size for each in documents.iterdir())
    return {
        "written": written,
        "written_per_cpu_s": round(written / seconds, 1),
        "record_bytes_per_passage": round(sizes["record"] / written),
        "chroma_bytes_per_passage": round(sizes["chroma"] / written),
        "text_bytes_per_passage": round(text / written),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--passages", type=int, default=300)
    parser.add_argument("--written", type=int, default=3000)
    given = parser.parse_args()
    go_offline()
    print(json.dumps(writing(given.written)), flush=True)
    rate = round(embedding_rate(given.passages), 1)
    print(json.dumps({"embedded": given.passages, "embedded_per_cpu_s": rate}))


if __name__ == "__main__":
    main()
