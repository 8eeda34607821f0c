"""Several libraries asked as one: is the order that of one library, and what does it cost?

    python -m benchmarks.several_libraries [--passages N] [--out DIR] [--fresh]

The order is told on the tests' own documents, in three libraries of neighbouring names, and 200
questions of six words of one sentence. Beside it stands what is simpler: each library's ten best,
sorted by the scores that it gave them. The processor time is that of made documents, with vectors
that are mixed and not embedded (``benchmarks.retrieval``): two libraries with N passages each, one
of 2N.
"""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.evaluation.reports.metrics import quantile
from assistant.runtime import EmbedderOnDemand
from assistant.settings import Settings, go_offline
from benchmarks.figures import Figure, Result, figure, kept, options, table
from benchmarks.retrieval import MixingEmbedder
from benchmarks.texts import SEED, questions, written
from index import Evidence, Library
from index.embedding import CachedEmbedder
from index.libraries import Libraries

GOLDEN = Path(__file__).parents[1] / "tests" / "golden"
ASKED, TIMED = 200, 40
BEST = 10
"""Passages of a search."""
_BLOCK = 50
"""Documents that are added at a time."""


def order(folder: Path) -> Iterator[Figure]:
    """The share of questions of which the best passage, and all ten in their order, are the same as
    in one library."""
    # A vector differs a little with those it is embedded beside; here each passage has one.
    embedder = CachedEmbedder(EmbedderOnDemand(Settings()))
    files = [str(each) for each in sorted(GOLDEN.glob("**/documents/*"))]
    third = -(-len(files) // 3)
    parts = [files[first : first + third] for first in range(0, len(files), third)]
    with ExitStack() as stack:

        def library(name: str, some: Sequence[str]) -> Library:
            opened = stack.enter_context(Library.open(folder / name, embedder=embedder))
            list(opened.add(some))
            return opened

        several = [library(f"part{at}", some) for at, some in enumerate(parts)]
        one = library("one", files)
        together = Libraries(several, embedder.name)
        asked = list(_questions(one))
        alone = [_ids(one.search(each)) for each in asked]
        merged = [_ids(together.search(each)) for each in asked]
        by_own = [
            _ids(sorted((e for s in several for e in s.search(each)), key=lambda e: -e.score))
            for each in asked
        ]
    for name, found in (("as one library", merged), ("by each library's own scores", by_own)):
        first = sum(a[:1] == b[:1] for a, b in zip(alone, found, strict=True))
        ten = sum(a == b for a, b in zip(alone, found, strict=True))
        yield figure(f"the same best passage, {name}", f"of {len(asked)}", [first])
        yield figure(f"the same ten in their order, {name}", f"of {len(asked)}", [ten])


def _questions(library: Library) -> Iterator[str]:
    """Six words of a sentence, in any order."""
    chance = random.Random(SEED)
    spans = [span for info in library.documents() for span in library.sentences(info.id)]
    texts = [library.text(span.document_id)[span.start : span.end].split() for span in spans]
    for words in chance.sample([each for each in texts if len(each) >= 8], ASKED):
        yield " ".join(chance.sample(words, 6))


def _ids(found: Sequence[Evidence]) -> list[str]:
    return [each.passage.id for each in found[:BEST]]


def seconds(folder: Path, passages: int) -> Iterator[Figure]:
    """Milliseconds of processor time of a search in two libraries, and in one with twice the
    passages."""
    embedder = MixingEmbedder(EmbedderOnDemand(Settings()))
    with ExitStack() as stack:
        halves = [
            stack.enter_context(Library.open(folder / name, embedder=embedder)) for name in "ab"
        ]
        one = stack.enter_context(Library.open(folder / "both", embedder=embedder))
        embedder.mixing = True
        embedder.encode(["ready"])
        number = 0
        while sum(info.passages for each in halves for info in each.documents()) < 2 * passages:
            block = written(folder / f"{number:07}", range(number, number + _BLOCK))
            for library in (halves[number // _BLOCK % 2], one):
                list(library.add(block))
            number += _BLOCK
        embedder.mixing = False
        for name, asked in (
            (f"in two libraries of {passages:,} passages", Libraries(halves, embedder.name)),
            (f"in one of {2 * passages:,}", one),
        ):
            times = [
                1000 * _seconds(asked, each) for each in questions(range(number), TIMED, SEED)
            ][TIMED // 4 :]  # the first searches load what the later ones use
            for share in (0.5, 0.95):
                told = quantile(sorted(times), share) or 0.0
                yield figure(f"search {name}, p{share * 100:.0f}", "CPU ms", [told])


def _seconds(asked: Library | Libraries, question: str) -> float:
    start = time.process_time()
    asked.search(question)
    return time.process_time() - start


def measure(passages: int) -> Result:
    with TemporaryDirectory() as folder:
        place = Path(folder)
        figures = [*order(place / "order"), *seconds(place / "time", passages)]
    return Result(figures=figures, details={})


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--passages", type=int, default=10_000)
    told = parser.parse_args()
    go_offline()
    result = kept(told.out, "several_libraries", lambda: measure(told.passages), fresh=told.fresh)
    print(table(result.figures))


if __name__ == "__main__":
    main()
