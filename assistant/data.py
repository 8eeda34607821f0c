"""What an answer and a summary are made of, and the events in which they come.

Everything here is frozen. The JSON forms are in ``assistant.json_forms``.
"""

from dataclasses import dataclass, field
from typing import Literal

from index.data import Evidence, Span
from index.wording import source

Verdict = Literal["verified", "verbatim", "computed"]
Operation = Literal["difference", "sum", "ratio", "share", "period", "order", "count"]
Status = Literal["answered", "not_in_documents", "needs_clarification"]
Form = Literal["sentences", "list", "comparison", "summary"]
RefusalKind = Literal[
    "not_stated", "premise", "contradicted", "made_up_name", "kind_missing", "unsupported"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A span of a document and its exact text. Made only by ``assistant.checking.citations``."""

    span: Span
    quote: str
    document_name: str
    published: str | None = None
    """ISO date of the document, where it says one."""
    unsure: tuple[str, ...] = ()
    """Its words that were recognised in a picture, and not for sure."""
    library: str = ""
    """The library that the document is in, where several are asked."""

    @property
    def source(self) -> str:
        """The document's name, its date where it has one, and its library among several."""
        return source(self.document_name, self.published, self.library)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """A figure that is reckoned with."""

    text: str
    """As it stands in the document, with its unit."""
    citation: int
    """Number of the claim's citation that has it, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """What a program computed from cited figures."""

    operation: Operation
    operands: tuple[Operand, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One published sentence with the citations it stands on."""

    text: str
    citations: tuple[Citation, ...]
    verdict: Verdict
    support: float | None
    """Probability that the cited spans support the text; 1.0 for a quotation, None if unknown; of
    what was computed the least of its figures."""
    expression: Expression | None = None
    """How it was computed, if the verdict is ``computed``."""

    def cites_all_of(self, other: "Claim") -> bool:
        """Whether everything that another cites lies within what this cites."""
        return all(
            any(there.span.holds(here.span) for there in self.citations) for here in other.citations
        )


UNSURE = "Recognised in a picture, and not for sure"
"""Stands before the words of a quote that its page must be looked at for."""


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
class Refusal:
    """Why the documents are said not to answer."""

    kind: RefusalKind
    text: str
    """One sentence for the reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the questions that a question was found to hold."""

    question: str
    claims: tuple[int, ...]
    """The numbers, from 0, of the claims that answer it; empty where the documents don't say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadShare:
    """How much was read for an answer."""

    passages: int
    of: int
    """How many passages there were to ask."""


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
    form: Form = "sentences"
    parts: tuple[Part, ...] = ()
    """Where the question holds several: each of them with its claims."""
    missing: tuple[str, ...] = ()
    """What the documents do not say of the question."""
    read: ReadShare | None = None
    """How much was read, where an answer is of many passages."""
    refusal: Refusal | None = None
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
