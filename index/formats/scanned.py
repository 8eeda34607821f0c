"""What is known of pages that are pictures: which languages are read, and what a reading holds."""

from functools import cache
from importlib.util import find_spec
from typing import NamedTuple

DEFAULT = "en"
_LATIN = frozenset(
    "af az bs ca cs cy da de en es et eu fi fr ga gl hr hu id is it ku la lb lt lv mi ms mt nl no "
    "oc pl pt qu rm ro sk sl sq sv sw tl tr uz vi".split()
)
"""Written in Latin letters."""
LANGUAGES = tuple(sorted({*_LATIN, "ja", "zh"}))
"""Those that the models inside ``rapidocr`` read, by their ISO codes.

One model reads them all. The language says which letters can be meant."""
INSTALL = "pip install 'citewell[ocr]'"
_EASTERN = ((0x2E80, 0xD7FF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF))
"""Ideographs, kana and hangul, and the wide forms of Latin letters and stops."""
FINE = 10_000
"""Places on a page are told in so many parts of its width and height."""


class Word(NamedTuple):
    """A recognised word."""

    text: str
    confidence: int
    """Of its least sure letter, in per cent."""
    left: float
    """Of the page as it is read: upright and level."""
    right: float
    middle: float
    """Down the page."""
    box: tuple[int, int, int, int]
    """Left, top, right and bottom on the page as it is shown, in parts of ``FINE``."""


class Line(NamedTuple):
    """A recognised line, or a part of one that stands apart."""

    size: float
    """About that of its letters."""
    is_standing: bool
    """Whether it runs downwards."""
    words: list[Word]


@cache
def is_installed() -> bool:
    """Whether pages can be recognised here: the extra ``ocr`` is there."""
    return find_spec("rapidocr") is not None


def is_possible(letter: str, language: str) -> bool:
    """Whether a text in this language may have the letter; it may have none."""
    code = ord(letter[0]) if letter else 0
    is_eastern = code >= 0x20000 or any(low <= code <= high for low, high in _EASTERN)
    return not is_eastern or language not in _LATIN
