"""A run of slow scripted answers in a process of its own, for tests to kill.

``python -m tests.unit.evaluation.scripted_run JOURNAL ASKED CASES SECONDS``: each question asked
is a line of ``ASKED``.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from assistant.evaluation.golden import GoldenCase
from assistant.evaluation.results import CaseResult, ChainName
from assistant.evaluation.runner import Run, run_cases
from tests.unit.evaluation.builders import case, result


class SlowChain:
    """Sleeps, answers, and writes down what it was asked."""

    name: ChainName = "citewell"
    depth = 10

    def __init__(self, asked: Path, seconds: float) -> None:
        self._asked = asked
        self._seconds = seconds

    def ask(self, case: GoldenCase) -> CaseResult:
        start = time.perf_counter()
        with self._asked.open("a", encoding="utf-8") as file:
            file.write(case.id + "\n")
        time.sleep(self._seconds)
        if case.question == "crash":
            raise RuntimeError("out of memory")
        return result(case.id, total_s=time.perf_counter() - start)

    def passages(self, document_id: str) -> Sequence[tuple[int, int]]:
        return []


def run(journal: Path, asked: Path, count: int, seconds: float) -> Run:
    cases = [case(f"q{number}") for number in range(count)]
    chain = SlowChain(asked, seconds)
    return run_cases(cases, [chain], journal, progress=lambda message, done, total: None)


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
