"""Documents read whole for a summary: every sentence, its embedding and its salience."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from assistant.citations import cite
from assistant.data import Citation, Progress
from assistant.salience import Vectors, Weights, salience
from assistant.selection import flat
from assistant.shortening import shorten
from assistant.statements import is_loaded, is_statement, leaning, list_mark
from index import Library
from index.chunking import is_label
from index.data import Document, Span

Kind = Literal["statement", "line", "label"]
"""``line``: a row, a question or a fragment; ``label``: a heading, a caption or a file name."""

_BATCH = 256
"""Sentences embedded between two looks at whether the user has stopped the work."""
_LONG = 40
"""Words beyond which a sentence is too long to be a good point."""
_LEANS = 0.4
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
    """The same with words left out, see ``assistant.shortening``; equal where nothing can go."""
    document: int
    """The number of its document among those read, from 0."""
    section: int
    """The number of the stretch below one heading, counted through all documents."""
    kind: Kind


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
    library: Library, documents: Sequence[Document], go_on: Callable[[], None]
) -> Generator[Progress, None, Reading]:
    """Read all of the documents, each with an equal share of the whole; reports its progress.

    ``go_on`` is called between batches and may raise to stop the work.

    Raises:
        StoreError: the library or its embedding model failed.
    """
    sentences: list[Sentence] = []
    vectors, shares = [], []
    for number, document in enumerate(documents):
        start = sentences[-1].section + 1 if sentences else 0
        found = _sentences(library, document, number, start)
        texts = [each.text for each in found]
        embedded = yield from _embedded(library, document, texts, go_on)
        weighed = salience(texts, embedded, _eligible(found))
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


def _sentences(library: Library, document: Document, number: int, section: int) -> list[Sentence]:
    found = []
    below = False
    for span in library.sentences(document.id):
        heading = any(span.start < each.end and each.start < span.end for each in document.headings)
        section += heading and below
        below = not heading
        found.append(_sentence(document, span, number, section, heading=heading))
    return found


def _sentence(
    document: Document, span: Span, number: int, section: int, *, heading: bool
) -> Sentence:
    line = document.quote(span)
    citation = cite(document, span.start + len(list_mark(line)), span.end)
    text = flat(citation.quote)
    return Sentence(
        citation=citation,
        text=text,
        short=shorten(text),
        document=number,
        section=section,
        kind="label" if heading or is_label(text) else _kind(line),
    )


def _kind(line: str) -> Kind:
    return "statement" if is_statement(line) else "line"


def _eligible(sentences: Sequence[Sentence]) -> list[bool]:
    """Which sentences can stand for a document: its statements, else its lines, else all."""
    kinds = {each.kind for each in sentences}
    wanted = "statement" if "statement" in kinds else "line" if "line" in kinds else "label"
    return [each.kind == wanted for each in sentences]


def _embedded(
    library: Library, document: Document, texts: Sequence[str], go_on: Callable[[], None]
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
