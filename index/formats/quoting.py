"""Which part of a mail is new, and which it quotes of earlier ones. Pure.

A reply carries what it replies to, and that what it replied to: words of other people and other
days, often overtaken. They are kept apart from what is new, and called quoted.
"""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

_MARK = re.compile(r"^(?:\s{0,2}>)+ ?")
_LABEL = re.compile(r"\*?([A-Z\u00c0-\u024f][\w\u00c0-\u024f -]{0,14}?)\*?\s?:\*?\s+\S")
"""A line of a quoted head: "From: A", "Gesendet: 3 May"."""
_SENDER = frozenset("from von de da van från fra od lähettäjä expéditeur".split())
_RULE = re.compile(r"[-_*= ]{3,}[^-_*=]{0,60}[-_*= ]*")
"""What programs write above a quoted message: "-----Original Message-----", a line."""
_LONGEST_RULE = 200
"""Characters of such a line that are looked at."""
_MOST_INTRODUCING = 3
"""Lines over which "On … wrote:" is wrapped at most."""
_RUN = 4
"""Words that follow each other: what a mailbox has of them it has of the text."""
_KNOWN = 0.9


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive lines of a mail's text, without the marks of quoting."""

    text: str
    quoted: bool


def parts(text: str) -> list[Part]:
    """The new and the quoted parts in their order; blank ones are left out."""
    found: list[Part] = []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    tail = _tail(lines)
    quoted = [bool(_MARK.match(line)) for line in lines]
    for number in range(len(lines)):
        if quoted[number] and number and not quoted[number - 1]:
            for before in range(number - 1, -1, -1):
                if quoted[before] or lines[before].strip():
                    break
                quoted[before] = True  # a blank line belongs to what it stands before
    for start in _introductions(lines, quoted):
        quoted[start] = True
    kept: list[str] = []
    state = False
    for number, line in enumerate(lines):
        now = quoted[number] or number >= tail
        if now != state and kept:
            found.append(Part("\n".join(kept), state))
            kept = []
        state = now
        kept.append(_MARK.sub("", line) if now else line)
    found.append(Part("\n".join(kept), state))
    return [Part(each.text.strip("\n"), each.quoted) for each in found if each.text.strip()]


def _introductions(lines: list[str], quoted: list[bool]) -> Iterator[int]:
    """The lines that say whose words are quoted below: "On Monday, A. Ek wrote:"."""
    for number, line in enumerate(lines):
        if not _MARK.match(line):
            continue
        last = number - 1
        while last >= 0 and (quoted[last] or not lines[last].strip()):
            if quoted[last] and lines[last].strip():
                break  # within what is quoted
            last -= 1
        starts = last >= 0 and not quoted[last]
        if not starts or not lines[last].rstrip().endswith((":", "：")):
            continue
        first = last
        while first > 0 and lines[first - 1].strip() and last - first < _MOST_INTRODUCING - 1:
            first -= 1
        wrapped = "\n".join(lines[first : last + 1])
        if any(map(str.isdigit, wrapped)) or "@" in wrapped or first == last:
            whole = range(first, last + 1) if not lines[first - 1].strip() or first == 0 else [last]
            yield from whole


def _tail(lines: list[str]) -> int:
    """The line at which a whole earlier message begins: its head, or the rule above this."""
    for number, line in enumerate(lines):
        match = _LABEL.match(line.strip())
        if not match or match[1].lower() not in _SENDER:
            continue
        labels = 0
        for following in lines[number : number + 8]:
            if not following.strip():
                break
            labels += _LABEL.match(following.strip()) is not None
        if labels < 3:
            continue
        above = number
        while above > 0 and (not lines[above - 1].strip() or _is_rule(lines[above - 1])):
            above -= 1
        return above if any(line.strip() for line in lines[:above]) else len(lines)
    return len(lines)


def _is_rule(line: str) -> bool:
    bare = " ".join(line.split())[:_LONGEST_RULE]
    return _RULE.fullmatch(bare) is not None


def runs(text: str) -> set[int]:
    """The runs of four words of a text, by their hashes, however its lines are broken."""
    words = re.findall(r"\w+", text.lower())
    return {hash(tuple(words[at : at + _RUN])) for at in range(max(1, len(words) - _RUN + 1))}


def is_known(quoted: str, mailbox: Set[int]) -> bool:
    """Whether nearly all runs of words of a quoted text are in a mailbox's new texts."""
    lines = [line for line in quoted.split("\n") if not line.rstrip().endswith((":", "："))]
    found = runs("\n".join(lines)) if any(map(str.strip, lines)) else set()
    return bool(found) and len(found & mailbox) >= _KNOWN * len(found)


def new(found: Iterable[Part]) -> str:
    """The new parts together."""
    return "\n\n".join(each.text for each in found if not each.quoted)
