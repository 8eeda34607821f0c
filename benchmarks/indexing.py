"""Indexing beside the plain way, in one run: the same files, passages, model and Chroma.

    python -m benchmarks.indexing [--documents N] [--runs N] [--folder DIR] [--out DIR] [--fresh]

The plain way reads each file, parts it with our own rules, embeds its passages with
sentence-transformers as it comes (float32, 32 at a time) and adds them to Chroma, document by
document. Ours besides keeps the text, the word index and the vectors in the record, each document
whole or absent. The two take turns; both models are loaded before. Processor seconds are told
beside those of the clock, which a busy machine stretches. ``--folder`` takes your own text files
instead of made ones.
"""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.models import DEFAULT_EMBEDDING, weights_path
from assistant.settings import Settings, go_offline
from benchmarks import texts
from benchmarks.figures import Result, figure, kept, options, table
from index import Library, loading
from index.embedding import SentenceEmbedder
from index.vectors import embedded_text

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DOCUMENTS = 60
RUNS = 3
_SETTLED_S = 60


def plain(files: Sequence[Path], model: "SentenceTransformer", folder: Path) -> None:
    """Index the plain way."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    settings = ChromaSettings(anonymized_telemetry=False)
    client: Any = chromadb.PersistentClient(str(folder), settings)
    collection = client.create_collection("plain", embedding_function=None)
    for path in files:
        raw = loading.Raw(source=str(path), kind=path.suffix, content=path.read_bytes())
        passages = loading.part(raw).passages
        vectors = model.encode([embedded_text(each) for each in passages], show_progress_bar=False)
        collection.add(
            ids=[each.id for each in passages],
            embeddings=np.asarray(vectors, dtype=np.float32),
            documents=[each.text for each in passages],
        )
    client.close()


def measure(files: Path, runs: int) -> Result:
    """Both ways on the files of a folder, turn and turn about."""
    from sentence_transformers import SentenceTransformer

    weights = weights_path(DEFAULT_EMBEDDING, Settings().models_dir)
    model = SentenceTransformer(str(weights), device="cpu", local_files_only=True)
    embedder = SentenceEmbedder(weights, DEFAULT_EMBEDDING)
    embedder.encode(["ready " * 5_000])
    paths = sorted(path for path in files.iterdir() if path.suffix in loading.READERS)
    ratios, processor, again, rates = [], [], [], []
    count = 0
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as place:
            theirs = taken(partial(plain, paths, model, Path(place) / "plain"))
            with Library.open(Path(place) / "library", embedder=embedder) as library:
                library.warm()
                ours = taken(partial(_added, library, files, "added"))
                renewed = taken(partial(_added, library, files, "unchanged"))
                count = sum(info.passages for info in library.documents())
        ratios.append(theirs[0] / ours[0])
        processor.append(theirs[1] / ours[1])
        again.append(renewed[0] / ours[0])
        rates.append(count / ours[0])
    return Result(
        figures=[
            figure("indexing throughput beside the plain way", "x", ratios, at_least=1.3),
            figure("… by processor seconds", "x", processor),
            figure("indexing again, unchanged, beside the first time", "x", again, at_most=0.01),
            figure("passages indexed a second", "/s", rates),
        ],
        details={"passages": count, "documents": len(paths)},
    )


def taken(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the clock and of the processor, child processes that have ended included."""
    clock, before = time.perf_counter(), os.times()
    work()
    after = os.times()
    return time.perf_counter() - clock, sum(after[:4]) - sum(before[:4])


def _added(library: Library, files: Path, status: str) -> None:
    found = {result.status for result in library.add(files)}
    assert found == {status}, found


def made(folder: Path, documents: int) -> Path:
    """Made files, old enough that their time of change is trusted."""
    texts.written(folder, range(documents))
    past = time.time() - _SETTLED_S
    for path in folder.iterdir():
        os.utime(path, (past, past))
    return folder


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--folder", type=Path, default=None, help="instead of made documents")
    told = parser.parse_args()
    go_offline()

    def work() -> Result:
        if told.folder:
            return measure(told.folder, told.runs)
        with tempfile.TemporaryDirectory() as place:
            return measure(made(Path(place), told.documents), told.runs)

    print(table(kept(told.out, "indexing", work, fresh=told.fresh).figures))


if __name__ == "__main__":
    main()
