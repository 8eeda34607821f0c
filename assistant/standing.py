"""What stands of an answer at each moment, folded from its events: one way for every front end.

Sentences come one by one and stay. A provisional one is what the page may show meanwhile: it gives
way to the next checked sentence, or to the finished answer. The finished answer always decides.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from assistant.data import (
    Answer,
    Answered,
    AnswerEvent,
    Claim,
    ClaimChecked,
    EvidenceFound,
    Progress,
    SentenceWithheld,
    Withheld,
)
from index.data import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An answer as far as it is known."""

    evidence: tuple[Evidence, ...] | None = None
    """None until passages were looked for; the empty tuple where there are none."""
    checked: tuple[Claim, ...] = ()
    """The sentences that may be published, in the order of the answer."""
    provisional: Claim | None = None
    """A quotation that may be shown for now, where it can be taken back: never in a terminal."""
    withheld: tuple[Withheld, ...] = ()
    doing: str = ""
    """What is being done now; empty once the answer is there."""
    answer: Answer | None = None

    def after(self, event: AnswerEvent) -> "Standing":
        """What stands after one more event."""
        match event:
            case EvidenceFound(evidence=evidence):
                return replace(self, evidence=evidence)
            case Progress(message=message):
                return replace(self, doing=message)
            case ClaimChecked(claim=claim, provisional=True):
                return replace(self, provisional=claim)
            case ClaimChecked(claim=claim) if claim.text in {each.text for each in self.checked}:
                return self  # another part of the question has the same answer
            case ClaimChecked(claim=claim):
                return replace(self, checked=(*self.checked, claim), provisional=None)
            case SentenceWithheld(withheld=withheld):
                return replace(self, withheld=(*self.withheld, withheld))
            case Answered(answer=answer):
                return Standing(
                    evidence=answer.evidence,
                    checked=answer.claims,
                    withheld=answer.withheld,
                    answer=answer,
                )


def standings(events: Iterable[AnswerEvent]) -> Iterator[Standing]:
    """What stands after each event."""
    standing = Standing()
    for event in events:
        standing = standing.after(event)
        yield standing


def answer_of(events: Iterable[AnswerEvent]) -> Answer | None:
    """The answer that the events end with; None where they broke off."""
    answer = None
    for standing in standings(events):
        answer = standing.answer
    return answer


def events_of(answer: Answer) -> Iterator[AnswerEvent]:
    """The events of an answer that is there already."""
    yield EvidenceFound(
        evidence=answer.evidence, question=answer.standalone_question or answer.question
    )
    yield from (ClaimChecked(claim=claim) for claim in answer.claims)
    yield from (SentenceWithheld(withheld=each) for each in answer.withheld)
    yield Answered(answer=answer)


def premise_said(premise: str | None, kind: str | None, text: str | None) -> str:
    """What a reader is told of what a question takes for granted: of a name that the documents do
    not have, or from a refusal's ``kind`` and ``text``; empty where there is nothing to tell."""
    if premise:
        return f"Your documents don't mention “{premise}”."
    return text or "" if kind == "premise" else ""


def premise_of(answer: Answer) -> str:
    """The same of an answer."""
    why = answer.refusal
    return premise_said(answer.premise, why.kind if why else None, why.text if why else None)
