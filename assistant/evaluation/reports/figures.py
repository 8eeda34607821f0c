"""From the scores of cases to the figures of a report: the keys here are an interface."""

from collections.abc import Callable, Sequence
from typing import Any

from assistant.evaluation.reports import metrics
from assistant.evaluation.reports.resampling import bootstrap_interval
from assistant.evaluation.reports.results import CaseResult, CaseScore, Outcome

Scores = Sequence[CaseScore]
Figure = Callable[[Scores], float | None]


def _answerable(value: Callable[[CaseScore], float | None]) -> Figure:
    """The mean over the answerable cases that have a value."""

    def figure(scores: Scores) -> float | None:
        values = [value(s) for s in scores if s.answerable]
        return metrics.share([v for v in values if v is not None])

    return figure


def _retrieval(value: Callable[[Any], float]) -> Figure:
    """Over cases with gold evidence; a failed case has retrieved nothing that could be measured."""
    return lambda scores: metrics.share([value(s.retrieval) for s in scores if s.retrieval])


def refused_rate(scores: Scores) -> float | None:
    """Refused among unanswerable cases, failures counting as not refused."""
    return metrics.share([s.refused for s in scores if not s.answerable])


def citation_precision(scores: Scores) -> float | None:
    """Gold sentences among all sentences cited, pooled over answerable cases with gold ones."""
    cited = [s.citations for s in scores if s.citations]
    total = sum(c.cited for c in cited)
    return sum(c.both for c in cited) / total if total else None


def citation_recall(scores: Scores) -> float | None:
    """Gold sentences that are cited, pooled over answerable cases with gold ones."""
    cited = [s.citations for s in scores if s.citations]
    total = sum(c.gold for c in cited)
    return sum(c.both for c in cited) / total if total else None


def answerability_auroc(scores: Scores) -> float | None:
    """How well the stated probability separates answerable from unanswerable cases."""
    told = [(s.answerability, s.answerable) for s in scores if s.answerability is not None]
    return metrics.auroc([value for value, _ in told], [truth for _, truth in told])


FIGURES: dict[str, Figure] = {
    "answerable.answered_rate": _answerable(lambda s: s.answered),
    "answerable.correct": _answerable(lambda s: s.correct),
    "answerable.exact_match": _answerable(lambda s: s.exact_match),
    "answerable.f1": _answerable(lambda s: s.f1),
    "answerable.answer_token_recall": _answerable(lambda s: s.token_recall),
    "answerable.rouge_l": _answerable(lambda s: s.rouge_l),
    "answerable.prose_share": _answerable(lambda s: s.prose),
    "answerable.fact_recall": _answerable(lambda s: s.fact_recall),
    "answerable.never_said": lambda scores: _sum(
        [None if s.never is None else bool(s.never) for s in scores]
    ),
    "answerable.claims_per_answer": _answerable(lambda s: s.sentences if s.answered else None),
    "answerable.documents_cited": _answerable(lambda s: s.documents_cited),
    "answerable.median_words": lambda scores: metrics.quantile(
        [s.words for s in scores if s.answerable and s.words is not None], 0.5
    ),
    "unanswerable.refused_rate": refused_rate,
    "answerability_auroc": answerability_auroc,
    "retrieval.recall@1": _retrieval(lambda r: r.recall[1]),
    "retrieval.recall@5": _retrieval(lambda r: r.recall[5]),
    "retrieval.recall@10": _retrieval(lambda r: r.recall[10]),
    "retrieval.mrr": _retrieval(lambda r: r.reciprocal_rank),
    "retrieval.ndcg@10": _retrieval(lambda r: r.ndcg),
    "citations.precision": citation_precision,
    "citations.recall": citation_recall,
}
"""Figures with an interval, by their path in the report."""

_DEPTHS = {"retrieval.recall@5": 5, "retrieval.recall@10": 10, "retrieval.ndcg@10": 10}


def chain_figures(scores: Scores, outcomes: Sequence[Outcome], *, depth: int) -> dict[str, Any]:
    """The figures of one chain as ``report.json`` has them.

    ``depth`` is how many passages the chain retrieves: recall beyond that is null.
    """
    named = {n: f for n, f in FIGURES.items() if depth >= _DEPTHS.get(n, 1)}
    values = {name: figure(scores) for name, figure in named.items()}
    report: dict[str, Any] = {
        "n": len(scores),
        "failures": sum(s.failed for s in scores),
        "answerable": {"n": sum(s.answerable for s in scores)},
        "unanswerable": {"n": sum(not s.answerable for s in scores)},
    }
    for name in FIGURES:
        group, _, key = name.rpartition(".")
        (report.setdefault(group, {}) if group else report)[key] = values.get(name)
    report["citations"] |= _citation_counts(scores)
    report["unanswerable"]["kinds"] = _refused_by_kind(scores)
    report["withheld"] = _sum([s.withheld for s in scores])
    report["selective"] = _selective(scores)
    report["latency_s"] = latencies([o for o in outcomes if isinstance(o, CaseResult)])
    report["tokens"] = _tokens([o for o in outcomes if isinstance(o, CaseResult)])
    report["intervals"] = {
        name: bootstrap_interval(scores, figure, lambda score: score.group)
        for name, figure in named.items()
        if values[name] is not None
    }
    return report


def _refused_by_kind(scores: Scores) -> dict[str, dict[str, float | None]]:
    """The refusals of unanswerable cases that carry a label, such as ``absent``, label by label."""
    absent = [s for s in scores if s.kind and not s.answerable]
    return {
        kind: {
            "n": sum(s.kind == kind for s in absent),
            "refused_rate": refused_rate([s for s in absent if s.kind == kind]),
        }
        for kind in sorted({s.kind for s in absent})
    }


def _sum(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _citation_counts(scores: Scores) -> dict[str, float | None]:
    exact = [s.exact_offsets for s in scores if s.exact_offsets is not None]
    made = sum(total for _, total in exact)
    published = sum(s.sentences or 0 for s in scores)
    return {
        "exact_offsets": sum(right for right, _ in exact) / made if made else None,
        "per_claim": made / published if published else None,
    }


def _selective(scores: Scores) -> dict[str, Any]:
    """Risk and coverage, and how well the stated probability is calibrated.

    Taken by falling answerability, a case is right where it is answerable and answered
    correctly: answering an unanswerable question is as wrong as answering wrongly. An answerable
    case without gold answers is left out.
    """
    told = [s for s in scores if s.answerability is not None and s.correct is not None]
    confidence = [s.answerability for s in told if s.answerability is not None]
    curve, area = metrics.risk_coverage(confidence, [_right(s) for s in told])
    bins = metrics.calibration_bins(confidence, [s.answerable for s in told])
    answered = [s.answered for s in told]
    return {
        "risk_coverage": curve,
        "aurc": area,
        "coverage": metrics.share(answered),
        "risk": metrics.share([not _right(s) for s in told if s.answered]),
        "calibration": bins,
        "calibration_error": metrics.calibration_error(bins),
    }


def _right(score: CaseScore) -> bool:
    return score.answerable and bool(score.correct)


def latencies(results: Sequence[CaseResult]) -> dict[str, float | None]:
    """Seconds: totals over all answers and refusals, the first sentence over answers alone."""
    totals = [r.total_s for r in results]
    evidence = [r.first_evidence_s for r in results if r.first_evidence_s is not None]
    token = [r.first_token_s for r in results if r.answered and r.first_token_s is not None]
    first = [r.first_sentence_s for r in results if r.answered and r.first_sentence_s is not None]
    return {
        "p50": metrics.quantile(totals, 0.5),
        "p95": metrics.quantile(totals, 0.95),
        "first_evidence_p50": metrics.quantile(evidence, 0.5),
        "first_evidence_p95": metrics.quantile(evidence, 0.95),
        "first_token_p50": metrics.quantile(token, 0.5),
        "first_token_p95": metrics.quantile(token, 0.95),
        "first_sentence_p50": metrics.quantile(first, 0.5),
        "first_sentence_p95": metrics.quantile(first, 0.95),
        "answered_p50": metrics.quantile([r.total_s for r in results if r.answered], 0.5),
    }


def _tokens(results: Sequence[CaseResult]) -> dict[str, float | None]:
    return {
        "prompt_p50": metrics.quantile([r.prompt_tokens for r in results], 0.5),
        "completion_p50": metrics.quantile([r.completion_tokens for r in results], 0.5),
        "prompt_total": sum(r.prompt_tokens for r in results),
        "completion_total": sum(r.completion_tokens for r in results),
    }


def ratios(
    citewell: dict[str, Any],
    stock: dict[str, Any],
    pairs: Sequence[tuple[Outcome, Outcome]],
) -> dict[str, float | None]:
    """Citewell beside stock: differences of shares, and ratios of medians of seconds.

    The seconds are those of the cases that both chains answered, so that neither gains by
    refusing what is slow.
    """
    both = [
        (c, s)
        for c, s in pairs
        if isinstance(c, CaseResult) and isinstance(s, CaseResult) and c.answered and s.answered
    ]
    stock_full = metrics.quantile([s.total_s for _, s in both], 0.5)
    full = metrics.quantile([c.total_s for c, _ in both], 0.5)
    first = [c.first_sentence_s for c, _ in both if c.first_sentence_s is not None]
    evidence = [c.first_evidence_s for c, _ in both if c.first_evidence_s is not None]
    return {
        **{
            f"{name.rpartition('.')[2]}_difference": _minus(_at(citewell, name), _at(stock, name))
            for name in COMPARED
        },
        "both_answered": len(both),
        "total_to_stock_total_p50": _over(full, stock_full),
        "first_checked_sentence_to_stock_total_p50": _over(
            metrics.quantile(first, 0.5), stock_full
        ),
        "first_evidence_to_stock_total_p50": _over(metrics.quantile(evidence, 0.5), stock_full),
        "all_cases_p50": _over(citewell["latency_s"]["p50"], stock["latency_s"]["p50"]),
        "prompt_tokens_p50": _over(citewell["tokens"]["prompt_p50"], stock["tokens"]["prompt_p50"]),
    }


COMPARED = (
    "answerable.correct",
    "answerable.f1",
    "answerable.answer_token_recall",
    "answerable.answered_rate",
    "unanswerable.refused_rate",
    "retrieval.recall@1",
    "retrieval.mrr",
)


def _at(report: dict[str, Any], path: str) -> float | None:
    value: Any = report
    for key in path.split("."):
        value = value[key]
    return None if value is None else float(value)


def _minus(left: float | None, right: float | None) -> float | None:
    return None if left is None or right is None else left - right


def _over(left: float | None, right: float | None) -> float | None:
    return None if left is None or not right else left / right
