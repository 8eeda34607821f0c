"""What an answer is made of, and its JSON form.

Everything here is frozen. ``to_json`` functions give the forms that ``ask --json`` and
``summarize --json`` print; their keys are an interface and do not change.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from index.data import Evidence, Span

Verdict = Literal["verified", "verbatim"]
Status = Literal["answered", "not_in_documents", "needs_clarification"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A span of a document and its exact text. Made only by ``assistant.checking.citations``."""

    span: Span
    quote: str
    document_name: str
    published: str | None = None
    """ISO date of the document, where it says one."""

    @property
    def source(self) -> str:
        """The document's name, and its date where it has one."""
        return f"{self.document_name}, {self.published}" if self.published else self.document_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One published sentence with the citations it stands on."""

    text: str
    citations: tuple[Citation, ...]
    verdict: Verdict
    support: float | None
    """Probability that the cited spans support the text; 1.0 for a quotation, None if unknown."""


def sources(claim: Claim) -> list[str]:
    """The documents that a claim cites, each with its date, in order and once."""
    return list(dict.fromkeys(citation.source for citation in claim.citations))


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A drafted sentence that failed its check and was not published."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two cited statements that disagree."""

    claims: tuple[Claim, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Seconds since the question was asked, and tokens as the model server counted them."""

    first_evidence_s: float | None = None
    first_sentence_s: float | None = None
    total_s: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One earlier message of a conversation; ``role`` is ``user`` or ``assistant``."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A checked answer. ``text`` is the claims joined: nothing else is ever shown as an answer."""

    question: str
    status: Status
    claims: tuple[Claim, ...]
    evidence: tuple[Evidence, ...]
    model: str
    answerability: float | None = None
    """Calibrated probability that the documents answer the question, 0 to 1."""
    calibrated: bool = True
    """False where the model has no thresholds of its own: its answers are called uncalibrated."""
    standalone_question: str | None = None
    """The question as it was retrieved, where a follow-up was rewritten."""
    premise: str | None = None
    """A premise of the question that the documents do not share."""
    clarification: str | None = None
    conflicts: tuple[Conflict, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    timings: Timings = field(default_factory=Timings)

    @property
    def text(self) -> str:
        return " ".join(claim.text for claim in self.claims)


DISAGREEMENT = "Where the documents disagree"
"""The section shown first of several documents: two items each belong together."""
POSITIONS = "Who holds which position"
"""What "Who said what" is of several documents: a speaker's items stand together."""
COMPARED = (DISAGREEMENT, POSITIONS)
"""Sections in which it matters which document says it, and of what day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A named part of a summary, such as "Who said what"."""

    name: str
    items: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission:
    """A salient source sentence that no point of the summary covers."""

    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A checked executive summary of one or more documents."""

    documents: tuple[str, ...]
    """Ids of the documents read, whole."""
    headline: Claim
    points: tuple[Claim, ...]
    sections: tuple[Section, ...]
    withheld: tuple[Withheld, ...]
    omitted: tuple[Omission, ...]
    coverage: float
    """Share of the source's salience-weighted sentences covered, 0 to 1."""
    model: str
    topic: str | None = None
    """What alone it is about, in the words of whoever asked for it; None: everything."""
    audience: str | None = None
    """Who it is for, in the words of whoever asked for it."""
    timings: Timings = field(default_factory=Timings)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFound:
    """Event: retrieval is done; shown at once, labelled as evidence."""

    evidence: tuple[Evidence, ...]
    question: str
    """The standalone question that was retrieved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Event: what is being done now, for a status line or bar (``done`` of ``total`` steps)."""

    message: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimChecked:
    """Event: one sentence passed its check and may be shown."""

    claim: Claim
    section: str = ""
    """In a summary: ``headline``, ``points`` or a section's name."""
    provisional: bool = False
    """True for the quotation that is shown at once and gives way to the next checked sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceWithheld:
    """Event: one drafted sentence failed its check."""

    withheld: Withheld


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Last event of an answer."""

    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Summarized:
    """Last event of a summary."""

    summary: Summary


AnswerEvent = EvidenceFound | Progress | ClaimChecked | SentenceWithheld | Answered
SummaryEvent = Progress | ClaimChecked | SentenceWithheld | Summarized


def citation_json(citation: Citation) -> dict[str, Any]:
    """``published`` is there only where the document has a date."""
    dated = {"published": citation.published} if citation.published else {}
    return {
        "document_id": citation.span.document_id,
        "document": citation.document_name,
        "start": citation.span.start,
        "end": citation.span.end,
        "quote": citation.quote,
        **dated,
    }


def claim_json(claim: Claim) -> dict[str, Any]:
    return {
        "text": claim.text,
        "verdict": claim.verdict,
        "support": claim.support,
        "citations": [citation_json(citation) for citation in claim.citations],
    }


def evidence_json(evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    return [
        {
            "document_id": item.passage.span.document_id,
            "document": item.document_name,
            "start": item.passage.span.start,
            "end": item.passage.span.end,
            "quote": item.passage.text,
            "score": item.score,
        }
        for item in evidence
    ]


def withheld_json(withheld: Sequence[Withheld]) -> list[dict[str, Any]]:
    return [{"text": item.text, "reason": item.reason} for item in withheld]


def answer_json(answer: Answer) -> dict[str, Any]:
    """The form of ``ask --json``."""
    timings = answer.timings
    return {
        "question": answer.question,
        "status": answer.status,
        "text": answer.text,
        "claims": [claim_json(claim) for claim in answer.claims],
        "premise": answer.premise,
        "clarification": answer.clarification,
        "conflicts": [
            {"note": c.note, "claims": [claim_json(claim) for claim in c.claims]}
            for c in answer.conflicts
        ],
        "withheld": withheld_json(answer.withheld),
        "evidence": evidence_json(answer.evidence),
        "answerability": answer.answerability,
        "calibrated": answer.calibrated,
        "model": answer.model,
        "timings": {
            "first_evidence_s": timings.first_evidence_s,
            "first_sentence_s": timings.first_sentence_s,
            "total_s": timings.total_s,
            "prompt_tokens": timings.prompt_tokens,
            "completion_tokens": timings.completion_tokens,
        },
    }


def summary_json(summary: Summary) -> dict[str, Any]:
    """The form of ``summarize --json``; ``topic`` and ``audience`` are there only where given."""
    focus = {"topic": summary.topic, "audience": summary.audience}
    return {
        "documents": list(summary.documents),
        "headline": claim_json(summary.headline),
        "points": [claim_json(claim) for claim in summary.points],
        "sections": [
            {"name": section.name, "items": [claim_json(item) for item in section.items]}
            for section in summary.sections
        ],
        "withheld": withheld_json(summary.withheld),
        "omitted": [
            {
                "document_id": item.citation.span.document_id,
                "quote": item.citation.quote,
                "start": item.citation.span.start,
                "end": item.citation.span.end,
            }
            for item in summary.omitted
        ],
        "coverage": summary.coverage,
        "model": summary.model,
        "timings": {
            "first_sentence_s": summary.timings.first_sentence_s,
            "total_s": summary.timings.total_s,
        },
        **{name: words for name, words in focus.items() if words},
    }
