"""Answers beside the stock chain on the same model, and our own time beside the model server's.

    python -m benchmarks.answers [--limit N] [--golden FILE --corpus DIR] [--out DIR] [--fresh]

The first is ``citewell evaluate --chain both`` on a sample chosen by its seed, resumable by itself.
Our own time is what an answer takes beyond the requests to the model server: those are timed where
they are sent, and where several run side by side their time counts once.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from assistant.evaluation.golden.reading import load_golden
from assistant.models.endpoint import EmbeddedTransport
from assistant.resources import seeds_folder
from assistant.runtime import open_assistant, open_library, open_model
from assistant.settings import Settings, go_offline
from benchmarks.figures import Result, figure, kept, options, table

GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "seed.jsonl"
LIMIT = 12
OWN_QUESTIONS = 6
SEED = 7


def beside_stock(golden: Path, corpus: Path, out: Path, limit: int) -> dict[str, Any]:
    """The ratios of a report of both chains."""
    command = [sys.executable, "-m", "assistant", "evaluate", str(golden), "--chain", "both"]
    options = ("--corpus", str(corpus), "--limit", str(limit), "--seed", str(SEED))
    subprocess.run([*command, *options, "--out", str(out)], check=True, stdout=sys.stderr)
    (report,) = out.rglob("report.json")
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return found


def own_seconds(questions: Iterable[str], corpus: Path) -> list[float]:
    """Seconds of each answer beyond its requests to the model server."""
    found = []
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(library=Path(place))
        with open_library(settings) as library:
            list(library.add(corpus))
            model = open_model(settings)
            try:
                assistant = open_assistant(settings, library, model)
                for number, question in enumerate(["Is it ready?", *questions]):
                    with _requests() as spans:
                        start = time.perf_counter()
                        list(assistant.ask(question))
                        taken = time.perf_counter() - start
                    if number:  # the first loads the model
                        found.append(taken - covered(spans))
            finally:
                model.close()
    return found


@contextmanager
def _requests() -> Iterator[list[tuple[float, float]]]:
    """When each request to the model's process began and ended."""
    spans: list[tuple[float, float]] = []
    send = EmbeddedTransport.handle_request

    def timed(self: EmbeddedTransport, request: httpx2.Request) -> httpx2.Response:
        start = time.perf_counter()
        try:
            response = send(self, request)
            response.read()
            return response
        finally:
            spans.append((start, time.perf_counter()))

    EmbeddedTransport.handle_request = timed  # type: ignore[method-assign]
    try:
        yield spans
    finally:
        EmbeddedTransport.handle_request = send  # type: ignore[method-assign]


def covered(spans: Iterable[tuple[float, float]]) -> float:
    """How long at least one of these spans lasted."""
    total, until = 0.0, float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, until))
        until = max(until, end)
    return total


def measure(
    golden: Path, corpus: Path, work: Path, *, limit: int = LIMIT, own: int = OWN_QUESTIONS
) -> Result:
    """Both, one after the other."""
    report = beside_stock(golden, corpus, work, limit)
    cases = load_golden(golden).cases
    questions = [case.question for case in cases if case.answerable and not case.history][:own]
    seconds = own_seconds(questions, corpus)
    ratios = report["ratios"]
    figures = [
        figure("our own time of an answer", "ms", [1000 * s for s in seconds], at_most=150.0)
    ]
    for name, key, most in (
        ("first checked sentence beside stock", "first_checked_sentence_to_stock_total_p50", 0.5),
        ("whole answer beside stock", "total_to_stock_total_p50", 0.75),
    ):
        if ratios[key] is not None:
            figures.append(figure(f"{name}, p50", "x", [ratios[key]], at_most=most))
    return Result(
        figures=figures, details={"ratios": ratios, "limit": limit, "golden": golden.name}
    )


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--limit", type=int, default=LIMIT)
    parser.add_argument("--golden", type=Path, default=GOLDEN)
    parser.add_argument("--corpus", type=Path, default=seeds_folder())
    told = parser.parse_args()
    go_offline()
    work = told.out / "answers"
    result = kept(
        told.out,
        "answers",
        lambda: measure(told.golden, told.corpus, work, limit=told.limit),
        fresh=told.fresh,
    )
    print(table(result.figures))


if __name__ == "__main__":
    main()
