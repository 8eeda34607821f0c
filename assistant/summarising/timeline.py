"""On what day does a sentence say that something happened? Pure.

Dates written out in English ("18 March 2031", "March 18") and ISO dates are read. Where the year is
missing it is that of the document, so that the day nearest to its publication is meant.
"""

import re
from datetime import date, timedelta

from assistant.language.numbers import MONTHS

_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if name != "may" else name for name in MONTHS)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (?P<year>(?:1[89]|20)\d\d))?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\d.,:]){_DAY} (?:of )?(?P<month>{_MONTH})\b\.?{_YEAR}",
        rf"\b(?P<month>{_MONTH})\b\.? {_DAY}(?!\d|[.,:]\d){_YEAR}",
        r"\b(?P<year>(?:1[89]|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)\b",
    )
)
_HALF_A_YEAR = timedelta(days=183)


def when(text: str, published: str | None = None) -> date | None:
    """The first day that a text names; ``published`` is the ISO date of its document.

    None where it names none, or one without a year and the document has no date.
    """
    found = sorted(
        (match for pattern in _DATES for match in pattern.finditer(text)), key=lambda m: m.start()
    )
    near = _iso(published)
    days = (_day(match.groupdict(), near) for match in found)
    return next((day for day in days if day is not None), None)


def _day(parts: dict[str, str | None], near: date | None) -> date | None:
    month = parts.get("number") or 1 + [name[:3] for name in MONTHS].index(
        str(parts["month"]).lower()[:3]
    )
    try:
        if parts["year"]:
            return date(int(parts["year"]), int(month), int(str(parts["day"])))
        return _nearest(int(month), int(str(parts["day"])), near) if near else None
    except ValueError:
        return None


def _nearest(month: int, day: int, near: date) -> date:
    """That day in the year before, of, or after ``near``, whichever is nearest."""
    found = date(near.year, month, day)
    if found - near > _HALF_A_YEAR:
        return date(near.year - 1, month, day)
    if near - found > _HALF_A_YEAR:
        return date(near.year + 1, month, day)
    return found


def _iso(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
