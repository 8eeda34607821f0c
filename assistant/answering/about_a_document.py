"""A question about a document as a whole: the summary's machinery, in the conversation."""

from pathlib import Path

from assistant.answering.retrieving import nearest
from assistant.answering.values import Published, Refused, Retrieved, Steps, Weighed
from assistant.answering.weighing import weigh
from assistant.data import (
    Claim,
    ClaimChecked,
    Progress,
    SentenceWithheld,
    Summarized,
    Withheld,
)
from assistant.language.words import content_words
from assistant.summarising.summaries import summarize
from index.entries import Entry

_LENGTH = "brief"


def sum_up(found: Retrieved) -> Steps[Weighed | Published | Refused]:
    """A brief summary of the document that is meant; or, where the question is about something
    that passages tell ("summarise the reaction of …"), the sentences about that."""
    run = found.run
    document, named = _meant(found)
    if not named:
        weighed = yield from weigh(found)
        if isinstance(weighed, Weighed):
            return weighed
    if document is None:
        return Refused(
            found=found, answerability=None, kind="not_stated", text="No document is near enough."
        )
    claims: tuple[Claim, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    events = summarize(
        run.library,
        run.model,
        run.prompts,
        [document],
        length=_LENGTH,
        cancelled=run.cancelled,
        calibration=run.calibration,
    )
    for event in events:
        run.go_on()
        if isinstance(event, Progress):
            yield event
        elif isinstance(event, ClaimChecked) and event.provisional:
            continue
        elif isinstance(event, ClaimChecked) and event.section in ("headline", "points"):
            run.meter.first_sentence_s = run.meter.first_sentence_s or run.meter.clock()
            yield event
        elif isinstance(event, SentenceWithheld):
            yield event
        elif isinstance(event, Summarized):
            claims = (event.summary.headline, *event.summary.points)
            withheld = event.summary.withheld
    passages = len(run.library.passages(document))
    return Published(
        found=found,
        claims=claims,
        answerability=None,
        form="summary",
        withheld=withheld,
        passages=passages,
        of=passages,
    )


def _meant(found: Retrieved) -> tuple[str | None, bool]:
    """The document that a question is about, and whether the question itself tells which.

    The newest of those whose title or name has all words of the question that any passage found
    has; else the one of the nearest passage.
    """
    asked, library = found.part.asked, found.run.library
    there = asked.entries()
    passages = " ".join(each.passage.text for each in found.evidence)
    told = set(content_words(found.part.question)) & set(content_words(passages))
    meant = [each for each in there if told <= _words_of(each) and (told or len(there) == 1)]
    if meant:
        return max(meant, key=lambda entry: entry.day).id, True
    near = found.evidence or nearest(library, [found.part.question], asked.documents, k=1)
    return (near[0].passage.span.document_id, False) if near else (None, False)


def _words_of(entry: Entry) -> set[str]:
    """The words of a document's title and name."""
    return set(content_words(f"{entry.title} {Path(entry.name).stem.replace('-', ' ')}"))
