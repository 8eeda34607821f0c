"""``citewell calibrate``: thresholds for a model, measured on questions with known answers.

Without a file of one's own it takes the set that ships: 255 questions over twelve documents. What
was measured is kept question by question, so that a run that was stopped goes on. What is learnt is
saved for the first time after AT_ONCE questions, and again after as many more.
"""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from assistant.checking.calibration import Calibration, load, save
from assistant.evaluation import fitting, measuring
from assistant.evaluation.evaluate import checked_golden, opened_corpus
from assistant.evaluation.golden.cases import GoldenCase
from assistant.evaluation.golden.sampling import stratified
from assistant.evaluation.journal import (
    Journal,
    file_digest,
    prepare_folder,
    read_rows,
    run_folder,
)
from assistant.evaluation.plan import (
    Plan,
    Surroundings,
    lent_model,
    make_fingerprint,
    surroundings_fingerprint,
)
from assistant.evaluation.support_claims import LabelledClaim, load_claims
from assistant.resources import prompts_folder
from assistant.runtime import EmbedderOnDemand
from index.errors import CancelledError, InputError

SHIPPED = Path(__file__).with_name("calibration_set")
"""``questions.jsonl`` and the ``documents`` they are asked of."""
AT_ONCE = 40
"""Questions before the first result, some ten minutes, and before each later one."""
CLAIMS_AT_ONCE = 24
WRITTEN = 12
"""Whole questions that the model answers in its own words, each on another document."""
ROWS = "measured.jsonl"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """One thing to measure, given what was learnt so far; ``of`` is the kind of row it gives."""

    id: str
    of: Literal["question", "claim", "written"]
    measure: Callable[[Calibration], Row]


def shipped_plan(library: Path, model: str, *, limit: int | None = None, seed: int = 7) -> Plan:
    """The set that ships, kept with the library so that page and command go on with one run."""
    name = re.sub(r"[^\w.-]+", "-", model)[-80:]
    return Plan(
        golden=SHIPPED / "questions.jsonl",
        corpus=SHIPPED / "documents",
        out=library / "evaluations" / f"calibrate-{name}",
        limit=limit,
        seed=seed,
    )


def calibrate(
    plan: Plan, claims: Sequence[Path], target: Path, around: Surroundings
) -> Calibration:
    """Measure the settings' model, and save in ``target`` what is learnt.

    ``claims`` are files of labelled claims; without any, claims are made of the questions.

    Raises:
        CancelledError: the user stopped; what was measured and saved stays.
        InputError: too few questions of a kind.
        CitewellError: as ``assistant.evaluation.evaluate.evaluate``.
    """
    with run_folder(plan.out), lent_model(around) as model:
        before = load(model.name, target)
        lent = replace(around, model=model)
        learnt = _measured(plan, lent, before, target)
        labelled: list[Row] = []
        for number, path in enumerate(claims, start=1):
            folder = plan.out / f"claims-{number}"
            labelled += claim_rows(path, folder, plan.limit, plan.seed, lent)
        if labelled:
            learnt = fitting.fit_sources(labelled, learnt)
        save(target, model.name, learnt)
    return learnt


def _measured(plan: Plan, around: Surroundings, before: Calibration, target: Path) -> Calibration:
    """What is learnt of all rows, which are kept in ``plan.out`` as they come; on the way it is
    saved in ``target``."""
    from assistant.prompts import Prompts

    model = around.model
    assert model is not None
    golden, texts = checked_golden(plan, around)
    fingerprint = make_fingerprint(plan, texts, around.settings, model)
    del fingerprint["calibration"]  # no row depends on it, and each result changes it
    if message := prepare_folder(plan.out, fingerprint):
        around.notify(message)
    model.warm()
    with opened_corpus(plan, golden, around) as corpus:
        bench = measuring.Bench(
            library=corpus.library,
            model=model,
            prompts=Prompts.load(prompts_folder()),
            find=corpus.id_of,
        )
        cases = in_turn(golden.cases, plan.seed)[: plan.limit]
        stages = _stages(bench, cases, plan.seed)
        rows: list[Row] = []
        learnt = before
        for number, stage in enumerate(stages, start=1):
            total = sum(map(len, stages))
            rows += _rows_of(stage, plan.out / ROWS, learnt, around, len(rows), total)
            try:
                learnt = learn(rows, before)
            except InputError:
                if number == len(stages):
                    raise
                continue
            save(target, model.name, learnt)
            if number < len(stages):
                around.notify(f"{_result(learnt, rows, len(cases))} Saved; measuring on.")
    return learnt


def learn(rows: Sequence[Row], before: Calibration) -> Calibration:
    """``before`` with everything that the rows suffice for.

    Raises:
        InputError: they suffice neither for look-ups nor for questions of several sentences.
    """
    looked = [row["look_up"] for row in rows if "look_up" in row]
    whole = [row["whole"] for row in _of_several_sentences(rows)]
    learnt = fitting.unmeasured(before, "not measured by this", *fitting.UNMEASURED)
    claims = [row for row in rows if row["of"] == "claim"]
    learnt = fitting.fit_publishing(claims, learnt)
    fits: tuple[tuple[Callable[..., Calibration], list[Row]], ...] = (
        (fitting.fit_look_ups, looked),
        (fitting.fit_whole, whole),
    )
    short: list[InputError] = []
    for fit, some in fits:
        try:
            learnt = fit(some, learnt)
        except InputError as error:
            short.append(error)
    if len(short) == len(fits):
        raise short[0]
    return fitting.fit_composing([row for row in rows if row["of"] == "written"], learnt)


def _of_several_sentences(rows: Sequence[Row]) -> list[Row]:
    """Those that teach when a whole question is refused: look-ups without an answer do only where
    no whole question is without one, for they are told more easily."""
    either = [row for row in rows if "whole" in row]
    whole = [row for row in either if row["kind"] in measuring.WHOLE]
    return whole if not all(row["answerable"] for row in whole) else either


def in_turn(cases: Sequence[GoldenCase], seed: int) -> list[GoldenCase]:
    """The cases in an order in which any first part has as much of every kind as the whole."""
    draw = random.Random(seed)
    kinds: dict[tuple[str, bool], list[GoldenCase]] = defaultdict(list)
    for case in cases:
        kinds[case.kind, case.answerable].append(case)
    placed: list[tuple[float, GoldenCase]] = []
    for some in kinds.values():
        draw.shuffle(some)
        placed += [((at + 0.5) / len(some), case) for at, case in enumerate(some)]
    return [case for _, case in sorted(placed, key=lambda pair: pair[0])]


def _stages(bench: measuring.Bench, cases: Sequence[GoldenCase], seed: int) -> list[list[_Item]]:
    """What is measured before each result; what the model writes comes last and needs the rest."""
    claims = measuring.paired_claims(cases, seed) if bench.model.capabilities.logprobs else []
    asked = [_asked(bench, case) for case in cases]
    checked = [_checked(bench, claim) for claim in claims]
    written = [_written(bench, case) for case in _one_a_document(cases)]
    stages = [asked[at : at + AT_ONCE] for at in range(0, len(asked), AT_ONCE)]
    stages[0] += checked[:CLAIMS_AT_ONCE]
    stages[-1] += checked[CLAIMS_AT_ONCE:]
    return [*stages, written] if written else stages


def _asked(bench: measuring.Bench, case: GoldenCase) -> _Item:
    return _Item(id=case.id, of="question", measure=lambda _: measuring.question_row(bench, case))


def _checked(bench: measuring.Bench, claim: measuring.PairedClaim) -> _Item:
    return _Item(id=claim.id, of="claim", measure=lambda _: measuring.claim_row(bench, claim))


def _written(bench: measuring.Bench, case: GoldenCase) -> _Item:
    return _Item(
        id=f"written-{case.id}",
        of="written",
        measure=lambda learnt: measuring.written_row(bench, case, learnt),
    )


def _one_a_document(cases: Sequence[GoldenCase]) -> list[GoldenCase]:
    """The first question of several sentences on each document, WRITTEN at most; always the same
    of the same set."""
    chosen: dict[str, GoldenCase] = {}
    for case in sorted(cases, key=lambda case: case.id):
        if case.kind in ("whole", "compare") and case.answerable and not case.history:
            chosen.setdefault(case.evidence[0].document if case.evidence else "", case)
    return list(chosen.values())[:WRITTEN]


def _rows_of(
    items: Sequence[_Item],
    path: Path,
    learnt: Calibration,
    around: Surroundings,
    before: int,
    total: int,
) -> list[Row]:
    """The items' rows, those measured before from the file at ``path``."""
    done = {row["id"]: row for row in read_rows(path)}
    with Journal(path) as journal:
        for number, item in enumerate(items, start=before):
            if around.cancelled():
                raise CancelledError("Stopped.", "What was measured is kept.")
            around.progress("Measuring", number, total)
            if item.id not in done:
                done[item.id] = {"id": item.id, "of": item.of, **item.measure(learnt)}
                journal.append(done[item.id])
    around.progress("Measuring", before + len(items), total)
    return [done[item.id] for item in items]


def _result(learnt: Calibration, rows: Sequence[Row], cases: int) -> str:
    asked = sum(row["of"] == "question" for row in rows)
    return f"After {asked} of {cases} questions: {told(learnt)}"


def told(learnt: Calibration) -> str:
    """What a calibration decides, in one line."""
    said = [f"look-ups are answered from {learnt.answerable} on"]
    if learnt.doubtful is not None:
        said.append(f"in doubt from {learnt.doubtful} on")
    said += [
        f"sentences published from {learnt.support} on",
        f"whole answers given from {learnt.several} on and "
        + ("written by the model" if learnt.composes else "put together from quotations"),
    ]
    return ", ".join(said) + "."


def claim_rows(
    path: Path, out: Path, limit: int | None, seed: int, around: Surroundings
) -> list[Row]:
    """Probability, objections and label of each sampled claim; kept in ``out`` as they come.

    Raises:
        CitewellError: as ``assistant.evaluation.support_claims.evaluate_support``.
    """
    claims = stratified(load_claims(path), lambda c: c.supported, limit=limit, seed=seed)
    claims = random.Random(0).sample(claims, len(claims))
    with lent_model(around) as model:
        fingerprint = {
            "claims": file_digest(path),
            **surroundings_fingerprint(around.settings, model),
        }
        del fingerprint["calibration"]
        if message := prepare_folder(out, fingerprint):
            around.notify(message)
        from assistant.checking.whole_sources import read_source
        from assistant.prompts import Prompts

        prompts = Prompts.load(prompts_folder())
        embed = EmbedderOnDemand(around.settings).encode

        def row_of(claim: LabelledClaim) -> Row:
            found, _ = read_source(model, prompts, claim.claim, claim.source, embed=embed)
            return {
                "supported": claim.supported,
                "whole": found.whole,
                "set": path.stem,
                "probability": found.probability,
                **found.signals,
            }

        def item_of(claim: LabelledClaim) -> _Item:
            return _Item(id=claim.id, of="claim", measure=lambda _: row_of(claim))

        items = list(map(item_of, claims))
        return _rows_of(items, out / "claims.jsonl", Calibration(), around, 0, len(items))
