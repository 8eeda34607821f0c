"""Which sentences a summary takes, and where each of them goes. Pure: nothing is checked here.

A sentence that leans on the one before it ("He denied this") takes that one along.
"""

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
from assistant.language.tables import is_total
from assistant.language.words import is_english
from assistant.summarising.reading import Reading
from assistant.summarising.salience import Weights, choose
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
_LONGEST = 5
"""The most sentences of one point or item."""
OF_SECTIONS = 0.25
"""What is kept for the sections of the words."""
LEAST_LEFT = 5
"""Words that are left, below which no sentence is looked for."""
_ITEMS = 8
"""The most items of a section."""
_WORDS_AN_ITEM = 100
"""Words of a summary for each item that a section has."""


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
    words: float
    """The most words."""
    taken: Sequence[int] = ()
    """Sentences that are published already."""
    entries: list[Entry] = field(default_factory=list)

    @property
    def used(self) -> list[int]:
        return [*self.taken, *(number for entry in self.entries for number in entry.numbers)]

    def part(self, name: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.part == name]

    def best(self, worth: Weights, count: int) -> list[int]:
        chapters = [each.chapter for each in self.reading.sentences]
        return choose(worth, self.reading.vectors, chapters, count, chosen=self.used)

    def said(self) -> int:
        """The words of the entries as they might be published, with the names of their sections."""
        return words_said(self.reading, self.entries)

    def fits(self, numbers: Iterable[int], part: str, most: float | None = None) -> bool:
        """Whether there is room for these sentences too, in a part that may be new."""
        new = Entry(part=part, numbers=sorted({*numbers} - {*self.used}))
        room = self.words if most is None else most
        return words_said(self.reading, [*self.entries, new]) <= room

    def add(self, number: int, part: str, most: float | None = None) -> None:
        """Put a sentence, and what it leans on, where that stands already, else in ``part``."""
        needed = [*antecedents(self.reading, number), number]
        if not self.fits(needed, part, most):
            return
        for entry in self.entries:
            if set(entry.numbers) & set(needed) and entry.part != HEADLINE:
                self.join(entry, needed)
                return
        new = [each for each in needed if each not in self.used]
        self.entries.append(Entry(part=part, numbers=new))

    def join(self, entry: Entry, numbers: Sequence[int]) -> None:
        new = {*numbers} - {*self.used}
        if len(entry.numbers) + len(new) <= _LONGEST:
            entry.numbers = sorted({*entry.numbers, *new})


def outline(
    reading: Reading,
    worth: Weights,
    words: float,
    *,
    sections: bool,
    pairs: Sequence[tuple[int, int]] = (),
    days: Mapping[int, date] | None = None,
) -> list[Entry]:
    """The entries of at most so many ``words``: the headline, the points by their weight, then
    the items of sections in the order shown.

    ``worth`` has one figure a sentence, and 0 for those that may not be chosen. ``pairs`` are
    sentences that disagree, and ``days`` the days that sentences name, both of several documents.
    """
    made = _Outline(reading=reading, worth=worth, words=words)
    made.entries.append(Entry(part=HEADLINE, numbers=made.best(worth, 1)))
    items = min(_ITEMS, max(1, int(words) // _WORDS_AN_ITEM)) if sections else 0
    for pair in pairs[:items]:
        if made.fits(pair, DISAGREEMENT):
            made.entries += [Entry(part=DISAGREEMENT, numbers=[number]) for number in pair]
    dated = _dated(made, days, 2 * items) if days else []
    for number in sorted(dated, key=lambda each: days[each] if days else 0):
        if made.fits([number], TIMELINE):
            made.entries.append(Entry(part=TIMELINE, numbers=[number]))
    _add_points(made, words * (1 - OF_SECTIONS * bool(items)))
    for name in _sections(reading) if items else ():
        fit = np.array([_fit(each.text, name) for each in reading.sentences])
        fitting = np.where(worth > 0, fit * (_MEMBER + (1 - _MEMBER) * worth), 0.0)
        for number in made.best(fitting, items):
            made.add(number, name)
        if name == FIGURES:
            for row in _rows(made, items):
                if made.fits([row], name):
                    made.entries.append(Entry(part=name, numbers=[row]))
    _add_points(made, words)
    if len({each.document for each in reading.sentences}) > 1:
        _by_speaker(made)
    return [entry for name in (HEADLINE, POINTS, *PARTS) for entry in made.part(name)]


def further_points(
    reading: Reading, worth: Weights, words: float, taken: Sequence[int]
) -> list[Entry]:
    """More points, of at most so many words, from sentences that are not ``taken``."""
    made = _Outline(reading=reading, worth=worth, words=words, taken=taken)
    _add_points(made, words)
    return made.entries


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """The entries with the points in the order of the text."""
    places = (HEADLINE, POINTS, *PARTS)
    return sorted(
        entries,
        key=lambda each: (places.index(each.part), each.numbers if each.part == POINTS else []),
    )


def words_said(reading: Reading, entries: Iterable[Entry]) -> int:
    """The words of these entries as they might be published, each section's name with them."""
    listed = list(entries)
    names = {entry.part for entry in listed} - {HEADLINE, POINTS}
    said = [reading.sentences[number].short for entry in listed for number in entry.numbers]
    return sum(len(text.split()) for text in [*said, *names])


def is_readable(reading: Reading) -> bool:
    """Whether the rules of sections and of writing, which are for English, can read the texts."""
    return is_english(each.text for each in reading.sentences)


def _sections(reading: Reading) -> Sequence[str]:
    """The sections that there may be: of texts in other languages figures alone."""
    return tuple(SECTIONS) if is_readable(reading) else (FIGURES,)


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


def _add_points(made: _Outline, most: float) -> None:
    """Choose sentences for the points until they take ``most`` words together."""
    for number in made.best(made.worth, len(made.worth)):
        if most - made.said() < LEAST_LEFT:
            break
        if number not in made.used:
            made.add(number, POINTS, most)


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
