"""Right-to-left text: from the order in which it stands on the page to that in which it is read."""

import unicodedata
from collections.abc import Sequence

from index.formats.pdf.shapes import Glyph

_MIRRORED = str.maketrans("()[]{}", ")(][}{")
_OPENING, _CLOSING = "([{", ")]}"
_WITHIN_NUMBERS = frozenset(".,:/-–'’\u066b\u066c")
_BESIDE_NUMBERS = frozenset("%$€£₪°+-#")


def is_right_to_left(text: str) -> bool:
    """Whether most of its letters are written from right to left."""
    kinds = [unicodedata.bidirectional(letter) for letter in text if letter.isalpha()]
    return sum(kind in ("R", "AL") for kind in kinds) * 2 > len(kinds) > 0


def has_right_to_left(text: str) -> bool:
    """Whether any of its letters is."""
    if text.isascii():
        return False
    return any(
        letter > "\u0590" and unicodedata.bidirectional(letter) in ("R", "AL")
        for letter in set(text)
    )


def in_reading_order(printed: Sequence[Glyph | None], *, right_to_left: bool) -> list[Glyph | None]:
    """Letters that stand from left to right as they are read; None is a space.

    After the bidirectional algorithm of Unicode (annex 9), turned round, as far as a line of print
    needs it: words of the other direction, and numbers, keep their own order.
    """
    kinds = _kinds(printed)
    if right_to_left:
        runs = _runs(kinds, other="L")
        ordered = [
            each
            for start, end, turned in reversed(runs)
            for each in (printed[start:end] if turned else printed[start:end][::-1])
        ]
        return _brackets(ordered)
    return [
        each
        for start, end, turned in _runs(kinds, other="R")
        for each in (_brackets(_numbers_back(printed[start:end])) if turned else printed[start:end])
    ]


def _kinds(printed: Sequence[Glyph | None]) -> str:
    """L and R for letters, N for numbers and what belongs to them, and a space for all else."""
    kinds = []
    for each in printed:
        kind = unicodedata.bidirectional(each.text[:1] or " ") if each else "WS"
        kinds.append(
            {"L": "L", "R": "R", "AL": "R", "NSM": "R", "EN": "N", "AN": "N"}.get(kind, " ")
        )
    for at, each in enumerate(printed):
        if each is None or kinds[at] != " ":
            continue
        before = kinds[at - 1] if at else " "
        after = kinds[at + 1] if at + 1 < len(kinds) else " "
        if (each.text in _WITHIN_NUMBERS and before == after == "N") or (
            each.text in _BESIDE_NUMBERS and "N" in (before, after)
        ):
            kinds[at] = "N"
    return "".join(kinds)


def _runs(kinds: str, *, other: str) -> list[tuple[int, int, bool]]:
    """Where runs of the other direction lie, and what is between them."""
    members = "LN" if other == "L" else "R"
    runs: list[tuple[int, int, bool]] = []
    at = 0
    while at < len(kinds):
        end = at
        if kinds[at] in members:
            end = _run_end(kinds, at, members, other)
            runs.append((at, end, True))
        else:
            while end < len(kinds) and kinds[end] not in members:
                end += 1
            runs.append((at, end, False))
        at = end
    return runs


def _run_end(kinds: str, start: int, members: str, other: str) -> int:
    """The end of a run: it goes on over spaces between its letters, not between its numbers."""
    end = start
    has_letter = False
    while end < len(kinds):
        if kinds[end] in members:
            has_letter = has_letter or kinds[end] == other
            end += 1
            continue
        following = end
        while following < len(kinds) and kinds[following] == " ":
            following += 1
        goes_on = following < len(kinds) and kinds[following] in (
            members if has_letter and other == "L" else other + ("N" if other == "R" else "")
        )
        if not has_letter or not goes_on:
            break
        end = following
        if kinds[end] not in members:  # a number among words from right to left
            while end < len(kinds) and kinds[end] == "N":
                end += 1
    return end


def _numbers_back(printed: Sequence[Glyph | None]) -> list[Glyph | None]:
    return in_reading_order(printed, right_to_left=True)


def _brackets(ordered: list[Glyph | None]) -> list[Glyph | None]:
    """Brackets as they are written: some files have them as they look, others as they are meant.

    One with a space before it and a letter after it opens, the other way round it closes.
    """
    turned = list(ordered)
    for at, each in enumerate(ordered):
        if each is None or each.text not in _OPENING + _CLOSING:
            continue
        before = ordered[at - 1] if at else None
        after = ordered[at + 1] if at + 1 < len(ordered) else None
        opens = before is None and after is not None
        closes = before is not None and (after is None or not after.text.isalnum())
        if (opens and each.text in _CLOSING) or (closes and each.text in _OPENING):
            turned[at] = each._replace(text=each.text.translate(_MIRRORED))
    return turned
