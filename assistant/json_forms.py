"""The JSON forms of answers and summaries, each said once and used both ways.

A form lists the keys in the order in which they are printed: the keys of ``ask --json`` and
``summarize --json`` are an interface and do not change. ``_Form.model_validate`` takes the value
(``assistant.data``) or its JSON alike; ``value`` gives the value. A key that is missing, because a
record is older than it, has its default; an unknown one is ignored. To add a key, add a field to
the value and one of the same name, with a default, to its form.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any, ClassVar, cast

from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from assistant.checking.reckoned import holds
from assistant.data import (
    Answer,
    Citation,
    Claim,
    Conflict,
    Expression,
    Form,
    Omission,
    Operand,
    Operation,
    Part,
    ReadShare,
    Refusal,
    RefusalKind,
    Section,
    Status,
    Summary,
    Timings,
    Verdict,
    Withheld,
)
from assistant.wording import said, shares
from index.data import Evidence, Passage, Span

Json = dict[str, Any]


class _Form(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True, extra="ignore")
    made: ClassVar[type]
    """What ``value`` makes."""
    if_given: ClassVar[tuple[str, ...]] = ()
    """Keys that are there only where they have a value."""

    @model_serializer(mode="wrap")
    def _dump(self, handler: SerializerFunctionWrapHandler) -> Json:
        return {
            key: value for key, value in handler(self).items() if value or key not in self.if_given
        }

    def value(self) -> Any:
        """The value of ``assistant.data`` that this is the form of."""
        names = {field.name for field in fields(self.made)} & set(type(self).model_fields)
        return self.made(**{name: _value(getattr(self, name)) for name in names})


def _value(item: Any) -> Any:
    if isinstance(item, _Form):
        return item.value()
    return tuple(map(_value, item)) if isinstance(item, tuple) else item


def _at(*path: str) -> Any:
    """A field whose value is ``path`` of the object, and stands under its own name in JSON."""
    return Field(validation_alias=AliasChoices(path[-1], AliasPath(*path)))


class _CitationForm(_Form):
    made = Citation
    if_given = ("published", "unsure", "library")
    document_id: str = _at("span", "document_id")
    document: str = Field(validation_alias=AliasChoices("document_name", "document"))
    start: int = _at("span", "start")
    end: int = _at("span", "end")
    quote: str
    published: str | None = None
    unsure: tuple[str, ...] = ()
    library: str = ""

    def value(self) -> Citation:
        return Citation(
            span=Span(document_id=self.document_id, start=self.start, end=self.end),
            quote=self.quote,
            document_name=self.document,
            published=self.published,
            unsure=self.unsure,
            library=self.library,
        )


class _OperandForm(_Form):
    made = Operand
    text: str
    citation: int


class _ExpressionForm(_Form):
    made = Expression
    operation: Operation
    operands: tuple[_OperandForm, ...]


class _ClaimForm(_Form):
    made = Claim
    if_given = ("expression",)
    text: str
    verdict: Verdict
    support: float | None = None
    citations: tuple[_CitationForm, ...] = ()
    expression: _ExpressionForm | None = None

    def value(self) -> Claim:
        claim = super().value()
        if not holds(claim):
            raise ValueError(f"“{claim.text}” is not what its figures come to")
        return cast(Claim, claim)


class _ConflictForm(_Form):
    made = Conflict
    note: str
    claims: tuple[_ClaimForm, ...]


class _WithheldForm(_Form):
    made = Withheld
    text: str
    reason: str


class _EvidenceForm(_Form):
    made = Evidence
    if_given = ("published", "library")
    document_id: str = _at("passage", "span", "document_id")
    document: str = Field(validation_alias=AliasChoices("document_name", "document"))
    start: int = _at("passage", "span", "start")
    end: int = _at("passage", "span", "end")
    quote: str = Field(validation_alias=AliasChoices("quote", AliasPath("passage", "text")))
    score: float
    published: str | None = None
    library: str = ""

    def ranked(self, label: int) -> Evidence:
        """The evidence at this rank, from 1; what JSON does not tell of it is left open."""
        span = Span(document_id=self.document_id, start=self.start, end=self.end)
        place = f"{span.document_id}:{span.start}-{span.end}"
        return Evidence(
            label=label,
            passage=Passage(id=place, span=span, text=self.quote, heading=""),
            document_name=self.document,
            score=self.score,
            similarity=float("nan"),
            published=self.published,
            library=self.library,
        )


class _TimingsForm(_Form):
    made = Timings
    first_evidence_s: float | None = None
    first_sentence_s: float | None = None
    total_s: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _RefusalForm(_Form):
    made = Refusal
    kind: RefusalKind
    text: str


class _PartForm(_Form):
    made = Part
    question: str
    claims: tuple[int, ...] = ()

    def value(self) -> Part:
        return Part(question=self.question, claims=self.claims)


class _ReadForm(_Form):
    made = ReadShare
    passages: int
    of: int


class _AnswerForm(_Form):
    made = Answer
    question: str
    status: Status
    form: Form = "sentences"
    text: str = ""
    claims: tuple[_ClaimForm, ...] = ()
    parts: tuple[_PartForm, ...] = ()
    missing: tuple[str, ...] = ()
    read: _ReadForm | None = None
    refusal: _RefusalForm | None = None
    premise: str | None = None
    clarification: str | None = None
    conflicts: tuple[_ConflictForm, ...] = ()
    withheld: tuple[_WithheldForm, ...] = ()
    evidence: tuple[_EvidenceForm, ...] = ()
    answerability: float | None = None
    calibrated: bool = True
    model: str = ""
    timings: _TimingsForm = Field(default_factory=_TimingsForm)

    def value(self) -> Answer:
        ranked = (each.ranked(label) for label, each in enumerate(self.evidence, start=1))
        bare: Answer = super(_AnswerForm, self.model_copy(update={"evidence": ()})).value()
        return replace(bare, evidence=tuple(ranked))


class _SectionForm(_Form):
    made = Section
    name: str
    items: tuple[_ClaimForm, ...]


class _OmissionForm(_Form):
    made = Omission
    document_id: str = _at("citation", "span", "document_id")
    quote: str = _at("citation", "quote")
    start: int = _at("citation", "span", "start")
    end: int = _at("citation", "span", "end")

    def value(self) -> Omission:
        span = Span(document_id=self.document_id, start=self.start, end=self.end)
        return Omission(citation=Citation(span=span, quote=self.quote, document_name=""))


class _SummaryTimingsForm(_Form):
    made = Timings
    first_sentence_s: float | None = None
    total_s: float = 0.0


class _SummaryForm(_Form):
    made = Summary
    if_given = ("topic", "audience")
    documents: tuple[str, ...]
    headline: _ClaimForm
    points: tuple[_ClaimForm, ...] = ()
    sections: tuple[_SectionForm, ...] = ()
    withheld: tuple[_WithheldForm, ...] = ()
    omitted: tuple[_OmissionForm, ...] = ()
    coverage: float = 0.0
    model: str = ""
    timings: _SummaryTimingsForm = Field(default_factory=_SummaryTimingsForm)
    written: float = 0.0
    shortened: float = 0.0
    quoted: float = 0.0
    topic: str | None = None
    audience: str | None = None


def answer_json(answer: Answer) -> Json:
    """The form of ``ask --json``."""
    return _AnswerForm.model_validate(answer).model_dump(mode="json")


def answer_from_json(told: Mapping[str, Any]) -> Answer:
    """The answer of this JSON.

    Raises:
        ValueError: this is no answer.
    """
    answer: Answer = _AnswerForm.model_validate(told).value()
    return answer


def summary_json(summary: Summary) -> Json:
    """The form of ``summarize --json``; ``topic`` and ``audience`` are there only where given. The
    shares of sentences written, shortened and quoted are reckoned anew."""
    return {**_SummaryForm.model_validate(summary).model_dump(mode="json"), **shares(said(summary))}


def summary_from_json(told: Mapping[str, Any]) -> Summary:
    """The summary of this JSON.

    Raises:
        ValueError: this is no summary.
    """
    summary: Summary = _SummaryForm.model_validate(told).value()
    return summary


def evidence_json(evidence: Iterable[Evidence]) -> list[Json]:
    return [_EvidenceForm.model_validate(each).model_dump(mode="json") for each in evidence]


def evidence_from_json(told: Iterable[Mapping[str, Any]]) -> list[Evidence]:
    """The evidence of this JSON, the best first, as it was found.

    Raises:
        ValueError: this is no evidence.
    """
    found = (_EvidenceForm.model_validate(each) for each in told)
    return [each.ranked(label) for label, each in enumerate(found, start=1)]


def claim_json(claim: Claim) -> Json:
    return _ClaimForm.model_validate(claim).model_dump(mode="json")


def claim_from_json(told: Mapping[str, Any]) -> Claim:
    """The claim of this JSON.

    Raises:
        ValueError: this is no claim, or not what its figures come to.
    """
    return _ClaimForm.model_validate(told).value()


def citation_json(citation: Citation) -> Json:
    """``published`` is there only where the document has a date, ``unsure`` where words are,
    ``library`` where several were asked."""
    return _CitationForm.model_validate(citation).model_dump(mode="json")


def withheld_json(withheld: Iterable[Withheld]) -> list[Json]:
    return [_WithheldForm.model_validate(each).model_dump(mode="json") for each in withheld]


def as_of_today(stored: Mapping[str, Any]) -> Json:
    """A stored answer with every key that one has today; those it lacks have their defaults."""
    empty = _AnswerForm(question="", status="answered")
    return {**empty.model_dump(mode="json"), **stored}
