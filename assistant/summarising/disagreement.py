"""Pairs of sentences of two documents, read for a summary, that disagree. Pure."""

from collections.abc import Iterator

import numpy as np

from assistant.language.disagreement import SAME_MATTER, differ
from assistant.summarising.reading import Reading


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
