"""Golden summary lines: how much of what matters a summary says, and whether it says it soundly.

A key fact is found where one of its ``any_of`` wordings occurs in the summary, in lower case, with
straight quotation marks and single spaces. A sentence passes where every citation is exact and the
guards object to nothing: the model's own verdict is not asked again. Hedges are counted over the
sentences whose cited text hedges or names who says it.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.checking.citations import is_exact
from assistant.checking.guards import objections
from assistant.data import Claim, Summarized, Summary
from assistant.evaluation.golden.cases import Problem, SummaryCase
from assistant.evaluation.journal import Journal, read_rows
from assistant.evaluation.reports import metrics
from assistant.evaluation.reports.resampling import bootstrap_interval
from assistant.evaluation.runner import refuse_stopped
from assistant.language.qualifiers import is_hedged
from assistant.wording import said, wording
from index.data import Document
from index.errors import CancelledError

if TYPE_CHECKING:
    from assistant.evaluation.corpus import Corpus
    from assistant.evaluation.plan import Surroundings
    from assistant.evaluation.runner import Asker
    from assistant.models import ServedModel

Summarizer = Callable[[str], Summary]
"""Document id to its summary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """What came of one golden summary line; ``error`` where it crashed."""

    id: str
    document: str
    found: Sequence[str]
    """Ids of the key facts that the summary has."""
    missed: Sequence[str]
    sentences: Sequence[Mapping[str, Any]]
    """``{"text", "verdict", "wording", "quotes", "objections", "exact", "hedged", "kept"}``."""
    words: int
    source_words: int
    rouge_l: float | None
    first_sentence_s: float | None
    total_s: float
    error: str = ""


def missing_documents(cases: Iterable[SummaryCase], texts: Mapping[str, str]) -> list[Problem]:
    """The summary lines whose document is not there."""
    return [
        Problem(where=case.where, reason=f"there is no document {case.document!r} in the corpus")
        for case in cases
        if case.document not in texts
    ]


def summarize_cases(
    cases: Sequence[SummaryCase],
    corpus: "Corpus",
    summarizer: Summarizer,
    journal: Path,
    around: "Surroundings",
    asker: "Asker | None" = None,
) -> dict[str, Any]:
    """Summarize the document of every case; rows that ``journal`` holds are kept, failures not.

    With an ``asker`` several are made at a time, and not here.

    Raises:
        CancelledError: the user stopped; the finished rows are kept.
    """
    done = {row["id"]: SummaryRow(**row) for row in read_rows(journal)}
    waiting = [case for case in cases if case.id not in done or done[case.id].error]
    told = asker.summaries(waiting) if asker else _here(waiting, corpus, summarizer, around)
    kept = len(cases) - len(waiting)
    around.progress("Summarizing", kept, len(cases))
    with Journal(journal) as rows:
        for number, row in enumerate(told, start=kept + 1):
            rows.append(asdict(row))
            done[row.id] = row
            around.progress("Summarizing", number, len(cases))
    return summary_figures([done[case.id] for case in cases])


def _here(
    cases: Sequence[SummaryCase],
    corpus: "Corpus",
    summarizer: Summarizer,
    around: "Surroundings",
) -> Iterator[SummaryRow]:
    """Each in turn."""
    for case in cases:
        refuse_stopped(around.cancelled)
        document = corpus.library.document(corpus.ids[case.document])
        yield attempt(case, document, summarizer)


def library_summarizer(
    corpus: "Corpus", model: "ServedModel", around: "Surroundings"
) -> Summarizer:
    """Standard summaries by the model, with the settings' calibration."""
    from assistant.checking.calibration import load
    from assistant.prompts import Prompts
    from assistant.resources import prompts_folder
    from assistant.summarising.summaries import summarize

    prompts = Prompts.load(prompts_folder())
    calibration = load(model.name, around.settings.library / "calibrations.json")

    def summary_of(document: str) -> Summary:
        for event in summarize(
            corpus.library,
            model,
            prompts,
            [document],
            cancelled=around.cancelled,
            calibration=calibration,
        ):
            if isinstance(event, Summarized):
                return event.summary
        raise AssertionError("the summary broke off")

    return summary_of


def attempt(case: SummaryCase, document: Document, summarizer: Summarizer) -> SummaryRow:
    """One case; whatever is raised becomes its error, but for the user's own stop."""
    start = time.perf_counter()
    try:
        summary = summarizer(document.id)
    except CancelledError:
        raise
    except Exception as error:  # noqa: BLE001 - a crash is a row of the report, not its end
        return _row(case, document, (), start, None, f"{type(error).__name__}: {error}")
    return _row(case, document, said(summary), start, summary.timings.first_sentence_s, "")


def failed_row(case: SummaryCase, document: Document, error: str) -> SummaryRow:
    """The row of a case of which nothing came."""
    return _row(case, document, (), time.perf_counter(), None, error)


def _row(
    case: SummaryCase,
    document: Document,
    claims: Sequence[Claim],
    start: float,
    first_s: float | None,
    error: str,
) -> SummaryRow:
    text = " ".join(claim.text for claim in claims)
    found = [name for name, wordings in case.key_facts if says(text, wordings)]
    return SummaryRow(
        id=case.id,
        document=case.document,
        found=found,
        missed=[name for name, _ in case.key_facts if name not in found],
        sentences=[_sentence(claim, document) for claim in claims],
        words=len(text.split()),
        source_words=len(document.text.split()),
        rouge_l=metrics.rouge_l(text, [case.reference]) if case.reference and not error else None,
        first_sentence_s=first_s,
        total_s=time.perf_counter() - start,
        error=error,
    )


def _sentence(claim: Claim, document: Document) -> dict[str, Any]:
    quotes = [citation.quote for citation in claim.citations]
    return {
        "text": claim.text,
        "verdict": claim.verdict,
        "wording": wording(claim),
        "quotes": quotes,
        "objections": objections(claim.text, quotes, context=(document.title,)),
        "exact": bool(quotes) and all(is_exact(each, document) for each in claim.citations),
        "hedged": any(map(is_hedged, quotes)),
        "kept": is_hedged(claim.text),
    }


def says(text: str, wordings: Iterable[str]) -> bool:
    """Whether one of the wordings occurs in the text."""
    return any(_plain(wording) in _plain(text) for wording in wordings)


def _plain(text: str) -> str:
    straight = re.sub("[‘’]", "'", re.sub("[“”]", '"', text))
    return " ".join(straight.casefold().split())


Rows = Sequence[SummaryRow]


def key_fact_recall(rows: Rows) -> float | None:
    """Key facts found, pooled over the cases; of one that crashed none."""
    total = sum(len(row.found) + len(row.missed) for row in rows)
    return sum(len(row.found) for row in rows) / total if total else None


def _sentences(rows: Rows) -> list[Mapping[str, Any]]:
    return [sentence for row in rows for sentence in row.sentences]


def passed_share(rows: Rows) -> float | None:
    """Published sentences with exact citations to which the guards do not object."""
    return metrics.share([s["exact"] and not s["objections"] for s in _sentences(rows)])


def hedges_kept(rows: Rows) -> float | None:
    """Of the sentences whose cited text hedges or attributes, those that do so too."""
    return metrics.share([s["kept"] for s in _sentences(rows) if s["hedged"]])


def _wording_share(rows: Rows, name: str) -> float | None:
    """Of the published sentences, those of this wording."""
    return metrics.share([sentence.get("wording") == name for sentence in _sentences(rows)])


def compression(rows: Rows) -> float | None:
    """Words of the summaries over words of their documents."""
    told = [row for row in rows if not row.error]
    source = sum(row.source_words for row in told)
    return sum(row.words for row in told) / source if source else None


def seconds_per_1000_words(rows: Rows) -> float | None:
    """Seconds of the summaries over thousands of words of their documents."""
    told = [row for row in rows if not row.error]
    source = sum(row.source_words for row in told)
    return 1000 * sum(row.total_s for row in told) / source if source else None


def mean_rouge_l(rows: Rows) -> float | None:
    """ROUGE-L with the reference, over the cases that have one."""
    return metrics.share([row.rouge_l for row in rows if row.rouge_l is not None])


FIGURES: dict[str, Callable[[Rows], float | None]] = {
    "key_fact_recall": key_fact_recall,
    "passed_share": passed_share,
    "exact_offsets": lambda rows: metrics.share([s["exact"] for s in _sentences(rows)]),
    "hedges_kept": hedges_kept,
    "written_share": lambda rows: _wording_share(rows, "written"),
    "shortened_share": lambda rows: _wording_share(rows, "shortened"),
    "quoted_share": lambda rows: _wording_share(rows, "quoted"),
    "rouge_l": mean_rouge_l,
    "compression": compression,
    "seconds_per_1000_words": seconds_per_1000_words,
}
"""Figures with an interval over the cases, by their key in the report."""


def summary_figures(rows: Rows) -> dict[str, Any]:
    """The part ``summaries`` of ``report.json``."""
    return {
        "n": len(rows),
        "failures": sum(bool(row.error) for row in rows),
        **{name: figure(rows) for name, figure in FIGURES.items()},
        "first_sentence_s_p50": metrics.quantile(
            [row.first_sentence_s for row in rows if row.first_sentence_s is not None], 0.5
        ),
        "intervals": {name: bootstrap_interval(rows, figure) for name, figure in FIGURES.items()},
        "cases": [asdict(row) for row in rows],
    }
