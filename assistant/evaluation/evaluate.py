"""``citewell evaluate``: from a golden file to a report, for the command line and the page."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.evaluation import corpus as corpora
from assistant.evaluation.case_report import (
    make_report,
    overhead,
    refuse_all_failed,
    settings_json,
)
from assistant.evaluation.chains import Chain, CitewellChain
from assistant.evaluation.corpus import Corpus
from assistant.evaluation.golden.cases import GoldenCase, GoldenError, GoldenSet
from assistant.evaluation.golden.reading import missing_quotes, read_golden
from assistant.evaluation.golden.sampling import stratified
from assistant.evaluation.journal import prepare_folder, run_folder
from assistant.evaluation.plan import (
    WITH_CITEWELL,
    ChainChoice,
    Plan,
    Surroundings,
    lent_model,
    make_fingerprint,
)
from assistant.evaluation.reports.baseline import (
    check_overlap,
    compare,
    comparison_json,
    read_report,
)
from assistant.evaluation.reports.report import write_reports
from assistant.evaluation.reports.results import CaseResult
from assistant.evaluation.runner import Run, run_cases
from assistant.evaluation.summary_cases import (
    library_summarizer,
    missing_documents,
    summarize_cases,
)
from assistant.resources import prompts_folder
from assistant.runtime import EmbedderOnDemand
from index.errors import InputError

if TYPE_CHECKING:
    from assistant.evaluation.runner import Asker
    from assistant.evaluation.stock import StockName
    from assistant.models import ServedModel


def evaluate(plan: Plan, around: Surroundings) -> dict[str, Any]:
    """Run the plan and write its reports; the report is returned.

    Raises:
        GoldenError: naming everything that is wrong with the golden file.
        InputError: a file or folder that cannot be used.
        CancelledError: the user stopped; the finished cases are kept.
        CitewellError: the model cannot be had, or every case failed.
    """
    start = time.perf_counter()
    if plan.ablate and plan.chain not in WITH_CITEWELL:
        raise InputError(
            "The stock chain cites nothing that could be deleted.", "Leave out --ablate."
        )
    if plan.ablate and around.spread:
        raise InputError(
            "What --ablate asks changes its documents from case to case, in one process.",
            "Run with --ray first, then the same with --ablate in the place of --ray.",
        )
    golden, texts = checked_golden(plan, around)
    cases = stratified(golden.cases, lambda c: c.answerable, limit=plan.limit, seed=plan.seed)
    baseline = read_report(plan.baseline) if plan.baseline else None
    if baseline is not None and cases:
        names = ("citewell", "stock") if plan.chain == "both" else (plan.chain,)
        check_overlap(baseline, names, {case.id for case in cases})
    with run_folder(plan.out), lent_model(around) as model:
        fingerprint = make_fingerprint(plan, texts, around.settings, model)
        if message := prepare_folder(plan.out, fingerprint):
            around.notify(message)
        if around.spread is None:
            model.warm()
        with (
            opened_corpus(plan, golden, around) as corpus,
            _asker(plan, corpus, model, around) as asker,
        ):
            report = _evaluate(plan, cases, corpus, model, around, fingerprint, asker)
            asked = time.perf_counter()
            if summarized(plan, golden):
                report["summaries"] = _summaries(plan, golden, corpus, model, around, asker)
            summarizing = time.perf_counter() - asked
    report["run"] |= overhead(report["run"], time.perf_counter() - start - summarizing)
    if baseline is not None and cases:
        write_reports(report, plan.out)  # so that it is there, whatever the comparison finds
        report["baseline"] = comparison_json(compare(report, baseline))
    write_reports(report, plan.out)
    refuse_all_failed(report)
    return report


def checked_golden(plan: Plan, around: Surroundings) -> tuple[GoldenSet, Mapping[str, str]]:
    """The golden set, and by file name the texts it will be asked of, which have its quotes."""
    golden, problems = read_golden(plan.golden)
    texts = _texts(plan, golden, around)
    problems += missing_quotes(golden.cases, texts)
    if summarized(plan, golden):
        problems += missing_documents(golden.summaries, texts)
    if problems:
        raise GoldenError(plan.golden, problems)
    if golden.summaries and not summarized(plan, golden):
        around.notify(
            f"{len(golden.summaries)} summary lines are left out: they need --corpus, and Citewell "
            "among the chains."
        )
    if not golden.cases and not summarized(plan, golden):
        raise InputError(f"{plan.golden} holds no questions.", "Add golden lines.")
    return golden, texts


def summarized(plan: Plan, golden: GoldenSet) -> bool:
    """Whether the summary lines are part of the run: in a library of its own, by Citewell."""
    return bool(golden.summaries) and plan.corpus is not None and plan.chain in WITH_CITEWELL


def _texts(plan: Plan, golden: GoldenSet, around: Surroundings) -> Mapping[str, str]:
    if (plan.collections or plan.tags) and (plan.corpus is not None or golden.contexts):
        raise InputError(
            "Collections and tags are the library's, and these questions bring their documents.",
            "Leave out --collection and --tag.",
        )
    if plan.corpus is not None:
        if not plan.corpus.exists():
            raise InputError(f"There is no corpus {plan.corpus}.", "Check --corpus.")
        return corpora.corpus_texts(plan.corpus, around.settings.max_file_mb)
    if golden.contexts:
        return golden.contexts
    with _own(plan, around) as corpus:
        texts = corpus.documents().texts
        if not texts:
            raise InputError(
                "The library is empty and no corpus is given.", "Add documents or use --corpus."
            )
        return {name: texts[document] for name, document in corpus.ids.items()}


@contextmanager
def _own(plan: Plan, around: Surroundings) -> Iterator[Corpus]:
    if around.library is not None:
        yield corpora.as_corpus(plan, around.library)
    else:
        with corpora.own_library(plan, around.settings) as corpus:
            yield corpus


@contextmanager
def opened_corpus(plan: Plan, golden: GoldenSet, around: Surroundings) -> Iterator[Corpus]:
    """A library of the documents that the plan asks of; closed on leaving."""
    source = plan.corpus
    if source is None and golden.contexts:
        source = corpora.write_contexts(golden, plan.out / "corpus")
    if source is None:
        with _own(plan, around) as corpus:
            yield corpus
        return
    home = plan.out / "library"
    with corpora.isolated(
        around.settings, source, home, around.progress, around.cancelled
    ) as corpus:
        yield corpus


def _asker(
    plan: Plan, corpus: Corpus, model: "ServedModel", around: Surroundings
) -> "AbstractContextManager[Asker | None]":
    """Who asks in the place of this process, if anybody."""
    return around.spread(plan, corpus, model, around) if around.spread else nullcontext()


def _evaluate(
    plan: Plan,
    cases: Sequence[GoldenCase],
    corpus: Corpus,
    model: "ServedModel",
    around: Surroundings,
    fingerprint: Mapping[str, Any],
    asker: "Asker | None",
) -> dict[str, Any]:
    chains = build_chains(plan.chain, corpus, model, around)
    run = run_cases(
        cases,
        chains,
        plan.out / "cases.jsonl",
        progress=around.progress,
        cancelled=around.cancelled,
        asker=asker,
    )
    around.progress("Computing figures", 0, 0)
    report = make_report(cases, chains, run, corpus.documents())
    start = time.perf_counter()
    if plan.ablate:
        report["ablation"] = _ablation(plan.out / "ablation", cases, run, corpus, model, around)
    made_with = {
        "settings": settings_json(plan, fingerprint, shared=around.model is not None),
        "prompts": fingerprint["prompts"],
        "model": model.name,
    }
    for chain in chains:
        if chain.name in report:
            report[chain.name] |= made_with
    return (
        report
        | made_with
        | {
            "run": {
                "asked": run.asked,
                "answers_s": run.answers_s,
                "asking_s": run.total_s,
                "ablation_s": time.perf_counter() - start,
            },
        }
    )


def _summaries(
    plan: Plan,
    golden: GoldenSet,
    corpus: Corpus,
    model: "ServedModel",
    around: Surroundings,
    asker: "Asker | None",
) -> dict[str, Any]:
    return summarize_cases(
        golden.summaries,
        corpus,
        library_summarizer(corpus, model, around),
        plan.out / "summaries.jsonl",
        around,
        asker,
    )


def _ablation(
    folder: Path,
    cases: Sequence[GoldenCase],
    run: Run,
    corpus: Corpus,
    model: "ServedModel",
    around: Surroundings,
) -> dict[str, Any]:
    """Citewell's answers asked again without what they cite, over a copy of the library."""
    from assistant.evaluation.ablation import Copy, ablate

    answers = {
        outcome.id: outcome
        for outcome in run.outcomes.values()
        if isinstance(outcome, CaseResult) and outcome.answered and outcome.citations
    }
    copy = Copy(corpus.library, folder / "corpus")
    home = folder / "library"
    with corpora.isolated(
        around.settings, copy.folder, home, around.progress, around.cancelled
    ) as copied:
        (chain,) = build_chains(
            "citewell",
            copied,
            model,
            around,
            lambda name: copy.id_in(copied.library, corpus.id_of(name)),
        )
        journal = folder / "ablation.jsonl"
        return ablate(cases, answers, chain, copy, copied.library, journal, around)


def build_chains(
    choice: ChainChoice,
    corpus: Corpus,
    model: "ServedModel",
    around: Surroundings,
    find: Callable[[str], str] | None = None,
) -> list[Chain]:
    """The chains to ask, over the same documents, model and embedding.

    ``find`` gives the id of a document by its golden name, where the corpus has other names.
    """
    from assistant.answering.assistant import Assistant
    from assistant.checking.calibration import load
    from assistant.prompts import Prompts

    settings = around.settings
    prompts = Prompts.load(prompts_folder())
    chains: list[Chain] = []
    find = find or corpus.id_of
    if choice in WITH_CITEWELL:
        calibration = load(model.name, settings.library / "calibrations.json")
        assistant = Assistant(corpus.library, model, prompts, calibration=calibration, cache=False)
        lent = (find, around.cancelled, corpus.only)
        chains.append(CitewellChain(assistant, corpus.library, *lent))
    if choice != "citewell":
        from assistant.evaluation.stock import StockChain

        only = corpus.only or [info.id for info in corpus.library.documents()]
        documents = [corpus.library.document(each) for each in only]
        embedder = EmbedderOnDemand(settings)
        name: StockName = "stock-long" if choice == "stock-long" else "stock"
        chains.append(StockChain(documents, embedder, model.model, prompts, find, name))
    return chains
