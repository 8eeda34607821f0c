"""The day of a document: where its text or its name tells one, and what lies between two. Pure.

A day is written ``2024-05-01``; where only the month or the year is known, ``2024-05`` or ``2024``.
"""

import re
from collections.abc import Iterator
from datetime import date

from index.errors import InputError

METADATA, MAIL, FRONT, TEXT, NAME = "metadata", "mail", "front matter", "text", "name"
YOU, FILE, ADDED = "you", "file", "added"
"""Where a document's day is from. The last two are no day of its own: the time of its file, and
where there is none the day on which it was added."""
TOLD_BY = {
    METADATA: "as its metadata say",
    MAIL: "as the mail says",
    FRONT: "as its front matter says",
    TEXT: "as its text says",
    NAME: "as its name says",
    YOU: "as you say",
    FILE: "by its file's time",
    ADDED: "when it was added",
}
"""Each of these in words behind the day."""
SAVED = (".pdf", ".docx", ".odt", ".pptx", ".xlsx", ".xls", ".ods")
"""Formats whose metadata tell when the file was saved: a day that the text tells comes first."""
_HEAD = 8
"""Lines at the top of a text that can tell its day."""
_LONGEST = 300
"""Characters of one of them that are looked at."""
_SHORT = 120
"""Characters of a line that is a byline, a title or a line of facts, and no prose."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR = r"(?:1[5-9]|20)\d\d"
_DATE = (
    rf"(?:{_YEAR}-\d\d-\d\d\b|\b\d{{1,2}}(?:st|nd|rd|th)?\.?\s(?:of\s)?{_MONTH},?\s{_YEAR}\b"
    rf"|\b{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s{_YEAR}\b|\b{_MONTH},?\s{_YEAR}\b"
    rf"|\b\d{{1,2}}\.\d{{1,2}}\.{_YEAR}\b)"
)
_SAID = (
    r"(?:date(?:d|\s+of\s+\w+)?|published|posted|released|issued|status|as\s+(?:of|at)"
    r"|(?:last\s+)?(?:updated|revised|modified|reviewed|amended|changed)|adopted|approved"
    r"|effective(?:\s+date)?|valid|applicable|appl(?:y|ies)|in\s+(?:force|effect)"
    r"|(?:comes?|enters?)\s+into\s+(?:force|effect)|takes?\s+effect|binding)"
)
_WEEKDAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\b[.,]?"
_THEN = (
    r"(?:\s*[:|—–-]\s*|\s+)(?:(?:on|from|as\s+of|since|the|is|and\s+\w+|starting|beginning"
    rf"|{_WEEKDAY})\s+)*"
)
_VERSION = r"(?:version|revision|rev\.?|edition|issue|release|draft|v)\b\W{0,2}[\w.]{0,8}\W{0,4}"
_ASIDE = re.compile(
    r"replac|supersed|repeal|withdraw|cancel|former|previous|earlier|older|until|expire", re.I
)
"""Words before a day that is another document's, or the last of this one."""
_WAYS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^\W*{_SAID}{_THEN}(?P<day>{_DATE})",
        rf"^\W*(?:this|these|the\s+present)\b.{{0,60}}?\b{_SAID}{_THEN}(?P<day>{_DATE})",
    )
)
"""What a line may begin with that tells its day."""
_SHORT_WAYS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:^|[(\[|·•;—–]\s*|\s{{2,}}){_SAID}{_THEN}(?P<day>{_DATE})",
        rf"\b{_VERSION}(?:(?:of|from|dated)\s+)?(?P<day>{_DATE})",
        rf"(?:^|[|·•—–(]\s*)(?:{_WEEKDAY}\s)?(?P<day>{_DATE})[\s,)]*(?:$|[|·•—–]|\d\d?:\d\d)",
        rf"^(?-i:[A-Z][\w.'’-]*(?:,?\s[A-Z][\w.'’-]*){{0,3}}),\s(?P<day>{_DATE})\W*$",
        rf"^by\s.{{3,60}}?[,|·•—–]?\s(?P<day>{_DATE})\W*$",
    )
)
"""The same anywhere in a line that is no prose."""
_DATELINE = re.compile(
    rf"^(?-i:[A-Z][A-Z.'’-]+)[\w\s,.'’-]{{0,30}},\s(?P<day>{_DATE})\s*(?:\([\w\s]+\)\s*)?[-—–:]",
    re.IGNORECASE,
)
_IN_NAME = re.compile(rf"(?<!\d)(?P<year>{_YEAR})([-_.]?)(?P<month>\d\d)(?:\2(?P<day>\d\d))?(?!\d)")
_GIVEN = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def own(told: str | None, by: str, text: str, name: str) -> tuple[str | None, str | None]:
    """A document's own day and where it is from; None twice where nothing tells one.

    ``told`` is what its format says, ``by`` metadata or a header. When a file was saved comes after
    what its text says.
    """
    ways = [(told, by), (said(text), TEXT), (named(name), NAME)]
    if name.lower().endswith(SAVED):
        ways[:2] = ways[1], ways[0]
    return next((way for way in ways if way[0]), (None, None))


def said(text: str) -> str | None:
    """The day that the first lines of a text tell of it: a date line, a byline, “In force from”.

    A day that prose tells of something else is none.
    """
    for line in _first_lines(text):
        ways = (*_WAYS, _DATELINE, *(_SHORT_WAYS if len(line) <= _SHORT else ()))
        found = [match for way in ways if (match := way.search(line[:_LONGEST]))]
        for match in sorted(found, key=lambda match: match.start("day")):
            sentence = line[: match.start("day")].rpartition(". ")[2]
            day = None if _ASIDE.search(sentence) else _read(match["day"])
            if day is not None:
                return day
    return None


def named(name: str) -> str | None:
    """The day, or the month, that stands in a file's name: “minutes-2024-05-01.docx”."""
    for match in _IN_NAME.finditer(name):
        day = _day(match["year"], match["month"], match["day"])
        if day is not None and (match[2] or match["day"]):
            return day
    return None


def checked(told: str) -> str:
    """A day, a month or a year as whoever sits there gives it.

    Raises:
        InputError: it is none.
    """
    match = _GIVEN.fullmatch(told.strip())
    day = _day(*match.groups()) if match else None
    if day is None:
        raise InputError(f"“{told.strip()}” is no day.", "Write it as 2024-05-01, 2024-05 or 2024.")
    return day


def is_within(day: str, since: str, until: str) -> bool:
    """Whether a day may lie in a span of days; an empty end is open.

    A month is all of it: one that is known alone lies in the span if any day of it does.
    """
    return (not since or day >= since[: len(day)]) and (not until or day[: len(until)] <= until)


def is_newer(one: str, other: str) -> bool:
    """Whether the first of two days is the later for sure: 2024-05 is not before 2024."""
    known = min(len(one), len(other))
    return one[:known] > other[:known]


def _first_lines(text: str) -> Iterator[str]:
    """The first lines of a text that have words, without what a Markdown heading begins with."""
    shown = 0
    for line in text[: _HEAD * 4 * _LONGEST].splitlines():
        bare = line.strip().lstrip("#>*_ ").replace("*", "")
        if bare and shown < _HEAD:
            shown += 1
            yield bare


def _read(written: str) -> str | None:
    """A day that a text writes."""
    if match := _GIVEN.fullmatch(written):
        return _day(*match.groups())
    if dotted := re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", written):
        return _day(dotted[3], dotted[2], dotted[1])
    month = re.search("|".join(_MONTHS), written.lower())
    numbers = re.findall(r"\d+", written)
    if month is None:
        return None
    number = str(_MONTHS.index(month.group()) + 1)
    return _day(numbers[-1], number, numbers[0] if len(numbers) > 1 else None)


def _day(year: str, month: str | None, day: str | None) -> str | None:
    """A day of the calendar as it is kept; None where there is no such day."""
    try:
        whole = date(int(year), int(month or 1), int(day or 1)).isoformat()
    except ValueError:
        return None
    return whole if day else whole[:7] if month else whole[:4]
