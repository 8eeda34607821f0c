"""A run's reports: ``report.json``, ``report.md`` for a pull request, ``report.html`` to read."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.evaluation.journal import write_text
from assistant.evaluation.reports import plots
from assistant.evaluation.reports.baseline import chains_of

if TYPE_CHECKING:
    from jinja2 import Environment

LABELS = {
    "answerable.correct": "correct",
    "answerable.f1": "F1",
    "answerable.exact_match": "exact match",
    "answerable.answer_token_recall": "answer-token recall",
    "answerable.rouge_l": "ROUGE-L",
    "answerable.answered_rate": "answerable answered",
    "answerable.prose_share": "answers with prose",
    "answerable.fact_recall": "key facts said",
    "answerable.never_said": "answers with a wrong statement",
    "answerable.claims_per_answer": "sentences an answer",
    "answerable.documents_cited": "documents an answer cites",
    "answerable.median_words": "median words",
    "unanswerable.refused_rate": "unanswerable refused",
    "answerability_auroc": "answerability AUROC",
    "retrieval.recall@1": "recall@1",
    "retrieval.recall@5": "recall@5",
    "retrieval.recall@10": "recall@10",
    "retrieval.mrr": "MRR",
    "retrieval.ndcg@10": "nDCG@10",
    "citations.precision": "citation precision",
    "citations.recall": "citation recall",
    "citations.exact_offsets": "exact offsets",
    "citations.per_claim": "citations a sentence",
    "withheld": "sentences withheld",
    "latency_s.p50": "seconds, median",
    "latency_s.p95": "seconds, 95th percentile",
    "latency_s.first_evidence_p50": "first evidence, median s",
    "latency_s.first_token_p50": "first words, median s",
    "latency_s.first_sentence_p50": "first sentence, median s",
    "tokens.prompt_p50": "prompt tokens, median",
    "tokens.completion_p50": "tokens written, median",
    "failures": "failures",
}
"""What a report shows of each chain, in this order."""
_LEADING = (
    "answerable.correct",
    "unanswerable.refused_rate",
    "citations.precision",
    "answerability_auroc",
    "latency_s.p50",
)


def write_reports(report: Mapping[str, Any], folder: Path) -> None:
    """Write all three into ``folder``.

    Raises:
        InputError: the folder cannot be written.
    """
    texts = {
        "report.json": json.dumps(report, ensure_ascii=False, indent=1) + "\n",
        "report.md": markdown(report),
        "report.html": html(report),
    }
    for name, text in texts.items():
        write_text(folder / name, text)


def value_at(chain: Mapping[str, Any], path: str) -> Any:
    """The figure at a dotted path; None where there is none."""
    value: Any = chain
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def shown(value: Any) -> str:
    """A figure as reports show it: an en dash where a chain cannot have it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
    return str(value)


def shown_interval(chain: Mapping[str, Any], path: str) -> str:
    """The 95% interval of a figure, or nothing."""
    interval = chain["intervals"].get(path)
    return f"{interval[0]:.2f} to {interval[1]:.2f}" if interval else ""


def labels(chains: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Paths and labels of the figures to show, with the kinds of unanswerable cases there are."""
    kinds = {kind for chain in chains.values() for kind in chain["unanswerable"]["kinds"]}
    extra = {f"unanswerable.kinds.{k}.refused_rate": f"of them {k}, refused" for k in sorted(kinds)}
    shown_labels: dict[str, str] = {}
    for path, label in LABELS.items():
        shown_labels[path] = label
        if path == "unanswerable.refused_rate":
            shown_labels |= extra
    return shown_labels


def markdown(report: Mapping[str, Any]) -> str:
    """A short report: the figures of every chain with their intervals, ratios, and the gate."""
    chains = chains_of(report)
    parts = [_heading(report, chains), _figures_table(chains)]
    if "ratios" in report:
        rows = [
            f"| {name.replace('_', ' ')} | {shown(v)} |" for name, v in report["ratios"].items()
        ]
        parts.append("\n".join(["| citewell beside stock | |", "|---|---|", *rows]))
    if "baseline" in report:
        parts.append(_baseline_table(report["baseline"]))
    if "ablation" in report:
        parts.append(ablation_line(report["ablation"]))
    if "summaries" in report:
        rows = [f"| {label} | {value} | {span} |" for label, value, span in summary_lines(report)]
        parts.append("\n".join(["| summaries | | 95% |", "|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def _heading(report: Mapping[str, Any], chains: Mapping[str, Any]) -> str:
    first = next(iter(chains.values()))
    return (
        f"### {report['settings']['golden']}: {first['answerable']['n']} answerable, "
        f"{first['unanswerable']['n']} unanswerable, {report['model']}"
    )


def _figures_table(chains: Mapping[str, Any]) -> str:
    head = "| |" + "".join(f" {name} | 95% |" for name in chains)
    rule = "|---|" + "---|---|" * len(chains)
    rows = [
        f"| {label} |"
        + "".join(
            f" {shown(value_at(chain, path))} | {shown_interval(chain, path)} |"
            for chain in chains.values()
        )
        for path, label in labels(chains).items()
    ]
    return "\n".join([head, rule, *rows])


def _baseline_table(comparisons: list[dict[str, Any]]) -> str:
    head = f"**{baseline_line(comparisons)}**"
    rows = [
        f"| {c['chain']} {c['metric']} | {c['before']:.3f} | {c['now']:.3f} "
        f"| {c['pairs']} | {c['p_value']:.3f} | {'yes' if c['fell'] else 'no'} |"
        for c in comparisons
    ]
    table = ["| metric | baseline | now | pairs | p | fell |", "|---|---|---|---|---|---|", *rows]
    return "\n".join([head, "", *table])


def baseline_line(comparisons: Sequence[Mapping[str, Any]]) -> str:
    """What fell below the baseline, in one line."""
    fallen = [item["metric"] for item in comparisons if item["fell"]]
    return f"Fell: {', '.join(fallen)}." if fallen else "Nothing fell significantly."


def ablation_line(ablation: Mapping[str, Any]) -> str:
    """How often an answer changed without what it cites, in one line."""
    return (
        f"With the cited spans deleted, {ablation['changed']} of {ablation['n']} answers changed "
        f"({shown(ablation['changed_share'])}), {ablation['refused']} into refusals."
    )


SUMMARY_LABELS = {
    "n": "documents summarized",
    "key_fact_recall": "key facts said",
    "passed_share": "sentences that pass the guards",
    "exact_offsets": "sentences with exact citations",
    "hedges_kept": "hedges and attribution kept",
    "written_share": "sentences that are written",
    "shortened_share": "sentences that are shortened",
    "quoted_share": "sentences that are quoted",
    "rouge_l": "ROUGE-L with the reference",
    "compression": "words, of the source's",
    "seconds_per_1000_words": "seconds per 1,000 source words",
    "first_sentence_s_p50": "seconds to the first sentence",
}


def summary_lines(report: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Label, value and interval of each figure of the summaries."""
    found = report["summaries"]
    return [
        (label, shown(found[name]), shown_interval(found, name))
        for name, label in SUMMARY_LABELS.items()
        if found[name] is not None
    ]


def html(report: Mapping[str, Any]) -> str:
    """A page that stands alone: no address is loaded, all text of documents is escaped."""
    chains = chains_of(report)
    return (
        _environment()
        .get_template("report.html")
        .render(
            report=report,
            chains=chains,
            title=report["settings"]["golden"],
            labels=labels(chains),
            leading=_LEADING,
            plots=_plots(chains),
            rows=_rows(chains),
            verdicts=_verdicts(chains),
            ablation=ablation_line(report["ablation"]) if "ablation" in report else "",
            summary_lines=summary_lines(report) if "summaries" in report else [],
        )
    )


def _plots(chains: dict[str, dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Title, explanation and SVG of each plot that has data."""
    found: list[tuple[str, str, str | None]] = []
    for name, chain in chains.items():
        found += [
            (
                f"Risk and coverage, {name}",
                "How often it would be wrong if it answered only what it is surest of.",
                plots.risk_coverage_plot(chain),
            ),
            (
                f"Calibration, {name}",
                "How often the documents do answer, for each stated probability.",
                plots.calibration_plot(chain),
            ),
        ]
    found.append(
        (
            "Latency",
            "The share of questions done after so many seconds.",
            plots.latency_plot(chains),
        )
    )
    return [(title, text, svg) for title, text, svg in found if svg is not None]


def _rows(chains: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every case, the chains' rows of one case beside each other."""
    return [
        row for rows in zip(*(c["cases"] for c in chains.values()), strict=True) for row in rows
    ]


def _verdicts(chains: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """How many rows there are of each kind, the ones to look at first."""
    order = ("failed", "wrong", "answered wrongly", "refused", "correct", "refused rightly")
    rows = [row["verdict"] for chain in chains.values() for row in chain["cases"]]
    return {name: rows.count(name) for name in order if name in rows}


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("assistant.evaluation.reports", "."), autoescape=True, trim_blocks=True
    )
    environment.filters["shown"] = shown
    environment.filters["svg"] = Markup
    environment.globals["value_at"] = value_at
    environment.globals["shown_interval"] = shown_interval
    return environment
