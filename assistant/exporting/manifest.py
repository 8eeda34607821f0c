"""What stands in an evidence bundle's ``summary.json``: every field, with what it may hold."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

FORMATS = (
    "citewell evidence bundle 1",
    "citewell evidence bundle 2",
    "citewell evidence bundle 3",
)
"""The second has a seal, the digest of all the rest; the third is of a conversation."""
LONGEST = 30_000
"""Characters of a sentence or a quotation."""
MOST = 2_000
"""Sentences, citations or documents of a list."""

Line = Annotated[str, StringConstraints(max_length=LONGEST)]
Said = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST, pattern=r"\S")]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Offset = Annotated[int, Field(ge=0)]


class Strict(BaseModel):
    """Exactly these fields, of exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Quoted(Strict):
    """A quotation and where it stands, in characters of the document's text."""

    document_id: Id
    start: Offset
    end: Offset
    quote: Said

    @model_validator(mode="after")
    def _has_length(self) -> Self:
        if self.end - self.start != len(self.quote):
            raise ValueError("the offsets are not those of a text as long as the quotation")
        return self


class Cited(Quoted):
    """A citation of a sentence, with its document's name."""

    document: Said
    published: Said | None = None
    unsure: list[Line] = Field(default=[], max_length=MOST)
    library: Line = ""


class Sentence(Strict):
    """A published sentence."""

    text: Said
    verdict: Literal["verified", "verbatim"]
    support: Share | None
    citations: list[Cited] = Field(min_length=1, max_length=MOST)


class Part(Strict):
    """A named list of sentences."""

    name: Said
    items: list[Sentence] = Field(min_length=1, max_length=MOST)


class NotPublished(Strict):
    """A sentence that failed its check."""

    text: Line
    reason: Line


class Times(Strict):
    """Seconds that it took."""

    first_sentence_s: Seconds | None
    total_s: Seconds


class Made(Strict):
    """The summary, as ``summarize --json`` prints it."""

    documents: list[Id] = Field(min_length=1, max_length=MOST)
    headline: Sentence
    points: list[Sentence] = Field(max_length=MOST)
    sections: list[Part] = Field(max_length=MOST)
    withheld: list[NotPublished] = Field(max_length=MOST)
    omitted: list[Quoted] = Field(max_length=MOST)
    coverage: Share
    model: Said
    timings: Times
    topic: Said | None = None
    audience: Said | None = None
    written: Share | None = None
    shortened: Share | None = None
    quoted: Share | None = None

    @property
    def sentences(self) -> list[Sentence]:
        """All that was published, in order."""
        listed = [item for section in self.sections for item in section.items]
        return [self.headline, *self.points, *listed]


class Figure(Strict):
    """A figure that is reckoned with, and the number of the citation that has it."""

    text: Said
    citation: Offset


class Reckoning(Strict):
    """How a sentence was computed."""

    operation: Said
    operands: list[Figure] = Field(min_length=1, max_length=MOST)


class Told(Sentence):
    """A sentence of an answer."""

    verdict: Literal["verified", "verbatim", "computed"]  # type: ignore[assignment]
    expression: Reckoning | None = None


class Answered(Strict):
    """A question with the sentences that answer it."""

    question: Said
    at: Said
    claims: list[Told] = Field(min_length=1, max_length=MOST)


class Conversation(Strict):
    """What was asked and answered."""

    title: Said
    answers: list[Answered] = Field(min_length=1, max_length=MOST)


class Source(Strict):
    """A document that was summarized or asked; its text is a file of its own."""

    id: Id
    name: Said
    title: Line
    url: Line | None
    published: Said | None
    text: Line
    sha256: Digest
    pages: list[tuple[int, Offset, Offset]]
    """Number, start and end of each printed page."""

    @model_validator(mode="after")
    def _pages_follow_each_other(self) -> Self:
        at, before = 0, 0
        for number, start, end in self.pages:
            if number <= before or start < at or end < start:
                raise ValueError("its pages do not follow each other")
            before, at = number, end
        return self


class Manifest(Strict):
    """The whole of it."""

    format: Literal[FORMATS]  # type: ignore[valid-type]  # pydantic takes the tuple's members
    summary: Made | None = None
    conversation: Conversation | None = None
    documents: list[Source] = Field(min_length=1, max_length=MOST)
    seal: Digest | None = None

    @model_validator(mode="after")
    def _is_sealed(self) -> Self:
        if (self.seal is None) != (self.format == FORMATS[0]):
            raise ValueError("its format and its seal do not go together")
        is_talk = self.format == FORMATS[2]
        if (self.summary is None) != is_talk or (self.conversation is not None) != is_talk:
            raise ValueError("its format and its contents do not go together")
        return self


def read(content: bytes) -> Manifest:
    """The manifest in a file's content.

    Raises:
        ValueError: it is none; pydantic's says where.
    """
    return Manifest.model_validate_json(content)


def told(problem: dict[str, Any]) -> str:
    """One of pydantic's problems, in a line without what the file says."""
    where = ".".join(str(each) for each in problem["loc"]) or "it"
    return f"summary.json: {where[:200]}: {problem['msg'][:200]}."
