"""How soon a changed text in a watched folder is found by search, beside ``citewell watch``.

    python -m benchmarks.watching [--runs N] [--files N] [--out DIR] [--fresh]

A process of its own watches a folder of made texts of two pages. One after the other is written
anew. From the last write on, the library is opened and searched again and again, as commands do it;
the time ends when a passage of the new text is among the ten that are found by its question.
The embedding model is loaded before. Kills are tried by ``tests/soak/watching.py``.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from assistant.runtime import EmbedderOnDemand, open_library
from assistant.settings import Settings, go_offline
from benchmarks import texts
from benchmarks.figures import Result, figure, kept, options, table
from index.embedding import Embedder

RUNS = 20
FILES = 100
TWO_PAGES = 1_000
"""Words."""
_AGAIN_S = 0.5
"""Between two searches."""
_LONGEST_S = 600.0
"""A wait that takes longer fails the measurement."""


def two_pages(number: int) -> texts.Made:
    """A made text of two pages, each of its own, with the question that its first part has."""
    parts = [texts.document(20 * number + part) for part in range(20)]
    words = "\n\n".join(part.text for part in parts).split(" ")
    assert len(words) > TWO_PAGES
    return replace(parts[0], text=" ".join(words[:TWO_PAGES]))


def measure(place: Path, files: int, runs: int) -> Result:
    """Seconds from the last write of each run, in a folder that is empty."""
    folder = place / "files"
    folder.mkdir()
    for number in range(files):
        (folder / f"{number:04}.txt").write_text(two_pages(number).text, encoding="utf-8")
    settings = Settings(library=place / "library")
    embedder = EmbedderOnDemand(settings)
    embedder.encode(["ready"])
    chance = random.Random(texts.SEED)
    here = {"CITEWELL_LIBRARY": str(settings.library), "CITEWELL_LOG_DIR": str(place / "log")}
    command = [sys.executable, "-m", "assistant", "watch", str(folder)]
    seconds = []
    with subprocess.Popen(command, env=os.environ | here, stdout=subprocess.DEVNULL) as watching:
        try:
            _wait_until(lambda: _documents(settings) == files, watching)
            for run in range(runs):
                time.sleep(chance.uniform(1.0, 5.0))
                changed = folder / f"{chance.randrange(files):04}.txt"
                new = two_pages(files + run)
                changed.write_text(new.text, encoding="utf-8")
                written = time.perf_counter()
                _wait_until(partial(_found, settings, embedder, new), watching)
                seconds.append(time.perf_counter() - written)
                print(f"{run + 1} of {runs}: {seconds[-1]:.2f} s", flush=True)
        finally:
            watching.terminate()
    among = f"changed text among {files:,} is found"
    return Result(
        figures=[
            figure(among, "s", seconds, at_most=5.0),
            figure(f"{among}, the slowest", "s", [max(seconds)], at_most=5.0),
        ]
    )


def _wait_until(done: Callable[[], bool], watching: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _LONGEST_S
    while not done():
        assert watching.poll() is None, "citewell watch has ended"
        assert time.monotonic() < until, f"not within {_LONGEST_S:.0f} s"
        time.sleep(_AGAIN_S)


def _documents(settings: Settings) -> int:
    with open_library(settings) as library:
        return len(library.documents())


def _found(settings: Settings, embedder: Embedder, new: texts.Made) -> bool:
    title = new.text.partition("\n")[0]
    with open_library(settings, embedder=embedder) as library:
        documents = {each.passage.span.document_id for each in library.search(new.question)}
        return any(library.text(each).startswith(title) for each in documents)


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--files", type=int, default=FILES)
    told = parser.parse_args()
    go_offline()

    def work() -> Result:
        with tempfile.TemporaryDirectory() as place:
            return measure(Path(place), told.files, told.runs)

    print(table(kept(told.out, "watching", work, fresh=told.fresh).figures))


if __name__ == "__main__":
    main()
