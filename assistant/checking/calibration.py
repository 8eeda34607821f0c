"""Thresholds that turn a model's probabilities into decisions, one set for each model.

A set is fitted on labelled data that reports do not use and shipped in ``calibrations.json``;
``citewell calibrate`` makes one for another model. Each names of every figure the data and the rule
it is from. A model without a set is called uncalibrated wherever its answers are shown.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from assistant.errors import SettingsError
from assistant.models.options import probability_of

Decision = Literal["answer", "doubt", "refuse"]
WHOLE_SIGNALS = ("similarity", "rank", "answers_odds")
"""What tells whether a question of several sentences is answered (``answering.weighing``)."""
_SHIPPED = Path(__file__).with_name("calibrations.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The decisions' thresholds and the weights of the answerability score."""

    support: float = 0.5
    """Least probability of "yes" at which a claim is supported by the spans it cites."""
    whole: float = 0.5
    """Least score at which a claim counts as supported by a source that is read whole; fairer to
    true claims than ``support``, which decides what is published."""
    source: float = 0.5
    """The same for a source too long to be read whole."""
    source_intercept: float = 0.0
    source_weights: Mapping[str, float] | None = None
    """Name of a signal of ``whole_sources.source_signals`` to its weight; None: the model's own
    probability is used as it is."""
    answerable: float = 0.5
    """Least answerability at which a question is answered, whatever becomes of the draft."""
    doubtful: float | None = None
    """Least answerability at which a question is answered if the draft passes its support check;
    None: there is no doubt below ``answerable``."""
    premise: float = 0.0
    """Least probability at which what a question takes for granted is borne out; 0 where that was
    not measured."""
    without_kind: float = 0.83
    """Least answerability at which a sentence that lacks the kind of thing asked for is in doubt
    and not refused. Set by hand: no answerable question calibrated on was like that."""
    several: float = 0.4
    """Least answerability at which a question of several sentences is answered."""
    several_intercept: float = -0.997
    several_weights: Mapping[str, float] = field(
        default_factory=lambda: {"similarity": 1.434, "rank": 0.595, "answers_odds": 0.836}
    )
    """Each of WHOLE_SIGNALS to its weight; without a calibration those of the default model."""
    composes: bool = False
    """Whether the model writes whole answers itself: enough of its sentences stood when that was
    measured."""
    intercept: float = 0.0
    weights: Mapping[str, float] | None = None
    """Feature name to weight of the logistic answerability model; None: the model's
    own probability is used as it is."""
    calibrated: bool = False
    origins: Mapping[str, str] = field(default_factory=dict)
    """Figure to the data and the rule that it is from, or that it was set by hand."""

    def decision(self, features: Mapping[str, float]) -> Decision:
        """What becomes of a look-up with these features.

        A sentence without the kind of thing asked for (a time, a quantity) is in doubt at best.
        """
        answerability = self.answerability(features)
        if features.get("kind_missing"):
            near = self.doubtful is not None and answerability >= self.without_kind
            return "doubt" if near else "refuse"
        if answerability >= self.answerable:
            return "answer"
        in_doubt = self.doubtful is not None and answerability >= self.doubtful
        return "doubt" if in_doubt else "refuse"

    def answerability(self, features: Mapping[str, float]) -> float:
        """Probability that the evidence answers the question, 0 to 1, from named features."""
        if self.weights is None:
            return features.get("answers", 0.0)
        return _logistic(self.intercept, self.weights, features)

    def whole_answerability(self, features: Mapping[str, float]) -> float:
        """The same for a question of several sentences, from its own features."""
        return _logistic(self.several_intercept, self.several_weights, features)

    def source_score(self, probability: float, signals: Mapping[str, float]) -> float:
        """The support score of a claim against a source of which only a part was read, 0 to 1."""
        if self.source_weights is None:
            return probability
        return _logistic(self.source_intercept, self.source_weights, signals)


def _logistic(
    intercept: float, weights: Mapping[str, float], signals: Mapping[str, float]
) -> float:
    total = intercept + sum(weight * signals.get(name, 0.0) for name, weight in weights.items())
    return probability_of(total)


def load(model: str, *extra: Path) -> Calibration:
    """The calibration of the named model, or an uncalibrated default.

    ``extra`` are further files as ``citewell calibrate`` writes them; the first that knows the
    model wins over the shipped ones.

    Raises:
        SettingsError: a calibration file cannot be read.
    """
    for path in (*extra, _SHIPPED):
        if path.exists():
            known = _read(path)
            if model in known:
                return known[model]
    return Calibration()


def save(path: Path, model: str, calibration: Calibration) -> None:
    """Add or replace the calibration of ``model`` in the file at ``path``.

    Raises:
        SettingsError: the file cannot be read or written.
    """
    known = _read(path) if path.exists() else {}
    known[model] = calibration
    text = json.dumps({name: asdict(item) for name, item in sorted(known.items())}, indent=2)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}.new")  # who reads meanwhile finds a whole file
        fresh.write_text(text + "\n", encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written: {error.strerror}.", "Name another library folder."
        ) from error


def _read(path: Path) -> dict[str, Calibration]:
    try:
        raw: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return {model: Calibration(**_known(values)) for model, values in raw.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise SettingsError(
            f"The calibration file {path} cannot be read: {error}.",
            "Delete it, or make it again with citewell calibrate.",
        ) from error


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a calibration has; weights of other signals, of an older version, are left
    out with their threshold."""
    names = {field.name for field in fields(Calibration)}
    if set(values.get("several_weights", ())) - set(WHOLE_SIGNALS):
        names -= {"several", "several_intercept", "several_weights"}
    return {name: value for name, value in values.items() if name in names}
