"""The chain from a question to a checked answer: condense, retrieve, select, draft, verify.

It is one LangChain runnable, so that callbacks and tracers attach to it. Between its steps flow
events for whoever watches and one ``Work`` that gathers the answer. No drafted word leaves the
chain before its check.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig, RunnableGenerator

from assistant.answering.answer_types import denied, made_up, nameless
from assistant.answering.candidates import (
    Candidate,
    Judgement,
    candidates,
    features,
    judge,
    judge_in_turn,
    wording_matters,
)
from assistant.answering.conciseness import concise
from assistant.answering.drafts import one_sentence
from assistant.answering.follow_ups import leans_on_history, standalone
from assistant.answering.premises import contradiction, unshared_premise
from assistant.answering.questions import checked_question
from assistant.answering.readings import asked_back, disagreeing, readings
from assistant.answering.restatement import is_due, restated_support
from assistant.answering.trace import Trace, no_trace
from assistant.checking.calibration import KIND_MISSING, Calibration
from assistant.checking.calibration import load as load_calibration
from assistant.checking.citations import LEANS, cite, merge_adjacent, sufficient
from assistant.checking.guards import adds_to
from assistant.checking.support import check
from assistant.data import (
    Answer,
    Answered,
    AnswerEvent,
    Claim,
    ClaimChecked,
    Conflict,
    EvidenceFound,
    Progress,
    SentenceWithheld,
    Status,
    Timings,
    Turn,
    Withheld,
)
from assistant.language.metonyms import as_the_text_names
from assistant.language.words import flat
from assistant.models.protocol import Model, Usage
from assistant.prompts import Prompts
from assistant.standing import answer_of, events_of
from index import Library
from index.data import Document, Evidence, Span
from index.errors import CancelledError, InputError, UnknownDocumentError, never

RETRIEVED = 10
REMEMBERED = 200
"""Answers kept in memory for questions asked again of an unchanged library."""

Cancelled = Callable[[], bool]


@dataclass(slots=True, kw_only=True)
class Work:
    """One answer in the making: what the steps hand on."""

    question: str
    history: Sequence[Turn]
    documents: Collection[str] | None
    cancelled: Cancelled
    trace: Trace
    model: Model
    """The one that answers to the end, even where another is chosen meanwhile."""
    calibration: Calibration
    started: float = field(default_factory=time.monotonic)
    abandoned: bool = False
    """Whoever listened has left. LangChain runs a closed stream to its end; the steps do not."""
    standalone: str = ""
    evidence: tuple[Evidence, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    best: Judgement | None = None
    answerability: float | None = None
    premise: str | None = None
    answered: bool = False
    doubtful: bool = False
    """The answer stands only if its draft passes the support check."""
    clarification: str | None = None
    draft: str = ""
    claims: list[Claim] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    first_evidence_s: float | None = None
    first_sentence_s: float | None = None

    def clock(self) -> float:
        return time.monotonic() - self.started

    def refuse(self) -> None:
        """Take the answer back: its draft has shown that the chosen sentence does not answer."""
        self.answered = False
        self.first_sentence_s = None
        self.answerability = (self.answerability or 0.0) * KIND_MISSING

    def go_on(self) -> None:
        """Raise CancelledError where the user has stopped the answer, or nobody listens."""
        if self.abandoned or self.cancelled():
            raise CancelledError("The answer was stopped.", "Ask again when you like.")


Step = Callable[[Work], Iterator[AnswerEvent]]


class Assistant:
    """Answers questions about one library with one model."""

    def __init__(
        self,
        library: Library,
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
        self.chain = self._build()

    def over(self, library: Library) -> "Assistant":
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
        cancelled: Cancelled = never,
        trace: Trace | None = None,
        config: RunnableConfig | None = None,
    ) -> Iterator[AnswerEvent]:
        """The answer's events: evidence first, each sentence after its check, the answer last.

        ``documents`` are ids to ask, all where it is None.

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
        key = self._key(question, history, documents, model)
        known = self._remembered.get(key) if self._remembered is not None else None
        if known is not None and trace is None:
            yield from _again(known)
            return
        work = Work(
            question=question,
            history=tuple(history),
            documents=documents,
            cancelled=cancelled,
            trace=trace or no_trace,
            model=model,
            calibration=self.calibration_of(model.name),
        )
        events = self.chain.stream(work, config=config)
        try:
            for event in events:
                if isinstance(event, Answered):
                    self._remember(key, event.answer)
                yield event
        except UnknownDocumentError as error:
            raise self._removed(work) from error
        finally:
            work.abandoned = True

    def answer(self, question: str, **options: Any) -> Answer:
        """The answer alone; the options and errors are those of ``ask``."""
        answer = answer_of(self.ask(question, **options))
        if answer is None:
            raise AssertionError("the chain ended without an answer")
        return answer

    def features(self, question: str, history: Sequence[Turn] = ()) -> tuple[dict[str, float], str]:
        """The signals of answerability and the chosen sentence: what calibration learns from.

        Raises:
            CitewellError: as ``ask``.
        """
        found: dict[str, Any] = {}
        work = Work(
            question=flat(checked_question(question)),
            history=tuple(history),
            documents=None,
            cancelled=never,
            trace=lambda step, values: found.update(values),
            model=self.model,
            calibration=self.calibration_of(self.model.name),
        )
        for step in (self._condense, self._retrieve, self._select):
            for _ in step(work):
                pass
        return found["features"], found["chosen"] or ""

    def _removed(self, work: Work) -> UnknownDocumentError:
        """What to say where a document was removed while this was being answered."""
        names = [e.document_name for e in work.evidence if not self._holds(e)]
        which = " and ".join(dict.fromkeys(names)) or "A document"
        return UnknownDocumentError(
            f"{which} was removed or replaced while this was being answered.",
            "Ask again to hear what the documents say now.",
        )

    def _holds(self, evidence: Evidence) -> bool:
        return self.library.holds(evidence.passage.span.document_id)

    def _check_documents(self, documents: Collection[str] | None) -> None:
        """Nothing asked is a mistake to mend, and no refusal."""
        if not self.library.documents():
            raise InputError("The library is empty.", "Add a document first.")
        if documents is not None and not documents:
            raise InputError("No document is chosen.", "Tick at least one to ask.")

    def _build(self) -> Runnable[Work, AnswerEvent]:
        """The chain, top to bottom."""
        return (
            _step("condense", self._condense)
            | _step("retrieve", self._retrieve)
            | _step("select", self._select)
            | _step("draft", self._draft)
            | _step("verify", self._verify)
            | _step("conclude", self._conclude)
        )

    def _condense(self, work: Work) -> Iterator[AnswerEvent]:
        if work.history and leans_on_history(work.question):
            yield Progress(message="Reading the conversation")
        work.standalone, usage = standalone(work.model, self.prompts, work.question, work.history)
        work.usage += usage
        work.trace("condense", {"question": work.question, "standalone": work.standalone})

    def _retrieve(self, work: Work) -> Iterator[AnswerEvent]:
        found = self.library.search(work.standalone, k=RETRIEVED, documents=work.documents)
        work.evidence = tuple(found)
        work.first_evidence_s = work.clock()
        work.trace("retrieve", {"passages": [[e.passage.id, e.score] for e in found]})
        yield EvidenceFound(evidence=work.evidence, question=work.standalone)

    def _select(self, work: Work) -> Iterator[AnswerEvent]:
        library = self.library
        held = [each for each in work.evidence if self._holds(each)]
        items = candidates(
            work.standalone, held, library.document, library.sentences, library.embed
        )
        yield Progress(message="Reading the sentences nearest to your question")
        work.go_on()
        judged = []
        for judgement in judge_in_turn(work.model, self.prompts, work.standalone, items):
            work.usage += judgement.usage
            judged.append(judgement)
            work.go_on()
        best = max(judged, key=lambda judgement: judgement.score, default=None)
        found = features(work.standalone, best, items, work.evidence)
        work.candidates = items
        work.best = best
        work.answerability = work.calibration.answerability(found)
        titles = [item.title for item in items]
        work.premise = unshared_premise(work.standalone, work.evidence, titles) or None
        work.doubtful = work.calibration.is_doubtful(work.answerability)
        work.answered = best is not None and (
            work.doubtful or work.answerability >= work.calibration.answerable
        )
        if work.answered and best is not None:
            yield from self._contradicted(work, best.candidate)
        work.trace(
            "select",
            {
                "candidates": [[item.text, item.rank] for item in items],
                "judged": [judgement.probability for judgement in judged],
                "chosen": best.candidate.text if best else None,
                "features": found,
                "answerability": work.answerability,
                "premise": work.premise,
            },
        )
        if work.answered and best is not None:
            work.clarification = self._clarification(work, best)
            work.answered = work.clarification is None
        if work.answered and best is not None and not work.doubtful:
            quotation = self._quotation(best.candidate)
            work.first_sentence_s = work.clock()
            yield ClaimChecked(claim=quotation, provisional=True)

    def _contradicted(self, work: Work, chosen: Candidate) -> Iterator[AnswerEvent]:
        """Refuse where the chosen sentence says otherwise than the question takes for granted."""
        reason = contradiction(work.standalone, f"{chosen.context} {chosen.text}")
        if reason:
            work.refuse()
            work.withheld.append(Withheld(text=chosen.text, reason=reason))
            yield SentenceWithheld(withheld=work.withheld[-1])

    def _clarification(self, work: Work, best: Judgement) -> str | None:
        """The question to ask back, where documents answer different readings of this one."""
        if work.history:
            return None
        found = readings(
            work.standalone,
            best,
            work.candidates,
            self.library.embed,
            lambda item: self._judged(work, item),
        )
        return asked_back(found) if found else None

    def _judged(self, work: Work, item: Candidate) -> Judgement:
        work.go_on()
        judgement = judge(work.model, self.prompts, work.standalone, item)
        work.usage += judgement.usage
        return judgement

    def _draft(self, work: Work) -> Iterator[AnswerEvent]:
        if not work.answered or work.best is None:
            return
        if not work.doubtful and wording_matters(work.standalone, work.best.candidate.text):
            return
        yield Progress(message="Writing a sentence from it")
        work.go_on()
        messages = [*work.best.messages, *self.prompts.messages("say")]
        written = work.model.write(messages, max_tokens=80)
        work.usage += written.usage
        near = self._near(work.best.candidate)
        text = as_the_text_names(flat(written.text), work.standalone, near)
        draft = one_sentence(text) if written.finished else ""
        refuting = _refuting(work.standalone, text, near)
        if refuting:
            work.refuse()
            work.withheld.append(Withheld(text=text, reason=refuting))
            yield SentenceWithheld(withheld=work.withheld[-1])
        work.draft = draft if work.answered and adds_to(draft, work.standalone) else ""
        work.trace("draft", {"text": written.text, "kept": work.draft, "refuting": refuting})

    def _near(self, chosen: Candidate) -> str:
        """The chosen sentence after the two before it, with the title and heading over it."""
        document = self.library.document(chosen.span.document_id)
        earlier = [document.quote(span) for span in reversed(chosen.before[:2])]
        return " ".join((*earlier, chosen.text, chosen.title, chosen.heading))

    def _verify(self, work: Work) -> Iterator[AnswerEvent]:
        if not work.answered or work.best is None:
            return
        claim = self._quotation(work.best.candidate)
        supported = flat(work.draft) == claim.text
        if work.draft and not supported:
            yield Progress(message="Checking the sentence against its source")
            work.go_on()
            checked = self._check(work, work.best)
            supported = checked is not None
            claim = checked or claim
        if work.withheld:
            yield SentenceWithheld(withheld=work.withheld[-1])
        if work.doubtful and not supported:
            work.refuse()
            return
        work.claims.append(claim)
        work.first_sentence_s = work.first_sentence_s or work.clock()
        yield ClaimChecked(claim=claim)

    def _conflicts(self, work: Work) -> Iterator[Conflict]:
        """Other documents that answer with another number or date, beside the chosen sentence."""
        if not work.answered or work.best is None:
            return
        chosen = work.best.candidate
        for item in disagreeing(
            chosen, work.candidates, self.library.embed, lambda item: self._judged(work, item)
        ):
            work.trace("conflict", {"chosen": chosen.text, "other": item.text})
            yield Conflict(
                claims=(self._quotation(chosen), self._quotation(item)),
                note=self._named_sources((chosen, item)),
            )

    def _named_sources(self, items: Sequence[Candidate]) -> str:
        """The documents that disagree, each with its date where one is known."""
        named = []
        for item in items:
            published = self.library.document(item.span.document_id).published
            named.append(item.document_name + (f" ({published})" if published else ""))
        return f"{' and '.join(named)} disagree."

    def _check(self, work: Work, best: Judgement) -> Claim | None:
        """The draft as a verified claim; the quotation where a part of it would not stand alone;
        None where it is not supported, and withheld."""
        document = self.library.document(best.candidate.span.document_id)
        spans = self._sufficient(work, best.candidate, document)
        chosen = best.candidate if best.candidate.span in spans else _before(best, document)
        citations = tuple(
            cite(document, span.start, span.end) for span in merge_adjacent(spans, document.text)
        )
        quotes = [citation.quote for citation in citations]
        support, usage = check(
            work.model,
            self.prompts,
            work.draft,
            quotes,
            calibration=work.calibration,
            context=(chosen.title, chosen.heading),
            question=work.standalone,
        )
        work.usage += usage
        work.trace(
            "verify",
            {
                "claim": work.draft,
                "quotes": quotes,
                "supported": support.supported,
                "probability": support.probability,
                "reason": support.reason,
            },
        )
        if not support.supported:
            work.withheld.append(Withheld(text=work.draft, reason=support.reason))
            return None
        part = concise(work.draft, work.standalone)
        reason = self._restated_otherwise(work, part, quotes, chosen.title, chosen.heading)
        if reason:
            work.withheld.append(Withheld(text=work.draft, reason=reason))
            return self._quotation(best.candidate)
        work.best = replace(best, candidate=chosen)
        return Claim(
            text=part,
            citations=citations,
            verdict="verified",
            support=support.probability,
        )

    def _sufficient(self, work: Work, chosen: Candidate, document: Document) -> list[Span]:
        """The sentences that say what the draft says: the chosen one and those before it."""
        near = (chosen.span, *chosen.before[:2])
        texts = [document.quote(span) for span in near]
        lent = f"{chosen.title} {chosen.heading}"
        return [near[at] for at in sufficient(work.draft, work.standalone, texts, lent)]

    def _restated_otherwise(
        self, work: Work, part: str, quotes: Sequence[str], *context: str
    ) -> str:
        """Why ``part`` alone is no answer; empty where it is, or where it need not be restated."""
        known = (*quotes, *context)
        if not is_due(part, work.draft, work.standalone, known, work.answerability or 0.0):
            return ""
        work.go_on()
        support, restated, usage = restated_support(
            work.model, self.prompts, part, work.draft, quotes
        )
        work.usage += usage
        work.trace("restate", {"part": part, "restated": restated, "support": support})
        if support >= work.calibration.restated:
            return ""
        return f"asked what the cited text says of “{part}”, the model did not find this"

    def _conclude(self, work: Work) -> Iterator[AnswerEvent]:
        answered = bool(work.claims)
        conflicts = tuple(self._conflicts(work))
        self._check_still_there(work)
        usage = work.usage
        yield Answered(
            answer=Answer(
                question=work.question,
                status=_status(work),
                claims=tuple(work.claims),
                evidence=tuple(filter(self._holds, work.evidence)),
                model=work.model.name,
                answerability=work.answerability,
                calibrated=work.calibration.calibrated,
                standalone_question=(work.standalone if work.standalone != work.question else None),
                premise=None if answered or work.clarification else work.premise,
                clarification=work.clarification,
                conflicts=conflicts,
                withheld=tuple(work.withheld),
                timings=Timings(
                    first_evidence_s=work.first_evidence_s,
                    first_sentence_s=work.first_sentence_s,
                    total_s=work.clock(),
                    prompt_tokens=usage.prompt_tokens,
                    completion_tokens=usage.completion_tokens,
                ),
            )
        )

    def _check_still_there(self, work: Work) -> None:
        """Raise UnknownDocumentError where what the answer stands on was removed meanwhile."""
        stands_on = {c.span.document_id for claim in work.claims for c in claim.citations}
        if work.clarification:
            stands_on |= {item.span.document_id for item in work.candidates}
        if not all(map(self.library.holds, stands_on)):
            raise self._removed(work)

    def _quotation(self, chosen: Candidate) -> Claim:
        """The chosen sentence itself, as a claim."""
        document = self.library.document(chosen.span.document_id)
        spans = [chosen.span, *chosen.before[:1]] if LEANS.match(chosen.text) else [chosen.span]
        citations = tuple(
            cite(document, span.start, span.end) for span in merge_adjacent(spans, document.text)
        )
        return Claim(text=chosen.text, citations=citations, verdict="verbatim", support=1.0)

    def _key(
        self,
        question: str,
        history: Sequence[Turn],
        documents: Collection[str] | None,
        model: Model,
    ) -> tuple[Any, ...]:
        chosen = None if documents is None else tuple(sorted(documents))
        identity = getattr(model, "digest", model.name)
        return (question, tuple(history), chosen, self.library.revision, identity)

    def _remember(self, key: tuple[Any, ...], answer: Answer) -> None:
        if self._remembered is None:
            return
        self._remembered[key] = answer
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)


def _refuting(question: str, draft: str, near: str) -> str:
    """Why the draft shows that the text near it does not answer; empty where it does not."""
    if denied(draft, near):
        return "asked for it, the model found that the nearest sentence does not give it"
    if nameless(question, draft):
        return "asked for a name, the model gave none"
    name = made_up(question, draft, near)
    return f"it names {name}, which the nearest sentence does not" if name else ""


def _before(best: Judgement, document: Document) -> Candidate:
    """The sentence before the chosen one, which the model has read with it, in its place."""
    chosen = best.candidate
    before, *earlier = chosen.before
    return replace(
        chosen,
        span=before,
        text=chosen.context,
        before=tuple(earlier),
        context=flat(document.quote(earlier[0])) if earlier else "",
    )


def _status(work: Work) -> Status:
    if work.clarification:
        return "needs_clarification"
    return "answered" if work.claims else "not_in_documents"


def _step(name: str, work_on: Step) -> Runnable[Any, Any]:
    """A step of the chain: passes events on and works on the ``Work`` that follows them."""

    def transform(items: Iterator[AnswerEvent | Work]) -> Iterator[AnswerEvent | Work]:
        for item in items:
            if not isinstance(item, Work):
                yield item
                continue
            try:
                yield from work_on(item)
            except CancelledError:
                if item.abandoned:
                    return
                raise
            if name != "conclude":
                yield item

    return RunnableGenerator(transform, name=name)


def _again(answer: Answer) -> Iterator[AnswerEvent]:
    """The events of an answer given before, which took no time."""
    first = 0.0 if answer.claims else None
    timings = Timings(first_evidence_s=0.0, first_sentence_s=first, total_s=0.0)
    yield from events_of(replace(answer, timings=timings))
