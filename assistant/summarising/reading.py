"""Documents read whole for a summary: every sentence, its embedding and its salience."""

from bisect import bisect_right
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from assistant.checking.citations import cite
from assistant.data import Citation, Progress
from assistant.language.statements import (
    heading_weight,
    is_loaded,
    is_statement,
    leaning,
    list_mark,
    telling,
)
from assistant.language.tables import cells, is_header, said
from assistant.language.words import flat
from assistant.summarising.salience import Vectors, Weights, salience
from assistant.summarising.shortening import shorten
from index.data import Document, Heading, Span
from index.readable import Readable
from index.sentences import is_label

Kind = Literal["statement", "row", "line", "label"]
"""``row``: of a table, with a sentence of its own; ``line``: a question or a fragment;
``label``: a heading, a caption, a file name or the names of columns."""

_BATCH = 256
"""Sentences embedded between two looks at whether the user has stopped the work."""
_CHAPTERS = 3
"""Headings beside the title that an upper level has at least where it makes chapters."""
_WITHOUT_CHAPTERS = 60
_PARTS = 8
"""A text without chapters that has more sentences is taken to have so many equal ones."""
_TELLING = 0.3
_HEADED = 0.3
_PROCEDURE = 2.0
"""What cues of wording and of headings count in salience; mere procedure loses all it has."""
_LONG = 40
"""Words beyond which a sentence is too long to be a good point."""
_LEANS = 0.2
_LOADED = 0.4
_TOO_LONG = 0.1
"""What a sentence loses of its worth (the best has 1) for leaning on the sentence before it, for
loaded wording, and for its length: its salience stays, but another may say it better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of a document, as it is and as it might be published."""

    citation: Citation
    text: str
    """The quotation on one line."""
    short: str
    """The same with words left out, see ``assistant.summarising.shortening``; equal where nothing
    can go. Of a row, what ``assistant.language.tables`` says of it."""
    document: int
    """The number of its document among those read, from 0."""
    section: int
    """The number of the stretch below one heading, counted through all documents."""
    chapter: int
    """The number of the larger part it belongs to, counted through all documents."""
    kind: Kind
    cue: float
    """What its wording and its headings add to its salience, or take from it."""
    columns: Citation | None = None
    """Of a row, the row that names the columns."""

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What the sentence stands on."""
        return (self.columns, self.citation) if self.columns else (self.citation,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All sentences of the documents, n in all."""

    sentences: Sequence[Sentence]
    vectors: Vectors
    """Embeddings of unit length, shape (n, d)."""
    shares: Weights
    """Salience, shape (n,): what each sentence has of the whole, summing to 1."""
    worth: Weights
    """How good a point each would make, shape (n,), at most 1; 0 or less: none."""


def read(
    library: Readable, documents: Sequence[Document], go_on: Callable[[], None]
) -> Generator[Progress, None, Reading]:
    """Read all of the documents, each with an equal share of the whole; reports its progress.

    ``go_on`` is called between batches and may raise to stop the work.

    Raises:
        StoreError: the library or its embedding model failed.
    """
    sentences: list[Sentence] = []
    vectors, shares = [], []
    for number, document in enumerate(documents):
        found = _sentences(library, document, number, after=sentences[-1] if sentences else None)
        texts = [each.text for each in found]
        embedded = yield from _embedded(library, document, texts, go_on)
        weighed = salience(
            texts,
            embedded,
            _eligible(found),
            chapters=[each.chapter for each in found],
            title=library.embed([document.title])[0] if document.title else None,
            cues=[each.cue for each in found],
        )
        sentences += found
        vectors.append(embedded)
        shares.append(weighed / len(documents))
    joined = np.concatenate(shares)
    return Reading(
        sentences=sentences,
        vectors=np.concatenate(vectors),
        shares=joined,
        worth=_worth(sentences, joined),
    )


def _sentences(
    library: Readable, document: Document, number: int, after: Sentence | None
) -> list[Sentence]:
    """The sentences of one document; sections and chapters are numbered on from ``after``."""
    spans = library.sentences(document.id)
    section, chapter = (after.section + 1, after.chapter + 1) if after else (0, 0)
    found = [
        _sentence(document, span, number, place, section, chapter)
        for span, place in zip(spans, _places(document, spans), strict=True)
    ]
    return list(_with_rows(found))


def _with_rows(sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    """The same sentences; rows below one that names their columns say what they mean."""
    header: list[str] = []
    columns: Citation | None = None
    for sentence in sentences:
        quote = sentence.citation.quote
        row = cells(quote)
        if not row:
            if any(map(str.isalnum, quote)):
                columns = None
            yield sentence
        elif columns is None:
            if is_header(row):
                header, columns = row, sentence.citation
                yield replace(sentence, kind="label")
            else:
                yield sentence
        else:
            short = said(header, row)
            yield replace(sentence, short=short, kind="row", columns=columns) if short else sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where in its document a sentence stands."""

    is_heading: bool
    section: int
    chapter: int
    weight: float
    """What the headings above say of it, at most 1."""


def _places(document: Document, spans: Sequence[Span]) -> list[_Place]:
    """A section begins at each heading, a chapter at each of the upper levels that make several."""
    found: list[_Place] = []
    deepest = _chapter_level(document)
    section = chapter = 0
    below = chapter_below = False
    above: dict[int, float] = {}
    for span in spans:
        heading = _heading_at(document, span)
        if heading is None:
            below = chapter_below = True
        else:
            section += below
            below = False
            if heading.level <= deepest:
                chapter += chapter_below
                chapter_below = False
            above = {level: weight for level, weight in above.items() if level < heading.level}
            above[heading.level] = heading_weight(document.text[heading.start : heading.end])
        weight = min(1.0, sum(above.values()))
        found.append(
            _Place(is_heading=heading is not None, section=section, chapter=chapter, weight=weight)
        )
    if chapter == 0 and len(found) > _WITHOUT_CHAPTERS:
        return [
            replace(each, chapter=number * _PARTS // len(found))
            for number, each in enumerate(found)
        ]
    return found


def _chapter_level(document: Document) -> int:
    """The level down to which headings begin chapters: the highest that gives several."""
    levels = sorted(heading.level for heading in document.headings)
    return levels[min(_CHAPTERS, len(levels) - 1)] if levels else 0


def _heading_at(document: Document, span: Span) -> Heading | None:
    """The heading that the span is a part of, or has a part of."""
    number = bisect_right(document.headings, span.end - 1, key=lambda each: each.start) - 1
    heading = document.headings[number] if number >= 0 else None
    return heading if heading and heading.end > span.start else None


def _sentence(
    document: Document, span: Span, number: int, place: _Place, section: int, chapter: int
) -> Sentence:
    line = document.quote(span)
    mark = "" if cells(line) else list_mark(line)  # a row without a first cell begins with "·"
    citation = cite(document, span.start + len(mark), span.end)
    text = flat(citation.quote)
    return Sentence(
        citation=citation,
        text=text,
        short=shorten(text),
        document=number,
        section=section + place.section,
        chapter=chapter + place.chapter,
        kind="label" if place.is_heading or is_label(text) else _kind(line),
        cue=_cue(telling(text)) + _HEADED * place.weight,
    )


def _cue(told: float) -> float:
    return _TELLING * told if told >= 0 else _PROCEDURE * told


def _kind(line: str) -> Kind:
    return "statement" if is_statement(line) else "line"


def _eligible(sentences: Sequence[Sentence]) -> list[bool]:
    """Which sentences can stand for a document: its statements, else its rows, lines, or all."""
    kinds = {each.kind for each in sentences}
    wanted = next(kind for kind in get_args(Kind) if kind in kinds)
    return [each.kind == wanted for each in sentences]


def _embedded(
    library: Readable, document: Document, texts: Sequence[str], go_on: Callable[[], None]
) -> Generator[Progress, None, Vectors]:
    rows = []
    for start in range(0, len(texts), _BATCH):
        go_on()
        yield Progress(message=f"Reading {document.name}", done=start, total=len(texts))
        rows.append(library.embed(texts[start : start + _BATCH]))
    return np.concatenate(rows)


def _worth(sentences: Sequence[Sentence], shares: Weights) -> Weights:
    fault = np.array(
        [
            _LEANS * leaning(each.short)
            + _LOADED * is_loaded(each.short)
            + _TOO_LONG * (len(each.short.split()) > _LONG)
            for each in sentences
        ]
    )
    worth: Weights = np.where(shares > 0, np.maximum(shares / shares.max() - fault, 1e-6), 0.0)
    return worth
