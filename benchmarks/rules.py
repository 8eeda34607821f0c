"""What falls without each family of rules: the families are switched off in turn, case by case.

The switches are a frozen value, a dataclass of booleans with a field for each family, and whoever
builds a chain is given it. Every family is asked in a run of its own that goes on after a kill; the
model's replies should be kept (``benchmarks.replaying``), so that only what a rule changes is asked
anew.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.evaluation.case_report import make_report
from assistant.evaluation.chains import Chain
from assistant.evaluation.golden.cases import GoldenCase
from assistant.evaluation.plan import Progress
from assistant.evaluation.reports.baseline import Comparison, compare
from assistant.evaluation.runner import Run, run_cases
from assistant.evaluation.scoring import Documents
from benchmarks.same_answers import differences

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Rules = TypeVar("Rules", bound="DataclassInstance")
ALL = "all"
"""The folder of the run with every family that the given value has switched on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one family of rules does."""

    family: str
    differ: tuple[str, ...]
    """The cases that differ without it, as ``benchmarks.same_answers`` tells them."""
    comparisons: tuple[Comparison, ...]
    """Each metric with it (``before``) and without it (``now``); ``p_value`` is that of a fall."""


def without(rules: Rules) -> Iterator[tuple[str, Rules]]:
    """Each family that is on, and the same switches but with it off."""
    for field in fields(rules):
        if getattr(rules, field.name) is True:
            switched: dict[str, Any] = {field.name: False}
            yield field.name, replace(rules, **switched)


def effects(
    cases: Sequence[GoldenCase],
    rules: Rules,
    build: Callable[[Rules], Chain],
    documents: Documents,
    folder: Path,
    progress: Progress = lambda message, done, total: None,
) -> list[Effect]:
    """Ask all cases with ``rules``, then without each of its families in turn.

    Raises:
        InputError: a row cannot be written.
    """

    def asked(name: str, chosen: Rules) -> tuple[Run, dict[str, Any]]:
        (folder / name).mkdir(parents=True, exist_ok=True)
        chain = build(chosen)
        run = run_cases(cases, [chain], folder / name / "cases.jsonl", progress=progress)
        return run, make_report(cases, [chain], run, documents)

    base_run, base = asked(ALL, rules)
    found = []
    for family, switched in without(rules):
        run, report = asked(family, switched)
        found.append(
            Effect(
                family=family,
                differ=tuple(differences(base_run.outcomes, run.outcomes)),
                comparisons=tuple(compare(report, base)),
            )
        )
    return found


def table(found: Sequence[Effect]) -> str:
    """A Markdown table: a row for each family, with what each metric gains or loses without it."""
    metrics = list(dict.fromkeys(c.metric for effect in found for c in effect.comparisons))
    rows = [
        f"| {effect.family} | {len(effect.differ)} | "
        + " | ".join(_cell(effect, metric) for metric in metrics)
        + " |"
        for effect in found
    ]
    head = f"| without | cases that differ | {' | '.join(m.replace('_', ' ') for m in metrics)} |"
    return "\n".join([head, "|---|---|" + "---|" * len(metrics), *rows])


def _cell(effect: Effect, metric: str) -> str:
    for item in effect.comparisons:
        if item.metric == metric:
            change = item.now - item.before
            return f"{change:+.3f} (p {item.p_value:.2f})" if change else "0"
    return "–"
