"""The two ways in: ``Assistant.ask`` answers a question, ``Assistant.summarize`` sums up documents.

The steps of an answer are in ``assistant.answering.chain``.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from langchain_core.runnables import RunnableConfig

from assistant.answering.chain import build
from assistant.answering.concluding import removed
from assistant.answering.questions import checked_question
from assistant.answering.trace import Trace, no_trace
from assistant.answering.values import Asked, Detail, Run
from assistant.checking.calibration import Calibration
from assistant.checking.calibration import load as load_calibration
from assistant.data import (
    Answer,
    Answered,
    AnswerEvent,
    EvidenceFound,
    SummaryEvent,
    Timings,
    Turn,
)
from assistant.language.words import flat
from assistant.models.protocol import Model
from assistant.prompts import Prompts
from assistant.standing import answer_of, events_of
from assistant.summarising.summaries import is_kept, summarize
from index.data import Evidence
from index.errors import InputError, UnknownDocumentError, never
from index.readable import Readable

REMEMBERED = 200
"""Answers kept in memory for questions asked again of an unchanged library."""

Cancelled = Callable[[], bool]


class Assistant:
    """Answers questions about one library with one model, and sums up its documents."""

    def __init__(
        self,
        library: Readable,
        model: Model,
        prompts: Prompts,
        *,
        calibration: Calibration | None = None,
        cache: bool = True,
    ) -> None:
        self.library = library
        self.model = model
        self.prompts = prompts
        self._calibration = calibration
        self._calibrations = library.folder / "calibrations.json"
        self._remembered: OrderedDict[tuple[Any, ...], Answer] | None = (
            OrderedDict() if cache else None
        )
        self.chain = build()

    def over(self, library: Readable) -> "Assistant":
        """The same model, prompts and thresholds over another library, with a cache of its own."""
        other = Assistant(
            library,
            self.model,
            self.prompts,
            calibration=self._calibration,
            cache=self._remembered is not None,
        )
        other._calibrations = self._calibrations
        return other

    def calibration_of(self, model: str) -> Calibration:
        """The thresholds of a model, by its name."""
        return self._calibration or load_calibration(model, self._calibrations)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        documents: Collection[str] | None = None,
        detail: Detail | None = None,
        exhaustive: bool = False,
        cancelled: Cancelled = never,
        trace: Trace | None = None,
        config: RunnableConfig | None = None,
    ) -> Iterator[AnswerEvent]:
        """The answer's events: evidence first, each sentence after its check, the answer last.

        ``documents`` are ids to ask, all where it is None. ``detail`` asks for a short or a
        detailed answer, whatever the question looks like; ``exhaustive`` reads every passage.

        Raises:
            InputError: the question is empty or too long, or there is no document to ask.
            ModelError: the model failed: never told as a refusal.
            StoreError: the library failed.
            UnknownDocumentError: what the answer stands on was removed while it was made.
            CancelledError: ``cancelled`` returned true.
        """
        question = flat(checked_question(question.replace("\x00", " ")))
        self._check_documents(documents)
        model = self.model
        key = self._key(question, history, documents, model, detail, exhaustive)
        known = self._remembered.get(key) if self._remembered is not None else None
        if known is not None and trace is None:
            yield from _again(known)
            return
        asked = Asked(
            run=self._run(model, cancelled=cancelled, trace=trace or no_trace),
            question=question,
            history=tuple(history),
            documents=documents,
            detail=detail,
            exhaustive=exhaustive,
        )
        seen: tuple[Evidence, ...] = ()
        events = self.chain.stream(asked, config=config)  # held until "abandoned" is set below
        try:
            for event in events:
                if isinstance(event, EvidenceFound):
                    seen = (*seen, *event.evidence)
                if isinstance(event, Answered):
                    self._remember(key, event.answer)
                yield event
        except UnknownDocumentError as error:
            raise removed(asked, seen) from error
        finally:
            asked.run.meter.abandoned = True

    def answer(self, question: str, **options: Any) -> Answer:
        """The answer alone; the options and errors are those of ``ask``."""
        answer = answer_of(self.ask(question, **options))
        if answer is None:
            raise AssertionError("the chain ended without an answer")
        return answer

    def summarize(
        self,
        documents: Sequence[str],
        *,
        length: str = "standard",
        topic: str | None = None,
        audience: str | None = None,
        cancelled: Cancelled = never,
    ) -> Iterator[SummaryEvent]:
        """A summary's events; parameters and errors are those of
        ``assistant.summarising.summaries.summarize``."""
        model = self.model
        yield from summarize(
            self.library,
            model,
            self.prompts,
            documents,
            length=length,
            topic=topic,
            audience=audience,
            cancelled=cancelled,
            calibration=self.calibration_of(model.name),
        )

    def has_summary(
        self,
        documents: Sequence[str],
        *,
        length: str = "standard",
        topic: str | None = None,
        audience: str | None = None,
    ) -> bool:
        """Whether ``summarize`` with the same parameters needs no model: it was made before."""
        return is_kept(
            self.library,
            self.model,
            self.prompts,
            documents,
            length=length,
            topic=topic,
            audience=audience,
            calibration=self.calibration_of(self.model.name),
        )

    def _run(self, model: Model, *, cancelled: Cancelled, trace: Trace) -> Run:
        return Run(
            library=self.library,
            model=model,
            prompts=self.prompts,
            calibration=self.calibration_of(model.name),
            cancelled=cancelled,
            trace=trace,
        )

    def _check_documents(self, documents: Collection[str] | None) -> None:
        """Nothing asked is a mistake to mend, and no refusal."""
        if not self.library.listing.entries():
            raise InputError("The library is empty.", "Add a document first.")
        if documents is not None and not documents:
            raise InputError("No document is chosen.", "Tick at least one to ask.")

    def _key(
        self,
        question: str,
        history: Sequence[Turn],
        documents: Collection[str] | None,
        model: Model,
        detail: Detail | None,
        exhaustive: bool,
    ) -> tuple[Any, ...]:
        chosen = None if documents is None else tuple(sorted(documents))
        identity = getattr(model, "digest", model.name)
        revision = self.library.revision
        thresholds = repr(self.calibration_of(model.name))  # calibrated meanwhile, it answers anew
        return (
            question,
            tuple(history),
            chosen,
            revision,
            identity,
            detail,
            exhaustive,
            thresholds,
        )

    def _remember(self, key: tuple[Any, ...], answer: Answer) -> None:
        if self._remembered is None:
            return
        self._remembered[key] = answer
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)


def _again(answer: Answer) -> Iterator[AnswerEvent]:
    """The events of an answer given before, which took no time."""
    first = 0.0 if answer.claims else None
    timings = Timings(first_evidence_s=0.0, first_sentence_s=first, total_s=0.0)
    yield from events_of(replace(answer, timings=timings))
