"""Dates and amounts as the cited text writes them: a model turns "31 December 2025" into another
order and "61 per cent" into a sign. Pure."""

from assistant.language.figures import amounts, days


def as_written(text: str, source: str) -> str:
    """``text`` with each day and each measured amount in the notation of ``source``, where that has
    the same one in another."""
    written = {(day.first, day.precision): day.text for day in reversed(days(source))}
    for day in days(text):
        text = _put(text, day.text, written.get((day.first, day.precision)), source)
    given = {
        (each.value, each.unit): each.text for each in reversed(amounts(source)) if each.measured
    }
    for each in amounts(text):
        text = _put(text, each.text, given.get((each.value, each.unit)), source)
    return text


def _put(text: str, said: str, written: str | None, source: str) -> str:
    """``text`` with what is ``written`` for what is ``said``, unless the source says that too."""
    return text if written is None or said in source else text.replace(said, written)
