"""The support check: do the cited spans say what the claim says?

Two independent judges must agree: the model's probability of "yes" (read from its first token,
the zero-shot form of Kadavath et al. 2022, "Language Models (Mostly) Know What They Know") and the
rules of ``assistant.checking.guards``. The threshold comes from labelled claims, see
``assistant.checking.calibration``.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.checking.calibration import Calibration
from assistant.checking.guards import (
    content_words,
    numbers,
    objections,
    root,
    unknown_names,
    words_of_its_own,
)
from assistant.models.options import odds
from assistant.models.protocol import Model, Usage
from assistant.prompts import Prompts
from index.sentences import sentences

SOURCE_SENTENCES = 5
"""How many sentences of a long source are put before the model."""
READ_WELL = 12
"""Up to so many sentences of a source, the nearest ``SOURCE_SENTENCES`` hold what matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """What the check found; ``reason`` says in words why a claim fell."""

    supported: bool
    probability: float | None
    """Probability of "yes", 0 to 1; None where the server gives no log-probabilities."""
    reason: str = ""


def check(
    model: Model,
    prompts: Prompts,
    claim: str,
    quotes: Sequence[str],
    *,
    calibration: Calibration,
    context: Collection[str] = (),
    question: str | None = None,
) -> tuple[Support, Usage]:
    """Check ``claim`` against exactly the cited ``quotes``.

    ``context`` (titles, headings) may lend names but no facts; the model reads what lends one that
    the quotes lack: "the city" is Warsaw under the title "Warsaw". An answer to ``question`` must
    not be in words of its own. The model is not asked where a guard already objects.

    Raises:
        ModelError: the model gave no answer.
    """
    own = [] if question is None else _own_words(claim, question, (*quotes, *context))
    objected = own or objections(claim, quotes, context=context)
    if objected:
        return Support(supported=False, probability=None, reason="; ".join(objected)), Usage()
    read = [*_lending(claim, quotes, context), *quotes]
    probability, option, usage = probability_of_support(model, prompts, claim, read)
    supported = option == "yes" if probability is None else probability >= calibration.support
    reason = "" if supported else "the support check found the cited text does not say this"
    return Support(supported=supported, probability=probability, reason=reason), usage


def _lending(claim: str, quotes: Sequence[str], context: Iterable[str]) -> list[str]:
    """The texts of ``context`` that have a name of the claim which the quotes have not."""
    evidence = " ".join(quotes)
    missing = unknown_names(claim, evidence)
    lending = (text for text in context if missing - unknown_names(claim, f"{evidence} {text}"))
    return [f"From “{text}”:" for text in dict.fromkeys(lending)]


def _own_words(claim: str, question: str, known: Iterable[str]) -> list[str]:
    """The objection to a claim in words of its own; none where it keeps to those that are known."""
    own = words_of_its_own(claim, question, " ".join(known))
    listed = ", ".join(own)
    return [f"what it says (“{listed}”) is not in the words of the cited text"] if own else []


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


def probability_of_support(
    model: Model, prompts: Prompts, claim: str, quotes: Sequence[str]
) -> tuple[float | None, str, Usage]:
    """The model's probability of "yes, the quotes support the claim", its reply, and the usage.

    The probability is None where the server gives no log-probabilities; no guard is asked.

    Raises:
        ModelError: the model gave no answer.
    """
    messages = prompts.messages("support", evidence="\n".join(quotes), claim=claim)
    choice = model.choose(messages, ("yes", "no"))
    probability = choice.probabilities["yes"] if choice.probabilities is not None else None
    return probability, choice.option, choice.usage
