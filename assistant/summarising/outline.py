"""Which sentences a summary takes, and where each of them goes. Pure: nothing is checked here.

Long documents have longer points, not more of them: a point gathers up to a few sentences of one
chapter. A sentence that leans on the one before it ("He denied this") takes that one along.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from assistant.data import DISAGREEMENT, POSITIONS
from assistant.language.statements import (
    attributed,
    disputed,
    leaning,
    outlook,
    quantified,
    speaker,
)
from assistant.summarising.reading import Reading
from assistant.summarising.salience import Weights, choose
from assistant.summarising.tables import is_total
from index.data import Span

HEADLINE = "headline"
POINTS = "points"
FIGURES = "Numbers and dates"
WHO = "Who said what"
TIMELINE = "Timeline"
"""Of several documents: items in the order of the days that they name."""
SECTIONS: Mapping[str, Callable[[str], float]] = {
    WHO: attributed,
    FIGURES: quantified,
    "Disputed or unconfirmed": disputed,
    "What to watch": outlook,
}
"""Sections any document may have, each with the rule that says how well a sentence fits."""

PARTS = (DISAGREEMENT, TIMELINE, POSITIONS, *SECTIONS)
"""Every section there may be, in the order shown."""

_PRECEDENCE = ("Disputed or unconfirmed", "What to watch", WHO, FIGURES)
"""A sentence belongs to the first of these sections whose rule it meets."""
_MEMBER = 0.1
"""What fitting a section counts against a sentence's general worth when its items are chosen."""
_SENTENCES_A_POINT = 3
"""A text of fewer sentences has fewer points: a summary is no copy."""
_LONGEST = 5
"""The most sentences of one point or item."""
_BELONGS = 0.3
"""Least cosine similarity at which a sentence joins a point of another chapter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How long a summary may be."""

    points: int
    """The most key points."""
    items: int
    """The most items of each section."""
    sentences: int
    """The most sentences in all, however long the documents."""
    rate: float
    """The sentences in all as a multiple of the square root of the documents' sentences."""
    share: float
    """The most of the documents' words that points and items may take with the headline."""


MEASURES: dict[str, Measure] = {
    "brief": Measure(points=3, items=0, sentences=6, rate=0.8, share=0.4),
    "standard": Measure(points=7, items=3, sentences=60, rate=3.7, share=0.77),
    "full": Measure(points=7, items=8, sentences=60, rate=4.0, share=0.9),
}


@dataclass(slots=True, kw_only=True)
class Entry:
    """One statement of the summary: the numbers of its sentences, in the order of the text."""

    part: str
    """``headline``, ``points`` or a section's name."""
    numbers: list[int]


@dataclass(slots=True, kw_only=True)
class _Outline:
    """An outline in the making."""

    reading: Reading
    worth: Weights
    measure: Measure
    budget: float
    """The most words."""
    entries: list[Entry] = field(default_factory=list)

    @property
    def used(self) -> list[int]:
        return [number for entry in self.entries for number in entry.numbers]

    def part(self, name: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.part == name]

    def best(self, worth: Weights, count: int) -> list[int]:
        chapters = [each.chapter for each in self.reading.sentences]
        return choose(worth, self.reading.vectors, chapters, count, chosen=self.used)

    def fits(self, numbers: Sequence[int]) -> bool:
        """Whether there is room for the words of these sentences too."""
        return self.words({*self.used, *numbers}) <= self.budget

    def words(self, numbers: Iterable[int]) -> int:
        """The words of these sentences as they might be published."""
        return sum(len(self.reading.sentences[each].short.split()) for each in numbers)

    def add(self, number: int, part: str) -> None:
        """Put a sentence, and what it leans on, where that stands already, else in ``part``."""
        needed = [*antecedents(self.reading, number), number]
        if not self.fits(needed):
            return
        for entry in self.entries:
            if set(entry.numbers) & set(needed) and entry.part != HEADLINE:
                self.join(entry, needed)
                return
        self.entries.append(Entry(part=part, numbers=needed))

    def join(self, entry: Entry, numbers: Sequence[int]) -> None:
        taken = set(self.used)
        new = [number for number in numbers if number not in taken]
        if self.fits(new) and len(entry.numbers) + len(new) <= _LONGEST:
            entry.numbers = sorted({*entry.numbers, *new})


def outline(
    reading: Reading,
    worth: Weights,
    length: str,
    *,
    pairs: Sequence[tuple[int, int]] = (),
    days: Mapping[int, date] | None = None,
    topic: bool = False,
) -> list[Entry]:
    """The entries in the order in which they are shown; the headline is the first.

    ``worth`` has one figure a sentence, and 0 for those that may not be chosen. ``pairs`` are
    sentences that disagree, and ``days`` the days that sentences name, both of several documents;
    with a ``topic`` a summary may take all there is on it.
    """
    measure = MEASURES[length]
    whole = sum(len(each.text.split()) for each in reading.sentences)
    made = _Outline(reading=reading, worth=worth, measure=measure, budget=measure.share * whole)
    made.entries.append(Entry(part=HEADLINE, numbers=made.best(worth, 1)))
    for pair in pairs[: measure.items]:
        made.entries += [Entry(part=DISAGREEMENT, numbers=[number]) for number in pair]
    if days:
        for number in sorted(_dated(made, days, measure.items), key=lambda each: days[each]):
            made.entries.append(Entry(part=TIMELINE, numbers=[number]))
    able = int((worth > 0).sum())
    room = min(measure.sentences, math.ceil(measure.rate * math.sqrt(able)))
    items = min(measure.items, room // 6)
    points = min(measure.points, able - 1 if topic else able // _SENTENCES_A_POINT)
    _add_points(made, points, max(points, room - 1 - items * len(SECTIONS)))
    for name in SECTIONS if items else ():
        fit = np.array([_fit(each.text, name) for each in reading.sentences])
        fitting = np.where(worth > 0, fit * (_MEMBER + (1 - _MEMBER) * worth), 0.0)
        for number in made.best(fitting, items):
            made.add(number, name)
        if name == FIGURES:
            made.entries += [Entry(part=name, numbers=[row]) for row in _rows(made, items)]
    if len({each.document for each in reading.sentences}) > 1:
        _by_speaker(made)
    return [entry for name in (HEADLINE, POINTS, *PARTS) for entry in made.part(name)]


def _dated(made: _Outline, days: Mapping[int, date], count: int) -> list[int]:
    """The sentences that make the timeline, none of which leans on another."""
    sentences = made.reading.sentences
    upright = [each for each in days if leaning(sentences[each].short) < 1.0]
    worth = np.zeros(len(made.worth))
    worth[upright] = made.worth[upright]
    return made.best(worth, count)


def _by_speaker(made: _Outline) -> None:
    """Who said what becomes who holds which position: a speaker's entries stand together."""
    first: dict[str, int] = {}
    entries = made.part(WHO)
    for place, entry in enumerate(entries):
        entry.part = POSITIONS
        first.setdefault(_speaker(made, entry), place)
    others = [entry for entry in made.entries if entry.part != POSITIONS]
    made.entries = others + sorted(entries, key=lambda entry: first[_speaker(made, entry)])


def _speaker(made: _Outline, entry: Entry) -> str:
    return speaker(made.reading.sentences[entry.numbers[0]].text)


def antecedents(reading: Reading, number: int) -> list[int]:
    """The sentences before this one that it leans on, in the order of the text."""
    found: list[int] = []
    sentence = reading.sentences[number]
    while leaning(sentence.short) == 1.0 and len(found) < _LONGEST - 2 and number > 0:
        number -= 1
        before = reading.sentences[number]
        if before.kind != "statement" or before.section != sentence.section:
            break
        found.insert(0, number)
        sentence = before
    return found


def _add_points(made: _Outline, points: int, room: int) -> None:
    """Choose sentences for the points until ``room`` is full, and gather them by chapter."""
    size = min(_LONGEST, math.ceil(room / max(1, points)))
    for number in made.best(made.worth, 2 * room) if points else ():
        if _count(made.part(POINTS)) >= room:
            break
        if number in made.used:
            continue
        place = _place(made, number, points, size)
        if place is not None:
            made.join(place, [*antecedents(made.reading, number), number])
        elif len(made.part(POINTS)) < points:
            made.add(number, POINTS)


def _count(entries: Sequence[Entry]) -> int:
    return sum(len(entry.numbers) for entry in entries)


def _place(made: _Outline, number: int, points: int, size: int) -> Entry | None:
    """The point that the sentence belongs to, where it should not be one of its own."""
    sentences, vectors = made.reading.sentences, made.reading.vectors
    open_ = [entry for entry in made.part(POINTS) if len(entry.numbers) < size]
    chapter = sentences[number].chapter
    near = [each for each in open_ if sentences[each.numbers[0]].chapter == chapter]
    if near and sentences[0].chapter != sentences[-1].chapter:
        open_ = near
    if not open_ or (open_ is not near and len(made.part(POINTS)) < points):
        return None
    likeness = [float((vectors[entry.numbers] @ vectors[number]).max()) for entry in open_]
    best = int(np.argmax(likeness))
    return open_[best] if open_ is near or likeness[best] >= _BELONGS else None


def _rows(made: _Outline, count: int) -> list[int]:
    """One row of each table: its total, else that most like what the summary says already."""
    reading, said = made.reading, made.reading.vectors[made.used].T
    best: dict[Span, tuple[float, int]] = {}
    for number, sentence in enumerate(reading.sentences):
        if sentence.kind != "row" or reading.worth[number] > 0 or sentence.columns is None:
            continue
        weight = float(is_total(sentence.short)) + float((reading.vectors[number] @ said).max())
        table = sentence.columns.span
        if weight > best.get(table, (-1.0, 0))[0]:
            best[table] = (weight, number)
    return [number for _, number in sorted(best.values(), reverse=True)[:count]]


def _fit(text: str, section: str) -> float:
    """How well a sentence fits a section, 0 to 1: it belongs to the first whose rule it meets."""
    first = next((name for name in _PRECEDENCE if SECTIONS[name](text)), None)
    return SECTIONS[section](text) if first == section else 0.0
