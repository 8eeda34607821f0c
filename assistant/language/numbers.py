"""Numbers and dates of a text, each in one canonical form. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from decimal import MAX_EMAX, MAX_PREC, Context, Decimal

from assistant.language.words import WORD, content_words, root

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
).split()
_SMALL = {word: value for value, word in enumerate(_UNITS)} | {
    word: 20 + 10 * step for step, word in enumerate(_TENS)
}
_SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
_MAGNITUDES = {f"{word}s" for word in _SCALES} | {"dozen", "dozens"}
MONTHS = (
    "january february march april may june july august september october november december"
).split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX)
"""Every digit counts: of a number of an account too, which is longer than a float is exact."""
WORD_OR_NUMBER = re.compile(r"\d[\d,\u202f]*(?:\.\d+)?|[^\W\d_]+", re.UNICODE)
UNITS_OF = {
    "currency": {
        "$": "dollar",
        "dollars": "dollar",
        "usd": "dollar",
        "€": "euro",
        "euros": "euro",
        "euro": "euro",
        "£": "pound",
        "pounds": "pound",
        "yen": "yen",
        "¥": "yen",
    },
    "length": {
        "km": "km",
        "kilometers": "km",
        "kilometres": "km",
        "kilometer": "km",
        "kilometre": "km",
        "miles": "mile",
        "mile": "mile",
        "mi": "mile",
        "m": "m",
        "meters": "m",
        "metres": "m",
        "feet": "ft",
        "ft": "ft",
        "foot": "ft",
    },
    "weight": {"kg": "kg", "kilograms": "kg", "lb": "lb", "tons": "ton", "tonnes": "ton"},
    "time": {
        "seconds": "s",
        "minutes": "min",
        "hours": "h",
        "hour": "h",
        "days": "day",
        "day": "day",
        "weeks": "week",
        "week": "week",
        "months": "month",
        "month": "month",
        "years": "year",
        "year": "year",
        "decades": "decade",
        "centuries": "century",
    },
}
"""Units that cannot stand for one another, by kind; two of a kind with one number disagree."""


def numbers(text: str) -> frozenset[str]:
    """The numbers of a text in one canonical form: ``1,200`` and ``1200`` are equal, ``three`` is
    ``3``, ``3.5 million`` is ``3500000``; magnitudes such as ``hundreds`` stand for themselves.
    """
    found: set[str] = set()
    words = WORD_OR_NUMBER.findall(unicodedata.normalize("NFKC", text).lower())
    index = 0
    while index < len(words):
        value, used = number_at(words, index)
        if value is not None:
            found.add(plain(value))
        elif words[index] in _MAGNITUDES:
            found.add(words[index])
        index += max(used, 1)
    return frozenset(found)


def number_at(words: Sequence[str], index: int) -> tuple[Decimal | None, int]:
    """The number that starts at ``words[index]`` and how many words it takes."""
    word = words[index]
    if word[0].isdecimal():
        value: Decimal | None = Decimal(re.sub(r"[,\u202f]", "", word))
    elif word in _ORDINALS[2:]:
        return Decimal(_ORDINALS.index(word) + 1), 1
    elif word in _SMALL and word != "one":
        value = Decimal(_SMALL[word])
    elif word == "one" and index + 1 < len(words) and words[index + 1] in _SCALES:
        value = Decimal(1)
    else:
        return None, 1
    assert value is not None
    used = 1
    after = words[index + used] if index + used < len(words) else ""
    if word in _TENS and after in _SMALL and 0 < _SMALL[after] < 10:
        value += _SMALL[after]
        used += 1
    while index + used < len(words) and words[index + used] in _SCALES:
        value = _EXACT.multiply(value, Decimal(_SCALES[words[index + used]]))
        used += 1
    return value, used


def plain(value: Decimal) -> str:
    """The canonical form of a number."""
    whole, _, part = f"{value:f}".partition(".")
    return f"{whole.lstrip('0') or '0'}.{part.rstrip('0')}".rstrip(".")


def dates(text: str) -> frozenset[str]:
    """Months and weekdays that a text names (``may`` only with a capital letter)."""
    return frozenset(
        word.lower()
        for word in WORD.findall(text)
        if word[0].isupper() and word.lower() in (*MONTHS, *_WEEKDAYS)
    )


def words_and_numbers(text: str) -> set[str]:
    """The roots of a text's content words, and its numbers in their canonical form."""
    return {root(word) for word in content_words(text)} | numbers(text)
