"""``citewell calibrate``: thresholds for a model, learnt from labelled questions and claims.

Answerability is a logistic regression over the signals of
``assistant.answering.candidates.features``, its threshold the one with the best sum of right
refusals and right answers among those that wrongly
refuse at most ``MOST_WRONGLY_REFUSED``. Scores are taken out of fold, so that a threshold is not
flattered by the data it was fitted on. The threshold for publishing lets few false claims pass;
those that classify claims against whole sources are those of best balanced accuracy. Data used
here must not be reported on.
"""

import itertools
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from assistant.checking.calibration import Calibration, load, save
from assistant.data import Turn
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
from assistant.evaluation.reports import metrics
from assistant.evaluation.support_claims import LabelledClaim, load_claims
from assistant.resources import prompts_folder
from assistant.runtime import EmbedderOnDemand
from index.errors import InputError

MOST_WRONGLY_REFUSED = 0.13
MOST_FALSE_PASSED = 0.10
"""Share of false claims that the model's own threshold may let pass; the guards come first."""
FOLDS = 5
SIGNALS = (
    "answers_odds",
    "rank",
    "lead",
    "similarity",
    "words_near",
    "names_missing",
    "names_far",
    "numbers_missing",
)

SOURCE_SIGNALS = ("odds", "covered", "nearest", "objections", "unread")
SOURCE_REGULARISATION = 1.0
"""Inverse strength, of the sum over weighted claims."""

Row = dict[str, Any]


def question_rows(plan: Plan, around: Surroundings) -> list[Row]:
    """Signals and label of each sampled golden question; kept in ``plan.out`` as they come.

    Raises:
        CitewellError: as ``assistant.evaluation.evaluate.evaluate``.
    """
    golden, texts = checked_golden(plan, around)
    cases = stratified(golden.cases, lambda c: c.answerable, limit=plan.limit, seed=plan.seed)
    with lent_model(around) as model:
        fingerprint = make_fingerprint(plan, texts, around.settings, model)
        if message := prepare_folder(plan.out, fingerprint):
            around.notify(message)
        model.warm()
        with opened_corpus(plan, golden, around) as corpus:
            from assistant.answering.assistant import Assistant
            from assistant.prompts import Prompts

            prompts = Prompts.load(prompts_folder())
            assistant = Assistant(corpus.library, model, prompts, cache=False)

            def row_of(case: GoldenCase) -> Row:
                history = [Turn(role=t.role, content=t.content) for t in case.history]
                signals, chosen = assistant.features(case.question, history)
                return {
                    "answerable": case.answerable,
                    "right": metrics.contains_gold(chosen, case.answers),
                    "chosen": chosen,
                    **signals,
                }

            return _journaled(cases, row_of, plan.out / "questions.jsonl", around)


def claim_rows(
    path: Path, out: Path, limit: int | None, seed: int, around: Surroundings
) -> list[Row]:
    """Probability, objections and label of each sampled claim; kept in ``out`` as they come.

    Raises:
        CitewellError: as ``assistant.evaluation.support_claims.evaluate_support``.
    """
    claims = stratified(load_claims(path), lambda c: c.supported, limit=limit, seed=seed)
    with lent_model(around) as model:
        fingerprint = {
            "claims": file_digest(path),
            **surroundings_fingerprint(around.settings, model),
        }
        if message := prepare_folder(out, fingerprint):
            around.notify(message)
        model.warm()
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

        return _journaled(claims, row_of, out / "claims.jsonl", around)


def _journaled(
    cases: Sequence[Any], row_of: Callable[[Any], Row], path: Path, around: Surroundings
) -> list[Row]:
    done = {row["id"]: row for row in read_rows(path)}
    cases = random.Random(0).sample(cases, len(cases))
    with Journal(path) as journal:
        for number, case in enumerate(cases):
            around.progress("Asking", number, len(cases))
            if case.id not in done:
                done[case.id] = {"id": case.id, **row_of(case)}
                journal.append(done[case.id])
    around.progress("Asking", len(cases), len(cases))
    return [done[case.id] for case in cases]


def fit_answerability(rows: Sequence[Row], calibration: Calibration) -> Calibration:
    """``calibration`` with weights and threshold learnt from ``question_rows``.

    Raises:
        InputError: fewer than FOLDS questions of either kind.
    """
    labels = np.array([row["answerable"] for row in rows])
    if min(labels.sum(), (~labels).sum()) < FOLDS:
        raise InputError(
            f"Calibration needs at least {FOLDS} answerable and {FOLDS} unanswerable questions.",
            "Add golden lines.",
        )
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    signals = np.array([[float(row.get(name, 0.0)) for name in SIGNALS] for row in rows])
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000)
    held_out = cross_val_predict(model, signals, labels, cv=FOLDS, method="predict_proba")[:, 1]
    model.fit(signals, labels)
    weights = dict(zip(SIGNALS, (round(float(w), 4) for w in model.coef_[0]), strict=True))
    return replace(
        calibration,
        weights=weights,
        intercept=round(float(model.intercept_[0]), 4),
        answerable=round(_answering_threshold(held_out, labels), 4),
        doubtful=None,
        calibrated=True,
    )


def _answering_threshold(scores: np.ndarray, labels: np.ndarray) -> float:
    best, chosen = -1.0, 0.5
    for threshold in np.unique(scores):
        kept = float((scores[labels] >= threshold).mean())
        refused = float((scores[~labels] < threshold).mean())
        if 1 - kept <= MOST_WRONGLY_REFUSED and kept + refused > best:
            best, chosen = kept + refused, float(threshold)
    return chosen


def fit_support(rows: Sequence[Row], calibration: Calibration) -> Calibration:
    """``calibration`` with the support thresholds learnt from ``claim_rows``.

    Raises:
        InputError: only one kind of claim, or a model without log-probabilities.
    """
    kinds = {bool(row["supported"]) for row in rows}
    if len(kinds) < 2 or any(row["probability"] is None for row in rows):
        raise InputError(
            "Calibration needs supported and unsupported claims and a model with probabilities.",
            "Use another claims file or model.",
        )
    whole = _scored(_both_kinds([row for row in rows if row["whole"]], rows))
    calibration = replace(
        calibration,
        support=round(_publishing_threshold(*whole), 4),
        whole=round(_balanced_threshold(*whole), 4),
        calibrated=True,
    )
    return _fit_source(_both_kinds([row for row in rows if not row["whole"]], rows), calibration)


def _fit_source(rows: Sequence[Row], calibration: Calibration) -> Calibration:
    """Weights of ``source_signals``: a logistic regression to which each set of claims, and in
    it the true and the false ones, counts the same; so its threshold is one half.
    """
    from sklearn.linear_model import LogisticRegression

    labels = np.array([bool(row["supported"]) for row in rows])
    kinds = [(row["set"], row["supported"]) for row in rows]
    counts = Counter(kinds)
    signals = np.array([[float(row[name]) for name in SOURCE_SIGNALS] for row in rows])
    model = LogisticRegression(C=SOURCE_REGULARISATION, max_iter=5000)
    model.fit(signals, labels, sample_weight=[len(rows) / counts[kind] for kind in kinds])
    return replace(
        calibration,
        source=0.5,
        source_weights=dict(
            zip(SOURCE_SIGNALS, (round(float(w), 4) for w in model.coef_[0]), strict=True)
        ),
        source_intercept=round(float(model.intercept_[0]), 4),
    )


def _both_kinds(some: Sequence[Row], rows: Sequence[Row]) -> Sequence[Row]:
    """``some`` where they hold true and false claims, else all ``rows``."""
    return some if len({bool(row["supported"]) for row in some}) == 2 else rows


def _scored(rows: Sequence[Row]) -> tuple[list[float], list[bool]]:
    return [row["probability"] for row in rows], [bool(row["supported"]) for row in rows]


def _publishing_threshold(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """The least threshold that lets at most MOST_FALSE_PASSED of the false claims pass."""
    false = sorted((s for s, label in zip(scores, labels, strict=True) if not label), reverse=True)
    return false[int(MOST_FALSE_PASSED * len(false))] + 1e-4


def _balanced_threshold(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """The threshold of best balanced accuracy, midway between two scores."""
    ordered = sorted(set(scores))
    middles = [(low + high) / 2 for low, high in itertools.pairwise(ordered)] or ordered
    return max(
        middles,
        key=lambda t: metrics.balanced_accuracy([s >= t for s in scores], labels) or 0.0,
    )


def calibrate(
    plan: Plan, claims: Sequence[Path], target: Path, around: Surroundings
) -> Calibration:
    """Learn the calibration of the settings' model and save it in ``target``.

    Raises:
        CitewellError: as ``question_rows`` and ``claim_rows``; nothing is saved then.
    """
    with run_folder(plan.out), lent_model(around) as model:
        name = model.name
        lent = replace(around, model=model)
        learnt = fit_answerability(question_rows(plan, lent), load(name, target))
        rows: list[Row] = []
        for number, path in enumerate(claims, start=1):
            folder = plan.out / f"claims-{number}"
            rows += claim_rows(path, folder, plan.limit, plan.seed, lent)
    if rows:
        learnt = fit_support(rows, learnt)
    save(target, name, learnt)
    return learnt
