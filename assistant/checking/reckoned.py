"""What a program computes of figures, said in one line. Pure.

The line is made of nothing but the operation and the figures as the documents have them, so that
it can be made again at any time: ``holds`` does, and what does not hold is not shown.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TypeVar

from dateutil.relativedelta import relativedelta

from assistant.data import Claim, Operation
from assistant.language.figures import SIGNS, Amount, Day, amounts, days
from assistant.language.words import flat
from index.wording import counted

MOST_PLACES = 2
"""Decimal places of what does not come out even; it is marked as rounded then."""
EXACTLY_TWO: tuple[Operation, ...] = ("difference", "ratio", "share", "period")

Figure = TypeVar("Figure")


def line(operation: Operation, figures: Sequence[str]) -> str:
    """What the figures come to, as a line for the reader; empty where they cannot be reckoned with:
    they are of different units, one is no figure, or there are too few or too many. A count has the
    names of what is counted for its figures."""
    if operation == "count":
        return f"{len(figures)}: {'; '.join(figures)}" if figures else ""
    if len(figures) < 2 or (operation in EXACTLY_TWO and len(figures) > 2):
        return ""
    read_days = [_one(days(figure)) for figure in figures]
    if operation in ("period", "order"):
        known = [day for day in read_days if day is not None]
        if len(known) == len(figures):
            return _period(*known) if operation == "period" else _in_time(known)
        if operation == "period":
            return ""
    read = [_one(amounts(figure)) for figure in figures]
    known_amounts = [amount for amount in read if amount is not None]
    if len(known_amounts) < len(figures) or not _same_unit(known_amounts):
        return ""
    return _of_amounts(operation, known_amounts)


def holds(claim: Claim) -> bool:
    """Whether a computed claim says what its figures come to, each of them in what it cites."""
    told = claim.expression
    if told is None:
        return claim.verdict != "computed"
    return (
        claim.verdict == "computed"
        and all(
            0 <= each.citation < len(claim.citations)
            and _has(told.operation, claim.citations[each.citation].quote, each.text)
            for each in told.operands
        )
        and (told.operation != "count" or _each_once(claim))
        and claim.text == line(told.operation, [each.text for each in told.operands])
    )


def _has(operation: Operation, quote: str, operand: str) -> bool:
    return flat(operand) in flat(quote) if operation == "count" else states(quote, operand)


def _each_once(claim: Claim) -> bool:
    """Whether what is counted stands in places of its own."""
    told = claim.expression
    places = [claim.citations[each.citation].span for each in told.operands] if told else []
    return len(set(places)) == len(places)


def states(text: str, figure: str) -> bool:
    """Whether a text has a figure, and not only as a piece of another ("1 m" of "51 m")."""
    return figure in {day.text for day in days(text)} | {each.text for each in amounts(text)}


def _one(found: Sequence[Figure]) -> Figure | None:
    return found[0] if len(found) == 1 else None


def _same_unit(known: Sequence[Amount]) -> bool:
    """Whether all are of one unit; a bare number may count what another one counts."""
    if any(each.measured for each in known):
        return len({each.unit for each in known}) == 1
    return len({each.unit for each in known if each.unit}) <= 1


def _of_amounts(operation: Operation, known: Sequence[Amount]) -> str:
    first, *others = known
    if operation == "order":
        ranked = sorted(known, key=lambda each: -each.value)
        signs = ["=" if a.value == b.value else ">" for a, b in pairwise(ranked)]
        return ranked[0].text + "".join(
            f" {sign} {each.text}" for sign, each in zip(signs, ranked[1:], strict=True)
        )
    texts = [each.text for each in known]
    if operation == "sum":
        return f"{' + '.join(texts)} = {_shown(sum((e.value for e in known), Decimal()), known)}"
    second = others[0]
    if operation == "difference":
        larger, smaller = sorted((first, second), key=lambda each: -each.value)
        result = _shown(larger.value - smaller.value, known)
        return f"{larger.text} − {smaller.text} = {result}"
    if not second.value:
        return ""
    quotient = first.value / second.value
    if operation == "share":
        sign, number = _rounded(100 * quotient)
        return f"{first.text} ÷ {second.text} {sign} {number}%"
    sign, number = _rounded(quotient)
    return f"{first.text} ÷ {second.text} {sign} {number}"


def _shown(value: Decimal, known: Sequence[Amount]) -> str:
    """A result with the unit of the figures, where they have one in common."""
    first = max(known, key=lambda each: bool(each.unit))
    number = _number(value)
    if first.shown_unit in SIGNS:
        return f"{'−' if value < 0 else ''}{first.shown_unit}{number.lstrip('-')}"
    tight = first.text.endswith("%") and not first.text.endswith(" %")
    return f"{number}{'' if tight else ' '}{first.shown_unit}"


def _rounded(value: Decimal) -> tuple[str, str]:
    short = round(value, MOST_PLACES)
    return ("=" if short == value else "≈"), _number(short)


def _number(value: Decimal) -> str:
    whole = value.normalize()
    return f"{whole:,f}"


def _in_time(known: Sequence[Day]) -> str:
    ranked = sorted(known, key=lambda each: each.first)
    if any(_unclear(one, other) for one, other in pairwise(ranked)):
        return ""
    return " is before ".join(each.text for each in ranked)


def _unclear(one: Day, other: Day) -> bool:
    """Whether either may be the earlier: "1994" and "May 1994"."""
    if one.first.year != other.first.year:
        return False
    if "year" in (one.precision, other.precision):
        return True
    return one.first.month == other.first.month and (
        "month" in (one.precision, other.precision) or one.first == other.first
    )


def _period(one: Day, other: Day) -> str:
    """The time from the earlier to the later, no more exactly than the less exact of them."""
    begin, end = sorted((one, other), key=lambda each: each.first)
    precisions = {one.precision, other.precision}
    told = f"From {begin.text} to {end.text}: "
    if "year" in precisions:
        about = "about " if len(precisions) > 1 else ""
        return told + about + counted(end.first.year - begin.first.year, "year")
    passed = relativedelta(end.first, begin.first)
    parts = [counted(passed.years, "year"), counted(passed.months, "month")]
    if "month" not in precisions:
        parts.append(counted(passed.days, "day"))
    said = [part for part in parts if not part.startswith("0 ")] or parts[-1:]
    together = " and ".join(filter(None, [", ".join(said[:-1]), said[-1]]))
    if precisions == {"day"}:
        together += f" ({counted((end.first - begin.first).days, 'day')})"
    return told + together
