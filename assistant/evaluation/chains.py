"""What an evaluation asks: the assistant itself, or the stock chain, behind one method."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from assistant.data import Answer, Citation
from assistant.evaluation.golden.cases import GoldenCase
from assistant.evaluation.reports.results import CaseResult, ChainName, Quoted
from assistant.standing import Standing, standings
from index.data import Passage

if TYPE_CHECKING:
    from assistant.answering.assistant import Assistant
    from index import Library


class Chain(Protocol):
    """A way of answering that can be measured."""

    @property
    def name(self) -> ChainName: ...

    @property
    def depth(self) -> int:
        """How many passages it retrieves: recall beyond that does not exist."""

    def ask(self, case: GoldenCase) -> CaseResult:
        """Ask one case; any exception is that case's failure."""

    def passages(self, document_id: str) -> Sequence[tuple[int, int]]:
        """Start and end of each passage of a document that it could retrieve."""


class CitewellChain:
    """The assistant, asked with every answer cache off."""

    name: ChainName = "citewell"
    depth = 10

    def __init__(
        self,
        assistant: "Assistant",
        library: "Library",
        find: Callable[[str], str],
        cancelled: Callable[[], bool] = lambda: False,
        only: Sequence[str] | None = None,
    ) -> None:
        """``find`` gives the id of a document by the name that golden lines have for it.

        ``only`` are the ids of the documents to ask where a case names none; None for all.
        """
        self._assistant = assistant
        self._library = library
        self._find = find
        self._cancelled = cancelled
        self._only = only

    def ask(self, case: GoldenCase) -> CaseResult:
        """Ask the case's documents with its history, timed here, as a user would see it."""
        clock = _Clock()
        standing = Standing()
        events = self._assistant.ask(
            case.question,
            history=case.history,
            documents=[self._find(name) for name in case.documents] or self._only,
            cancelled=self._cancelled,
        )
        for standing in standings(events):
            clock.see(standing)
        if standing.answer is None:
            raise RuntimeError("the chain ended without an answer")
        return _result(case.id, standing.answer, clock)

    def passages(self, document_id: str) -> Sequence[tuple[int, int]]:
        return [(p.span.start, p.span.end) for p in self._library.passages(document_id)]


class _Clock:
    def __init__(self) -> None:
        self._start = time.perf_counter()
        self.first_evidence: float | None = None
        self.first_sentence: float | None = None

    def seconds(self) -> float:
        return time.perf_counter() - self._start

    def see(self, standing: Standing) -> None:
        """Note when evidence and a sentence were first seen; what was taken back was never seen."""
        seen = standing.checked or standing.provisional
        if standing.evidence is not None and self.first_evidence is None:
            self.first_evidence = self.seconds()
        if seen and self.first_sentence is None:
            self.first_sentence = self.seconds()
        if standing.answer is not None and not seen:
            self.first_sentence = None


def _result(case_id: str, answer: Answer, clock: _Clock) -> CaseResult:
    total = clock.seconds()
    return CaseResult(
        id=case_id,
        chain="citewell",
        status=answer.status,
        text=answer.text,
        verdicts=tuple(claim.verdict for claim in answer.claims),
        citations=tuple(tuple(map(_cited, claim.citations)) for claim in answer.claims),
        retrieved=tuple(_retrieved(e.passage, e.document_name) for e in answer.evidence),
        withheld=tuple(item.text for item in answer.withheld),
        answerability=answer.answerability,
        first_evidence_s=clock.first_evidence,
        first_token_s=clock.first_sentence,
        first_sentence_s=clock.first_sentence,
        total_s=total,
        prompt_tokens=answer.timings.prompt_tokens,
        completion_tokens=answer.timings.completion_tokens,
        note=answer.premise or answer.clarification or "",
    )


def _cited(citation: Citation) -> Quoted:
    return Quoted(
        document_id=citation.span.document_id,
        document=citation.document_name,
        start=citation.span.start,
        end=citation.span.end,
        quote=citation.quote,
    )


def _retrieved(passage: Passage, name: str) -> Quoted:
    return Quoted(
        document_id=passage.span.document_id,
        document=name,
        start=passage.span.start,
        end=passage.span.end,
        quote=passage.text,
    )
