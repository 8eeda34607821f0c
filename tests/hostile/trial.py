"""Loads files one after the other in a process of its own, which is watched from outside.

    python -m tests.hostile.trial     a path a line on standard input, a JSON line for each back

``tried`` starts it, and starts it anew where a file has hung it or brought it down.
"""

import json
import os
import queue
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.figures import peak_memory_kb

LONGEST_S = 30.0
"""Of processor time, which a busy machine does not lengthen."""
MOST_MB = 1000.0
GIVEN_UP_S = 600.0
"""A file that takes so long by the clock is not waited for any longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one file."""

    path: Path
    kind: str
    """``loaded``, ``refused``, or a fault: ``crash``, ``hang``, ``died``."""
    detail: str
    seconds: float
    """Processor time."""
    peak_mb: float
    """The most memory that the process has held while it was loading this file."""
    wrong: int
    """How many spans do not hold what stands at their place."""

    @property
    def fault(self) -> str:
        """What is wrong in a word; empty where the file was borne."""
        if self.kind not in ("loaded", "refused"):
            return self.kind
        if self.wrong:
            return "wrong offset"
        if self.seconds > LONGEST_S:
            return "slow"
        return "memory" if self.peak_mb > MOST_MB else ""


def tried(paths: Sequence[Path]) -> Iterator[Outcome]:
    """The outcome of each file, in order."""
    rest = list(paths)
    while rest:
        for outcome in _in_one_process(list(rest)):
            rest.pop(0)
            yield outcome


def _in_one_process(paths: Sequence[Path]) -> Iterator[Outcome]:
    """The outcomes until one of the files has hung the process or brought it down."""
    command = [sys.executable, "-X", "faulthandler", "-m", "tests.hostile.trial"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin
        told: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=_pass_on, args=(process.stdout, told), daemon=True).start()
        try:
            for path in paths:
                started = time.monotonic()
                process.stdin.write(json.dumps(os.fsencode(path).hex()).encode() + b"\n")
                process.stdin.flush()
                try:
                    line = told.get(timeout=GIVEN_UP_S)
                except queue.Empty:
                    line = b""
                seconds = time.monotonic() - started
                if not line:
                    kind = "died" if process.poll() is not None else "hang"
                    yield _outcome(path, kind=kind, detail=str(process.poll()), seconds=seconds)
                    return
                yield _outcome(path, **json.loads(line))
        finally:
            process.kill()


def _outcome(path: Path, **found: Any) -> Outcome:
    return Outcome(**{"path": path, "detail": "", "peak_mb": 0.0, "wrong": 0, **found})


def _pass_on(lines: Any, told: "queue.SimpleQueue[bytes]") -> None:
    for line in lines:
        told.put(line)
    told.put(b"")


def main() -> None:
    for line in sys.stdin:
        path = Path(os.fsdecode(bytes.fromhex(json.loads(line))))
        _forget_peak()
        started = _processor_s()
        found = _load(path)
        found["seconds"] = round(_processor_s() - started, 3)
        found["peak_mb"] = round(_peak_mb(), 1)
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


def _load(path: Path) -> dict[str, Any]:
    from index import loading
    from index.errors import InputError

    try:
        raw = loading.read_file(loading.absolute(path), loading.LARGEST_FILE_MB)
        parted = loading.part(raw)
    except InputError as error:
        return {"kind": "refused", "detail": str(error)}
    except BaseException as error:  # noqa: BLE001  # whatever it is, it is what is looked for
        return {"kind": "crash", "detail": f"{type(error).__name__}: {error}"[:300]}
    return {
        "kind": "loaded",
        "detail": f"{len(parted.document.text)} characters, {len(parted.passages)} passages",
        "wrong": wrong_spans(parted.document, parted.sentences, parted.passages),
    }


def wrong_spans(document: Any, spans: Sequence[tuple[int, int]], passages: Sequence[Any]) -> int:
    """How many sentences, passages, headings and pages are not what they should be.

    Sentences hold every character that is not white space, once, in order; a passage's text and
    what is cited of each sentence are the text's own; nothing lies outside the text.
    """
    from assistant.checking.citations import cite

    text = document.text
    wrong = sum(document.quote(passage.span) != passage.text for passage in passages)
    at = 0
    for start, end in spans:
        wrong += bool(text[at:start].strip()) or not at <= start < end <= len(text)
        wrong += cite(document, start, end).quote != text[start:end]
        at = end
    wrong += bool(text[at:].strip())
    for part in (*document.pages, *document.headings):
        wrong += not 0 <= part.start <= part.end <= len(text)
    wrong += text.encode("utf-8").decode("utf-8") != text
    return wrong


def _forget_peak() -> None:
    for process in _processes():
        Path(f"/proc/{process}/clear_refs").write_text("5", encoding="ascii")


def _peak_mb() -> float:
    """Of this process and of the one that it reads in, together."""
    return sum(map(_peak_of, _processes()))


def _processor_s() -> float:
    """Processor time of this process and of those that it reads in, those that have ended too."""
    from index.apart import CHILD

    own = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    ticks = 0
    if CHILD.pid is not None:
        fields = Path(f"/proc/{CHILD.pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
        ticks = sum(map(int, fields.split()[11:13]))
    return sum(each.ru_utime + each.ru_stime for each in own) + ticks / os.sysconf("SC_CLK_TCK")


def _processes() -> list[str]:
    from index.apart import CHILD

    return ["self"] if CHILD.pid is None else ["self", str(CHILD.pid)]


def _peak_of(process: str) -> float:
    return peak_memory_kb(process) / 1000


if __name__ == "__main__":
    main()
