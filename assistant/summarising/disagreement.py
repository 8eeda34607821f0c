"""Sentences of two documents that say nearly the same with other numbers or dates. Pure."""

from collections.abc import Iterator

import numpy as np

from assistant.checking.guards import content_words, dates, numbers
from assistant.summarising.reading import Reading

SAME_MATTER = 0.7
"""Least cosine similarity of two sentences about one matter."""
_SHARED_WORDS = 0.5
"""Least share of the shorter sentence's other content words that the longer one has too."""


def disagreements(reading: Reading) -> Iterator[tuple[int, int]]:
    """The numbers of each pair of sentences that disagree, the weightiest first."""
    order = np.argsort(-reading.worth, kind="stable")
    seen: set[int] = set()
    for number in (int(each) for each in order if reading.worth[each] > 0):
        likeness = reading.vectors @ reading.vectors[number]
        for other in (int(each) for each in np.flatnonzero(likeness >= SAME_MATTER)):
            apart = reading.sentences[other].document != reading.sentences[number].document
            if apart and reading.worth[other] > 0 and not {number, other} & seen:
                texts = (reading.sentences[number].text, reading.sentences[other].text)
                if differ(*texts):
                    seen |= {number, other}
                    yield number, other


def differ(first: str, second: str) -> bool:
    """Whether two sentences share their words, but each names a number or month of its own."""
    one, two = numbers(first) | dates(first), numbers(second) | dates(second)
    words, others = set(content_words(first)) - one, set(content_words(second)) - two
    shared = len(words & others) / max(1, min(len(words), len(others)))
    return bool(one - two and two - one) and shared >= _SHARED_WORDS
