"""The outcomes of a run's cases as the parts of its report."""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.evaluation.chains import Chain
from assistant.evaluation.golden.cases import GoldenCase
from assistant.evaluation.plan import Plan
from assistant.evaluation.reports.baseline import chains_of, gated_values
from assistant.evaluation.reports.figures import chain_figures, ratios
from assistant.evaluation.reports.results import CaseScore, Outcome, outcome_json
from assistant.evaluation.runner import Run
from assistant.evaluation.scoring import Documents, score
from index.errors import CitewellError


def make_report(
    cases: Sequence[GoldenCase], chains: Sequence[Chain], run: Run, documents: Documents
) -> dict[str, Any]:
    """The figures of every chain: flat for one, by name with ``ratios`` for two."""
    parts: dict[str, dict[str, Any]] = {
        chain.name: _chain_report(cases, chain, run, documents) for chain in chains
    }
    if len(parts) == 1:
        return next(iter(parts.values()))
    pairs = [(run.outcomes[c.id, "citewell"], run.outcomes[c.id, "stock"]) for c in cases]
    return {**parts, "ratios": ratios(parts["citewell"], parts["stock"], pairs)}


def _chain_report(
    cases: Sequence[GoldenCase], chain: Chain, run: Run, documents: Documents
) -> dict[str, Any]:
    passages: dict[str, Sequence[tuple[int, int]]] = {}

    def passages_of(document: str) -> Sequence[tuple[int, int]]:
        if document not in passages:
            passages[document] = chain.passages(document)
        return passages[document]

    outcomes = [run.outcomes[case.id, chain.name] for case in cases]
    scores = [
        score(case, outcome, documents, passages_of)
        for case, outcome in zip(cases, outcomes, strict=True)
    ]
    rows = [_row(*item) for item in zip(cases, outcomes, scores, strict=True)]
    return {
        "chain": chain.name,
        **chain_figures(scores, outcomes, depth=chain.depth),
        "cases": rows,
    }


def _row(case: GoldenCase, outcome: Outcome, figures: CaseScore) -> dict[str, Any]:
    """One case as the report shows it: the question, the gold, what came, and its values."""
    return {
        **outcome_json(outcome),
        "question": case.question,
        "answers": list(case.answers),
        "answerable": case.answerable,
        "gold": [{"document": e.document, "quote": e.quote} for e in case.evidence],
        "facts": dict(figures.facts),
        "never": list(figures.never or ()),
        "verdict": verdict(figures),
        "values": gated_values(figures),
    }


def verdict(figures: CaseScore) -> str:
    """In one word, what became of a case."""
    if figures.failed:
        return "failed"
    if not figures.answerable:
        return "refused rightly" if figures.refused else "answered wrongly"
    if not figures.answered:
        return "refused"
    return "correct" if _right(figures) else "wrong"


def _right(figures: CaseScore) -> bool:
    """With a gold answer; where there is none, with every key fact and no wrong statement."""
    if figures.correct is not None:
        return figures.correct
    return figures.fact_recall == 1.0 and not figures.never


def settings_json(plan: Plan, fingerprint: Mapping[str, Any], *, shared: bool) -> dict[str, Any]:
    return {
        **fingerprint["settings"],
        "model": fingerprint["model"]["name"],
        "model_shared": shared,
        "golden": plan.golden.name,
        "corpus": plan.corpus.name if plan.corpus else None,
        "limit": plan.limit,
        "seed": plan.seed,
        "chain": plan.chain,
        "model_digest": fingerprint["model"]["digest"],
        "code": fingerprint["code"],
    }


def overhead(run: Mapping[str, Any], seconds: float) -> dict[str, float | None]:
    """All seconds but those of ablation and summaries, and how many times the answers' they are."""
    answers = run["answers_s"]
    seconds -= run["ablation_s"]
    return {"total_s": seconds, "overhead": seconds / answers if answers else None}


def refuse_all_failed(report: Mapping[str, Any]) -> None:
    for name, chain in chains_of(report).items():
        if chain["n"] and chain["failures"] == chain["n"]:
            first = next(row for row in chain["cases"] if row["kind"] == "failure")
            raise CitewellError(
                f"Every case of {name} failed, the first with: {first['message']}",
                "Mend this and run the same command again.",
            )
