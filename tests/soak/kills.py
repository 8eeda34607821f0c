"""A process that indexes, replaces, removes, summarizes and evaluates is killed again and again.

    python -m tests.soak.kills --kills 200 --seed 0

After each kill the library is opened and must hold what the process had said was done, whole, and
nothing of what it had not. The library goes on from kill to kill.
"""

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from assistant.evaluation.journal import Journal, read_rows
from assistant.keeping.chats import Chats, new_chat
from assistant.keeping.forgetting import forget
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.summarising.summaries import summarize
from index import Library
from tests.fakes import HashEmbedder
from tests.scripted import ScriptedModel

NAMES = ("alder.txt", "birch.txt", "cedar.txt", "dogwood.txt")
ACTS = ("add", "add", "remove", "summarize", "row", "chat")
STARTING = multiprocessing.get_context("forkserver")
"""Each process that is killed is forked from one that has imported all and opened nothing."""
STARTING.set_forkserver_preload(
    ["assistant.summarising.summaries", "chromadb.config", "tests.scripted"]
)


def text_of(name: str, version: int) -> str:
    """What a version of a file says: the same for the same version."""
    chance = random.Random(f"{name} {version}")
    words = "bridge river council repair June million engineer market closed opened".split()
    paragraphs = [
        " ".join(
            f"The {' '.join(chance.choices(words, k=9))}." for _ in range(chance.randint(2, 12))
        )
        for _ in range(chance.randint(1, 12))
    ]
    return f"Version {version} of {name}.\n\n" + "\n\n".join(paragraphs) + "\n"


class State:
    """What the killed processes have said so far."""

    def __init__(self) -> None:
        self.done: dict[str, int | None] = dict.fromkeys(NAMES)
        """The version of each file that is in the library; None where it is not in it."""
        self.begun: dict[str, int | None] = {}
        """The same of what was begun last and may or may not have been done."""
        self.rows = 0
        self.chats = 0
        self.acts: Counter[str] = Counter()

    def hear(self, line: dict[str, Any]) -> None:
        what, name, number = line["what"], line.get("name", ""), line.get("number")
        if what == "begin":
            self.begun = {name: number} if name else {}
            self.acts[line["act"]] += 1
        elif what == "done":
            self.begun = {}
            if name:
                self.done[name] = number
            elif line["act"] == "row":
                self.rows = number
            elif line["act"] == "chat":
                self.chats += 1


def killed(folder: Path, state: State, seed: int) -> list[str]:
    """Let a process work and kill it at a random moment; what is wrong then, one line each."""
    chance = random.Random(seed)
    ours, theirs = STARTING.Pipe(duplex=False)
    process = STARTING.Process(target=work, args=(folder, seed, theirs))
    process.start()
    theirs.close()
    with ours, suppress(EOFError, OSError):  # the last message may be cut
        assert ours.recv() == {"what": "ready"}
        time.sleep(chance.uniform(0.0, 0.8))
        process.kill()
        while True:
            state.hear(ours.recv())
    process.join()
    if process.exitcode != -9:
        return [f"the process ended by itself with {process.exitcode}"]
    with Library.open(folder / "library", embedder=HashEmbedder()) as library:
        problems = list(_problems(library, folder, state))
        # From here on the library is as it is: what was begun is done or not.
        state.done, state.begun = _versions(library), {}
    return problems


def _problems(library: Library, folder: Path, state: State) -> Iterator[str]:
    yield from library.check()
    found = _versions(library)
    for name, version in found.items():
        allowed = {state.done[name], state.begun.get(name, state.done[name])}
        if version not in allowed:
            yield f"{name} has version {version}, and {allowed} may be there"
        elif version is not None and library.text(library.find(name).id) != text_of(name, version):
            yield f"{name} is not whole"
    if len(read_rows(folder / "rows.jsonl")) < state.rows:
        yield "a finished row of the evaluation is lost"
    chats = Chats(library).all()
    if len(chats) < state.chats or not all(chat.exchanges for chat in chats):
        yield "a saved conversation is lost"
    ids = [info.id for info in library.documents()]
    if ids:
        *_, last = summarize(library, model(), Prompts.load(prompts_folder()), ids, length="brief")
        if tuple(last.summary.documents) != tuple(ids):  # type: ignore[union-attr]
            yield "a summary is of other documents"


def _versions(library: Library) -> dict[str, int | None]:
    found: dict[str, int | None] = dict.fromkeys(NAMES)
    for info in library.documents():
        found[info.name] = int(library.text(info.id).split()[1])
    return found


def model() -> ScriptedModel:
    return ScriptedModel(chooser=lambda call: "yes", writer=lambda call: "")


def work(folder: Path, seed: int, told: Connection) -> None:
    """The process that is killed: it says what it begins and what is done."""

    def say(what: str, **more: Any) -> None:
        told.send({"what": what, **more})

    chance = random.Random(seed)
    prompts = Prompts.load(prompts_folder())
    (folder / "files").mkdir(exist_ok=True)
    rows = len(read_rows(folder / "rows.jsonl"))
    with (
        Library.open(folder / "library", embedder=HashEmbedder()) as library,
        Journal(folder / "rows.jsonl") as journal,
    ):
        library.warm()
        say("ready")
        for turn in range(seed * 10_000, (seed + 1) * 10_000):
            act, name = chance.choice(ACTS), chance.choice(NAMES)
            path = folder / "files" / name
            here = [info for info in library.documents() if info.name == name]
            if act == "add":
                say("begin", act=act, name=name, number=turn)
                fresh = folder / "fresh.txt"
                fresh.write_text(text_of(name, turn), encoding="utf-8")
                fresh.replace(path)  # whole at any moment: it is the library that is tried here
                list(library.add(path))
                say("done", act=act, name=name, number=turn)
            elif act == "remove" and here:
                say("begin", act=act, name=name, number=None)
                forget(library, here[0].id)
                say("done", act=act, name=name, number=None)
            elif act == "summarize" and here:
                say("begin", act=act)
                list(summarize(library, model(), prompts, [here[0].id], length="brief"))
                say("done", act=act)
            elif act == "row":
                say("begin", act=act)
                rows += 1
                journal.append({"number": rows, "text": text_of(name, turn)})
                say("done", act=act, number=rows)
            elif act == "chat":
                say("begin", act=act)
                Chats(library).save(new_chat().asking(f"Question {turn}?"))
                say("done", act=act)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    state, wrong = State(), 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(given.kills):
            for problem in killed(Path(folder), state, given.seed + number):
                wrong += 1
                print(f"after kill {given.seed + number}: {problem}", flush=True)
    print(json.dumps({"kills": given.kills, "problems": wrong, "acts": dict(state.acts)}))
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
