"""An evaluation on the workers of a Ray cluster: each asks a copy of the documents.

Workers return outcomes; journal and report are written by the process that was called. Citewell
and the stock chain are asked of a case by the same worker, one after the other, so that neither
has the quieter machine.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from assistant.elsewhere import Lent, borrowed, lend, refuse_difference
from assistant.evaluation.chains import Chain
from assistant.evaluation.corpus import Corpus
from assistant.evaluation.evaluate import build_chains
from assistant.evaluation.golden.cases import SummaryCase
from assistant.evaluation.plan import ChainChoice, Plan, Surroundings, lent_model
from assistant.evaluation.reports.results import CaseFailure, ChainName, Outcome
from assistant.evaluation.runner import Waiting, attempt, refuse_stopped
from assistant.evaluation.summary_cases import (
    Summarizer,
    SummaryRow,
    failed_row,
    library_summarizer,
)
from assistant.evaluation.summary_cases import attempt as attempt_summary
from index.crew import Lost
from index.errors import InputError

if TYPE_CHECKING:
    from assistant.models import ServedModel
    from index.crew import Crew

LOST = "WorkerDied"
"""What the failure of a case is called whose workers all died."""


@contextmanager
def spread(
    address: str, plan: Plan, corpus: Corpus, model: "ServedModel", around: Surroundings
) -> "Iterator[Workers]":
    """Workers of the cluster at an address, for the cases of a plan; they end on leaving.

    The cluster is not joined before there is something to ask. Raises then as
    ``index.cluster.crew``.

    Raises:
        InputError: the library's record is in a database, which ranks words in a way of its own.
    """
    library = corpus.library
    if library.place != str(library.folder):
        raise InputError(
            "Workers ask copies in SQLite, and PostgreSQL ranks words a little differently.",
            "Give the documents with --corpus, or leave out --ray.",
        )
    with ExitStack() as stack:
        yield Workers(address, plan.chain, corpus, model, around, stack)


class Workers:
    """Implements ``assistant.evaluation.runner.Asker``. Use ``spread``."""

    def __init__(
        self,
        address: str,
        choice: ChainChoice,
        corpus: Corpus,
        model: "ServedModel",
        around: Surroundings,
        stack: ExitStack,
    ) -> None:
        self._address = address
        self._choice = choice
        self._corpus = corpus
        self._model = model
        self._around = around
        self._stack = stack
        self._crew: Crew | None = None

    def answers(self, waiting: Sequence[Waiting]) -> Iterator[Outcome]:
        for number, told in self._done(waiting):
            if isinstance(told, Lost):
                yield from _lost(waiting[number], told)
            else:
                yield from told

    def summaries(self, cases: Sequence[SummaryCase]) -> Iterator[SummaryRow]:
        for number, told in self._done(cases):
            if isinstance(told, Lost):
                case = cases[number]
                document = self._corpus.library.document(self._corpus.id_of(case.document))
                yield failed_row(case, document, f"{LOST}: {told.reason}")
            else:
                yield told

    def _done(self, jobs: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        if not jobs:
            return
        if self._crew is None:
            self._crew = self._hired()
        yield from self._crew.done(jobs, lambda: refuse_stopped(self._around.cancelled))

    def _hired(self) -> "Crew":
        """Workers with a model each: one a core, or one a machine where the model runs on it and
        takes all of its cores."""
        from index import cluster

        self._around.progress("Copying the documents for the workers", 0, 0)
        lent, record = lend(self._around.settings, self._corpus.library, self._model)
        given = (lent, record, self._choice, dict(self._corpus.ids), self._corpus.only)
        whole = self._model.server is not None
        return self._stack.enter_context(
            cluster.crew(self._address, asking, given, whole_machines=whole)
        )


def _lost(waiting: Waiting, lost: Lost) -> Iterator[Outcome]:
    for name in waiting.chains:
        yield CaseFailure(
            id=waiting.case.id, chain=name, error=LOST, message=lost.reason, total_s=0.0
        )


# On a worker


@contextmanager
def asking(
    lent: Lent,
    record: bytes,
    choice: ChainChoice,
    ids: Mapping[str, str],
    only: Sequence[str] | None,
) -> Iterator[Callable[[Waiting | SummaryCase], list[Outcome] | SummaryRow]]:
    """Opens on a worker what golden lines need, and gives what does one."""
    with borrowed(lent, record) as (settings, library):
        around = Surroundings(settings=settings)
        with lent_model(around) as model:
            refuse_difference(lent, settings, model)
            corpus = Corpus(library=library, ids=ids, only=only)
            chains = {each.name: each for each in build_chains(choice, corpus, model, around)}
            summarizer = library_summarizer(corpus, model, around)
            yield lambda job: _done(job, corpus, chains, summarizer)


def _done(
    job: Waiting | SummaryCase,
    corpus: Corpus,
    chains: Mapping[ChainName, Chain],
    summarizer: Summarizer,
) -> list[Outcome] | SummaryRow:
    if isinstance(job, Waiting):
        return [attempt(job.case, chains[name]) for name in job.chains]
    document = corpus.library.document(corpus.id_of(job.document))
    return attempt_summary(job, document, summarizer)
