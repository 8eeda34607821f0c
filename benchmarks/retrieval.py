"""How a library grows: finding, opening, memory and disk at 1,000, 10,000 and 100,000 passages.

    python -m benchmarks.retrieval [--sizes N …] [--out DIR] [--fresh]

The documents are made (``benchmarks/texts.py``); all are loaded, parted, indexed by word and handed
to Chroma as always. Embedding a hundred thousand passages takes an hour, so a few hundred are
embedded and the vectors of all others are mixed of those and noise; questions are embedded as
always. Each size is measured in processes of its own, the question's embedding included.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.evaluation.reports.metrics import quantile
from assistant.runtime import EmbedderOnDemand
from assistant.settings import Settings, go_offline
from benchmarks.figures import Result, figure, kept, options, peak_memory_mb, table
from benchmarks.texts import SEED, document, questions, written
from index import Library
from index.embedding import Embedder, Vectors

SIZES = (1_000, 10_000, 100_000)
RUNS = 3
QUESTIONS = 50
_BLOCK = 50
"""Documents that are added at a time."""
_EMBEDDED = 100
"""Texts that are embedded, of which the other vectors are mixed."""


class MixingEmbedder:
    """Embeds questions as ``real`` does; the vectors of passages are mixed, which takes no time."""

    def __init__(self, real: Embedder) -> None:
        self.name = f"mixed-{real.name}"
        self._real = real
        self._base: Vectors | None = None
        self._chance = np.random.default_rng(SEED)
        self.mixing = False

    @property
    def dimension(self) -> int:
        return self._real.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not self.mixing or not texts:
            return self._real.encode(texts)
        if self._base is None:
            made = (document(number).text for number in range(_EMBEDDED))
            paragraphs = [text.split("\n\n")[1] for text in made]
            self._base = np.concatenate([self._real.encode([each]) for each in paragraphs])
        base, count = self._base, len(texts)
        first, second = self._chance.integers(len(base), size=(2, count))
        noise = self._chance.normal(scale=0.02, size=(count, base.shape[1]))
        mixed = base[first] + 0.7 * base[second] + noise
        return np.asarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), dtype=np.float32)


def grow(library: Library, embedder: MixingEmbedder, size: int, files: Path) -> dict[str, float]:
    """Add made documents until there are so many passages; the rate at which they came."""
    known = library.documents()
    before = total = sum(info.passages for info in known)
    embedder.mixing = True
    embedder.encode(["ready"])
    number, start = len(known), time.perf_counter()
    while total < size:
        block = written(files / f"{number:07}", range(number, number + _BLOCK))
        for result in library.add(block):
            assert result.status == "added", result
            total += result.passages
        number += _BLOCK
    embedder.mixing = False
    taken = time.perf_counter() - start
    return {
        "passages": total,
        "documents": number,
        "written_a_second": (total - before) / taken if total > before else 0.0,
    }


def asked(folder: Path, embedder: Embedder, count: int, seed: int) -> dict[str, Any]:
    """Seconds of opening and of every search in a library, in this process."""
    start = time.perf_counter()
    with Library.open(folder, embedder=embedder) as library:
        library.warm()
        opened = time.perf_counter() - start
        ids = [info.id for info in library.documents()]
        some = list(questions(range(len(ids)), min(len(ids), count * 4), seed))

        def timed(number: int, documents: list[str] | None) -> list[float]:
            return [_seconds(library, question, documents) for question in some[number::4]]

        timed(0, None)  # the first searches load what the later ones use
        found = {
            "all_s": timed(1, None),
            "one_document_s": timed(2, ids[:1]),
            "hundred_documents_s": timed(2, ids[:: max(1, len(ids) // 100)]),
            "half_of_the_documents_s": timed(3, ids[::2]),
        }
        return {
            "open_s": opened,
            "memory_mb": peak_memory_mb(),
            "disk_mb": sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6,
            **found,
        }


def _seconds(library: Library, question: str, documents: list[str] | None) -> float:
    start = time.perf_counter()
    library.search(question, documents=documents)
    return time.perf_counter() - start


def at_size(size: int, out: Path, runs: int, count: int) -> dict[str, Any]:
    """What growing to a size took, and each run of asking the library there."""
    folder = out / "library"
    embedder = MixingEmbedder(EmbedderOnDemand(Settings()))
    with Library.open(folder, embedder=embedder) as library:
        grown = grow(library, embedder, size, out / "documents")
    command = [sys.executable, "-m", "benchmarks.retrieval", "--ask", str(folder)]
    asking = [
        subprocess.run(
            [*command, "--questions", str(count), "--seed", str(run)],
            check=True,
            stdout=subprocess.PIPE,
        )
        for run in range(runs)
    ]
    return {"grown": grown, "runs": [json.loads(done.stdout) for done in asking]}


def measure(sizes: Sequence[int], out: Path, *, runs: int = RUNS, count: int = QUESTIONS) -> Result:
    """Grow one library from size to size, and ask it at each; what is done is kept."""
    figures, details = [], {}
    for size in sizes:
        kept_at = out / f"{size}.json"
        if not kept_at.exists():
            done = at_size(size, out, runs, count)
            kept_at.write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")
        details[str(size)] = json.loads(kept_at.read_text(encoding="utf-8"))
        found, grown = details[str(size)]["runs"], details[str(size)]["grown"]
        largest = size == max(sizes)
        where = f"at {size:,} passages"
        for key, name in (
            ("all_s", "all documents"),
            ("one_document_s", "one document"),
            ("hundred_documents_s", "about 100 documents"),
            ("half_of_the_documents_s", "half of the documents"),
        ):
            for share in (0.5, 0.95):
                times = [1000 * (quantile(sorted(run[key]), share) or 0.0) for run in found]
                target = {"at_most": 60.0} if largest and share > 0.9 else {}
                figures.append(
                    figure(f"search in {name}, p{share * 100:.0f}, {where}", "ms", times, **target)
                )
        memory = [run["memory_mb"] / 1000 for run in found]
        target = {"at_most": 1.5} if largest else {}
        figures.append(figure(f"resident memory {where}", "GB", memory, **target))
        figures.append(figure(f"disk {where}", "MB", [run["disk_mb"] for run in found]))
        figures.append(figure(f"opening {where}", "s", [run["open_s"] for run in found]))
        figures.append(
            figure(f"passages written a second up to {size:,}", "/s", [grown["written_a_second"]])
        )
    return Result(figures=figures, details=details)


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--ask", type=Path, help="only ask the library of this folder")
    told = parser.parse_args()
    go_offline()
    if told.ask:
        embedder = MixingEmbedder(EmbedderOnDemand(Settings()))
        print(json.dumps(asked(told.ask, embedder, told.questions, told.seed)))
        return
    work = told.out / "retrieval"
    if told.fresh:
        shutil.rmtree(work, ignore_errors=True)
    result = kept(told.out, "retrieval", lambda: measure(told.sizes, work), fresh=told.fresh)
    print(table(result.figures))


if __name__ == "__main__":
    main()
