"""The gate: a metric that fell significantly below a baseline report, case by case.

Cases with the same id, question and gold answers are paired. For each metric the one-sided
sign-flip permutation test of ``resampling.falls`` gives the probability of so great a fall if
nothing had changed, adjusted for the number of metrics (Holm); below 0.05 the gate trips. The stock
chain is compared where it was asked, but gated only where nothing else was: it is the yardstick.
Latency is not gated: it depends on the machine.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, get_args

from assistant.errors import GateError
from assistant.evaluation.reports.metrics import share
from assistant.evaluation.reports.resampling import falls, holm
from assistant.evaluation.reports.results import CaseScore, ChainName
from index.errors import InputError

SIGNIFICANT = 0.05
"""The chance, with no change at all, below which a fall is called one."""


def _of_answerable(
    value: Callable[[CaseScore], float | None],
) -> Callable[[CaseScore], float | None]:
    def of_case(score: CaseScore) -> float | None:
        found = value(score) if score.answerable else None
        return None if found is None else float(found)

    return of_case


GATED: dict[str, Callable[[CaseScore], float | None]] = {
    "correct": _of_answerable(lambda s: s.correct),
    "f1": _of_answerable(lambda s: s.f1),
    "answer_token_recall": _of_answerable(lambda s: s.token_recall),
    "rouge_l": _of_answerable(lambda s: s.rouge_l),
    "fact_recall": _of_answerable(lambda s: s.fact_recall),
    "answered": _of_answerable(lambda s: s.answered),
    "refused": lambda s: None if s.answerable else float(s.refused),
    "recall@5": lambda s: s.retrieval.recall[5] if s.retrieval else None,
    "reciprocal_rank": lambda s: s.retrieval.reciprocal_rank if s.retrieval else None,
    "citation_precision": lambda s: (
        s.citations.both / s.citations.cited if s.citations and s.citations.cited else None
    ),
    "citation_recall": lambda s: s.citations.both / s.citations.gold if s.citations else None,
    "exact_offsets": lambda s: (
        s.exact_offsets[0] / s.exact_offsets[1] if s.exact_offsets and s.exact_offsets[1] else None
    ),
}
"""The value of one case for each gated metric; None where the case has none."""


def gated_values(score: CaseScore) -> dict[str, float]:
    """What a report keeps of each case so that a later run can be paired with it."""
    values = {name: value(score) for name, value in GATED.items()}
    return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One metric over the cases that both runs have a value for."""

    chain: str
    metric: str
    pairs: int
    before: float
    now: float
    p_value: float
    """Adjusted for the number of metrics of its chain."""
    gated: bool = True

    @property
    def fell(self) -> bool:
        return self.gated and self.p_value < SIGNIFICANT


def read_report(path: Path) -> dict[str, Any]:
    """A ``report.json``.

    Raises:
        InputError: it cannot be read or is no report of an evaluation.
    """
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as a report.", "Give a report.json.") from error
    if not isinstance(report, dict) or not chains_of(report):
        raise InputError(f"{path} is no report of `citewell evaluate`.", "Give a report.json.")
    if not all(
        map(_is_paired, [row for chain in chains_of(report).values() for row in chain["cases"]])
    ):
        raise InputError(f"{path} has cases without values.", "Make it again with this version.")
    return report


def _is_paired(row: Any) -> bool:
    return isinstance(row, dict) and "id" in row and isinstance(row.get("values"), dict)


def chains_of(report: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The chains of a report by name, whether it is of one chain or of both."""
    if "cases" in report:
        return {str(report.get("chain")): dict(report)}
    return {
        name: report[name]
        for name in get_args(ChainName)
        if isinstance(report.get(name), dict) and "cases" in report[name]
    }


def check_overlap(baseline: Mapping[str, Any], chains: Sequence[str], ids: Collection[str]) -> None:
    """Before anything is asked: that the baseline can be compared with at all.

    Raises:
        InputError: it has no case of these chains and ids.
    """
    old = chains_of(baseline)
    if not any(row["id"] in ids for name in chains if name in old for row in old[name]["cases"]):
        raise InputError(
            "The baseline has no case in common with this run.",
            "Use a baseline of the same golden file, seed and chain.",
        )


def compare(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[Comparison]:
    """Every gated metric of every chain that both reports have.

    Raises:
        InputError: they have no case of a chain in common.
    """
    old, new = chains_of(before), chains_of(now)
    found = [
        replace(comparison, gated=name == "citewell" or len(new) == 1)
        for name in new
        if name in old
        for comparison in _compare_chain(name, _values(new[name]), _values(old[name]))
    ]
    if not found:
        raise InputError(
            "The baseline has no case in common with this run.",
            "Use a baseline of the same golden file, seed and chain.",
        )
    return found


def changed_cases(
    now: Mapping[str, Any], before: Mapping[str, Any]
) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """The rows, before and now, of the paired cases of which something else became."""
    old = {name: _by_case(chain) for name, chain in chains_of(before).items()}
    pairs = [
        (old[name][asked], row)
        for name, chain in chains_of(now).items()
        for asked, row in _by_case(chain).items()
        if asked in old.get(name, ())
    ]
    return [(was, row) for was, row in pairs if was["verdict"] != row["verdict"]]


Asked = tuple[str, str, tuple[str, ...]]


def _by_case(chain: Mapping[str, Any]) -> dict[Asked, Mapping[str, Any]]:
    return {
        (row["id"], row.get("question", ""), tuple(row.get("answers", ()))): row
        for row in chain["cases"]
    }


def _values(chain: Mapping[str, Any]) -> dict[Asked, dict[str, float]]:
    return {asked: row["values"] for asked, row in _by_case(chain).items()}


def _compare_chain(
    chain: str,
    now: Mapping[Asked, Mapping[str, float]],
    before: Mapping[Asked, Mapping[str, float]],
) -> list[Comparison]:
    found = []
    for metric in GATED:
        pairs = [
            (now[case][metric], before[case][metric])
            for case in now
            if case in before and metric in now[case] and metric in before[case]
        ]
        if pairs:
            found.append(_comparison(chain, metric, pairs))
    adjusted = holm([comparison.p_value for comparison in found])
    return [replace(c, p_value=p) for c, p in zip(found, adjusted, strict=True)]


def _comparison(chain: str, metric: str, pairs: Sequence[tuple[float, float]]) -> Comparison:
    return Comparison(
        chain=chain,
        metric=metric,
        pairs=len(pairs),
        now=share([new for new, _ in pairs]) or 0.0,
        before=share([old for _, old in pairs]) or 0.0,
        p_value=falls([new - old for new, old in pairs]),
    )


def comparison_json(comparisons: Sequence[Comparison]) -> list[dict[str, Any]]:
    """The form of ``report.json``."""
    return [{**asdict(comparison), "fell": comparison.fell} for comparison in comparisons]


def gate(comparisons: Sequence[Mapping[str, Any]]) -> None:
    """Pass, or name every metric of ``comparison_json`` that fell.

    Raises:
        GateError: a metric fell significantly.
    """
    fallen = [
        f"{c['chain']} {c['metric']} from {c['before']:.3f} to {c['now']:.3f} "
        f"(p = {c['p_value']:.3f})"
        for c in comparisons
        if c["fell"]
    ]
    if fallen:
        raise GateError(
            f"Fell significantly below the baseline: {'; '.join(fallen)}.", "See the report."
        )
