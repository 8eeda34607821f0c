"""Executive summaries: choose the sentences that matter, write what they say, and check that.

Every sentence of every document is read and weighed (``assistant.summarising.salience``). The
model writes one sentence for each group of chosen ones; what its sources do not bear out is
replaced by them, shortened or whole, so a summary never has a hole. The quoted version stands
meanwhile.
"""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

import numpy as np

from assistant.checking.calibration import Calibration
from assistant.checking.calibration import load as load_calibration
from assistant.data import (
    DISAGREEMENT,
    Claim,
    ClaimChecked,
    Omission,
    Progress,
    Section,
    SentenceWithheld,
    Summarized,
    Summary,
    SummaryEvent,
    Timings,
)
from assistant.keeping.summaries import digest, note, recall
from assistant.models.protocol import Model
from assistant.prompts import Prompts
from assistant.summarising.claims import Claims, least, whole
from assistant.summarising.disagreement import disagreements
from assistant.summarising.focus import focused
from assistant.summarising.judge import KEPT, Judge
from assistant.summarising.lengths import NEAR, WHOLE, words_of
from assistant.summarising.outline import (
    HEADLINE,
    LEAST_LEFT,
    OF_SECTIONS,
    PARTS,
    POINTS,
    Entry,
    further_points,
    in_order,
    is_readable,
    outline,
    words_said,
)
from assistant.summarising.reading import Reading, read
from assistant.summarising.salience import Weights
from assistant.summarising.timeline import when
from index import Library
from index.data import Document
from index.errors import CancelledError, InputError, UnknownDocumentError, never

OMITTED = 10
"""The most omissions listed."""

_SAME = 0.75
"""Cosine similarity from which a sentence of another document may back the same point."""
_BACKERS = 2
"""The most further documents asked whether they say the same."""
_STRETCH = 1.4
"""Words of the sentences that are chosen for each word of the summary, if it is written."""
_ROUNDS = 3
"""How often sentences are chosen anew for the words that the writing has saved."""
_FUSE, _HEAD = "fuse", "headline"
"""The prompts by which points and items, and the headline, are written."""
_RULES = "7"
"""Grows when the rules that choose or shorten change, so that kept summaries are made again."""


@dataclass(slots=True, kw_only=True)
class _Published:
    """One claim of the summary in the making."""

    part: str
    """Headline, points, or a section's name."""
    numbers: list[int]
    """Of the sentences that it is made of."""
    claim: Claim


@dataclass(slots=True, kw_only=True)
class _Work:
    """One summary in the making."""

    judge: Judge
    claims: Claims
    documents: Sequence[Document]
    started: float = field(default_factory=time.monotonic)
    used: list[int] = field(default_factory=list)
    """Numbers of the sentences published so far."""
    backing: list[int] = field(default_factory=list)
    """Those of them that are cited because they say what another document says."""
    published: list[_Published] = field(default_factory=list)
    first_sentence_s: float | None = None

    @property
    def library(self) -> Library:
        return self.judge.library

    @property
    def words(self) -> int:
        """Those of what is published so far, with the names of sections."""
        return self.words_with()

    def words_with(self, *others: _Published) -> int:
        all_ = [*self.published, *others]
        names = {each.part for each in all_} - {HEADLINE, POINTS}
        return sum(len(text.split()) for text in [*(each.claim.text for each in all_), *names])

    def clock(self) -> float:
        return time.monotonic() - self.started

    def part(self, name: str) -> tuple[Claim, ...]:
        return tuple(each.claim for each in self.published if each.part == name)


def summarize(
    library: Library,
    model: Model,
    prompts: Prompts,
    documents: Sequence[str],
    *,
    length: str = "standard",
    topic: str | None = None,
    audience: str | None = None,
    cancelled: Callable[[], bool] = never,
    calibration: Calibration | None = None,
) -> Iterator[SummaryEvent]:
    """A summary's events: the headline, each point and item after its check, the summary last.

    ``documents`` are ids. ``topic`` limits the summary to sentences about it; ``audience`` lifts
    those near to what the reader is said to care about. Sections appear where the documents have
    something for them. A summary made before of the same texts comes from the library.

    Raises:
        InputError: no document, an unknown one, an unknown length, or nothing on the topic.
        UnknownDocumentError: a document was removed meanwhile; nothing of it is kept.
        ModelError: the model failed.
        StoreError: the library failed.
        CancelledError: ``cancelled`` returned true; checks made so far are kept.
    """
    words_of(length, 1)
    if not documents:
        raise InputError("No document is chosen.", "Choose at least one document.")
    judge = Judge(
        library=library,
        model=model,
        prompts=prompts,
        calibration=calibration
        or load_calibration(model.name, library.folder / "calibrations.json"),
        go_on=partial(_go_on, cancelled),
    )
    work = _Work(
        judge=judge,
        claims=Claims(judge=judge),
        documents=[library.document(each) for each in dict.fromkeys(documents)],
    )
    ids = [document.id for document in work.documents]
    written_by = [prompts.digests[name] for name in (_FUSE, _HEAD)]
    key = digest(_RULES, judge.identity(), written_by, ids, length, topic, audience)
    kept = library.get("summary", key)
    if kept is None:
        try:
            summary = yield from _make(work, length, topic, audience)
            library.put("summary", key, note(summary))
            if _removed(work):
                raise UnknownDocumentError("A document was removed.")
        except UnknownDocumentError as error:
            raise UnknownDocumentError(
                f"{' and '.join(_removed(work))} was removed or replaced while it was summarized.",
                "Summarize what is there now.",
            ) from error
        finally:
            _forget_removed(work, key)
    else:
        summary = recall(kept, work.documents, model.name, started=work.started)
        yield from _events(summary)
    yield Summarized(summary=summary)


def _go_on(cancelled: Callable[[], bool]) -> None:
    """Raise CancelledError where the user has stopped the summary."""
    if cancelled():
        raise CancelledError(
            "The summary was stopped.", "What was checked is kept for the next time."
        )


def _forget_removed(work: _Work, key: str) -> None:
    """Keep nothing of a summary one of whose documents was removed meanwhile."""
    if _removed(work):
        work.library.delete("summary", key)
        for point, _ in work.library.items(KEPT):
            work.library.delete(KEPT, point)
        work.library.scrub()


def _removed(work: _Work) -> list[str]:
    """The names of documents that were removed while they were summarized."""
    return [each.name for each in work.documents if not work.library.holds(each.id)]


def _make(
    work: _Work, length: str, topic: str | None, audience: str | None
) -> Generator[SummaryEvent, None, Summary]:
    reading = yield from read(work.library, work.documents, work.judge.go_on)
    worth = focused(work.library, reading, topic, audience)
    source = sum(len(each.text.split()) for each in work.documents)
    words = words_of(length, source)
    stretched = min(_STRETCH * words, max(words, WHOLE * source))
    entries = outline(
        reading,
        worth,
        stretched if is_readable(reading) else words,
        sections=length != "brief",
        pairs=list(_disagreements(work, reading, worth)),
        days=_days(work, reading),
    )
    yield from _stand_in(work, reading, entries, words)
    yield from _publish(work, reading, worth, entries, words)
    return replace(_summary(work, reading, worth), topic=topic, audience=audience)


def _stand_in(
    work: _Work, reading: Reading, entries: Sequence[Entry], words: int
) -> Iterator[SummaryEvent]:
    """The chosen sentences as quotations, which stand until what is written of them is checked."""
    for entry in in_order(entries):
        claim = whole([reading.sentences[number] for number in entry.numbers])
        words -= len(claim.text.split())
        if words >= 0 or not work.first_sentence_s:
            work.first_sentence_s = work.first_sentence_s or work.clock()
            yield ClaimChecked(claim=claim, section=entry.part, provisional=True)


def _disagreements(work: _Work, reading: Reading, worth: Weights) -> Iterator[tuple[int, int]]:
    """Pairs of sentences that disagree, where there are several documents."""
    if len(work.documents) > 1:
        for pair in disagreements(reading):
            if all(worth[number] > 0 for number in pair):
                yield pair


def _days(work: _Work, reading: Reading) -> dict[int, date]:
    """The days that sentences name, where there are several documents."""
    if len(work.documents) == 1:
        return {}
    days = {
        number: when(sentence.text, work.documents[sentence.document].published)
        for number, sentence in enumerate(reading.sentences)
    }
    return {number: day for number, day in days.items() if day is not None}


def _publish(
    work: _Work, reading: Reading, worth: Weights, entries: Sequence[Entry], words: int
) -> Iterator[SummaryEvent]:
    """Check and publish the weightiest entries, and more of them where words are left."""
    first = [entry for entry in entries if entry.part in (HEADLINE, POINTS)]
    others = [entry for entry in entries if entry not in first]
    kept = min(words_said(reading, others), OF_SECTIONS * words)
    planned = [number for entry in others for number in entry.numbers]
    for group, room in ((first, words - kept), (others, words)):
        for _ in range(_ROUNDS):
            for done, entry in enumerate(group):
                yield Progress(message=f"Writing {entry.part}", done=done, total=len(group))
                yield from _say(work, reading, entry, room)
            group = further_points(reading, worth, room - work.words, [*work.used, *planned])


def _say(work: _Work, reading: Reading, entry: Entry, room: float) -> Iterator[SummaryEvent]:
    """Publish one entry, if the summary then has about ``room`` words at most."""
    work.judge.go_on()
    numbers = [number for number in entry.numbers if number not in work.backing]
    if entry.part == DISAGREEMENT:
        numbers = entry.numbers
    full = work.published and room - work.words < LEAST_LEFT
    if not numbers or (full and entry.part != DISAGREEMENT):
        return
    prompt = _HEAD if entry.part == HEADLINE else _FUSE if len(numbers) > 1 else None
    before = len(work.claims.withheld)
    sentences = [reading.sentences[number] for number in numbers]
    claim = work.claims.of(sentences, prompt if is_readable(reading) else None)
    claim = _backed(work, reading, numbers, claim)
    yield from (SentenceWithheld(withheld=each) for each in work.claims.withheld[before:])
    published = _Published(part=entry.part, numbers=numbers, claim=claim)
    too_long = work.words_with(published) > room * (1 + NEAR)
    if too_long and work.published and entry.part != DISAGREEMENT:
        return
    work.used += numbers
    work.published.append(published)
    yield ClaimChecked(claim=claim, section=entry.part)


def _backed(work: _Work, reading: Reading, numbers: Sequence[int], claim: Claim) -> Claim:
    """The claim with citations of the other documents that say the same."""
    if len(work.documents) == 1 or len(numbers) > 1:
        return claim
    for other in _alike(reading, numbers[0])[:_BACKERS]:
        citation = reading.sentences[other].citation
        support = work.judge.support(claim.text, [citation.quote])
        if support.supported:
            work.used.append(other)
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


def _summary(work: _Work, reading: Reading, worth: Weights) -> Summary:
    points = [each for each in work.published if each.part == POINTS]
    shares = np.where(worth > 0, reading.shares, 0.0)
    return Summary(
        documents=tuple(document.id for document in work.documents),
        headline=work.part(HEADLINE)[0],
        points=tuple(each.claim for each in sorted(points, key=lambda each: each.numbers)),
        sections=tuple(
            Section(name=name, items=work.part(name)) for name in PARTS if work.part(name)
        ),
        withheld=tuple(work.claims.withheld),
        omitted=_omissions(work, reading, shares),
        coverage=min(1.0, float(shares[work.used].sum() / shares.sum())),
        model=work.judge.model.name,
        timings=Timings(
            first_sentence_s=work.first_sentence_s,
            total_s=work.clock(),
            prompt_tokens=work.judge.usage.prompt_tokens,
            completion_tokens=work.judge.usage.completion_tokens,
        ),
    )


def _omissions(work: _Work, reading: Reading, shares: Weights) -> tuple[Omission, ...]:
    """Sentences of more than average salience that are cited nowhere, the weightiest first."""
    left = shares.copy()
    left[work.used] = 0.0
    average = shares[shares > 0].mean()
    ranked = [int(number) for number in np.argsort(-left, kind="stable") if left[number] > average]
    return tuple(Omission(citation=reading.sentences[each].citation) for each in ranked[:OMITTED])


def _events(summary: Summary) -> Iterator[SummaryEvent]:
    """The events of a summary that is ready."""
    for withheld in summary.withheld:
        yield SentenceWithheld(withheld=withheld)
    yield ClaimChecked(claim=summary.headline, section="headline")
    for claim in summary.points:
        yield ClaimChecked(claim=claim, section="points")
    for section in summary.sections:
        for claim in section.items:
            yield ClaimChecked(claim=claim, section=section.name)
