"""Executive summaries: choose the sentences that matter, write what they say, and check that.

Every sentence of every document is read and weighed (``assistant.summarising.salience``). The
model writes the stretches of the text that hold chosen ones anew in a few sentences; what is not
borne out is replaced by the chosen ones, shortened or whole, so a summary never has a hole. The
quoted version stands meanwhile.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np

from assistant.checking.calibration import Calibration
from assistant.checking.calibration import load as load_calibration
from assistant.data import (
    ClaimChecked,
    Omission,
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
from assistant.summarising.claims import Claims, whole
from assistant.summarising.disagreement import disagreements
from assistant.summarising.focus import focused
from assistant.summarising.judge import KEPT, Judge
from assistant.summarising.lengths import WHOLE, words_of
from assistant.summarising.outline import (
    HEADLINE,
    PARTS,
    POINTS,
    Entry,
    in_order,
    is_readable,
    outline,
)
from assistant.summarising.publishing import Work, publish
from assistant.summarising.reading import Reading, read
from assistant.summarising.salience import Weights
from assistant.summarising.timeline import when
from index.errors import CancelledError, InputError, UnknownDocumentError, never
from index.readable import Readable

MADE = "summary"
"""The kind of note under which the library keeps a whole one."""
OMITTED = 10
"""The most omissions listed."""

_CHOSEN = 1.4
"""Words of the sentences that are chosen for each word of the summary, if it is written."""
_RULES = "8"
"""Grows when the rules that choose or shorten change, so that kept summaries are made again."""


def summarize(
    library: Readable,
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
    judge = _judge(library, model, prompts, calibration, cancelled)
    work = Work(
        judge=judge,
        claims=Claims(judge=judge),
        documents=[library.document(each) for each in dict.fromkeys(documents)],
    )
    key = _key(judge, documents, length, topic, audience)
    kept = library.get(MADE, key)
    if kept is None:
        try:
            summary = yield from _make(work, length, topic, audience)
            library.put(MADE, key, note(summary))
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
        yield from events_of(summary)
    yield Summarized(summary=summary)


def is_kept(
    library: Readable,
    model: Model,
    prompts: Prompts,
    documents: Sequence[str],
    *,
    length: str,
    topic: str | None,
    audience: str | None,
    calibration: Calibration,
) -> bool:
    """Whether ``summarize`` would find this summary in the library, and ask the model nothing."""
    judge = _judge(library, model, prompts, calibration, never)
    return library.get(MADE, _key(judge, documents, length, topic, audience)) is not None


def _judge(
    library: Readable,
    model: Model,
    prompts: Prompts,
    calibration: Calibration | None,
    cancelled: Callable[[], bool],
) -> Judge:
    return Judge(
        library=library,
        model=model,
        prompts=prompts,
        calibration=calibration
        or load_calibration(model.name, library.folder / "calibrations.json"),
        go_on=partial(_go_on, cancelled),
    )


def _key(
    judge: Judge, documents: Sequence[str], length: str, topic: str | None, audience: str | None
) -> str:
    """Names a summary by all that it depends on."""
    ids = list(dict.fromkeys(documents))
    written_by = [judge.prompts.digests[name] for name in ("digest", "headline")]
    return digest(_RULES, judge.identity(), written_by, ids, length, topic, audience)


def _go_on(cancelled: Callable[[], bool]) -> None:
    """Raise CancelledError where the user has stopped the summary."""
    if cancelled():
        raise CancelledError(
            "The summary was stopped.", "What was checked is kept for the next time."
        )


def _forget_removed(work: Work, key: str) -> None:
    """Keep nothing of a summary one of whose documents was removed meanwhile."""
    if _removed(work):
        work.library.delete(MADE, key)
        for point, _ in work.library.items(KEPT):
            work.library.delete(KEPT, point)
        work.library.scrub()


def _removed(work: Work) -> list[str]:
    """The names of documents that were removed while they were summarized."""
    return [each.name for each in work.documents if not work.library.holds(each.id)]


def _make(
    work: Work, length: str, topic: str | None, audience: str | None
) -> Generator[SummaryEvent, None, Summary]:
    reading = yield from read(work.library, work.documents, work.judge.go_on)
    worth = focused(work.library, reading, topic, audience)
    source = sum(len(each.text.split()) for each in work.documents)
    words = words_of(length, source)
    stretched = min(_CHOSEN * words, max(words, WHOLE * source))
    entries = outline(
        reading,
        worth,
        stretched if is_readable(reading) else words,
        sections=length != "brief",
        pairs=list(_disagreements(work, reading, worth)),
        days=_days(work, reading),
    )
    yield from _stand_in(work, reading, entries, words)
    yield from publish(work, reading, worth, entries, words)
    return replace(_summary(work, reading, worth), topic=topic, audience=audience)


def _stand_in(
    work: Work, reading: Reading, entries: Sequence[Entry], words: int
) -> Iterator[SummaryEvent]:
    """The chosen sentences as quotations, which stand until what is written of them is checked."""
    for entry in in_order(entries):
        claim = whole([reading.sentences[number] for number in entry.numbers])
        words -= len(claim.text.split())
        if words >= 0 or not work.first_sentence_s:
            work.first_sentence_s = work.first_sentence_s or work.clock()
            yield ClaimChecked(claim=claim, section=entry.part, provisional=True)


def _disagreements(work: Work, reading: Reading, worth: Weights) -> Iterator[tuple[int, int]]:
    """Pairs of sentences that disagree, where there are several documents."""
    if len(work.documents) > 1:
        for pair in disagreements(reading):
            if all(worth[number] > 0 for number in pair):
                yield pair


def _days(work: Work, reading: Reading) -> dict[int, date]:
    """The days that sentences name, where there are several documents."""
    if len(work.documents) == 1:
        return {}
    days = {
        number: when(sentence.text, work.documents[sentence.document].published)
        for number, sentence in enumerate(reading.sentences)
    }
    return {number: day for number, day in days.items() if day is not None}


def _summary(work: Work, reading: Reading, worth: Weights) -> Summary:
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
        coverage=min(1.0, float(shares[[*work.used]].sum() / shares.sum())),
        model=work.judge.model.name,
        timings=Timings(
            first_sentence_s=work.first_sentence_s,
            total_s=work.clock(),
            prompt_tokens=work.judge.usage.prompt_tokens,
            completion_tokens=work.judge.usage.completion_tokens,
        ),
    )


def _omissions(work: Work, reading: Reading, shares: Weights) -> tuple[Omission, ...]:
    """Sentences of more than average salience that are cited nowhere, the weightiest first."""
    left = shares.copy()
    left[[*work.used]] = 0.0
    average = shares[shares > 0].mean()
    ranked = [int(number) for number in np.argsort(-left, kind="stable") if left[number] > average]
    return tuple(Omission(citation=reading.sentences[each].citation) for each in ranked[:OMITTED])


def events_of(summary: Summary) -> Iterator[SummaryEvent]:
    """The events of a summary that is ready."""
    for withheld in summary.withheld:
        yield SentenceWithheld(withheld=withheld)
    yield ClaimChecked(claim=summary.headline, section="headline")
    for claim in summary.points:
        yield ClaimChecked(claim=claim, section="points")
    for section in summary.sections:
        for claim in section.items:
            yield ClaimChecked(claim=claim, section=section.name)
