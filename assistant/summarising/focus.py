"""A document seen from a topic, or for a reader."""

import numpy as np

from assistant.language.words import content_words
from assistant.summarising.reading import Reading
from assistant.summarising.salience import Weights
from index.errors import InputError
from index.readable import Readable

_ON_TOPIC = 0.25
"""Least cosine similarity of a sentence to the topic asked for."""
_AUDIENCE = 0.2
"""What full likeness to the audience's words adds to a sentence's worth, as a share of it."""


def focused(
    library: Readable, reading: Reading, topic: str | None, audience: str | None
) -> Weights:
    """The sentences' worth, seen from a topic (others fall to 0) and for a reader."""
    worth = reading.worth
    if audience:
        likeness = reading.vectors @ library.embed([audience])[0]
        worth = worth * (1.0 + _AUDIENCE * np.maximum(0.0, likeness))
    if not topic:
        return worth
    nearness = reading.vectors @ library.embed([topic])[0]
    words = set(content_words(topic))
    named = [bool(words) and words <= set(content_words(each.text)) for each in reading.sentences]
    about = np.maximum(nearness, np.where(named, 1.0, 0.0))
    worth = np.where(about >= _ON_TOPIC, worth * about, 0.0)
    if not (worth > 0).any():
        raise InputError(
            f"Nothing in these documents is about “{topic}”.", "Use other words, or no topic."
        )
    return worth
