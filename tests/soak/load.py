"""Many clients use one page at once: they ask, search, add, remove and walk away.

    python -m tests.soak.load --clients 16 --seconds 900 --seed 0

Every client has a document with a word that no other has, and each of its answers must be about
its own question. The page's memory is measured all the while.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import numpy as np


@dataclass(kw_only=True)
class Tally:
    """What the clients have met together."""

    done: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    """Seconds that each question waited for its answer."""
    memory: list[tuple[float, float]] = field(default_factory=list)
    """Seconds since the start, and megabytes that the page holds then."""
    turn: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        with self.turn:
            self.done[what] = self.done.get(what, 0) + 1

    def slope_mb_a_minute(self) -> float:
        """Growth of the memory over the second half of the time, when all is warm."""
        half = self.memory[len(self.memory) // 2 :]
        if len(half) < 3:
            return 0.0
        times, sizes = np.array(half).T
        return float(np.polyfit(times, sizes, 1)[0] * 60)


@contextmanager
def page(folder: Path) -> Iterator[tuple[str, int]]:
    """The address and process of a page with a scripted model."""
    command = [sys.executable, "-m", "tests.ui.standin_page", str(folder / "library")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip().rstrip("/"), process.pid
        process.terminate()


def loaded(folder: Path, *, clients: int, seconds: float, seed: int) -> Tally:
    """Let so many clients use a page for so long."""
    tally = Tally()
    with page(folder) as (address, pid):
        started = time.monotonic()
        ends = started + seconds
        threads = [
            threading.Thread(target=_use, args=(address, folder, n, seed, ends, tally))
            for n in range(clients)
        ]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            tally.memory.append((time.monotonic() - started, _memory_mb(pid)))
            time.sleep(max(0.5, seconds / 100))
        for thread in threads:
            thread.join()
        with httpx2.Client(trust_env=False, timeout=60) as client:
            if client.get(f"{address}/health").json()["status"] != "ok":
                tally.wrong.append("the page is not well at the end")
    return tally


def _use(address: str, folder: Path, number: int, seed: int, ends: float, tally: Tally) -> None:
    chance = random.Random(f"{seed} {number}")
    word = f"Zarquon{chr(97 + number % 26)}{number}x"
    path = folder / f"client-{number}.txt"
    path.write_text(f"The {word} bridge was closed in May, officials said.\n", encoding="utf-8")
    with httpx2.Client(trust_env=False, timeout=120) as client:
        turn = 0
        while time.monotonic() < ends:
            turn += 1
            act = chance.choice(("ask", "ask", "search", "leave", "add", "remove", "reload"))
            try:
                wrong = _act(client, address, act, word, path, turn, tally)
            except (httpx2.HTTPError, ValueError, KeyError) as error:
                wrong = f"{type(error).__name__}: {error}"
                if act == "ask" and "was removed or replaced while this was being" in wrong:
                    tally.count("told that a document was removed meanwhile")
                    wrong = ""
            if wrong:
                with tally.turn:
                    tally.wrong.append(f"client {number}, {act}: {wrong}")
            tally.count(act)


def _act(
    client: httpx2.Client, address: str, act: str, word: str, path: Path, turn: int, tally: Tally
) -> str:
    """What is wrong with one thing done; empty where all is well."""
    if act == "ask":
        question = f"What did officials say of the {word} bridge, turn {turn}?"
        began = time.monotonic()
        answer = call(client, address, "ask", question, None)
        with tally.turn:
            tally.waits.append(time.monotonic() - began)
        return "" if answer["question"] == question else f"has the answer to {answer['question']}"
    if act == "search":
        found = call(client, address, "search", word, None, 3)
        here = {each["name"] for each in call(client, address, "documents")}
        if path.name in here and found and word not in found[0]["quote"]:
            again = call(client, address, "search", word, None, 3)
            return "" if again and word in again[0]["quote"] else "does not find its own document"
        return ""
    if act == "leave":  # asks, and does not wait for the answer
        client.post(f"{address}/gradio_api/call/ask", json={"data": [f"Who left {word}?", None]})
        return ""
    if act == "add":
        (result,) = call(client, address, "add", str(path))
        fine = result["status"] in ("added", "unchanged")
        return "" if fine else f"{result['status']}: {result['message']}"
    if act == "remove":
        if path.name in {each["name"] for each in call(client, address, "documents")}:
            call(client, address, "remove", path.name)
        return ""
    return "" if "Citewell" in client.get(address).text else "the page does not open"


def call(client: httpx2.Client, address: str, endpoint: str, *arguments: object) -> object:
    """What an endpoint returns."""
    url = f"{address}/gradio_api/call/{endpoint}"
    event = client.post(url, json={"data": arguments}).raise_for_status().json()["event_id"]
    with client.stream("GET", f"{url}/{event}") as told:
        kind = ""
        for line in told.iter_lines():
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            elif line.startswith("data: ") and kind == "complete":
                return json.loads(line.removeprefix("data: "))[0]
            elif line.startswith("data: ") and kind == "error":
                raise ValueError(line)
    raise ValueError("it broke off")


def _memory_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _percentile(values: Sequence[float], share: float) -> float:
    return round(float(np.percentile(values, share)), 2) if values else 0.0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=900)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = loaded(Path(folder), clients=given.clients, seconds=given.seconds, seed=given.seed)
    for line in tally.wrong[:20]:
        print(line)
    figures = {
        "done": tally.done,
        "wrong": len(tally.wrong),
        "wait_p50_s": _percentile(tally.waits, 50),
        "wait_p95_s": _percentile(tally.waits, 95),
        "memory_mb": [round(tally.memory[0][1]), round(tally.memory[-1][1])],
        "slope_mb_a_minute": round(tally.slope_mb_a_minute(), 2),
    }
    print(json.dumps(figures))
    return int(bool(tally.wrong))


if __name__ == "__main__":
    sys.exit(main())
