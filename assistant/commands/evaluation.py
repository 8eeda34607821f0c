"""Measuring answers and the support check, and making the files they are measured with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant import terminal
from assistant.commands.options import (
    CollectionOption,
    LibraryOption,
    TagOption,
    cluster_address,
    settings_of,
)
from assistant.pace import Pace
from index.errors import InputError

if TYPE_CHECKING:
    from assistant.evaluation.plan import Spread, Surroundings
    from assistant.settings import Settings

commands = typer.Typer()
golden = typer.Typer(help="Golden files: from answers marked on the page, or from SQuAD.")
commands.add_typer(golden, name="golden")
SEED = 7
"""The same on the page, so that a limit chooses the same questions."""

CorpusOption = Annotated[
    Path | None,
    typer.Option("--corpus", metavar="PATH", help="Ask these documents instead of the library."),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Where the run and its report are kept."),
]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, help="Take only so many, half of either kind.")
]
SeedOption = Annotated[int, typer.Option("--seed", help="Which of them a limit chooses.")]


class Chain(StrEnum):
    """Which way of answering is evaluated."""

    citewell = "citewell"
    stock = "stock"
    stock_long = "stock-long"
    both = "both"


@commands.command()
def evaluate(
    context: typer.Context,
    golden: Annotated[list[str], typer.Argument(metavar="GOLDEN", show_default=False)],
    corpus: CorpusOption = None,
    out: OutOption = None,
    limit: LimitOption = None,
    seed: SeedOption = SEED,
    chain: Annotated[Chain, typer.Option(help="Which way of answering.")] = Chain.citewell,
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="REPORT.json", help="Fail where a figure fell below this report's."),
    ] = None,
    ablate: Annotated[
        bool, typer.Option("--ablate", help="Ask again with the cited text deleted.")
    ] = False,
    ray: Annotated[
        bool,
        typer.Option(
            "--ray",
            help="Ask on a Ray cluster: at an address named beside GOLDEN (auto, HOST:PORT, "
            "ray://HOST:PORT), else on this machine's cores.",
        ),
    ] = False,
    collection: CollectionOption = None,
    tag: TagOption = None,
    library: LibraryOption = None,
) -> int:
    """Measure answers against a file of questions with known answers."""
    from assistant.evaluation import evaluate as evaluation
    from assistant.evaluation.plan import Plan, default_out
    from assistant.evaluation.reports.baseline import gate

    address, files = cluster_address(golden) if ray else (None, golden)
    if len(files) != 1:
        raise InputError("One golden file is evaluated at a time.", "Name one.")
    path = Path(files[0])
    plan = Plan(
        golden=path,
        out=out or default_out(path),
        corpus=corpus,
        collections=tuple(collection or ()),
        tags=tuple(tag or ()),
        limit=limit,
        seed=seed,
        chain=chain.value,
        baseline=baseline,
        ablate=ablate,
    )
    report = _run(
        lambda around: evaluation.evaluate(plan, replace(around, spread=_spread(address))),
        settings_of(context, library),
        path,
    )
    _show(report)
    terminal.note(f"The report is in {plan.out / 'report.html'}")
    gate(report.get("baseline", ()))
    return 0


def _spread(address: str | None) -> "Spread | None":
    """Workers of the cluster at an address; None without one."""
    if address is None:
        return None
    from assistant.evaluation.spread import spread

    return partial(spread, address)


@commands.command("evaluate-support")
def evaluate_support(
    context: typer.Context,
    claims: Annotated[Path, typer.Argument(metavar="CLAIMS", show_default=False)],
    out: OutOption = None,
    limit: LimitOption = None,
    seed: SeedOption = SEED,
    library: LibraryOption = None,
) -> int:
    """Measure the support check against a file of labelled claims."""
    from assistant.evaluation import support_claims
    from assistant.evaluation.plan import default_out
    from assistant.evaluation.reports.report import shown, shown_interval

    folder = out or default_out(claims)
    report = _run(
        lambda around: support_claims.evaluate_support(
            claims, folder, limit=limit, seed=seed, around=around
        ),
        settings_of(context, library),
        claims,
    )
    for name in ("n", "failures", "balanced_accuracy", "auroc", "seconds_per_claim_p50"):
        interval = _bracketed(shown_interval(report, name))
        terminal.say(f"{name.replace('_', ' '):>24}  {shown(report[name])} {interval}".rstrip())
    terminal.note(f"The report is in {folder / 'report.json'}")
    return 0


@commands.command()
def calibrate(
    context: typer.Context,
    golden: Annotated[
        Path | None,
        typer.Argument(metavar="[GOLDEN]", help="Your own questions instead of those that ship."),
    ] = None,
    corpus: CorpusOption = None,
    claims: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Labelled claims for the support check; repeatable."),
    ] = None,
    out: OutOption = None,
    limit: LimitOption = None,
    seed: SeedOption = SEED,
    library: LibraryOption = None,
) -> int:
    """Measure how sure the model must be, within the hour; a first result comes after 40 questions.

    It can be stopped at any time and goes on where it was.
    """
    from assistant.evaluation import calibrate as calibration
    from assistant.evaluation.plan import Plan

    settings = settings_of(context, library)
    plan = calibration.shipped_plan(settings.library, settings.model, limit=limit, seed=seed)
    if golden is not None:
        folder = Path("reports") / f"calibrate-{golden.stem}"
        plan = Plan(golden=golden, out=folder, corpus=corpus, limit=limit, seed=seed)
    elif corpus is not None:
        raise InputError("--corpus needs questions of its own.", "Name a golden file before it.")
    if out is not None:
        plan = replace(plan, out=out)
    target = settings.library / "calibrations.json"

    def work(around: "Surroundings") -> dict[str, Any]:
        return {"told": calibration.told(calibration.calibrate(plan, claims or [], target, around))}

    try:
        told = str(_run(work, settings, plan.golden)["told"])
    except KeyboardInterrupt:
        terminal.note("What was measured is kept: run citewell calibrate again to go on.")
        raise
    terminal.say(f"{told[0].upper()}{told[1:]}")
    terminal.note(f"Saved in {target}, with the data and the rule of every figure.")
    return 0


def _run(
    work: "Callable[[Surroundings], dict[str, Any]]", settings: "Settings", path: Path
) -> dict[str, Any]:
    """Do the work with a progress bar; what is wrong with the file is printed a line each."""
    from assistant.evaluation.golden.cases import GoldenError
    from assistant.evaluation.plan import Surroundings

    try:
        with _progress_bar() as progress:
            return work(Surroundings(settings=settings, progress=progress, notify=terminal.note))
    except GoldenError as error:
        for problem in error.problems:
            terminal.note(f"{path}, {problem.where}: {problem.reason}")
        raise InputError(
            f"{path} has {len(error.problems)} problem(s), listed above.",
            "Mend them and run again; nothing was asked yet.",
        ) from error


@contextmanager
def _progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr with the time left; now and then a line where there is no terminal."""
    pace = Pace()
    with terminal.progress() as tell:

        def update(message: str, done: int, total: int) -> None:
            tell(pace.told(terminal.shortened(message, 32), done, total), done, total)

        yield update


def _show(report: dict[str, Any]) -> None:
    """The figures on stdout, a line each, and the ratios where two chains were asked."""
    from assistant.evaluation.reports.baseline import chains_of
    from assistant.evaluation.reports.report import (
        ablation_line,
        baseline_line,
        labels,
        shown,
        shown_interval,
        summary_lines,
        value_at,
    )

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


@golden.command("export")
def golden_export(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The golden file to write.")],
    library: LibraryOption = None,
) -> int:
    """Turn answers marked right or wrong on the page into golden lines."""
    from assistant.evaluation.golden.marks import from_marks, write_export
    from assistant.keeping.chats import Chats
    from assistant.remote import PageLibrary
    from assistant.runtime import reach_library

    with reach_library(settings_of(context, library)) as opened:
        marks = opened.marks() if isinstance(opened, PageLibrary) else Chats(opened).marks()
    export = from_marks(marks)
    if not export.cases and not export.wrong:
        raise InputError(
            "No answer in this library has been marked.", "Mark answers right or wrong on the page."
        )
    write_export(export, out)
    count = len(export.cases)
    terminal.say(f"{count} golden lines are in {out}. Shorten their answers to what matters.")
    if export.wrong:
        terminal.say("Marked wrong; add lines with the right answer for:")
        for question in export.wrong:
            terminal.say(f"  {terminal.one_line(question)}")
    return 0


@golden.command("from-squad")
def golden_from_squad(
    squad: Annotated[Path, typer.Argument(metavar="SQUAD.json", show_default=False)],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where golden.jsonl and corpus/ go.")],
    answerable: Annotated[int, typer.Option(min=0)] = 60,
    unanswerable: Annotated[int, typer.Option(min=0)] = 60,
    absent: Annotated[
        int, typer.Option(min=0, help="Questions on articles that the corpus lacks.")
    ] = 40,
    held_out: Annotated[int, typer.Option(min=0, help="Articles that the corpus lacks.")] = 3,
    seed: Annotated[int, typer.Option(help="Which questions and articles are chosen.")] = SEED,
) -> int:
    """Cut a golden file and its corpus from SQuAD, with questions on absent articles."""
    from assistant.evaluation.golden.reading import load_golden
    from assistant.evaluation.golden.squad import Slice, write_slice

    wanted = Slice(
        answerable=answerable,
        unanswerable=unanswerable,
        absent=absent,
        held_out=held_out,
        seed=seed,
    )
    path, corpus = write_slice(load_golden(squad), out, wanted)
    terminal.say(f"Ask it with: citewell evaluate {path} --corpus {corpus} --chain both")
    return 0
