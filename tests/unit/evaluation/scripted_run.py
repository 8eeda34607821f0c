"""A run of scripted answers; each question asked is a line of a file."""

import time
from collections.abc import Sequence
from pathlib import Path

from assistant.evaluation.golden.cases import GoldenCase
from assistant.evaluation.reports.results import CaseResult, ChainName
from assistant.evaluation.runner import Run, run_cases
from tests.unit.evaluation.builders import case, result


class WritingChain:
    """Answers, and writes down what it was asked."""

    name: ChainName = "citewell"
    depth = 10

    def __init__(self, asked: Path) -> None:
        self._asked = asked

    def ask(self, case: GoldenCase) -> CaseResult:
        start = time.perf_counter()
        with self._asked.open("a", encoding="utf-8") as file:
            file.write(case.id + "\n")
        if case.question == "crash":
            raise RuntimeError("out of memory")
        return result(case.id, total_s=time.perf_counter() - start)

    def passages(self, document_id: str) -> Sequence[tuple[int, int]]:
        return []


def run(journal: Path, asked: Path, count: int) -> Run:
    cases = [case(f"q{number}") for number in range(count)]
    chain = WritingChain(asked)
    return run_cases(cases, [chain], journal, progress=lambda message, done, total: None)
