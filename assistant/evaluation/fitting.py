"""What is learnt from measured questions and claims: weights and thresholds, each with its rule.

Answerability is a logistic regression over named signals. Scores are taken out of fold, so that a
threshold is not flattered by the data it was fitted on. Of each figure ``Calibration.origins`` says
how it was found; what the rows do not suffice for keeps its value. Data used here must not be
reported on. Pure.
"""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from assistant.checking.calibration import WHOLE_SIGNALS, Calibration
from assistant.evaluation.reports import metrics
from index.errors import InputError

MOST_WRONGLY_REFUSED = 0.13
MOST_FALSE_PASSED = 0.10
"""Share of false claims that the model's own threshold may let pass; the guards come first."""
COMPOSING = 0.8
"""Share of a model's sentences that must stand: of an answer of five no more than one may fall, or
its reader sees repairs and quotations instead of an answer."""
FEWEST_WRITTEN = 2
"""Sentences of a whole answer; one that is shorter counts as if the rest had fallen."""
FOLDS = 5
MOST_THRESHOLDS = 100
"""Scores that are tried as a threshold; of pairs of them, their square."""
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
BY_HAND = "set by hand"
UNMEASURED = (
    "without_kind",
    "premise",
    "composes",
    "whole",
    "source",
    "source_intercept",
    "source_weights",
)
"""What only claims with long sources tell, or nothing that is measured here."""

Row = dict[str, Any]


def fit_look_ups(rows: Sequence[Row], calibration: Calibration) -> Calibration:
    """``calibration`` with the weights and both thresholds of look-ups.

    A row has ``answerable``, its ``signals``, and of the draft whether it ``stands`` and how far it
    was supported (``support``; None where that is unknown). A question in doubt is answered if its
    draft stands, so that both thresholds are chosen together.

    Raises:
        InputError: fewer than FOLDS questions of either kind.
    """
    labels, scores, weights, intercept = _regression(rows, SIGNALS)
    stands = np.array([_stands(row, calibration) for row in rows])
    certain = np.array([not row["signals"].get("kind_missing") for row in rows])
    kindless = ~certain & stands & (scores >= calibration.without_kind)

    def answered(sure: float, doubtful: float) -> np.ndarray:
        near = (scores >= sure) | (stands & (scores >= doubtful))
        found: np.ndarray = (certain & near) | kindless
        return found

    values = _thresholds(scores)
    ways = [(sure, doubtful) for sure in values for doubtful in values if doubtful <= sure]
    sure, doubtful = max(ways, key=lambda way: (*_worth(answered(*way), labels), way[0] - way[1]))
    said = (
        f"{_counted(labels)}; the pair with the most right answers and refusals, of those that "
        f"wrongly refuse at most {MOST_WRONGLY_REFUSED:.0%}, scores out of fold"
    )
    learnt = replace(
        calibration,
        weights=weights,
        intercept=intercept,
        answerable=round(sure, 4),
        doubtful=round(doubtful, 4),
        calibrated=True,
    )
    regression = f"{_counted(labels)}; logistic regression"
    learnt = told(learnt, regression, "weights", "intercept")
    return told(learnt, said, "answerable", "doubtful")


def _stands(row: Row, calibration: Calibration) -> bool:
    known = row.get("support") is not None
    return bool(row.get("stands")) and (not known or row["support"] >= calibration.support)


def fit_whole(rows: Sequence[Row], calibration: Calibration) -> Calibration:
    """``calibration`` with the weights and threshold of questions of several sentences.

    A row has ``answerable`` and its ``signals``.

    Raises:
        InputError: fewer than FOLDS questions of either kind.
    """
    labels, scores, weights, intercept = _regression(rows, WHOLE_SIGNALS)
    values = _thresholds(scores)
    threshold = max(values, key=lambda value: _worth(scores >= value, labels))
    learnt = replace(
        calibration,
        several_weights=weights,
        several_intercept=intercept,
        several=round(threshold, 4),
        calibrated=True,
    )
    learnt = told(
        learnt,
        f"{_counted(labels)}; logistic regression",
        "several_weights",
        "several_intercept",
    )
    return told(
        learnt,
        f"{_counted(labels)}; the most right answers and refusals, of those that wrongly refuse "
        f"at most {MOST_WRONGLY_REFUSED:.0%}, scores out of fold",
        "several",
    )


def fit_publishing(rows: Sequence[Row], calibration: Calibration) -> Calibration:
    """``calibration`` with the least support at which a sentence is published.

    A row has ``supported`` and ``probability``. Without both kinds, or probabilities, nothing
    changes: where a server tells none, its yes decides.
    """
    known = [row for row in rows if row["probability"] is not None]
    if len({bool(row["supported"]) for row in known}) < 2:
        why = "no claims, or a server that tells no probabilities: its yes decides"
        return unmeasured(calibration, why, "support")
    scores, labels = _scored(known)
    said = (
        f"{sum(labels)} true and {len(labels) - sum(labels)} false claims that no guard objects "
        f"to; the least that lets {MOST_FALSE_PASSED:.0%} of the false ones pass"
    )
    learnt = replace(calibration, support=round(_publishing_threshold(scores, labels), 4))
    return told(learnt, said, "support")


def fit_composing(rows: Sequence[Row], calibration: Calibration) -> Calibration:
    """``calibration`` saying whether the model writes whole answers.

    A row is a question's ``sentences`` as they were written, each with whether it was
    ``supported``, ``copied`` from its source, and ``cites_gold``.
    """
    if not rows:
        return calibration
    stood = [s for row in rows for s in row["sentences"] if s["supported"] and s["cites_gold"]]
    written = sum(max(FEWEST_WRITTEN, len(row["sentences"])) for row in rows)
    share = len(stood) / written
    copied = sum(sentence["copied"] for sentence in stood)
    said = (
        f"{len(rows)} whole questions: {len(stood)} of {written} sentences ({share:.2f}) pass the "
        f"check and cite a marked sentence, {COMPOSING} is needed; {copied} of them are copies"
    )
    return told(replace(calibration, composes=share >= COMPOSING), said, "composes")


def told(calibration: Calibration, origin: str, *figures: str) -> Calibration:
    """``calibration`` with the origin of these figures."""
    return replace(calibration, origins={**calibration.origins, **dict.fromkeys(figures, origin)})


def unmeasured(calibration: Calibration, why: str, *figures: str) -> Calibration:
    """``calibration``, calling those of the figures set by hand whose origin is not known."""
    origins = dict.fromkeys(figures, f"{BY_HAND} ({why})") | dict(calibration.origins)
    return replace(calibration, origins=origins)


def fit_sources(rows: Sequence[Row], calibration: Calibration) -> Calibration:
    """``calibration`` with all support thresholds, learnt from claims that people labelled.

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
    files = ", ".join(sorted({row["set"] for row in rows}))
    lets = f"the least that lets {MOST_FALSE_PASSED:.0%} of the false ones pass"
    calibration = told(
        calibration, f"claims of {files} whose source is read whole; {lets}", "support"
    )
    calibration = told(calibration, "the same claims; best balanced accuracy", "whole")
    part = f"claims of {files} whose source is read in part; logistic regression"
    calibration = told(calibration, part, "source", "source_weights", "source_intercept")
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
        source_weights=_named(SOURCE_SIGNALS, model.coef_[0]),
        source_intercept=round(float(model.intercept_[0]), 4),
    )


def _regression(
    rows: Sequence[Row], names: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, Mapping[str, float], float]:
    """Labels and scores out of fold of each row, and the weights and intercept of all."""
    labels = np.array([row["answerable"] for row in rows], dtype=bool)
    if min(labels.sum(), (~labels).sum()) < FOLDS:
        raise InputError(
            f"Calibration needs at least {FOLDS} answerable and {FOLDS} unanswerable questions.",
            "Add golden lines.",
        )
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    signals = np.array([[float(row["signals"].get(name, 0.0)) for name in names] for row in rows])
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000)
    scores = cross_val_predict(model, signals, labels, cv=FOLDS, method="predict_proba")[:, 1]
    model.fit(signals, labels)
    return labels, scores, _named(names, model.coef_[0]), round(float(model.intercept_[0]), 4)


def _thresholds(scores: np.ndarray) -> list[float]:
    """The scores that may be a threshold, ascending: each once, MOST_THRESHOLDS at most."""
    values = np.unique(scores)
    step = -(-len(values) // MOST_THRESHOLDS)
    return [float(value) for value in values[::step]]


def _named(names: Sequence[str], values: np.ndarray) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}


def _counted(labels: np.ndarray) -> str:
    return f"{labels.sum()} answerable and {(~labels).sum()} unanswerable questions"


def _worth(answered: np.ndarray, labels: np.ndarray) -> tuple[bool, float]:
    """Whether few are refused wrongly, and the sum of right answers and right refusals."""
    kept, refused = float(answered[labels].mean()), float((~answered[~labels]).mean())
    return 1 - kept <= MOST_WRONGLY_REFUSED, kept + refused


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
