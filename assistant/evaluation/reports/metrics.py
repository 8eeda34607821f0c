"""The figures of one case, and of rankings: pure functions of strings and numbers.

The answer metrics follow the official SQuAD 2.0 evaluation script (Rajpurkar et al. 2018).
"""

import math
import re
import string
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from assistant.language.words import longest_common

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise(text: str) -> str:
    """SQuAD's normal form: lower case, no ASCII punctuation, no English articles, single spaces."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def tokens(text: str) -> list[str]:
    """The words of the normal form."""
    return normalise(text).split()


def exact_match(answer: str, golds: Sequence[str]) -> float:
    """1.0 where the normal form equals that of a gold answer (SQuAD EM); no gold means ``""``."""
    return float(any(normalise(answer) == normalise(gold) for gold in _scored(golds)))


def _scored(golds: Sequence[str]) -> Sequence[str]:
    """The gold answers with something left in normal form, else ``""``: SQuAD's rule."""
    return [gold for gold in golds if normalise(gold)] or [""]


def f1(answer: str, golds: Sequence[str]) -> float:
    """The best harmonic mean of token precision and recall over the gold answers (SQuAD F1).

    Where either side has no tokens it is 1.0 if both have none, else 0.0.
    """
    return max(_f1(tokens(answer), tokens(gold)) for gold in _scored(golds))


def _f1(answer: Sequence[str], gold: Sequence[str]) -> float:
    if not answer or not gold:
        return float(answer == gold)
    shared = (Counter(answer) & Counter(gold)).total()
    return 2 * shared / (len(answer) + len(gold))


def contains_gold(text: str, golds: Sequence[str]) -> bool:
    """Whether the tokens of a gold answer occur contiguously in the text's: ``correct``."""
    words = tokens(text)
    return any(_contains(words, tokens(gold)) for gold in golds)


def _contains(words: Sequence[str], gold: Sequence[str]) -> bool:
    size = len(gold)
    return size > 0 and any(
        list(words[start : start + size]) == list(gold) for start in range(len(words) - size + 1)
    )


def token_recall(answer: str, golds: Sequence[str]) -> float:
    """The largest share of a gold answer's tokens that the answer has (as a multiset)."""
    words = Counter(tokens(answer))
    shares = [_recall(words, Counter(tokens(gold))) for gold in golds]
    return max(shares, default=0.0)


def _recall(words: Counter[str], gold: Counter[str]) -> float:
    return (words & gold).total() / gold.total() if gold else 0.0


def rouge_l(answer: str, golds: Sequence[str]) -> float:
    """The best ROUGE-L F-measure (Lin 2004, beta 1) over the gold answers.

    On ASCII text it is what the package ``rouge-score`` gives without stemming. That package drops
    every other letter; here the letters and digits of any script are words.
    """
    words = rouge_words(answer)
    return max((_rouge_l(words, rouge_words(gold)) for gold in golds), default=0.0)


_ROUGE_WORD = re.compile(r"[^\W_]+")
"""Letters and digits; an underscore separates, as it does in ``rouge-score``."""


def rouge_words(text: str) -> list[str]:
    """The words that ROUGE-L compares: in lower case, articles too."""
    return _ROUGE_WORD.findall(text.lower())


def _rouge_l(words: Sequence[str], gold: Sequence[str]) -> float:
    if not words or not gold:
        return 0.0
    return 2 * longest_common(words, gold) / (len(words) + len(gold))


def occurs(pattern: str, text: str) -> bool:
    """Whether a regular expression occurs, without regard to case, all white space being single.

    Nothing occurs in an empty text.
    """
    plain = " ".join(text.split())
    return bool(plain) and re.search(pattern, plain, re.IGNORECASE) is not None


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """Area under the ROC curve: P(a positive scores above a negative), ties counting one half.

    None where one of the classes is empty. Source: Mann and Whitney 1947.
    """
    positives = sum(positive)
    negatives = len(positive) - positives
    if not positives or not negatives:
        return None
    ranked = sorted(zip(scores, positive, strict=True), key=lambda pair: pair[0])
    rank_sum, below = 0.0, 0
    for _, group in groupby(ranked, key=lambda pair: pair[0]):
        labels = [label for _, label in group]
        rank_sum += sum(labels) * (below + (len(labels) + 1) / 2)
        below += len(labels)
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def balanced_accuracy(predicted: Sequence[bool], actual: Sequence[bool]) -> float | None:
    """Mean of the shares of positives and of negatives told rightly; None without both."""
    pairs = list(zip(predicted, actual, strict=True))
    yes = [guess for guess, truth in pairs if truth]
    no = [not guess for guess, truth in pairs if not truth]
    return (sum(yes) / len(yes) + sum(no) / len(no)) / 2 if yes and no else None


def risk_coverage(
    scores: Sequence[float], right: Sequence[bool]
) -> tuple[list[tuple[float, float]], float | None]:
    """The curve of (coverage, risk) when the most confident cases are answered first, and its area.

    Coverage is the share of cases taken, risk the share of wrong ones among them. Cases with
    equal scores are taken together, so the curve does not depend on their order. The area (AURC,
    Geifman and El-Yaniv 2017) is the mean risk over the cases' coverages; None without cases.
    """
    ranked = sorted(zip(scores, right, strict=True), key=lambda pair: -pair[0])
    points: list[tuple[float, float]] = []
    taken = wrong = 0
    area = 0.0
    for _, group in groupby(ranked, key=lambda pair: pair[0]):
        labels = [label for _, label in group]
        taken += len(labels)
        wrong += len(labels) - sum(labels)
        points.append((taken / len(ranked), wrong / taken))
        area += len(labels) * wrong / taken
    return points, area / len(ranked) if ranked else None


def recall_at(found: Sequence[set[int]], gold: int, k: int) -> float:
    """The share of ``gold`` units in the first ``k`` passages; ``found[i]`` are those of i."""
    return len(set().union(*found[:k])) / gold


def reciprocal_rank(found: Sequence[set[int]]) -> float:
    """1 / rank of the first passage that finds anything, 0.0 if none does."""
    return next((1 / rank for rank, units in enumerate(found, start=1) if units), 0.0)


def ndcg_at(found: Sequence[set[int]], relevant: int, k: int) -> float:
    """Normalised discounted cumulative gain at ``k`` for passages that are relevant or not.

    ``relevant`` is the number of relevant passages there are. Source: Järvelin, Kekäläinen 2002.
    """
    gain = sum(1 / math.log2(rank + 1) for rank, units in enumerate(found[:k], 1) if units)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(k, relevant) + 1))
    return min(1.0, gain / ideal) if ideal else 0.0


def share(values: Sequence[float | bool]) -> float | None:
    """The mean; None of nothing."""
    return math.fsum(values) / len(values) if values else None


def quantile(values: Sequence[float], q: float) -> float | None:
    """The ``q`` quantile with linear interpolation (Hyndman and Fan's type 7); None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    position = (len(ordered) - 1) * q
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def calibration_bins(
    probabilities: Sequence[float], actual: Sequence[bool], bins: int = 10
) -> list[tuple[float, float, int]]:
    """(mean probability, share that were true, count) of each non-empty bin of equal width."""
    filled: dict[int, list[tuple[float, bool]]] = {}
    for probability, truth in zip(probabilities, actual, strict=True):
        filled.setdefault(min(int(probability * bins), bins - 1), []).append((probability, truth))
    return [
        (
            math.fsum(probability for probability, _ in pairs) / len(pairs),
            sum(truth for _, truth in pairs) / len(pairs),
            len(pairs),
        )
        for _, pairs in sorted(filled.items())
    ]


def calibration_error(bins: Sequence[tuple[float, float, int]]) -> float | None:
    """Expected calibration error (Naeini et al. 2015) of ``calibration_bins``; None of nothing."""
    total = sum(count for _, _, count in bins)
    return sum(abs(mean - true) * count for mean, true, count in bins) / total if total else None
