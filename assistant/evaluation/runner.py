"""Asks every case of every chain, in a fixed order, and keeps what came of it."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.evaluation.chains import Chain
from assistant.evaluation.golden.cases import GoldenCase
from assistant.evaluation.journal import Journal, read_rows
from assistant.evaluation.plan import Progress
from assistant.evaluation.reports.results import (
    CaseFailure,
    ChainName,
    Outcome,
    outcome_from_json,
    outcome_json,
)
from index.errors import CancelledError

Key = tuple[str, ChainName]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Every outcome by case and chain, and what asking took this time."""

    outcomes: Mapping[Key, Outcome]
    asked: int
    """Cases asked now, not read from an earlier, interrupted run."""
    answers_s: float
    """Seconds that the chains took for the cases asked now."""
    total_s: float
    """Seconds from the first question asked now to the last row written."""


def run_cases(
    cases: Sequence[GoldenCase],
    chains: Sequence[Chain],
    journal: Path,
    *,
    progress: Progress,
    cancelled: Callable[[], bool] = lambda: False,
) -> Run:
    """Ask each case of each chain in turn, one at a time, writing each row when it is finished.

    Answers that ``journal`` holds already are not asked again; failures are, since they may
    have been the machine's.

    Raises:
        CancelledError: the user stopped; the finished rows are kept.
        InputError: a row cannot be written.
    """
    outcomes = finished(journal, cases, chains)
    waiting = [
        (case, chain)
        for case in cases
        for chain in chains
        if not _is_answer(outcomes.get((case.id, chain.name)))
    ]
    total = len(cases) * len(chains)
    done = total - len(waiting)
    answers_s = 0.0
    start = time.perf_counter()
    with Journal(journal) as rows:
        for number, (case, chain) in enumerate(waiting):
            if cancelled():
                raise CancelledError("Stopped; run the same command to go on.")
            progress("Asking", done + number, total)
            outcome = attempt(case, chain)
            rows.append(outcome_json(outcome))
            outcomes[case.id, chain.name] = outcome
            answers_s += outcome.total_s
    progress("Asking", total, total)
    return Run(
        outcomes=outcomes,
        asked=len(waiting),
        answers_s=answers_s,
        total_s=time.perf_counter() - start,
    )


def _is_answer(outcome: Outcome | None) -> bool:
    return outcome is not None and not isinstance(outcome, CaseFailure)


def finished(
    journal: Path, cases: Sequence[GoldenCase], chains: Sequence[Chain]
) -> dict[Key, Outcome]:
    """The outcomes of these cases and chains that the journal holds, the latest of each."""
    wanted = {(case.id, chain.name) for case in cases for chain in chains}
    outcomes: dict[Key, Outcome] = {}
    for row in read_rows(journal):
        outcome = outcome_from_json(row)
        if (outcome.id, outcome.chain) in wanted:
            outcomes[outcome.id, outcome.chain] = outcome
    return outcomes


def attempt(case: GoldenCase, chain: Chain) -> Outcome:
    """Ask one case; whatever is raised becomes that case's failure, a row like any other.

    Raises:
        CancelledError: the user stopped; the case was not finished.
    """
    start = time.perf_counter()
    try:
        return chain.ask(case)
    except CancelledError:
        raise
    except Exception as error:  # noqa: BLE001 - a crash is a row of the report, not its end
        return CaseFailure(
            id=case.id,
            chain=chain.name,
            error=type(error).__name__,
            message=str(error),
            total_s=time.perf_counter() - start,
        )
