"""How soon something is there: the page on its second start, evidence after a cold command.

    python -m benchmarks.starts [--runs N] [--out DIR] [--fresh]

The library holds the example. The page is up when its address answers; evidence is there when its
heading is written. "Cold" is a new process each time, whose files the system may have in memory.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from assistant.evaluation.reports.metrics import quantile
from assistant.resources import seeds_folder
from assistant.runtime import open_assistant, open_library, open_model
from assistant.settings import Settings, go_offline
from benchmarks.figures import Result, figure, kept, options, table

RUNS = 3
QUESTION = "How many North Korean soldiers are estimated to be deployed?"
EVIDENCE = "Evidence found"
_OPEN = re.compile(r"Citewell is open at (http://\S+)")
_WARM_QUESTIONS = (
    "Who has identified North Korean units on the ground?",
    "What did the State Department say about the troops?",
    "Which ammunition was delivered to Moscow?",
)


def page_up(folder: Path) -> float:
    """Seconds until the page answers in a process of its own."""
    start = time.perf_counter()
    with _started(folder, "app", "--port", "0") as process:
        try:
            assert process.stdout
            address = next(found[1] for line in process.stdout if (found := _OPEN.search(line)))
            with build_opener(ProxyHandler({})).open(address) as page:
                assert b"Citewell" in page.read()
            return time.perf_counter() - start
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def evidence_cold(folder: Path) -> float:
    """Seconds until ``citewell ask`` shows evidence; what it would answer is not awaited."""
    start = time.perf_counter()
    with _started(folder, "ask", QUESTION) as process:
        try:
            assert process.stdout
            next(line for line in process.stdout if EVIDENCE in line)
            return time.perf_counter() - start
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def evidence_warm(folder: Path) -> list[float]:
    """Seconds until the first event of each of some questions in a running process."""
    settings = Settings(library=folder / "library")
    times = []
    with open_library(settings) as library:
        model = open_model(settings)
        try:
            library.warm()
            assistant = open_assistant(settings, library, model)
            for question in _WARM_QUESTIONS:
                start = time.perf_counter()
                next(iter(assistant.ask(question)))
                times.append(time.perf_counter() - start)
        finally:
            model.close()
    return times


def _started(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    """The command line over the folder's library; Ctrl-C reaches it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    here = {"CITEWELL_LIBRARY": str(folder / "library"), "CITEWELL_LOG_DIR": str(folder / "log")}
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "assistant", *arguments],
        env=os.environ | here,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )


def measure(folder: Path, runs: int = RUNS) -> Result:
    """All three, in a folder that is empty."""
    with open_library(Settings(library=folder / "library")) as library:
        assert [result.status for result in library.add(seeds_folder())] == ["added"]
    up = [page_up(folder) for _ in range(runs)]
    cold = [evidence_cold(folder) for _ in range(runs)]
    warm = [quantile(sorted(evidence_warm(folder)), 0.5) or 0.0 for _ in range(runs)]
    return Result(
        figures=[
            figure("page up, a later start", "s", up, at_most=6.0),
            figure("first evidence of a cold `citewell ask`", "s", cold, at_most=6.0),
            figure("first evidence, warm", "s", warm, at_most=0.5),
        ]
    )


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    told = parser.parse_args()
    go_offline()
    with tempfile.TemporaryDirectory() as place:
        result = kept(told.out, "starts", lambda: measure(Path(place), told.runs), fresh=told.fresh)
    print(table(result.figures))


if __name__ == "__main__":
    main()
