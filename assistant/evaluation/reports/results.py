"""What asking one case gave: an answer or a failure, never one dressed up as the other."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

ChainName = Literal["citewell", "stock", "stock-long"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A range of a document and its text: a citation, or a passage that was retrieved."""

    document_id: str
    document: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """The answer of one chain to one case. Times are seconds since the question was asked."""

    id: str
    chain: ChainName
    status: str
    """``answered``, ``not_in_documents`` or ``needs_clarification``."""
    text: str
    """What the user sees as the answer; empty for a refusal, except a stock chain's own words."""
    verdicts: tuple[str, ...] | None
    """A verdict for each published sentence; None for a chain that checks nothing."""
    citations: tuple[tuple[Quoted, ...], ...] | None
    """The citations of each published sentence; None for a chain that has none."""
    retrieved: tuple[Quoted, ...]
    """Passages in the order of retrieval, best first."""
    withheld: tuple[str, ...] | None
    answerability: float | None
    first_evidence_s: float | None
    first_token_s: float | None
    """When the first words appeared, checked or not."""
    first_sentence_s: float | None
    """When the first whole sentence was there; a checked one where the chain checks."""
    total_s: float
    prompt_tokens: int
    completion_tokens: int
    note: str = ""
    """A corrected premise or a question back to the user."""

    @property
    def answered(self) -> bool:
        return self.status == "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFailure:
    """A case that crashed: it counts as wrong, and never as a refusal."""

    id: str
    chain: ChainName
    error: str
    message: str
    total_s: float


Outcome = CaseResult | CaseFailure


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """A line of ``cases.jsonl``."""
    kind = "answer" if isinstance(outcome, CaseResult) else "failure"
    return {"kind": kind, **asdict(outcome)}


def outcome_from_json(row: dict[str, Any]) -> Outcome:
    """The outcome of a line of ``cases.jsonl``."""
    fields = {name: value for name, value in row.items() if name != "kind"}
    if row["kind"] == "failure":
        return CaseFailure(**fields)
    citations, verdicts, withheld = (fields[n] for n in ("citations", "verdicts", "withheld"))
    fields["retrieved"] = tuple(Quoted(**item) for item in fields["retrieved"])
    fields["verdicts"] = None if verdicts is None else tuple(verdicts)
    fields["withheld"] = None if withheld is None else tuple(withheld)
    fields["citations"] = (
        None
        if citations is None
        else tuple(tuple(Quoted(**item) for item in cited) for cited in citations)
    )
    return CaseResult(**fields)
