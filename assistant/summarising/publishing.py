"""What is published of an outline: claims by their weight, until the words are full."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from assistant.data import (
    DISAGREEMENT,
    Claim,
    ClaimChecked,
    Progress,
    SentenceWithheld,
    SummaryEvent,
)
from assistant.language.numbers import words_and_numbers
from assistant.summarising.claims import Claims, least
from assistant.summarising.judge import Judge
from assistant.summarising.lengths import NEAR
from assistant.summarising.outline import (
    HEADLINE,
    LEAST_LEFT,
    OF_SECTIONS,
    POINTS,
    Entry,
    further_points,
    is_readable,
    words_said,
)
from assistant.summarising.reading import Reading
from assistant.summarising.salience import Weights
from assistant.summarising.stretches import Written, stretches, written
from index.data import Document
from index.readable import Readable

_SAME = 0.75
"""Cosine similarity from which a sentence of another document may back the same point."""
_BACKERS = 2
"""The most further documents asked whether they say the same."""
_FURTHER = 2
"""How often more sentences are chosen for the words that the writing has saved."""
_NEW = 0.3
"""Share of a written sentence's words that no sentence before it has."""
_MOST_STRETCHES = 16
"""Stretches that are written in one round of choosing, the weightiest first."""


@dataclass(slots=True, kw_only=True)
class Published:
    """One claim of the summary in the making."""

    part: str
    """Headline, points, or a section's name."""
    numbers: list[int]
    """Of the sentences that it is made of."""
    claim: Claim


@dataclass(slots=True, kw_only=True)
class Work:
    """One summary in the making."""

    judge: Judge
    claims: Claims
    documents: Sequence[Document]
    started: float = field(default_factory=time.monotonic)
    used: set[int] = field(default_factory=set)
    """Numbers of the sentences published so far."""
    backing: list[int] = field(default_factory=list)
    """Those of them that are cited because they say what another document says."""
    published: list[Published] = field(default_factory=list)
    written: dict[int, list[Written]] = field(default_factory=dict)
    """What the model has written of each stretch, by the number of its first sentence."""
    first_sentence_s: float | None = None

    @property
    def library(self) -> Readable:
        return self.judge.library

    @property
    def words(self) -> int:
        """Those of what is published so far, with the names of sections."""
        return self.words_with()

    def words_with(self, *others: Published) -> int:
        all_ = [*self.published, *others]
        names = {each.part for each in all_} - {HEADLINE, POINTS}
        return sum(len(text.split()) for text in [*(each.claim.text for each in all_), *names])

    def clock(self) -> float:
        return time.monotonic() - self.started

    def part(self, name: str) -> tuple[Claim, ...]:
        return tuple(each.claim for each in self.published if each.part == name)


def publish(
    work: Work, reading: Reading, worth: Weights, entries: Sequence[Entry], words: int
) -> Iterator[SummaryEvent]:
    """Check and publish the weightiest entries, and more of them where words are left."""
    first = [entry for entry in entries if entry.part in (HEADLINE, POINTS)]
    others = [entry for entry in entries if entry not in first]
    kept = min(words_said(reading, others), OF_SECTIONS * words)
    planned = [number for entry in others for number in entry.numbers]
    runs = stretches(reading) if is_readable(reading) else []
    for group, room in ((first, words - kept), (others, words)):
        yield from _publish_group(work, reading, worth, runs, group, room)
        for _ in range(_FURTHER):
            more = further_points(reading, worth, room - work.words, [*work.used, *planned])
            yield from _publish_group(work, reading, worth, runs, more, room)


def _publish_group(
    work: Work,
    reading: Reading,
    worth: Weights,
    runs: Sequence[Sequence[int]],
    entries: Sequence[Entry],
    room: float,
) -> Iterator[SummaryEvent]:
    """Publish entries: first the points, stretch by stretch of the text, each with its share of the
    words by what was chosen there; then all others, and points for which words are left."""
    points = [entry for entry in entries if entry.part == POINTS]
    chosen = {number for entry in points for number in entry.numbers}
    weight = {each[0]: sum(worth[n] for n in chosen.intersection(each)) for each in runs}
    told = [each for each in runs if weight[each[0]] > 0]
    told = sorted(told, key=lambda each: -weight[each[0]])[:_MOST_STRETCHES]
    left = list(entries)
    if entries and entries[0].part == HEADLINE:
        yield from _publish_entry(work, reading, left.pop(0), room)
    for done, stretch in enumerate(told):
        yield Progress(message="Writing points", done=done, total=len(told))
        here = [entry for entry in left if entry in points and {*entry.numbers} <= {*stretch}]
        left = [entry for entry in left if entry not in here]
        still = sum(weight[each[0]] for each in told[done:])
        its = (room - work.words) * weight[stretch[0]] / still
        yield from _publish_stretch(work, reading, worth, stretch, here, work.words + its)
        left += here
    for done, entry in enumerate(left):
        yield Progress(message=f"Writing {entry.part}", done=done, total=len(left))
        yield from _publish_entry(work, reading, entry, room)


def _publish_stretch(
    work: Work,
    reading: Reading,
    worth: Weights,
    stretch: Sequence[int],
    entries: Sequence[Entry],
    room: float,
) -> Iterator[SummaryEvent]:
    """Publish what there is to say of a stretch, the weightiest first: what the model writes, and
    the entries that none of this is from."""
    if stretch[0] not in work.written:
        before = len(work.claims.withheld)
        work.written[stretch[0]] = list(written(work.claims, reading, stretch))
        yield from (SentenceWithheld(withheld=item) for item in work.claims.withheld[before:])
    told = work.written[stretch[0]]
    covered = {number for each in told for number in each.numbers}
    others = [entry for entry in entries if not {*entry.numbers} <= covered]
    items: list[Written | Entry] = [*told, *others]
    for item in sorted(items, key=lambda each: -max(worth[n] for n in each.numbers)):
        if isinstance(item, Entry):
            yield from _publish_entry(work, reading, item, room)
        elif _adds(work, item) and not _is_full(work, room):
            yield from _publish_claim(work, reading, POINTS, item.numbers, item.claim, room)


def _adds(work: Work, item: Written) -> bool:
    """Whether a sentence is from one that is not used yet, and enough of it stands in no sentence
    of the summary so far."""
    if work.used.issuperset(item.numbers):
        return False
    words = words_and_numbers(item.claim.text)
    said = [words_and_numbers(each.claim.text) for each in work.published]
    return all(len(words - its) >= _NEW * len(words) for its in said)


def _is_full(work: Work, room: float) -> bool:
    return bool(work.published) and room - work.words < LEAST_LEFT


def _publish_entry(
    work: Work, reading: Reading, entry: Entry, room: float
) -> Iterator[SummaryEvent]:
    """Publish one entry, if the summary then has about ``room`` words at most."""
    work.judge.go_on()
    numbers = [number for number in entry.numbers if number not in work.backing]
    if entry.part == POINTS and work.used.issuperset(numbers):
        return
    if entry.part == DISAGREEMENT:
        numbers = entry.numbers
    if not numbers or (_is_full(work, room) and entry.part != DISAGREEMENT):
        return
    before = len(work.claims.withheld)
    sentences = [reading.sentences[number] for number in numbers]
    written_too = entry.part == HEADLINE and is_readable(reading)
    make = work.claims.headline if written_too else work.claims.shortened
    claim = make(sentences)
    yield from (SentenceWithheld(withheld=each) for each in work.claims.withheld[before:])
    yield from _publish_claim(work, reading, entry.part, numbers, claim, room)


def _publish_claim(
    work: Work, reading: Reading, part: str, numbers: list[int], claim: Claim, room: float
) -> Iterator[SummaryEvent]:
    """Publish a claim, unless the summary would have more than about ``room`` words."""
    claim = _backed(work, reading, numbers, claim)
    published = Published(part=part, numbers=numbers, claim=claim)
    too_long = work.words_with(published) > room * (1 + NEAR)
    if too_long and work.published and part != DISAGREEMENT:
        return
    work.used.update(numbers)
    work.published.append(published)
    yield ClaimChecked(claim=claim, section=part)


def _backed(work: Work, reading: Reading, numbers: Sequence[int], claim: Claim) -> Claim:
    """The claim with citations of the other documents that say the same."""
    if len(work.documents) == 1 or len(numbers) > 1:
        return claim
    for other in _alike(reading, numbers[0])[:_BACKERS]:
        citation = reading.sentences[other].citation
        support = work.judge.support(claim.text, [citation.quote])
        if support.supported:
            work.used.add(other)
            work.backing.append(other)
            claim = replace(
                claim,
                citations=(*claim.citations, citation),
                verdict="verified",
                support=least([claim.support, support.probability]),
            )
    return claim


def _alike(reading: Reading, number: int) -> list[int]:
    """The sentence most like this one in each other document, the likest first."""
    likeness = reading.vectors @ reading.vectors[number]
    best: dict[int, int] = {}
    for other in np.argsort(-likeness, kind="stable"):
        if likeness[other] < _SAME:
            break
        sentence = reading.sentences[int(other)]
        if sentence.kind == "statement" and sentence.document != reading.sentences[number].document:
            best.setdefault(sentence.document, int(other))
    return list(best.values())
