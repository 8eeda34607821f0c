"""Executive summaries: choose the sentences that matter, shorten them, check what is left.

Every sentence of every document is read and weighed (``assistant.summarising.salience``); the
model only judges whether a shortened sentence still says what its source says, because it judges
better than it writes. What fails is replaced by the source sentence itself, so a summary never has
a hole.
"""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import reduce
from typing import Any, Literal, get_args

import numpy as np

from assistant.checking.calibration import Calibration
from assistant.checking.calibration import load as load_calibration
from assistant.checking.guards import objections
from assistant.checking.support import Support, check
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
    Withheld,
)
from assistant.keeping.summaries import digest, note, recall
from assistant.language.statements import is_loaded
from assistant.language.words import content_words, flat
from assistant.models.protocol import Model, Usage
from assistant.prompts import Prompts
from assistant.summarising.disagreement import disagreements
from assistant.summarising.outline import HEADLINE, PARTS, POINTS, Entry, outline
from assistant.summarising.reading import Reading, Sentence, read
from assistant.summarising.salience import Weights
from assistant.summarising.timeline import when
from index import Library
from index.data import Document
from index.errors import CancelledError, InputError, UnknownDocumentError, never

Length = Literal["brief", "standard", "full"]
OMITTED = 10
"""The most omissions listed."""

_SAME = 0.75
"""Cosine similarity from which a sentence of another document may back the same point."""
_BACKERS = 2
"""The most further documents asked whether they say the same."""
_ON_TOPIC = 0.25
"""Least cosine similarity of a sentence to the topic asked for."""
_AUDIENCE = 0.2
"""What full likeness to the audience's words adds to a sentence's worth, as a share of it."""
_RULES = "6"
"""Grows when the rules that choose or shorten change, so that kept summaries are made again."""


@dataclass(slots=True, kw_only=True)
class _Work:
    """One summary in the making."""

    library: Library
    model: Model
    prompts: Prompts
    calibration: Calibration
    cancelled: Callable[[], bool]
    documents: Sequence[Document]
    started: float = field(default_factory=time.monotonic)
    used: list[int] = field(default_factory=list)
    """Numbers of the sentences published so far."""
    backing: list[int] = field(default_factory=list)
    """Those of them that are cited because they say what another document says."""
    published: list[tuple[str, Claim]] = field(default_factory=list)
    """Each claim with its part of the summary: headline, points, or a section's name."""
    withheld: list[Withheld] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    first_sentence_s: float | None = None

    def go_on(self) -> None:
        """Raise CancelledError where the user has stopped the summary."""
        if self.cancelled():
            raise CancelledError(
                "The summary was stopped.", "What was checked is kept for the next time."
            )

    def clock(self) -> float:
        return time.monotonic() - self.started

    def part(self, name: str) -> tuple[Claim, ...]:
        return tuple(claim for part, claim in self.published if part == name)


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
    if length not in get_args(Length):
        raise InputError(f"There is no length “{length}”.", "Use brief, standard or full.")
    if not documents:
        raise InputError("No document is chosen.", "Choose at least one document.")
    work = _Work(
        library=library,
        model=model,
        prompts=prompts,
        calibration=calibration
        or load_calibration(model.name, library.folder / "calibrations.json"),
        cancelled=cancelled,
        documents=[library.document(each) for each in dict.fromkeys(documents)],
    )
    ids = [document.id for document in work.documents]
    key = digest(_RULES, _judge(work), ids, length, topic, audience)
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


def _forget_removed(work: _Work, key: str) -> None:
    """Keep nothing of a summary one of whose documents was removed meanwhile."""
    if _removed(work):
        work.library.delete("summary", key)
        for point, _ in work.library.items("summary_point"):
            work.library.delete("summary_point", point)
        work.library.scrub()


def _removed(work: _Work) -> list[str]:
    """The names of documents that were removed while they were summarized."""
    return [each.name for each in work.documents if not work.library.holds(each.id)]


def _make(
    work: _Work, length: str, topic: str | None, audience: str | None
) -> Generator[SummaryEvent, None, Summary]:
    reading = yield from read(work.library, work.documents, work.go_on)
    worth = focused(work.library, reading, topic, audience)
    pairs = list(_disagreements(work, reading, worth))
    entries = outline(
        reading, worth, length, pairs=pairs, days=_days(work, reading), topic=bool(topic)
    )
    yield from _publish(work, reading, entries)
    return replace(_summary(work, reading, worth), topic=topic, audience=audience)


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


def focused(library: Library, reading: Reading, topic: str | None, audience: str | None) -> Weights:
    """The sentences' worth, seen from a topic (others fall to 0) and for a reader."""
    worth = reading.worth
    if audience:
        likeness = reading.vectors @ library.embed([audience])[0]
        worth = worth * (1.0 + _AUDIENCE * np.maximum(0.0, likeness))
    if not topic:
        return worth
    nearness = reading.vectors @ library.embed([topic])[0]
    words = set(content_words(topic))
    named = [bool(words) and words <= set(content_words(each.text)) for each in reading.sentences]
    about = np.maximum(nearness, np.where(named, 1.0, 0.0))
    worth = np.where(about >= _ON_TOPIC, worth * about, 0.0)
    if not (worth > 0).any():
        raise InputError(
            f"Nothing in these documents is about “{topic}”.", "Use other words, or no topic."
        )
    return worth


def _publish(work: _Work, reading: Reading, entries: Sequence[Entry]) -> Iterator[SummaryEvent]:
    """Check and publish the entries, in this order."""
    for done, entry in enumerate(entries):
        work.go_on()
        numbers = [number for number in entry.numbers if number not in work.backing]
        if entry.part == DISAGREEMENT:
            numbers = entry.numbers
        if not numbers:
            continue
        yield Progress(message=f"Checking {entry.part}", done=done, total=len(entries))
        before = len(work.withheld)
        claim = _claim(work, [reading.sentences[number] for number in numbers])
        claim = _backed(work, reading, numbers, claim)
        yield from (SentenceWithheld(withheld=each) for each in work.withheld[before:])
        work.used += numbers
        work.published.append((entry.part, claim))
        if work.first_sentence_s is None:
            work.first_sentence_s = work.clock()
        yield ClaimChecked(claim=claim, section=entry.part)


def _claim(work: _Work, sentences: Sequence[Sentence]) -> Claim:
    """The sentences, each shortened where that passes its check, else as it is."""
    checked = [_checked(work, sentence) for sentence in sentences]
    text = " ".join(said for said, _ in checked)
    citations = tuple(citation for sentence in sentences for citation in sentence.citations)
    quotes = [citation.quote for citation in citations]
    if text == " ".join(each.text for each in sentences) or objections(text, quotes):
        whole = " ".join(map(flat, quotes))
        return Claim(text=whole, citations=citations, verdict="verbatim", support=1.0)
    support = reduce(_least, (probability for _, probability in checked))
    return Claim(text=text, citations=citations, verdict="verified", support=support)


def _checked(work: _Work, sentence: Sentence) -> tuple[str, float | None]:
    """What may be said of one sentence, and how sure that is."""
    if sentence.short == sentence.text or is_loaded(sentence.short):
        return sentence.text, 1.0
    quotes = [citation.quote for citation in sentence.citations]
    support = _check(work, sentence.short, quotes)
    if support.supported:
        return sentence.short, support.probability
    work.withheld.append(Withheld(text=sentence.short, reason=support.reason))
    return sentence.text, 1.0


def _backed(work: _Work, reading: Reading, numbers: Sequence[int], claim: Claim) -> Claim:
    """The claim with citations of the other documents that say the same."""
    if len(work.documents) == 1 or len(numbers) > 1:
        return claim
    for other in _alike(reading, numbers[0])[:_BACKERS]:
        citation = reading.sentences[other].citation
        support = _check(work, claim.text, [citation.quote])
        if support.supported:
            work.used.append(other)
            work.backing.append(other)
            claim = replace(
                claim,
                citations=(*claim.citations, citation),
                verdict="verified",
                support=_least(claim.support, support.probability),
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


def _least(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else min(first, second)


def _check(work: _Work, claim: str, quotes: Sequence[str]) -> Support:
    """The support check, remembered by the model, the prompt, the claim and the quotations."""
    key = digest(_judge(work), claim, *quotes)
    kept = work.library.get("summary_point", key)
    if kept is not None:
        return Support(**kept)
    support, usage = check(work.model, work.prompts, claim, quotes, calibration=work.calibration)
    work.usage += usage
    work.library.put("summary_point", key, asdict(support))
    return support


def _judge(work: _Work) -> list[Any]:
    """What decides a check: another model, prompt or threshold may decide otherwise."""
    return [work.model.digest, work.prompts.digests["support"], work.calibration.support]


def _summary(work: _Work, reading: Reading, worth: Weights) -> Summary:
    shares = np.where(worth > 0, reading.shares, 0.0)
    return Summary(
        documents=tuple(document.id for document in work.documents),
        headline=work.part(HEADLINE)[0],
        points=work.part(POINTS),
        sections=tuple(
            Section(name=name, items=work.part(name)) for name in PARTS if work.part(name)
        ),
        withheld=tuple(work.withheld),
        omitted=_omissions(work, reading, shares),
        coverage=min(1.0, float(shares[work.used].sum() / shares.sum())),
        model=work.model.name,
        timings=Timings(
            first_sentence_s=work.first_sentence_s,
            total_s=work.clock(),
            prompt_tokens=work.usage.prompt_tokens,
            completion_tokens=work.usage.completion_tokens,
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
