"""The numbers that Word makes itself: "4.2" before a clause stands nowhere in the file's text."""

from collections import defaultdict
from typing import Any

from docx.oxml.ns import qn

_ROMAN = {"m": 1000, "cm": 900, "d": 500, "cd": 400, "c": 100, "xc": 90, "l": 50, "xl": 40} | {
    "x": 10,
    "ix": 9,
    "v": 5,
    "iv": 4,
    "i": 1,
}
_DEEPEST = 8
"""The lowest level of a list; the highest is 0."""
_LARGEST = 100_000
"""A number beyond this is not written: it was made to do harm."""


class Numbering:
    """Counts the numbered paragraphs of a document, which must come in their order."""

    def __init__(self, root: Any) -> None:
        """``root`` is the numbering part's element, None where the document has none."""
        self._levels: dict[str, dict[int, Any]] = {}
        self._lists: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._seen: set[str] = set()
        for each in root.iterchildren(qn("w:abstractNum")) if root is not None else ():
            self._levels[each.get(qn("w:abstractNumId"))] = {
                int(level.get(qn("w:ilvl"))): level for level in each.iterchildren(qn("w:lvl"))
            }
        for each in root.iterchildren(qn("w:num")) if root is not None else ():
            number = each.get(qn("w:numId"))
            self._lists[number] = _value(each, "w:abstractNumId") or ""
            for override in each.iterchildren(qn("w:lvlOverride")):
                start = _value(override, "w:startOverride")
                if start:
                    self._starts[number, int(override.get(qn("w:ilvl")))] = int(start)

    def next(self, number: str, level: int) -> str:
        """The mark before the next paragraph of a list: "4.2", "b)"; "" for a bullet or none."""
        kind = self._lists.get(number, "")
        levels = self._levels.get(kind, {})
        if level not in levels or not 0 <= level <= _DEEPEST:
            return ""
        counts = self._counts[kind]
        self._restart(number, counts)
        counts[level] = counts.get(level, self._start(levels, level) - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        return self._written(levels, level, counts)

    def _restart(self, number: str, counts: dict[int, int]) -> None:
        """A list that says where it begins does so at its first paragraph."""
        if number in self._seen:
            return
        self._seen.add(number)
        for (of, level), start in self._starts.items():
            if of == number:
                counts[level] = start - 1

    def _start(self, levels: dict[int, Any], level: int) -> int:
        return int(_value(levels[level], "w:start") or 1) if level in levels else 1

    def _written(self, levels: dict[int, Any], level: int, counts: dict[int, int]) -> str:
        form = _value(levels[level], "w:numFmt") or "decimal"
        text = _value(levels[level], "w:lvlText") or ""
        if form in ("bullet", "none"):
            return ""
        legal = levels[level].find(qn("w:isLgl")) is not None
        for each in range(level + 1):
            count = counts.get(each, self._start(levels, each))
            own = _value(levels[each], "w:numFmt") if each in levels else None
            text = text.replace(f"%{each + 1}", _figure(count, "decimal" if legal else own))
        return text.strip()


def _figure(count: int, form: str | None) -> str:
    """A count as its list writes it."""
    if not 0 < count < _LARGEST:
        return str(count)
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (count - 1) % 26) * min(1 + (count - 1) // 26, 10)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        roman, rest = "", count
        for letters, value in _ROMAN.items():
            roman, rest = roman + letters * (rest // value), rest % value
        return roman.upper() if form == "upperRoman" else roman
    return f"{count:02}" if form == "decimalZero" else str(count)


def _value(element: Any, tag: str) -> str | None:
    child = element.find(qn(tag))
    return child.get(qn("w:val")) if child is not None else None
