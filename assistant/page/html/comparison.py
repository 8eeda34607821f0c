"""Two reports of an evaluation side by side: the figures, and the questions that changed."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.evaluation.reports.baseline import Comparison, changed_cases, compare, read_report
from assistant.evaluation.reports.report import baseline_line
from assistant.page.html import markup
from index.wording import counted

Json = Mapping[str, Any]
REFUSED = "The documents don't say."


def compared(now: Path, before: Path) -> str:
    """What changed from one ``report.json`` to another.

    Raises:
        InputError: one cannot be read, or they have no case in common.
    """
    reports = read_report(now), read_report(before)
    figures = compare(*reports)
    changed = changed_cases(*reports)
    return markup.element(
        "section",
        markup.element("h2", markup.escape(baseline_line([_row(c) for c in figures]))),
        _figures(figures),
        markup.element("h3", f"{counted(len(changed), 'question')} came out otherwise"),
        *(_change(*pair) for pair in changed),
        aria_label="Comparison",
    )


def _row(comparison: Comparison) -> dict[str, Any]:
    return {"metric": comparison.metric, "fell": comparison.fell}


def _figures(comparisons: Iterable[Comparison]) -> str:
    head = ("figure", "compared with", "report", "change", "cases", "p that it fell by chance")
    rows = (
        _tr(
            "td",
            f"{c.chain} {c.metric.replace('_', ' ')}",
            f"{c.before:.3f}",
            f"{c.now:.3f}",
            f"{c.now - c.before:+.3f}",
            str(c.pairs),
            f"{c.p_value:.3f}",
            class_="fell" if c.fell else None,
        )
        for c in comparisons
    )
    return markup.element(
        "div",
        markup.element("table", _tr("th", *head), *rows, class_="comparison"),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label="Figures of both reports",
    )


def _tr(tag: str, first: str, *rest: str, **values: object) -> str:
    cells = [markup.element("th", markup.escape(first), scope="col" if tag == "th" else "row")]
    scope = {"scope": "col"} if tag == "th" else {}
    cells += [markup.element(tag, markup.escape(cell), **scope) for cell in rest]
    return markup.element("tr", *cells, **values)


def _change(before: Json, now: Json) -> str:
    """One question with both outcomes, folded."""
    gold = "; ".join(now["answers"] or now.get("facts", ())) or REFUSED
    return markup.element(
        "details",
        markup.element(
            "summary",
            markup.element("span", markup.escape(now["question"]), class_="question"),
            markup.element("span", markup.escape(f"{before['verdict']} → {now['verdict']}")),
        ),
        markup.element(
            "dl",
            *_pair("Compared with", said(before)),
            *_pair("Report", said(now)),
            *_pair("Gold", gold),
        ),
        class_="changed",
    )


def _pair(term: str, text: str) -> Sequence[str]:
    return markup.element("dt", term), markup.element("dd", markup.escape(text))


def said(row: Json) -> str:
    """What a case's row says the outcome was."""
    if row["kind"] == "failure":
        return f"{row['error']}: {row['message']}"
    if row["text"]:
        return str(row["text"])
    return REFUSED if row["status"] == "not_in_documents" else str(row["note"])
