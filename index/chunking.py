"""From a document's sentences to its passages. Pure.

Passages are runs of whole sentences that together hold all of them.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache

from index.data import Document, Heading, Passage, Span
from index.sentences import line_breaks, sentences

PASSAGE_LENGTH = 700
LONGEST_PASSAGE = 1000
SHORTEST_PASSAGE = 200
"""Characters of a passage: what is aimed at, what is never exceeded but by a single sentence, and
below what a passage costs more."""
MOST_SENTENCES = 100
"""Of a passage; in prose the length is the limit."""


def passages(document: Document, spans: Sequence[tuple[int, int]] | None = None) -> list[Passage]:
    """Consecutive whole sentences, about 700 characters each, never across a section's border.

    ``spans`` are the document's sentences where the caller has them already. A passage's
    ``heading`` is the nearest one at or above its start.
    """
    text, headings = document.text, document.headings
    spans = sentences(text, headings) if spans is None else spans
    found = []
    for section in _sections(spans, headings):
        for first, last in _packed(text, section, headings):
            start, end = section[first][0], section[last - 1][1]
            heading = _heading_above(text, headings, section[last - 1][0])
            found.append(passage(document, start, end, heading))
    return found


def passage(document: Document, start: int, end: int, heading: str) -> Passage:
    """The passage of a document at these offsets."""
    return Passage(
        id=f"{document.id}:{start}-{end}",
        span=Span(document_id=document.id, start=start, end=end),
        text=document.text[start:end],
        heading=heading,
    )


def _sections(
    spans: Sequence[tuple[int, int]], headings: Sequence[Heading]
) -> Iterator[list[tuple[int, int]]]:
    """Sentences grouped so that each group is a run of headings with all that stands below it."""
    group: list[tuple[int, int]] = []
    below = False
    for span in spans:
        is_heading = _is_heading(span, headings)
        if is_heading and below:
            yield group
            group = []
        group.append(span)
        below = not is_heading
    if group:
        yield group


def _is_heading(span: tuple[int, int], headings: Sequence[Heading]) -> bool:
    at = bisect_left(headings, span[0], key=lambda heading: heading.start)
    inside = at > 0 and headings[at - 1].end > span[0]
    return inside or (at < len(headings) and headings[at].start < span[1])


def _heading_above(text: str, headings: Sequence[Heading], offset: int) -> str:
    """The nearest heading that begins at or before ``offset``, or the empty string."""
    above = bisect_right(headings, offset, key=lambda heading: heading.start) - 1
    return " ".join(text[headings[above].start : headings[above].end].split()) if above >= 0 else ""


def _packed(
    text: str, section: Sequence[tuple[int, int]], headings: Sequence[Heading]
) -> list[tuple[int, int]]:
    """The cheapest way to part a section into passages, as ranges of sentence numbers.

    Costs as in Knuth and Plass, "Breaking Paragraphs into Lines" (1981): the squared distance
    from the wanted length, and a fine for a passage that ends inside a paragraph.
    """
    count = len(section)
    fines = [_fine(text, section, number, headings) for number in range(count)]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for last in range(1, count + 1):
        end, fine = section[last - 1][1], fines[last - 1]
        cheapest, chosen = math.inf, 0
        for first in range(last - 1, -1, -1):
            length = end - section[first][0]
            if first < last - 1 and (length > LONGEST_PASSAGE or last - first > MOST_SENTENCES):
                break
            cost = best[first][0] + _cost(length) + fine
            if cost <= cheapest:
                cheapest, chosen = cost, first
        best.append((cheapest, chosen))
    ranges, last = [], count
    while last > 0:
        first = best[last][1]
        ranges.append((first, last))
        last = first
    return ranges[::-1]


@cache
def _cost(length: int) -> float:
    off = (length - PASSAGE_LENGTH) / PASSAGE_LENGTH
    return 0.1 + off * off * (4 if off > 0 else 1) + (0.5 if length < SHORTEST_PASSAGE else 0)


def _fine(
    text: str, section: Sequence[tuple[int, int]], number: int, headings: Sequence[Heading]
) -> float:
    """What it costs to end a passage after this sentence of the section."""
    if number == len(section) - 1:
        return 0.0
    if _is_heading(section[number], headings):
        return 1000.0
    gap = text[section[number][1] : section[number + 1][0]]
    return 0.0 if line_breaks(gap) > 1 else 0.25
