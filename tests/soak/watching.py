"""``citewell watch`` is killed again and again, while files change.

    python -m tests.soak.watching --kills 100 --seed 0

Files are written, changed, renamed and deleted. After each kill the library must be
whole; at the end, once in step, it must hold each file's text, and none twice. A file that was
renamed must still be the document that it was.
"""

import argparse
import json
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from assistant import cli
from assistant.keeping.watching import step
from index import Library
from index.folders import SETTLED_S
from tests.fakes import HashEmbedder

NAMES = ("alder.txt", "birch.txt", "cedar.txt", "dogwood.txt", "elm.txt")
STARTING = multiprocessing.get_context("forkserver")
STARTING.set_forkserver_preload(
    ["assistant.cli", "assistant.keeping.watching", "chromadb.config", "tests.fakes", "watchfiles"]
)


def watch(folder: Path) -> None:
    """The process that is killed: ``citewell watch``, with an embedder that needs no weights."""
    with (
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        redirect_stdout(nowhere),
        redirect_stderr(nowhere),
        mock.patch("assistant.runtime.EmbedderOnDemand", return_value=HashEmbedder()),
    ):
        cli.main(["watch", "--library", str(folder / "library")])


def change(files: Path, chance: random.Random, turn: int) -> None:
    """Write, rename or delete a file."""
    path, other = files / chance.choice(NAMES), files / f"renamed {chance.choice(NAMES)}"
    act = chance.choice(("write", "write", "rename", "delete"))
    if act == "write":
        sentences = " ".join(f"Sentence {n} of turn {turn}." for n in range(chance.randint(1, 60)))
        path.write_text(sentences, encoding="utf-8")
    elif act == "rename" and path.exists():
        path.rename(other)
    elif act == "delete" and len(list(files.iterdir())) > 1:
        path.unlink(missing_ok=True)


def killed(folder: Path, seed: int) -> list[str]:
    """Let a process keep in step, change files, and kill it; what is wrong then, a line each."""
    chance = random.Random(seed)
    files = folder / "files"
    process = STARTING.Process(target=watch, args=(folder,))
    process.start()
    until = time.monotonic() + chance.uniform(0.5, 5.0)
    turn = seed * 1000
    while time.monotonic() < until:
        turn += 1
        change(files, chance, turn)
        time.sleep(chance.uniform(0.0, 0.3))
    process.kill()
    process.join()
    if process.exitcode != -9:
        return [f"the process ended by itself with {process.exitcode}"]
    with Library.open(folder / "library", embedder=HashEmbedder()) as library:
        return [*library.check(), *_twice(library)]


def begun(folder: Path) -> None:
    """A library that watches a folder with a file in it."""
    (folder / "files").mkdir()
    (folder / "files" / "first.txt").write_text("The first file.", encoding="utf-8")
    with Library.open(folder / "library", embedder=HashEmbedder()) as library:
        library.folders.watch(folder / "files", gone="remove")


def in_step(folder: Path) -> list[str]:
    """Get in step; what is not as the files are then, a line each."""
    files = folder / "files"
    with Library.open(folder / "library", embedder=HashEmbedder()) as library:
        _catch_up(library)
        problems = [*library.check(), *_differences(library, files)]
        # A rename of everything: the same documents under other names.
        before = {info.id: info.added for info in library.documents()}
        for path in list(files.iterdir()):
            path.rename(files / f"moved {path.name}")
        _catch_up(library)
        after = {info.id: info.added for info in library.documents()}
        if before != after:
            problems.append("a renamed file is not the document that it was")
        return [*problems, *library.check(), *_differences(library, files)]


def _catch_up(library: Library) -> None:
    missing: dict[str, float] = {}
    while True:
        done = step(library, missing)
        if not (done.more or done.waiting):
            return
        time.sleep(0 if done.more else SETTLED_S)


def _differences(library: Library, files: Path) -> Iterator[str]:
    wanted = {path.read_text(encoding="utf-8") for path in files.iterdir()}
    found = {library.text(info.id) for info in library.documents()}
    if found != wanted:
        yield f"{len(wanted - found)} texts are lost and {len(found - wanted)} are left"
    yield from _twice(library)


def _twice(library: Library) -> Iterator[str]:
    found = [library.text(info.id) for info in library.documents()]
    if len(found) != len(set(found)):
        yield "a text is there twice"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        begun(folder)
        for seed in range(given.seed, given.seed + given.kills):
            for problem in killed(folder, seed):
                wrong += 1
                print(f"after kill {seed}: {problem}", flush=True)
        with Library.open(folder / "library", embedder=HashEmbedder()) as library:
            changes = library.revision
        for problem in in_step(folder):
            wrong += 1
            print(f"at the end: {problem}", flush=True)
    print(json.dumps({"kills": given.kills, "changes taken in": changes, "problems": wrong}))
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
