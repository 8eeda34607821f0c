"""BM25 as FTS5 reckons it, and what must be counted for it: in one library, or in several. Pure."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SATURATION, LENGTH = 1.2, 0.75
"""BM25's k1 and b, which are FTS5's."""
_LEAST_WEIGHT = 1e-6
"""Of a word that is in more than half of all passages; FTS5's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordCounts:
    """What a word's weight, and a passage's share of it, is reckoned from."""

    passages: int
    """In the whole library."""
    length: int
    """Words of all of them."""
    among: int
    """No fewer than there are passages that may be found, about: those of chosen documents."""
    having: Mapping[str, int]
    """How many passages have each term of the question, by its name in the record's engine."""

    @property
    def average(self) -> float:
        """Words of a passage."""
        return max(1, self.length) / max(1, self.passages)

    def weight(self, term: str) -> float:
        """How much one more place with the term counts: the more, the rarer it is."""
        having = self.having[term]
        others = max(0, self.passages - having)  # the two were counted one after the other
        return max(_LEAST_WEIGHT, math.log((others + 0.5) / (having + 0.5)))


def together(counts: Sequence[WordCounts]) -> WordCounts:
    """The counts of several libraries as if they were one. A document that several of them have
    is counted in each."""
    having: Counter[str] = Counter()
    for each in counts:
        having.update(each.having)
    return WordCounts(
        passages=sum(each.passages for each in counts),
        length=sum(each.length for each in counts),
        among=sum(each.among for each in counts),
        having=having,
    )


def score(weight: float, times: float, length: int, average: float) -> float:
    """What a term adds to the score of a passage of ``length`` words that has it so many times."""
    return weight * times * (SATURATION + 1) / (times + _damping(length, average))


def times_of(score: float, weight: float, length: int, average: float) -> int:
    """How many times a passage has a term that adds so much to its score: ``score`` turned
    round."""
    share = score / weight
    rest = max(SATURATION + 1 - share, 1e-9)
    return max(1, round(share * _damping(length, average) / rest))


def _damping(length: int, average: float) -> float:
    return SATURATION * (1 - LENGTH + LENGTH * length / average)
