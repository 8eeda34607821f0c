"""What an answer is on its way from a question: each step takes one of these and returns another.

``Asked`` → ``Understood`` → ``Retrieved`` → ``Judged`` or ``Weighed`` → ``Drafted``,
``Composed`` or ``Sourced`` → ``Published``. ``Published``, ``Refused`` or ``AskedBack`` may be made
at any step from judging on, and later steps let them pass. What became of a question is in the
type. A question of several parts is several values side by side.
"""

import time
from collections.abc import Callable, Collection, Generator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import numpy as np

from assistant.answering.candidates import Candidate, Sentences
from assistant.answering.judging import Judgement
from assistant.answering.trace import Trace
from assistant.checking.calibration import Calibration
from assistant.data import AnswerEvent, Claim, Conflict, Form, RefusalKind, Turn, Withheld
from assistant.models.protocol import Model, Usage
from assistant.prompts import Prompts
from index.data import Evidence
from index.entries import Entry
from index.errors import CancelledError
from index.readable import Readable

Kind = Literal["lookup", "whole", "list", "compare", "document"]
"""What a question asks for: one fact, several sentences, every one of a kind, two things beside
each other, or a document as a whole."""
Detail = Literal["short", "detailed"]
"""What a reader may ask for instead of what the question itself suggests."""

Value = TypeVar("Value")
Steps = Generator[AnswerEvent, None, Value]
"""Events for whoever watches, and in the end a value."""


class AbandonedError(Exception):
    """Nobody listens to the answer any more."""


@dataclass(slots=True, kw_only=True)
class Meter:
    """What one answer has cost so far: the one thing that steps add to."""

    started: float = field(default_factory=time.monotonic)
    usage: Usage = field(default_factory=Usage)
    first_evidence_s: float | None = None
    first_sentence_s: float | None = None
    abandoned: bool = False
    """Whoever listened has left. LangChain runs a closed stream to its end; the steps do not."""

    def clock(self) -> float:
        """Seconds since the question was asked."""
        return time.monotonic() - self.started


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What every step of one answer works with."""

    library: Readable
    model: Model
    """The one that answers to the end, even where another is chosen meanwhile."""
    prompts: Prompts
    calibration: Calibration
    cancelled: Callable[[], bool]
    trace: Trace
    meter: Meter = field(default_factory=Meter)

    def go_on(self) -> None:
        """Raise CancelledError if the user has stopped the answer, AbandonedError if nobody
        listens any more."""
        if self.meter.abandoned:
            raise AbandonedError
        if self.cancelled():
            raise CancelledError("The answer was stopped.", "Ask again when you like.")

    def spend(self, usage: Usage) -> None:
        """Count the tokens of a call."""
        self.meter.usage += usage

    def holds(self, evidence: Evidence) -> bool:
        """Whether the document of a passage is still in the library."""
        return self.library.holds(evidence.passage.span.document_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as it was asked."""

    run: Run
    question: str
    history: tuple[Turn, ...]
    documents: Collection[str] | None
    """Ids to ask; all where it is None."""
    detail: Detail | None = None
    exhaustive: bool = False
    """Read every passage that may be asked, not only the nearest."""

    def entries(self) -> list[Entry]:
        """The documents that may be asked, a line of each."""
        entries = self.run.library.listing.entries()
        if self.documents is None:
            return list(entries)
        ids = set(self.documents)
        return [each for each in entries if each.id in ids]


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """One part of a question, as it can be retrieved and judged alone."""

    asked: Asked
    question: str
    """Standalone: a follow-up's names are in it."""
    earlier: str
    """The question before it in the conversation, of a part the whole question; or the empty
    string."""
    kind: Kind
    of: int = 1
    """Into how many parts the question falls."""
    first: bool = True
    """Whether it is the first of them."""
    reckoned: bool = False
    """Whether it may ask for what figures of the documents come to."""
    open: bool = False
    """Of a look-up, whether it may want more than the one fact."""
    parallel: Candidate | None = None
    """The sentence that a fragment asks for, where the one that answered before tells which."""

    @property
    def run(self) -> Run:
        return self.asked.run

    @property
    def composed(self) -> bool:
        """Whether the model writes the whole answer from numbered sentences: lists stay
        quotations, for none may be missing."""
        return self.run.calibration.composes and self.kind != "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """A part of a question with the passages nearest to it, best first."""

    part: Understood
    evidence: tuple[Evidence, ...]

    @property
    def run(self) -> Run:
        return self.part.run

    def held(self) -> list[Evidence]:
        """The passages whose document is still in the library, best first."""
        return [each for each in self.evidence if self.run.holds(each)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What was decided on: calibration learns from it."""

    signals: Mapping[str, float] = field(default_factory=dict)
    """Named signals of answerability; none where it was decided without."""
    support: float | None = None
    """Of a draft, the probability that what it cites bears it out; None if nothing was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The one sentence that answers a look-up."""

    found: Retrieved
    best: Judgement
    answerability: float
    doubtful: bool
    """The answer stands only if its draft passes the support check."""
    premise: str | None
    """A name of the question that the documents do not have."""
    rivals: tuple[Candidate, ...] = ()
    """Sentences of other documents that answer otherwise."""
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A look-up's sentence in the model's words; empty where the source's own is to stand."""

    judged: Judged
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What became of what the model wrote of some passages."""

    claims: tuple[Claim, ...]
    """The sentences that are borne out by what they cite, in order."""
    withheld: tuple[Withheld, ...]
    """The others."""
    named: tuple[Candidate, ...] = ()
    """Sentences of the documents that it points at: what a withheld or a copied one is from."""
    nearness: np.ndarray
    """How near each of n sentences of the documents is to the nearest drafted one; shape (n,)."""

    @property
    def is_invented(self) -> bool:
        """Whether nothing that was written is borne out, nor like what the documents say."""
        return bool(self.withheld) and not self.claims and not self.named

    def then(self, other: "Draft") -> "Draft":
        """This one and another of the same n sentences."""
        return Draft(
            claims=self.claims + other.claims,
            withheld=self.withheld + other.withheld,
            named=self.named + other.named,
            nearness=np.maximum(self.nearness, other.nearness),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A question of several sentences that the documents answer, with the first draft of it."""

    found: Retrieved
    near: Sentences
    """The sentences that were read, nearest to the question first."""
    passages: int
    """How many passages were read."""
    of: int
    """How many there are to ask."""
    draft: Draft
    told: bool
    """Whether its sentences were shown as soon as they were checked."""
    answerability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a whole answer is made of: what the model wrote, and sentences that fill it up."""

    found: Retrieved
    claims: tuple[Claim, ...]
    """Sentences in the model's words, each checked."""
    withheld: tuple[Withheld, ...]
    told: bool
    """Whether those were shown as soon as they were checked."""
    sentences: tuple[Candidate, ...]
    """Sentences of the documents, in the order of the text."""
    answerability: float
    passages: int
    """How many passages were read to choose them."""
    of: int
    """How many there are to ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A whole answer's sentences in the groups that may become one sentence."""

    chosen: Chosen
    groups: tuple[tuple[Candidate, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """What a model that composes may write a whole answer from."""

    chosen: Chosen
    sources: tuple[Candidate, ...]
    """The chosen sentences and those around them; number 1 is the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The checked sentences of one part."""

    found: Retrieved
    claims: tuple[Claim, ...]
    answerability: float | None
    """None where no model judged it: a fragment's sentence is told by where it stands."""
    form: Form = "sentences"
    withheld: tuple[Withheld, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    passages: int = 0
    of: int = 0
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The documents do not say; ``kind`` says how that was found."""

    found: Retrieved
    answerability: float | None
    kind: RefusalKind
    text: str
    """One sentence for the reader."""
    premise: str | None = None
    withheld: tuple[Withheld, ...] = ()
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedBack:
    """Documents answer different readings of the question."""

    found: Retrieved
    answerability: float
    clarification: str
    documents: frozenset[str]
    """Ids of those that answer one of the readings."""
    grounds: Grounds = Grounds()


Outcome = Published | Refused | AskedBack
