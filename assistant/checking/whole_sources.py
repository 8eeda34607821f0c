"""The support check of a claim against a whole source text, of which the model may read a part.

Where it reads a part only, the wording of the rest is weighed beside its judgement, with weights
that ``citewell calibrate`` learns (``assistant.checking.calibration``).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.checking.calibration import Calibration
from assistant.checking.guards import objections
from assistant.checking.support import Support, probability_of_support
from assistant.language.numbers import numbers
from assistant.language.words import content_words, root
from assistant.models.options import odds
from assistant.models.protocol import Model, Usage
from assistant.prompts import Prompts
from index.sentences import sentences

SOURCE_SENTENCES = 5
"""How many sentences of a long source are put before the model."""
READ_WELL = 12
"""Up to so many sentences of a source, the nearest ``SOURCE_SENTENCES`` hold what matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReading:
    """What was found of a claim in a whole source, before any threshold."""

    probability: float | None
    """Of the model's "yes" to the sentences it read; None without log-probabilities."""
    score: float
    """The same; where there are none, 1 for a "yes" and 0 for a "no"."""
    whole: bool
    """Whether the model read all of the source."""
    objections: tuple[str, ...]
    """What the guards object to, knowing all of the source."""
    signals: Mapping[str, float]
    """``source_signals``."""


def check_source(
    model: Model,
    prompts: Prompts,
    claim: str,
    source: str,
    *,
    calibration: Calibration,
    embed: Callable[[Sequence[str]], np.ndarray],
) -> tuple[Support, Usage]:
    """Check ``claim`` against a whole source text: against its most relevant sentences.

    Where only a part of the source is read, wording adds what the model did not see: see
    ``source_signals``. Where the model reads all of it the guards only say why: there they take
    "he" for a name that is missing (AUROC 0.76 with them, 0.85 without). Both kinds of source
    have thresholds of their own.
    ``embed`` maps n texts to unit vectors of shape (n, d).

    Raises:
        ModelError: the model gave no answer.
    """
    found, usage = read_source(model, prompts, claim, source, embed=embed)
    if found.whole:
        score, least = found.score, calibration.whole
    else:
        score, least = calibration.source_score(found.score, found.signals), calibration.source
    supported = score >= least
    reason = "" if supported else "; ".join(found.objections) or "the source does not say this"
    return Support(supported=supported, probability=score, reason=reason), usage


def read_source(
    model: Model,
    prompts: Prompts,
    claim: str,
    source: str,
    *,
    embed: Callable[[Sequence[str]], np.ndarray],
) -> tuple[SourceReading, Usage]:
    """What ``check_source`` decides on, and what its weights are learnt from.

    Raises:
        ModelError: the model gave no answer.
    """
    texts = [source[start:end] for start, end in sentences(source)]
    quotes = relevant_sentences(claim, texts, embed=embed)
    probability, option, usage = probability_of_support(model, prompts, claim, quotes)
    score = float(option == "yes") if probability is None else probability
    objected = tuple(objections(claim, [source]))
    reading = SourceReading(
        probability=probability,
        score=score,
        whole=len(quotes) == len(texts),
        objections=objected,
        signals=source_signals(claim, texts, score, objections=len(objected)),
    )
    return reading, usage


def source_signals(
    claim: str, texts: Sequence[str], probability: float, *, objections: int
) -> dict[str, float]:
    """Named signals of whether a source, given as its sentences, supports a claim.

    The log-odds of the model's "yes" to the few sentences it read; and, each times the logarithm
    of how much longer than ``READ_WELL`` sentences the source is, what is known of the rest: the
    share of the claim's words that the source has, the largest share that one sentence has, the
    guards' objections, and 1.
    """
    unread = max(0.0, math.log(max(1, len(texts)) / READ_WELL))
    wanted = {root(word) for word in content_words(claim)}
    shared = [wanted & {root(word) for word in content_words(text)} for text in texts]
    size = max(1, len(wanted))
    return {
        "odds": odds(probability),
        "covered": unread * (len(set().union(*shared)) / size),
        "nearest": unread * (max((len(each) for each in shared), default=0) / size),
        "objections": unread * min(objections, 2),
        "unread": unread,
    }


def relevant_sentences(
    claim: str,
    texts: Sequence[str],
    *,
    embed: Callable[[Sequence[str]], np.ndarray],
    count: int = SOURCE_SENTENCES,
) -> list[str]:
    """The ``count`` of a source's sentences nearest to ``claim``, in the order of the text.

    Nearness is cosine similarity plus the share of the claim's content words and numbers that the
    sentence has: wording finds the names and figures that embeddings blur.
    """
    if len(texts) <= count:
        return list(texts)
    vectors = embed([claim, *texts])
    similarity = vectors[1:] @ vectors[0]
    wanted = set(content_words(claim)) | set(numbers(claim))
    overlap = np.array(
        [
            len(wanted & (set(content_words(text)) | set(numbers(text)))) / max(1, len(wanted))
            for text in texts
        ]
    )
    best = np.argsort(-(similarity + overlap), kind="stable")[:count]
    return [texts[index] for index in sorted(best)]
