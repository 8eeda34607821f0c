"""What asking one case gave, and what it is worth: values.

An outcome is an answer or a failure, never one dressed up as the other.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from assistant.evaluation.reports import metrics

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


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievalScore:
    """How retrieval did on one case with gold evidence."""

    recall: Mapping[int, float]
    """k to the share of gold quotes that the first k passages find."""
    reciprocal_rank: float
    ndcg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationScore:
    """Sentences cited, gold, and both, of one answerable case with gold sentences."""

    cited: int
    gold: int
    both: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseScore:
    """All figures of one case and chain; None where the case or chain cannot have the figure."""

    id: str
    chain: ChainName
    answerable: bool
    kind: str
    failed: bool
    answered: bool
    refused: bool
    correct: bool | None
    """None, as the four after it, of an answerable case that has facts but no answers."""
    exact_match: float | None
    f1: float | None
    token_recall: float | None
    rouge_l: float | None
    facts: tuple[tuple[str, bool], ...]
    """Id of each key fact, and whether the answer has it."""
    never: tuple[str, ...] | None
    """The patterns of wrong statements that occur in the answer; None where the case has none."""
    group: str
    """The same for cases that are one observation, such as the turns of a conversation."""
    words: int | None
    prose: bool | None
    answerability: float | None
    retrieval: RetrievalScore | None
    citations: CitationScore | None
    exact_offsets: tuple[int, int] | None
    """Exact citations, and citations."""
    sentences: int | None
    documents_cited: int | None
    """Of an answer, by a chain that cites."""
    withheld: int | None

    @property
    def fact_recall(self) -> float | None:
        """The share of the key facts that the answer has; None where the case has none."""
        return metrics.share([found for _, found in self.facts])
