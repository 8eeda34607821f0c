"""Dates and amounts as the cited text writes them: a model turns "31 December 2025" into another
order and "61 per cent" into a sign. Pure."""

from assistant.language.figures import amounts, days


def as_written(text: str, source: str) -> str:
    """``text`` with each day and each measured amount in the notation of ``source``, where that has
    the same one in another."""
    said = {(day.first, day.precision): day.text for day in reversed(days(source))}
    for day in days(text):
        theirs = said.get((day.first, day.precision), day.text)
        if day.text not in source:
            text = text.replace(day.text, theirs)
    given = {
        (each.value, each.unit): each.text for each in reversed(amounts(source)) if each.measured
    }
    for each in amounts(text):
        theirs = given.get((each.value, each.unit), each.text)
        if each.text not in source:
            text = text.replace(each.text, theirs)
    return text
