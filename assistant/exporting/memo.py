"""A summary laid out to be forwarded, before it is any file format: parts, items and footnotes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.checking.citations import numbered
from assistant.data import DISAGREEMENT, POSITIONS, Citation, Claim, Summary, sources
from assistant.exporting.legal import legal
from assistant.language.statements import figures, speaker
from assistant.language.words import flat
from assistant.summarising.outline import FIGURES, TIMELINE
from assistant.summarising.timeline import when
from index.data import Document, Span

POINTS = "Key points"
OMITTED = "Not covered above"
LONGEST_WORD = 30
"""Characters of a last word that is kept on one line with the marks behind it."""
KEPT_MARKS = 4
"""So many marks are kept with the last word, so that none stands alone on a line."""
COLUMNS = {DISAGREEMENT: "Document", FIGURES: "Figure", TIMELINE: "Day", POSITIONS: "Who"}
"""The parts that are tables, with what their first column has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One published sentence."""

    text: str
    """A verbatim sentence stands in quotation marks."""
    notes: tuple[int, ...]
    """The numbers of its footnotes."""
    figures: tuple[str, ...] = ()
    """What stands in the first column of a table: numbers and dates, the day, who says it,
    the document and its date."""

    @property
    def ends(self) -> tuple[str, str]:
        """The text up to its last word, and that word, with which its marks stay.

        In a script without spaces there is no such word, and it is empty.
        """
        start, space, word = self.text.rpartition(" ")
        return (self.text, "") if len(word) > LONGEST_WORD else (start + space, word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A named list of items."""

    name: str
    items: tuple[Item, ...]

    @property
    def is_table(self) -> bool:
        return self.name in COLUMNS

    @property
    def column(self) -> str:
        """What a table's first column is called."""
        return COLUMNS[self.name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A footnote: what is cited, and where it stands."""

    number: int
    quote: str
    place: str
    """The document's name, with the page where it has pages; beside others, with its date too."""

    @property
    def text(self) -> str:
        return f"{quoted(self.quote)} {self.place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Memo:
    """A whole summary, or a conversation, in the order in which it is read."""

    title: str
    sources: tuple[str, ...]
    """Whom it is for, where that was said; the day; then one line for each document read."""
    headline: Item | None
    """None of a conversation."""
    parts: tuple[Part, ...]
    remarks: tuple[str, ...]
    """How it was made and what was left out, one sentence each."""
    notes: tuple[Note, ...]


def memo(summary: Summary, documents: Sequence[Document], day: date) -> Memo:
    """The summary laid out; ``documents`` are those it was made of, ``day`` is its date.

    Its text is such as every format can hold (``assistant.exporting.legal``).

    Raises:
        KeyError: a cited document is not among ``documents``.
    """
    known = {document.id: document for document in documents}
    claims = [summary.headline, *summary.points]
    claims += [item for section in summary.sections for item in section.items]
    cited = [claim.citations for claim in claims]
    cited += [(omission.citation,) for omission in summary.omitted]
    citations = numbered(cited)
    numbers = {citation.span: number for number, citation in enumerate(citations, start=1)}
    parts = [(POINTS, summary.points), *((each.name, each.items) for each in summary.sections)]
    listed = [
        Part(name=name, items=tuple(_item(claim, numbers, name, known) for claim in items))
        for name, items in parts
        if items
    ]
    if summary.omitted:
        listed.append(_omitted(summary, numbers))
    made = Memo(
        title="Executive summary",
        sources=(
            *_focus(summary),
            spoken(day),
            *(source_line(known[each]) for each in summary.documents),
        ),
        headline=_item(summary.headline, numbers, "", known),
        parts=tuple(listed),
        remarks=_remarks(summary),
        notes=tuple(
            _note(number, citation, known) for number, citation in enumerate(citations, start=1)
        ),
    )
    return in_legal_text(made)


def in_legal_text(made: Memo) -> Memo:
    """The memo in such text as every format can hold."""
    return replace(
        made,
        title=legal(made.title),
        sources=tuple(map(legal, made.sources)),
        headline=_legal_item(made.headline) if made.headline else None,
        parts=tuple(
            replace(each, name=legal(each.name), items=tuple(map(_legal_item, each.items)))
            for each in made.parts
        ),
        remarks=tuple(map(legal, made.remarks)),
        notes=tuple(
            replace(note, quote=legal(flat(note.quote)), place=legal(note.place))
            for note in made.notes
        ),
    )


def quoted(text: str) -> str:
    """The text on one line in quotation marks; quotation marks within become single ones, and the
    outer bars of a table's row go.
    """
    inner = flat(text).strip("| ").replace("“", "‘").replace("”", "’")
    return f"“{inner}”"


def _legal_item(item: Item) -> Item:
    return replace(item, text=legal(item.text), figures=tuple(map(legal, item.figures)))


def _item(
    claim: Claim, numbers: Mapping[Span, int], part: str, known: Mapping[str, Document]
) -> Item:
    return Item(
        text=_said(claim),
        notes=tuple(dict.fromkeys(numbers[citation.span] for citation in claim.citations)),
        figures=_lead(claim, part, known),
    )


def _lead(claim: Claim, part: str, known: Mapping[str, Document]) -> tuple[str, ...]:
    """What an item's first column has."""
    if part == TIMELINE:
        day = when(claim.text, known[claim.citations[0].span.document_id].published)
        return (spoken(day),) if day else ()
    if part == DISAGREEMENT:
        return tuple(sources(claim))
    if part == POSITIONS:
        return (speaker(claim.citations[0].quote) or "A source", *sources(claim))
    return tuple(figures(claim.text))


def spoken(day: date) -> str:
    """A day as a memo writes it: “3 May 2024”."""
    return f"{day.day} {day:%B %Y}"


def _said(claim: Claim) -> str:
    """What is published; each quotation in marks of its own."""
    if claim.verdict == "verified":
        return claim.text
    return " ".join(quoted(citation.quote) for citation in claim.citations)


def _omitted(summary: Summary, numbers: Mapping[Span, int]) -> Part:
    return Part(
        name=OMITTED,
        items=tuple(
            Item(text=quoted(each.citation.quote), notes=(numbers[each.citation.span],))
            for each in summary.omitted
        ),
    )


def _focus(summary: Summary) -> Iterator[str]:
    if summary.topic:
        yield f"On “{flat(summary.topic)}”"
    if summary.audience:
        yield f"For {flat(summary.audience)}"


def source_line(document: Document) -> str:
    """A document by its title and name, with its day."""
    about = [document.name]
    if document.published:
        about.append(document.published)
    if document.title and document.title != document.name:
        about.insert(0, f"“{document.title}”")
    return ", ".join(about)


def _note(number: int, citation: Citation, known: Mapping[str, Document]) -> Note:
    document = known[citation.span.document_id]
    there = document.place_of(citation.span.start)
    place = citation.document_name
    if len(known) > 1 and document.published:
        place += f", {document.published}"
    place += f", {there}" if there else ""
    return Note(number=number, quote=citation.quote, place=place)


def _remarks(summary: Summary) -> tuple[str, ...]:
    what = "what the text says on it" if summary.topic else "the text"
    remarks = [
        "Every sentence was checked against the passage it cites, or quotes it.",
        f"The cited sentences carry {summary.coverage:.0%} of the weight of {what}, by salience.",
    ]
    if summary.withheld:
        count = len(summary.withheld)
        remarks.append(
            f"{count} shortened sentence{'s' if count > 1 else ''} failed the check and "
            f"{'were' if count > 1 else 'was'} replaced by the source's own words."
        )
    return (*remarks, f"Made with Citewell and {summary.model}.")
