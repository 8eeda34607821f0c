"""The support check: do the cited spans say what the claim says?

Two independent judges must agree: the model's probability of "yes" (read from its first token,
the zero-shot form of Kadavath et al. 2022, "Language Models (Mostly) Know What They Know") and the
rules of ``assistant.guards``. The threshold comes from labelled claims, see
``assistant.calibration``.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.calibration import Calibration
from assistant.guards import content_words, numbers, objections
from assistant.models.protocol import Model, Usage
from assistant.prompts import Prompts
from index.chunking import sentences

SOURCE_SENTENCES = 5
"""How many sentences of a long source are put before the model."""


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
    context: Iterable[str] = (),
) -> tuple[Support, Usage]:
    """Check ``claim`` against exactly the cited ``quotes``.

    ``context`` (titles, headings) may lend names but no facts. The model is not asked where a
    guard already objects.

    Raises:
        ModelError: the model gave no answer.
    """
    objected = objections(claim, quotes, context=context)
    if objected:
        return Support(supported=False, probability=None, reason="; ".join(objected)), Usage()
    probability, option, usage = _ask(model, prompts, claim, quotes)
    supported = option == "yes" if probability is None else probability >= calibration.support
    reason = "" if supported else "the support check found the cited text does not say this"
    return Support(supported=supported, probability=probability, reason=reason), usage


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

    Where only a part of the source is read, the guards, which know all of it, lower the score
    instead of deciding, so that every claim has one. Where the model reads all of it the guards
    only say why: there they take "he" for a name that is missing (AUROC 0.76 with them, 0.85
    without). Both kinds of source have thresholds of their own.
    ``embed`` maps n texts to unit vectors of shape (n, d).
    """
    quotes = relevant_sentences(claim, source, embed=embed)
    probability, option, usage = _ask(model, prompts, claim, quotes)
    objected = objections(claim, [source])
    score = float(option == "yes") if probability is None else probability
    whole = len(quotes) == len(sentences(source))
    if not whole:
        score = calibration.source_score(score, objections=len(objected))
    supported = score >= (calibration.whole if whole else calibration.source)
    reason = "" if supported else "; ".join(objected) or "the source does not say this"
    return Support(supported=supported, probability=score, reason=reason), usage


def relevant_sentences(
    claim: str,
    source: str,
    *,
    embed: Callable[[Sequence[str]], np.ndarray],
    count: int = SOURCE_SENTENCES,
) -> list[str]:
    """The ``count`` sentences of ``source`` nearest to ``claim``, in the order of the text.

    Nearness is cosine similarity plus the share of the claim's content words and numbers that the
    sentence has: wording finds the names and figures that embeddings blur.
    """
    spans = sentences(source)
    texts = [source[start:end] for start, end in spans]
    if len(texts) <= count:
        return texts
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


def _ask(
    model: Model, prompts: Prompts, claim: str, quotes: Sequence[str]
) -> tuple[float | None, str, Usage]:
    messages = prompts.messages("support", evidence="\n".join(quotes), claim=claim)
    choice = model.choose(messages, ("yes", "no"))
    probability = choice.probabilities["yes"] if choice.probabilities is not None else None
    return probability, choice.option, choice.usage
