"""Whether two sentences say nearly the same, and yet not the same. Pure."""

import re

from assistant.language.numbers import dates, numbers
from assistant.language.words import content_words, root

SAME_MATTER = 0.7
"""Least cosine similarity of two sentences about one matter."""
_SHARED_WORDS = 0.5
"""Least share of the shorter sentence's other content words that the longer one has too."""
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_NUMBERED = re.compile(r"[^\W\d_]*\d[\w.-]*")
"""What tells versions of one title apart: “2024”, “v1.2”."""
_VERSIONS = frozenset(
    "amended amendment copy current draft edition final former issue latest new old previous"
    " revised revision update updated version".split()
)
"""Words that tell versions of one title apart."""
_SAME = 0.8
"""Least share of the words of two sentences, without numbers, that both have where nothing but
their figures differs."""


def differ(first: str, second: str) -> bool:
    """Whether two sentences share their words, but each names a number or month of its own."""
    one, two = numbers(first) | dates(first), numbers(second) | dates(second)
    words, others = set(content_words(first)) - one, set(content_words(second)) - two
    shared = len(words & others) / max(1, min(len(words), len(others)))
    return bool(one - two and two - one) and shared >= _SHARED_WORDS


def say_otherwise(first: str, second: str) -> bool:
    """Whether two sentences share their words, and each has words that the other has not."""
    words, others = ({root(word) for word in content_words(text)} for text in (first, second))
    shared = len(words & others) / max(1, min(len(words), len(others)))
    return bool(words - others and others - words) and shared >= _SHARED_WORDS


def differ_in_figures_alone(first: str, second: str) -> bool:
    """Whether two sentences say the same with other numbers or dates, and nothing else."""
    one, two = (numbers(text) | dates(text) for text in (first, second))
    words, others = set(content_words(first)) - one, set(content_words(second)) - two
    shared = len(words & others) / max(1, len(words | others))
    return differ(first, second) and shared >= _SAME


def one_title(first: str, second: str) -> bool:
    """Whether two titles are those of one document in two versions: the same but for numbers,
    days, and words such as “version”."""
    words, others = map(_title_words, (first, second))
    return bool(words) and words == others


def years(text: str) -> set[str]:
    """The years that a sentence names: one of 2022 and one of 2023 are of two matters."""
    return set(_YEAR.findall(text))


def _title_words(title: str) -> set[str]:
    bare = _NUMBERED.sub(" ", title.replace("_", " ").replace("-", " "))
    words = set(content_words(bare)) - _VERSIONS - dates(bare.title())
    return {root(word) for word in words}
