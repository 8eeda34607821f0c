"""``citewell evaluate``: from a golden file to a report, for the command line and the page."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant.evaluation import corpus as corpora
from assistant.evaluation.chains import Chain, CitewellChain
from assistant.evaluation.corpus import Corpus
from assistant.evaluation.golden.reading import (
    GoldenCase,
    GoldenError,
    GoldenSet,
    missing_quotes,
    read_golden,
)
from assistant.evaluation.golden.sampling import stratified
from assistant.evaluation.journal import code_digest, file_digest, prepare_folder, run_folder
from assistant.evaluation.reports.baseline import (
    chains_of,
    check_overlap,
    compare,
    comparison_json,
    gated_values,
    read_report,
)
from assistant.evaluation.reports.figures import chain_figures, ratios
from assistant.evaluation.reports.report import write_reports
from assistant.evaluation.reports.results import CaseResult, Outcome, outcome_json
from assistant.evaluation.runner import Run, run_cases
from assistant.evaluation.scoring import CaseScore, Documents, score
from assistant.evaluation.summary_cases import (
    library_summarizer,
    missing_documents,
    summarize_cases,
)
from assistant.models import open_model
from assistant.resources import prompts_folder
from assistant.runtime import EmbedderOnDemand
from assistant.settings import Settings
from index.errors import CitewellError, InputError

if TYPE_CHECKING:
    from assistant.evaluation.stock import StockName
    from assistant.models import ServedModel
    from index import Library

ChainChoice = Literal["citewell", "stock", "stock-long", "both"]
"""``both``: Citewell, and the stock chain as it is."""
WITH_CITEWELL = ("citewell", "both")
Report = Callable[[str, int, int], None]
_CHANGES_ANSWERS = {"model", "embedding"}
"""Named one by one, so that no secret of the settings gets into a report."""
_CHANGING_ANSWERS = (
    "chromadb",
    "langchain-core",
    "langchain-text-splitters",
    "sentence-transformers",
    "torch",
    "xllamacpp",
)
"""Libraries whose versions can change an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to evaluate, and where the run is kept."""

    golden: Path
    out: Path
    corpus: Path | None = None
    """Documents to ask of; without it the golden file's own contexts, else the library."""
    limit: int | None = None
    seed: int = 7
    chain: ChainChoice = "citewell"
    baseline: Path | None = None
    ablate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the caller lends to a run, and how it is told of it."""

    settings: Settings
    progress: Report = lambda message, done, total: None
    notify: Callable[[str], None] = lambda message: None
    cancelled: Callable[[], bool] = lambda: False
    library: "Library | None" = None
    """The user's library where it is open already; only read."""
    model: "ServedModel | None" = None
    """A model that is open already; it is left open."""


def default_out(golden: Path) -> Path:
    """Where a run is kept that is given no folder."""
    return Path("reports") / golden.stem


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
        model.warm()
        with opened_corpus(plan, golden, around) as corpus:
            report = _evaluate(plan, cases, corpus, model, around, fingerprint)
            if summarized(plan, golden):
                report["summaries"] = _summaries(plan, golden, corpus, model, around)
    seconds = time.perf_counter() - start
    for row in report.get("summaries", {}).get("cases", ()):
        seconds -= row["total_s"]
    report["run"] |= _overhead(report["run"], seconds)
    if baseline is not None and cases:
        write_reports(report, plan.out)  # so that it is there, whatever the comparison finds
        report["baseline"] = comparison_json(compare(report, baseline))
    write_reports(report, plan.out)
    _refuse_all_failed(report)
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
    if plan.corpus is not None:
        if not plan.corpus.exists():
            raise InputError(f"There is no corpus {plan.corpus}.", "Check --corpus.")
        return corpora.corpus_texts(plan.corpus, around.settings.max_file_mb)
    if golden.contexts:
        return golden.contexts
    with _own(around) as corpus:
        texts = corpus.documents().texts
        if not texts:
            raise InputError(
                "The library is empty and no corpus is given.", "Add documents or use --corpus."
            )
        return {name: texts[document] for name, document in corpus.ids.items()}


@contextmanager
def _own(around: Surroundings) -> Iterator[Corpus]:
    if around.library is not None:
        yield corpora.as_corpus(around.library)
    else:
        with corpora.own_library(around.settings) as corpus:
            yield corpus


@contextmanager
def opened_corpus(plan: Plan, golden: GoldenSet, around: Surroundings) -> Iterator[Corpus]:
    """A library of the documents that the plan asks of; closed on leaving."""
    source = plan.corpus
    if source is None and golden.contexts:
        source = corpora.write_contexts(golden, plan.out / "corpus")
    if source is None:
        with _own(around) as corpus:
            yield corpus
        return
    home = plan.out / "library"
    with corpora.isolated(
        around.settings, source, home, around.progress, around.cancelled
    ) as corpus:
        yield corpus


@contextmanager
def lent_model(around: Surroundings) -> "Iterator[ServedModel]":
    """The caller's model, left open, or the settings' one with one slot, closed on leaving."""
    if around.model is not None:
        yield around.model
        return
    settings = around.settings
    model = open_model(
        settings.model,
        models_dir=settings.models_dir,
        log_dir=settings.log_dir,
        slots=1,
        reply_seconds=settings.reply_seconds,
    )
    try:
        yield model
    finally:
        model.close()


def make_fingerprint(
    plan: Plan, texts: Mapping[str, str], settings: Settings, model: "ServedModel"
) -> dict[str, Any]:
    """Everything that could change an answer: a run is resumed only where all of it is the same.

    The sample's size and seed and the choice of chains are not in it: they say which cases are
    asked, not what the answers are.
    """
    return {
        "golden": file_digest(plan.golden),
        "corpus": _texts_digest(texts),
        **surroundings_fingerprint(settings, model),
    }


def surroundings_fingerprint(settings: Settings, model: "ServedModel") -> dict[str, Any]:
    """The settings, model, prompts, thresholds and code that answers depend on."""
    from assistant.checking.calibration import load
    from assistant.prompts import Prompts

    package = Path(__file__).resolve().parents[1]
    roots = {
        "assistant": package,
        "index": package.parent / "index",
        "prompts": prompts_folder(),
    }
    return {
        "settings": settings.model_dump(mode="json", include=_CHANGES_ANSWERS),
        "model": {"name": model.name, "digest": model.digest},
        "prompts": Prompts.load(prompts_folder()).digests,
        "calibration": asdict(load(model.name, settings.library / "calibrations.json")),
        "code": code_digest(roots),
        "libraries": {name: version(name) for name in _CHANGING_ANSWERS},
    }


def _texts_digest(texts: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for name, text in sorted(texts.items()):
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()


def _evaluate(
    plan: Plan,
    cases: Sequence[GoldenCase],
    corpus: Corpus,
    model: "ServedModel",
    around: Surroundings,
    fingerprint: Mapping[str, Any],
) -> dict[str, Any]:
    chains = build_chains(plan.chain, corpus, model, around)
    run = run_cases(
        cases,
        chains,
        plan.out / "cases.jsonl",
        progress=around.progress,
        cancelled=around.cancelled,
    )
    around.progress("Computing figures", 0, 0)
    report = make_report(cases, chains, run, corpus.documents())
    start = time.perf_counter()
    if plan.ablate:
        report["ablation"] = _ablation(plan.out / "ablation", cases, run, corpus, model, around)
    made_with = {
        "settings": _settings_json(plan, fingerprint, shared=around.model is not None),
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
    plan: Plan, golden: GoldenSet, corpus: Corpus, model: "ServedModel", around: Surroundings
) -> dict[str, Any]:
    return summarize_cases(
        golden.summaries,
        corpus,
        library_summarizer(corpus, model, around),
        plan.out / "summaries.jsonl",
        around,
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
        chains.append(CitewellChain(assistant, corpus.library, find, around.cancelled))
    if choice != "citewell":
        from assistant.evaluation.stock import StockChain

        documents = [corpus.library.document(info.id) for info in corpus.library.documents()]
        embedder = EmbedderOnDemand(settings)
        name: StockName = "stock-long" if choice == "stock-long" else "stock"
        chains.append(StockChain(documents, embedder, model.model, prompts, find, name))
    return chains


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


def _settings_json(plan: Plan, fingerprint: Mapping[str, Any], *, shared: bool) -> dict[str, Any]:
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


def _overhead(run: Mapping[str, Any], seconds: float) -> dict[str, float | None]:
    """All seconds but those of ablation and summaries, and how many times the answers' they are."""
    answers = run["answers_s"]
    seconds -= run["ablation_s"]
    return {"total_s": seconds, "overhead": seconds / answers if answers else None}


def _refuse_all_failed(report: Mapping[str, Any]) -> None:
    for name, chain in chains_of(report).items():
        if chain["n"] and chain["failures"] == chain["n"]:
            first = next(row for row in chain["cases"] if row["kind"] == "failure")
            raise CitewellError(
                f"Every case of {name} failed, the first with: {first['message']}",
                "Mend this and run the same command again.",
            )
