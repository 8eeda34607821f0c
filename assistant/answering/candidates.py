"""The sentences of the retrieved passages, ranked by how near they are to the question."""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.checking.citations import LEANS
from assistant.language import tables
from assistant.language.names import acronyms, shortened
from assistant.language.words import content_words, flat
from index.data import Document, Evidence, Span
from index.formats.rows import MARK

PASSAGES = 5
"""How many of the best passages lend their sentences."""
RANKED = 8
"""How many of their sentences, the nearest to the question, are candidates."""
WORDING = 0.5
SURROUNDINGS = 0.3
"""Weights, beside the cosine similarity, of the share of the question's words that a sentence
has, and that it has together with the sentence before, its heading and its title."""

Embed = Callable[[Sequence[str]], np.ndarray]
"""n texts to unit vectors, shape (n, d)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One sentence of a retrieved passage."""

    span: Span
    text: str
    """The sentence on one line."""
    document_name: str
    title: str
    heading: str
    before: tuple[Span, ...]
    """The sentences before it in the same passage, nearest first: what its pronouns may mean."""
    context: str
    """The sentence before it, on one line, or the empty string."""
    rank: float = 0.0
    """What ``Sentences.ranks`` gives it, -1 to 1.8."""
    columns: Span | None = None
    """Of a row whose table stands in the text as it is, the row that names its columns."""
    row: str = ""
    """Such a row with the names of its columns."""

    @property
    def read(self) -> str:
        """What is read of it: a row is not understood without the names of its columns."""
        return self.row or self.text


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of some passages, read and embedded once, however often they are ranked."""

    items: tuple[Candidate, ...]
    """n sentences, each once."""
    vectors: np.ndarray
    """Unit vectors of each sentence alone, then of each after the one before it; (2n, d)."""
    embed: Embed

    def ranks(self, text: str) -> np.ndarray:
        """How near each sentence is to a text, by meaning and by wording; shape (n,).

        The mean cosine similarity of the sentence alone and of the sentence after the one before
        it, plus the weighted share of the text's words in the sentence, and in its surroundings.
        Wording finds the names and figures that embeddings blur.
        """
        (vector,) = self.embed([text])
        similarity = (self.vectors @ vector).reshape(2, len(self.items)).mean(axis=0)
        short = acronyms(" ".join([text, *(item.read for item in self.items)]))
        wanted = _beginnings(shortened(text, short))
        shared = [
            WORDING * _common(wanted, shortened(item.read, short))
            + SURROUNDINGS
            * _common(
                wanted,
                shortened(f"{item.context} {item.read} {item.title} {item.heading}", short),
            )
            for item in self.items
        ]
        return np.asarray(similarity + np.array(shared))

    def likeness(self, text: str, item: Candidate) -> float:
        """The cosine similarity of a text and one of the sentences, alone."""
        (vector,) = self.embed([text])
        return float(self.vectors[self.items.index(item)] @ vector)

    def nearest(self, questions: Sequence[str]) -> "Sentences":
        """The same, each with the mean of its ranks for the questions, nearest first.

        ``questions`` are forms of one, such as a follow-up alone and after the one before it.
        """
        if not self.items:
            return self
        ranks = np.mean([self.ranks(question) for question in questions], axis=0)
        best = np.argsort(-ranks, kind="stable")
        items = tuple(replace(self.items[at], rank=float(ranks[at])) for at in best)
        vectors = self.vectors[np.concatenate([best, best + len(best)])]
        return Sentences(items, vectors, self.embed)


def read_sentences(
    evidence: Sequence[Evidence],
    document: Callable[[str], Document],
    sentences: Callable[[str], Sequence[Span]],
    embed: Embed,
) -> Sentences:
    """The statements of the passages, in their order, each once where passages overlap."""
    found: dict[Span, Candidate] = {}
    for item in evidence:
        source = document(item.passage.span.document_id)
        for each in of_passage(item, source, sentences(source.id)):
            found.setdefault(each.span, each)
    items = tuple(found.values())
    placed = [f"{item.context} {item.read}".strip() for item in items]
    vectors = embed([*(item.read for item in items), *placed]) if items else np.zeros((0, 0))
    return Sentences(items, vectors, embed)


def in_order(items: Sequence[Candidate]) -> list[Candidate]:
    """By document, as these first name them, and in each in the order of the text."""
    documents = list(dict.fromkeys(item.span.document_id for item in items))
    return sorted(items, key=lambda item: (documents.index(item.span.document_id), item.span.start))


def leaning(item: Candidate, text: str) -> bool:
    """Whether a sentence is understood only after the one before it, which stands next to it in
    its document's ``text``: neither a heading nor a question lies between them."""
    if not item.before or not LEANS.match(item.text):
        return False
    return not text[item.before[0].end : item.span.start].strip()


def _common(wanted: set[str], text: str) -> float:
    return len(wanted & _beginnings(text)) / max(1, len(wanted))


def _beginnings(text: str) -> set[str]:
    """Content words cut to six letters, so that inflected forms meet; a day or a number whole."""
    return {word if _DIGIT.search(word) else word[:6] for word in content_words(text)}


def of_passage(item: Evidence, source: Document, sentences: Sequence[Span]) -> list[Candidate]:
    """The statements of one passage; headings are context, not statements."""
    inside = _inside(sentences, item.passage.span, source)
    rows = _rows(inside, sentences, source)
    found = []
    for position, span in enumerate(inside):
        columns, row = rows.get(span, (None, ""))
        if columns == span:
            continue  # it names the columns, and says nothing
        follows = position and columns is None
        found.append(
            Candidate(
                span=span,
                text=flat(source.quote(span)),
                document_name=source.name,
                title=source.title,
                heading=item.passage.heading,
                before=tuple(reversed(inside[:position])),
                context=flat(source.quote(inside[position - 1])) if follows else "",
                columns=columns,
                row=row,
            )
        )
    return found


def _rows(
    inside: Sequence[Span], sentences: Sequence[Span], source: Document
) -> dict[Span, tuple[Span, str]]:
    """Of each row of a table that stands in the text as it is: the row that names its columns, and
    how it reads with them. That row itself has nothing to read."""
    rows: dict[Span, tuple[Span, str]] = {}
    for span in inside:
        cells = tables.cells(source.quote(span))
        if not cells or MARK in source.quote(span):
            continue
        above = rows[previous][0] if (previous := _before(span, sentences)) in rows else None
        columns = above or _columns(span, sentences, source)
        if columns is not None:
            header = tables.cells(source.quote(columns))
            rows[span] = (columns, tables.said(header, cells))
    return {span: row for span, row in rows.items() if row[1] or row[0] == span}


def _before(span: Span, sentences: Sequence[Span]) -> Span | None:
    at = bisect_left(sentences, span.start, key=lambda each: each.start)
    return sentences[at - 1] if at else None


def _columns(span: Span, sentences: Sequence[Span], source: Document) -> Span | None:
    """The first row of the table that a row stands in, if it names the columns."""
    first, cells = span, tables.cells(source.quote(span))
    while (above := _before(first, sentences)) and tables.cells(source.quote(above)):
        first = above
    names = tables.cells(source.quote(first))
    return first if tables.is_header(names) and len(names) == len(cells) else None


def _inside(sentences: Sequence[Span], passage: Span, document: Document) -> list[Span]:
    first = bisect_left(sentences, passage.start, key=lambda span: span.start)
    headings = sorted(heading.start for heading in document.headings)
    inside: list[Span] = []
    for span in sentences[first:]:
        if span.end > passage.end:
            break
        if not _holds(headings, span) and _is_statement(document.quote(span)):
            inside.append(span)
    return inside


_WORD = re.compile(r"[^\W_]+(?:[-'’_.][^\W_]+)*")
_DIGIT = re.compile(r"\d")
_RULE = "---"
_LEADS_IN = 4
"""So many words before a colon say something, whatever follows them."""


def _holds(headings: Sequence[int], span: Span) -> bool:
    """Whether a heading begins within the span: a heading is a sentence of its own, with its
    marks ("## ")."""
    at = bisect_left(headings, span.start)
    return at < len(headings) and headings[at] < span.end


def _is_statement(text: str) -> bool:
    """Whether a sentence says something: a lone word, a rule of dashes, what a file says of itself
    between such rules, or a question does not.

    "We are left with one question: how far will they go?" says what the question is.
    """
    if text.startswith(_RULE):
        return False
    lead, colon, _ = text.partition(":")
    said = lead if colon and len(_WORD.findall(lead)) >= _LEADS_IN else text
    return not said.rstrip(" \"'”’)").endswith("?") and len(_WORD.findall(said)) > 1
