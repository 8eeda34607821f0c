"""The evaluation's commands as plain functions, which ``assistant.cli`` calls."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant import terminal
from assistant.evaluation.evaluate import ChainChoice, Plan, Surroundings, default_out, evaluate
from assistant.evaluation.golden.reading import GoldenError
from assistant.evaluation.reports.baseline import chains_of, gate
from assistant.evaluation.reports.report import (
    ablation_line,
    baseline_line,
    labels,
    shown,
    shown_interval,
    summary_lines,
    value_at,
)
from assistant.pace import Pace
from assistant.settings import Settings
from index.errors import InputError


def evaluate_command(
    golden: Path,
    corpus: Path | None,
    out: Path | None,
    limit: int | None,
    seed: int,
    chain: ChainChoice,
    baseline: Path | None,
    ablate: bool,
    settings: Settings,
) -> int:
    """``citewell evaluate``: 0 when done.

    Raises:
        GateError: a metric fell significantly below the baseline; the report is written.
        CitewellError: as ``evaluate``.
    """
    plan = Plan(
        golden=golden,
        out=out or default_out(golden),
        corpus=corpus,
        limit=limit,
        seed=seed,
        chain=chain,
        baseline=baseline,
        ablate=ablate,
    )
    report = _run(lambda around: evaluate(plan, around), settings, golden)
    _show(report)
    terminal.note(f"The report is in {plan.out / 'report.html'}")
    gate(report.get("baseline", ()))
    return 0


def _run(
    work: Callable[[Surroundings], dict[str, Any]], settings: Settings, path: Path
) -> dict[str, Any]:
    """Do the work with a progress bar; what is wrong with the file is printed a line each."""
    try:
        with progress_bar() as report:
            return work(Surroundings(settings=settings, progress=report, notify=terminal.note))
    except GoldenError as error:
        for problem in error.problems:
            terminal.note(f"{path}, {problem.where}: {problem.reason}")
        raise InputError(
            f"{path} has {len(error.problems)} problem(s), listed above.",
            "Mend them and run again; nothing was asked yet.",
        ) from error


def _show(report: dict[str, Any]) -> None:
    """The figures on stdout, a line each, and the ratios where two chains were asked."""
    chains = chains_of(report)
    for path, label in labels(chains).items():
        values = [
            f"{name} {shown(value_at(chain, path))} {_bracketed(shown_interval(chain, path))}"
            for name, chain in chains.items()
        ]
        terminal.say(f"{label:>28}  {'   '.join(values)}".rstrip())
    for label, value, interval in summary_lines(report) if "summaries" in report else ():
        terminal.say(f"{label:>44}  {value} {_bracketed(interval)}".rstrip())
    for name, value in report.get("ratios", {}).items():
        terminal.say(f"{name.replace('_', ' '):>44}  {shown(value)}")
    if "ablation" in report:
        terminal.say(ablation_line(report["ablation"]))
    if "baseline" in report:
        terminal.say(f"Against the baseline: {baseline_line(report['baseline'])}")


def _bracketed(interval: str) -> str:
    return f"({interval})" if interval else ""


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr with the time left; now and then a line where there is no terminal."""
    pace = Pace()
    with terminal.progress() as report:

        def update(message: str, done: int, total: int) -> None:
            report(pace.told(terminal.shortened(message, 32), done, total), done, total)

        yield update


def evaluate_support_command(
    claims: Path, out: Path | None, limit: int | None, seed: int, settings: Settings
) -> int:
    """``citewell evaluate-support``: 0 when done.

    Raises:
        CitewellError: as ``evaluate_support``.
    """
    from assistant.evaluation.support_claims import evaluate_support

    folder = out or default_out(claims)
    report = _run(
        lambda around: evaluate_support(claims, folder, limit=limit, seed=seed, around=around),
        settings,
        claims,
    )
    for name in ("n", "failures", "balanced_accuracy", "auroc", "seconds_per_claim_p50"):
        interval = _bracketed(shown_interval(report, name))
        terminal.say(f"{name.replace('_', ' '):>24}  {shown(report[name])} {interval}".rstrip())
    terminal.note(f"The report is in {folder / 'report.json'}")
    return 0


def calibrate_command(
    golden: Path,
    corpus: Path | None,
    claims: Sequence[Path],
    out: Path | None,
    limit: int | None,
    seed: int,
    settings: Settings,
) -> int:
    """``citewell calibrate``: 0 when the library's ``calibrations.json`` knows the model.

    Raises:
        CitewellError: as ``calibrate``; nothing is saved then.
    """
    from assistant.evaluation.calibrate import calibrate

    folder = out or Path("reports") / f"calibrate-{golden.stem}"
    plan = Plan(golden=golden, out=folder, corpus=corpus, limit=limit, seed=seed)
    target = settings.library / "calibrations.json"

    def work(around: Surroundings) -> dict[str, Any]:
        return asdict(calibrate(plan, claims, target, around))

    learnt = _run(work, settings, golden)
    terminal.say(f"Questions are answered from answerability {learnt['answerable']} on.")
    terminal.say(f"Sentences are published from support {learnt['support']} on.")
    terminal.note(f"Saved in {target}; used from the next start on.")
    return 0
