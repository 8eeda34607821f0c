"""The figures of a text that can be reckoned with: amounts with their unit, and days. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assistant.language.numbers import MONTHS, UNITS_OF, WORD_OR_NUMBER, number_at, plain
from assistant.language.words import content_words, root

SIGNS = "$€£¥"
LONGEST = 18
"""Digits of a number that can be reckoned with exactly."""
_UNIT = re.compile(r"[\s\u00a0\u202f-]?(%|per\s?cent|°\s?[CF]\b|[^\W\d_]+)", re.UNICODE)
_CANONICAL = {word: unit for units in UNITS_OF.values() for word, unit in units.items()}
_KINDS = {unit: kind for kind, units in UNITS_OF.items() for unit in units.values()}
_MINUS = re.compile(r"(?:^|[\s(])[-−]$")
_PERCENT = re.compile(r"%|per\s?cent", re.IGNORECASE)
_MONTH = "|".join(MONTHS)
_DAY = re.compile(
    rf"(?P<iso>\b(\d{{4}})-(\d\d)-(\d\d)\b)"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH}),?\s+(?P<year>\d{{4}})\b"
    rf"|\b(?P<month_first>{_MONTH})\s+(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<its_year>\d{{4}})\b"
    rf"|\b(?P<in_month>{_MONTH})\s+(?P<months_year>\d{{4}})\b"
    rf"|(?<![\d,.{SIGNS}-])\b(?P<alone>1[0-9]{{3}}|20\d\d)\b(?![,.]?\d|%)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number with its unit."""

    text: str
    """As it stands in the text, with its unit."""
    value: Decimal
    unit: str
    """The canonical unit of a measure or currency ("km", "euro"); else the root of the word that
    follows, which may be a unit too ("kilowatt"), or ""."""
    measured: bool
    """Whether it is one of those units."""
    shown_unit: str
    """The unit as it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day, a month or a year."""

    text: str
    """As it stands in the text."""
    first: date
    """Its first day."""
    precision: str
    """``day``, ``month`` or ``year``."""


def days(text: str) -> list[Day]:
    """The days, months and years of a text, in its order. A number of four digits that counts
    something ("1950 herons") is no year."""
    return [day for day, _ in _days(text)]


def amounts(text: str) -> list[Amount]:
    """The numbers of a text with their units, in its order; those of days are left out."""
    taken = [match.span() for _, match in _days(text)]
    words = list(WORD_OR_NUMBER.finditer(text))
    lowered = [word.group().lower() for word in words]
    found, index = [], 0
    while index < len(words):
        value, used = number_at(lowered, index)
        start, end = words[index].start(), words[index + max(used, 1) - 1].end()
        index += max(used, 1)
        if value is None or len(f"{value:f}") > LONGEST:
            continue
        if any(first < end and start < last for first, last in taken):
            continue
        found.append(_amount(text, start, end, value))
    return found


def measured(text: str) -> set[tuple[str, str, str]]:
    """(kind, canonical number without its sign, canonical unit) of each measure in a text."""
    return {
        (_KINDS[amount.unit], plain(abs(amount.value)), amount.unit)
        for amount in amounts(text)
        if amount.unit in _KINDS
    }


def _amount(text: str, start: int, end: int, value: Decimal) -> Amount:
    end -= len(text[start:end]) - len(text[start:end].rstrip(","))
    sign = text[start - 1] if start and text[start - 1] in SIGNS else ""
    if sign:
        start -= 1
    if _MINUS.search(text[:start]):
        start, value = start - 1, -value
    after = _UNIT.match(text, end)
    word = "" if sign or not after else after.group(1)
    unit = _CANONICAL.get(sign or word.lower(), "")
    if _PERCENT.fullmatch(word):
        unit = "%"
    elif word.startswith("°"):
        unit = "".join(word.split())
    measured = bool(unit)
    if not unit and content_words(word):
        unit = root(word.lower())
    if after and unit and not sign:
        end = after.end()
    return Amount(
        text=text[start:end],
        value=value,
        unit=unit,
        measured=measured,
        shown_unit=(sign or word) if unit else "",
    )


def _days(text: str) -> Iterator[tuple[Day, "re.Match[str]"]]:
    for match in _DAY.finditer(text):
        told = match.groupdict()
        day, precision = told["day"] or told["day_after"], "day"
        month = told["month"] or told["month_first"] or told["in_month"]
        year = told["year"] or told["its_year"] or told["months_year"] or told["alone"]
        if told["iso"]:
            year, number, day = match.group(2, 3, 4)
        elif month:
            number = str(MONTHS.index(month.lower()) + 1)
            precision = "day" if day else "month"
        else:
            number, precision = "1", "year"
            counted = _UNIT.match(text, match.end())
            if counted and counted.group(1).lower() in _CANONICAL:
                continue
        try:
            first = date(int(year), int(number), int(day or 1))
        except ValueError:  # 31 June
            continue
        yield Day(text=match.group(), first=first, precision=precision), match
