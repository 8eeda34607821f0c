"""Asks every case of every chain, in a fixed order, and keeps what came of it."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

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

if TYPE_CHECKING:
    from assistant.evaluation.golden.cases import SummaryCase
    from assistant.evaluation.summary_cases import SummaryRow

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A case, and the chains that it is to be asked of."""

    case: GoldenCase
    chains: tuple[ChainName, ...]


class Asker(Protocol):
    """Others who ask the cases and make the summaries that a run needs, several at once."""

    def answers(self, waiting: Sequence[Waiting]) -> Iterator[Outcome]:
        """Every outcome as it is there.

        Raises:
            CancelledError: the user stopped.
            InputError, StoreError: they cannot work.
        """

    def summaries(self, cases: Sequence["SummaryCase"]) -> Iterator["SummaryRow"]:
        """What came of each golden summary line, as it is there; raises as ``answers``."""


def run_cases(
    cases: Sequence[GoldenCase],
    chains: Sequence[Chain],
    journal: Path,
    *,
    progress: Progress,
    cancelled: Callable[[], bool] = lambda: False,
    asker: Asker | None = None,
) -> Run:
    """Ask each case of each chain in turn, one at a time, writing each row when it is finished.

    Answers that ``journal`` holds already are not asked again; failures are, since they may
    have been the machine's. With an ``asker`` several are asked at a time, and not here.

    Raises:
        CancelledError: the user stopped; the finished rows are kept.
        InputError: a row cannot be written.
        StoreError: the asker cannot work.
    """
    outcomes = finished(journal, cases, chains)
    waiting = [
        Waiting(case=case, chains=names)
        for case in cases
        if (names := _unanswered(case, chains, outcomes))
    ]
    total = len(cases) * len(chains)
    asked = sum(len(each.chains) for each in waiting)
    answers_s = 0.0
    start = time.perf_counter()
    told = asker.answers(waiting) if asker else _here(waiting, chains, cancelled)
    progress("Asking", total - asked, total)
    with Journal(journal) as rows:
        for done, outcome in enumerate(told, start=total - asked + 1):
            rows.append(outcome_json(outcome))
            outcomes[outcome.id, outcome.chain] = outcome
            answers_s += outcome.total_s
            progress("Asking", done, total)
    return Run(
        outcomes=outcomes,
        asked=asked,
        answers_s=answers_s,
        total_s=time.perf_counter() - start,
    )


def _here(
    waiting: Sequence[Waiting], chains: Sequence[Chain], cancelled: Callable[[], bool]
) -> Iterator[Outcome]:
    """Each in turn."""
    named = {chain.name: chain for chain in chains}
    for each in waiting:
        for name in each.chains:
            refuse_stopped(cancelled)
            yield attempt(each.case, named[name])


def refuse_stopped(cancelled: Callable[[], bool]) -> None:
    """Raise CancelledError where the user has stopped the run."""
    if cancelled():
        raise CancelledError("Stopped; run the same command to go on.")


def _unanswered(
    case: GoldenCase, chains: Sequence[Chain], outcomes: Mapping[Key, Outcome]
) -> tuple[ChainName, ...]:
    return tuple(
        chain.name for chain in chains if not _is_answer(outcomes.get((case.id, chain.name)))
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
