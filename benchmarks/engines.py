"""The record in SQLite and in PostgreSQL, beside each other, without embedding or Chroma.

    python -m benchmarks.engines --url postgresql://USER@HOST/NAME --passages 100000

Writes made passages with drawn vectors into a file, and as many with one writer and with two into
the database; moves the file there; then asks both the same questions in turn: the words, the
passages found and their vectors. The database must be empty: its tables are ``bench_…``.
"""

import argparse
import hashlib
import json
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from assistant.evaluation.reports.metrics import quantile
from index.data import Document, Passage, Span
from index.engines import Address, opened
from index.moving import Copies
from index.record import Record
from index.record_rows import Kept
from index.sources import Source

WORDS = 50_000
PASSAGE_WORDS = 110
PER_DOCUMENT = 11
"""Passages of a document: as many as in the news of ``benchmarks.retrieval``."""
DIMENSION = 384
_SYLLABLES = "ba de gi ko lu ma ne pi ro su ta ve wi xo zu ca".split()


def word(rank: int) -> str:
    """The word of a rank: the share of the word of rank r falls as 1/r (Zipf)."""
    return "".join(_SYLLABLES[rank >> shift & 15] for shift in (0, 4, 8, 12))


def made(numbers: range) -> Iterator[tuple[Document, list[Kept]]]:
    """The documents of these numbers with their passages: the same in every run."""
    for number in numbers:
        chance = np.random.default_rng(number)
        ranks = WORDS ** chance.random((PER_DOCUMENT, PASSAGE_WORDS)) - 1
        texts = [" ".join(word(int(rank)) for rank in row) + "." for row in ranks]
        text = "\n\n".join(texts)
        identity = hashlib.sha256(text.encode()).hexdigest()[:16]
        document = Document(
            id=identity,
            title=f"{number}",
            name=f"{number}.txt",
            path=f"/made/{number}.txt",
            url=None,
            published=None,
            added="2026-01-01",
            text=text,
        )
        kept, start = [], 0
        for each in texts:
            end = start + len(each)
            span = Span(document_id=identity, start=start, end=end)
            passage = Passage(id=f"{identity}:{start}-{end}", span=span, text=each, heading="")
            key = hashlib.sha256(each.encode()).hexdigest()[:32]
            kept.append(Kept(passage=passage, key=key, document_name=document.name))
            start = end + 2
        yield document, kept


def write(place: Path | Address, numbers: range) -> float:
    """Seconds that writing these documents takes, as many at once as when a folder is added."""
    at_once = 24
    chance = np.random.default_rng(0)
    taken = 0.0
    with closing(Record(place)) as record:
        for first in range(numbers.start, numbers.stop, at_once):
            lot = list(made(range(first, min(numbers.stop, first + at_once))))
            vectors = {
                each.key: chance.random(DIMENSION, dtype=np.float32)
                for _, kept in lot
                for each in kept
            }
            began = time.perf_counter()
            with record.turn(600) if record.turn else nullcontext():
                record.vectors.keep("drawn", vectors)
                record.unfinished.begin([document.id for document, _ in lot])
                with record.at_once():
                    for document, kept in lot:
                        source = Source(
                            source=str(document.path),
                            document_id=document.id,
                            digest="0",
                            size=1,
                            modified=1,
                            noted=2,
                        )
                        record.save(document, [], kept, source)
            taken += time.perf_counter() - began
    return taken


def two_writers(place: Address, numbers: range) -> float:
    """Seconds until both of two processes have written their half, making the texts included."""
    half = (numbers.start + numbers.stop) // 2
    context = multiprocessing.get_context("spawn")
    Record(place).close()
    began = time.perf_counter()
    with context.Pool(2) as pool:
        pool.starmap(
            write, [(place, range(numbers.start, half)), (place, range(half, numbers.stop))]
        )
    return time.perf_counter() - began


def ask(record: Record, question: str) -> float:
    """Seconds of what a search needs of the record."""
    began = time.perf_counter()
    found = record.kept(list(record.words.best(question, 50, None)))
    record.vectors.of("drawn", [kept.key for kept in found.values()])
    return time.perf_counter() - began


def questions(count: int) -> Iterator[str]:
    """Of three frequent words and four rarer ones."""
    chance = np.random.default_rng(1)
    for _ in range(count):
        ranks = [*chance.integers(300, size=3), *chance.integers(300, 20_000, size=4)]
        yield " ".join(word(int(rank)) for rank in ranks)


def figures(seconds: list[float]) -> dict[str, float]:
    return {
        f"p{share * 100:.0f}_ms": round(1000 * (quantile(sorted(seconds), share) or 0.0), 1)
        for share in (0.5, 0.95)
    }


def measure(url: str, passages: int, written: int, asked: int) -> Iterator[dict[str, Any]]:
    documents, few = range(passages // PER_DOCUMENT), range(written // PER_DOCUMENT)
    count = len(few) * PER_DOCUMENT
    with tempfile.TemporaryDirectory() as folder:
        in_file = write(Path(folder) / "few.sqlite", few)
        in_base = write(Address(url=url, namespace="bench_one"), few)
        yield {
            "written": count,
            "sqlite_a_second": round(count / in_file),
            "postgres_a_second": round(count / in_base),
        }
        file, base = Path(folder) / "many.sqlite", Address(url=url, namespace="bench_many")
        write(file, documents)
        began = time.perf_counter()
        with closing(opened(file)[0]) as source:
            moved = Copies(source, nullcontext()).move(base)
        yield {
            **moved.rows,
            "differences": moved.differences,
            "move_s": time.perf_counter() - began,
        }
        with closing(Record(file)) as ours, closing(Record(base)) as theirs:
            times: list[tuple[float, float]] = [
                (ask(ours, each), ask(theirs, each)) for each in questions(asked)
            ]
        yield {
            "asked": asked,
            "sqlite": figures([one for one, _ in times]),
            "postgres": figures([other for _, other in times]),
        }
        yield {
            "one_writer_s": two_writers_of_one(Address(url=url, namespace="bench_alone"), few),
            "two_writers_s": two_writers(Address(url=url, namespace="bench_two"), few),
        }


def two_writers_of_one(place: Address, numbers: range) -> float:
    """As ``two_writers``, by one."""
    context = multiprocessing.get_context("spawn")
    Record(place).close()
    began = time.perf_counter()
    with context.Pool(1) as pool:
        pool.starmap(write, [(place, numbers)])
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--written", type=int, default=5_000)
    parser.add_argument("--asked", type=int, default=50)
    given = parser.parse_args()
    for found in measure(given.url, given.passages, given.written, given.asked):
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
