"""Two writers and two readers on one library in PostgreSQL and Chroma, killed again and again.

    python -m tests.soak.shared --seconds 600 --seed 0

Each writer keeps replacing its own files and adding some that both have. Every few seconds one of
the four is killed, or the database is stopped hard and started again. At the end each file must be
there once, in the version that its writer had said was done or had begun last, and record and
vectors must agree. A reader may be told that the database is away, never anything wrong.
"""

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from index import Library
from index.engines import Address
from index.errors import StoreError, UnknownDocumentError
from tests.chroma import chroma
from tests.fakes import HashEmbedder
from tests.postgres import postgres
from tests.soak.kills import text_of

OWN, COMMON = 4, 6
"""Files of each writer, and of both."""
READY_S = 120.0
"""A process that is started has said its first word by then."""
SLOWEST_S = 30.0
"""A search may take as long, with the database away and coming back."""
STARTING = multiprocessing.get_context("forkserver")
STARTING.set_forkserver_preload(["chromadb.config", "index.library", "psycopg", "tests.chroma"])


class Worker:
    """A writer or a reader: a process that is killed and started anew, and what it has said."""

    def __init__(self, name: str, home: Path, given: dict[str, Any]) -> None:
        self.name, self._home, self._given = name, home, given
        self.done: dict[str, int] = {}
        self.begun: dict[str, set[int]] = {}
        """Of each file the versions since the last that was done: each may have come in."""
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._seed = 0
        self.start()

    def start(self) -> None:
        self._seed += 1
        self._ours, theirs = STARTING.Pipe(duplex=False)
        act = write if self.name.startswith("writer") else read
        told = (self.name, self._home, self._given, self._seed, theirs)
        self._process = STARTING.Process(target=act, args=told, daemon=True)
        self._process.start()
        theirs.close()
        assert self._ours.poll(READY_S), f"{self.name} does not start"

    def hear(self) -> None:
        """Take in what it has said until now."""
        with suppress(EOFError, OSError):  # the last message may be cut
            while self._ours.poll():
                what, name, number = self._ours.recv()
                self.counts[what] += 1
                if what == "begin":
                    self.begun.setdefault(name, set()).add(number)
                elif what == "done":
                    self.done[name] = number
                    self.begun.pop(name, None)
                elif what == "wrong":
                    self.wrong.append(f"{self.name}: {name}")

    def kill(self) -> None:
        self._process.kill()
        self._process.join()
        self.hear()
        self._ours.close()


def opened(home: Path, given: dict[str, Any]) -> Library:
    place = Address(url=given["record"])
    return Library.open(home, embedder=HashEmbedder(), chroma_url=given["chroma"], place=place)


def write(name: str, home: Path, given: dict[str, Any], seed: int, told: Connection) -> None:
    chance = random.Random(f"{name} {seed}")
    files = Path(given["files"])
    with opened(home, given) as library:
        for turn in range(seed * 10_000, (seed + 1) * 10_000):
            try:
                own = f"{name}-{chance.randrange(OWN)}.txt"
                fresh = files / f"{name}.new"
                fresh.write_text(text_of(own, turn), encoding="utf-8")
                told.send(("begin", own, turn))
                fresh.replace(files / own)
                list(library.add(files / own))
                told.send(("done", own, turn))
                list(library.add(files / f"common-{chance.randrange(COMMON)}.txt"))
                if chance.random() < 0.2:
                    for info in library.documents():
                        if info.name.startswith("common"):
                            # The database may be away, or the other writer has removed it first.
                            with suppress(StoreError, UnknownDocumentError):
                                library.remove(info.id)
                            break
            except StoreError:
                told.send(("away", "", 0))
            except Exception as error:  # noqa: BLE001  # whatever it is, it is told
                told.send(("wrong", f"{type(error).__name__}: {error}", 0))


def read(name: str, home: Path, given: dict[str, Any], seed: int, told: Connection) -> None:
    with opened(home, given) as library:
        while True:
            try:
                began = time.monotonic()
                found = library.search("Which bridge was closed in June?", k=5)
                taken = time.monotonic() - began
                if taken > SLOWEST_S:
                    told.send(("wrong", f"a search took {taken:.0f} s", 0))
                for each in found:
                    if not each.passage.text:
                        told.send(("wrong", "an empty passage", 0))
                names = [info.path for info in library.documents()]
                if len(names) != len(set(names)):
                    told.send(("wrong", f"a file is there twice: {sorted(map(str, names))}", 0))
                told.send(("read", "", 0))
            except StoreError:
                told.send(("away", "", 0))


def shared(
    seconds: float, seed: int, *, pause_s: tuple[float, float] = (2.0, 5.0)
) -> dict[str, Any]:
    """Let them work for so long; what they did, and what was wrong, one line each."""
    chance, kills = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory() as place, postgres() as server:
        folder = Path(place)
        (folder / "files").mkdir()
        for number in range(COMMON):
            name = f"common-{number}.txt"
            (folder / "files" / name).write_text(text_of(name, number), encoding="utf-8")
        with chroma(folder / "chroma") as url:
            given = {"record": server.url, "chroma": url, "files": str(folder / "files")}
            names = ("writer-a", "writer-b", "reader-a", "reader-b")
            workers = [Worker(name, folder / name, given) for name in names]
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                time.sleep(chance.uniform(*pause_s))
                if chance.random() < 0.25:
                    server.stop()
                    time.sleep(chance.uniform(0.0, 1.0))
                    server.start()
                    kills["database"] += 1
                else:
                    worker = chance.choice(workers)
                    worker.kill()
                    worker.start()
                    kills[worker.name] += 1
                for worker in workers:
                    worker.hear()
            for worker in workers:
                worker.kill()
            wrong = [line for worker in workers for line in worker.wrong]
            with opened(folder / "last", given) as library:
                wrong += library.check()
                wrong += _lost(library, workers)
    counts = {worker.name: dict(worker.counts) for worker in workers}
    return {"kills": dict(kills), "counts": counts, "problems": wrong}


def _lost(library: Library, workers: list[Worker]) -> list[str]:
    """The files that are not there, or not as their writer said."""
    wrong = []
    found = Counter(info.name for info in library.documents())
    wrong += [f"{name} is there {count} times" for name, count in found.items() if count > 1]
    for worker in workers:
        for name, version in worker.done.items():
            allowed = {version, *worker.begun.get(name, ())}
            if not found[name]:
                wrong.append(f"{name} is lost")
                continue
            text = library.text(library.find(name).id)
            if text not in {text_of(name, each) for each in allowed}:
                wrong.append(f"{name} is not of version {allowed}, but {text[:30]!r}")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    found = shared(given.seconds, given.seed)
    print(json.dumps(found))
    return int(bool(found["problems"]))


if __name__ == "__main__":
    sys.exit(main())
