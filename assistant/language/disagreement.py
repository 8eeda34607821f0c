"""Whether two sentences say nearly the same with other numbers or dates. Pure."""

from assistant.language.numbers import dates, numbers
from assistant.language.words import content_words

SAME_MATTER = 0.7
"""Least cosine similarity of two sentences about one matter."""
_SHARED_WORDS = 0.5
"""Least share of the shorter sentence's other content words that the longer one has too."""


def differ(first: str, second: str) -> bool:
    """Whether two sentences share their words, but each names a number or month of its own."""
    one, two = numbers(first) | dates(first), numbers(second) | dates(second)
    words, others = set(content_words(first)) - one, set(content_words(second)) - two
    shared = len(words & others) / max(1, min(len(words), len(others)))
    return bool(one - two and two - one) and shared >= _SHARED_WORDS
