"""Measuring answers and the support check, and making the files they are measured with."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from assistant.commands.options import LibraryOption, settings_of

commands = typer.Typer()
golden = typer.Typer(help="Golden files: from answers marked on the page, or from SQuAD.")
commands.add_typer(golden, name="golden")
SEED = 7
"""The same on the page, so that a limit chooses the same questions."""

GoldenArgument = Annotated[Path, typer.Argument(metavar="GOLDEN", show_default=False)]
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
    golden: GoldenArgument,
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
    library: LibraryOption = None,
) -> int:
    """Measure answers against a file of questions with known answers."""
    from assistant.evaluation.cli import evaluate_command

    return evaluate_command(
        golden=golden,
        corpus=corpus,
        out=out,
        limit=limit,
        seed=seed,
        chain=chain.value,
        baseline=baseline,
        ablate=ablate,
        settings=settings_of(context, library),
    )


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
    from assistant.evaluation.cli import evaluate_support_command

    return evaluate_support_command(claims, out, limit, seed, settings_of(context, library))


@commands.command()
def calibrate(
    context: typer.Context,
    golden: GoldenArgument,
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
    """Learn how sure the model must be, from questions and claims with known answers."""
    from assistant.evaluation.cli import calibrate_command

    settings = settings_of(context, library)
    return calibrate_command(golden, corpus, claims or [], out, limit, seed, settings)


@golden.command("export")
def golden_export(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The golden file to write.")],
    library: LibraryOption = None,
) -> int:
    """Turn answers marked right or wrong on the page into golden lines."""
    from assistant.evaluation.golden.marks import golden_export_command

    return golden_export_command(out, settings_of(context, library))


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
    from assistant.evaluation.golden.marks import golden_from_squad_command

    return golden_from_squad_command(squad, out, answerable, unanswerable, absent, held_out, seed)
