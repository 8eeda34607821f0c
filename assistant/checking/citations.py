"""Citations: the one place where they are made, so that a quote always is its span's text."""

import re
from collections.abc import Iterable, Sequence

from assistant.data import Citation
from assistant.language.names import unknown_names
from assistant.language.numbers import words_and_numbers
from assistant.language.qualifiers import is_qualified
from index.data import Document, Span

LEANS = re.compile(
    r"(?:he|she|it|they|this|that|these|those|his|her|hers|its|their|such)\b", re.IGNORECASE
)
"""A sentence that opens like this is understood only after the one before it."""


def cite(document: Document, start: int, end: int) -> Citation:
    """A citation of ``document.text[start:end]`` without the white space at its ends.

    Raises:
        ValueError: the range is empty, only white space, or outside the text.
    """
    if not 0 <= start < end <= len(document.text):
        raise ValueError(f"{start}:{end} does not lie in a text of {len(document.text)} characters")
    quote = document.text[start:end]
    start += len(quote) - len(quote.lstrip())
    end -= len(quote) - len(quote.rstrip())
    if start >= end:
        raise ValueError(f"{start}:{end} is only white space")
    span = Span(document_id=document.id, start=start, end=end)
    return Citation(
        span=span,
        quote=document.quote(span),
        document_name=document.name,
        published=document.published,
        unsure=document.unsure(start, end),
        library=document.library,
    )


def is_exact(citation: Citation, document: Document) -> bool:
    """Whether the citation's quote is, to the character, what the document has at its span."""
    span = citation.span
    return (
        span.document_id == document.id and document.text[span.start : span.end] == citation.quote
    )


def sufficient(claim: str, question: str, texts: Sequence[str], lent: str) -> tuple[int, ...]:
    """Which of the sentences ``texts`` say what ``claim`` says: their numbers.

    ``texts`` are the chosen sentence, the one before it, and so on; ``lent`` is their title and
    heading, which may lend names. The fewest sentences that leave out as little as any would: of
    the claim's names, and of the numbers and words that it adds to the ``question``. Those come
    from the first two, which the model had read when it wrote; the others are there for names.
    The second is never cited without the first where that may take it back: "This was denied."
    """
    added = words_and_numbers(claim) - words_and_numbers(question)

    def left_out(way: tuple[int, ...]) -> int:
        names = unknown_names(claim, " ".join((*(texts[at] for at in way), lent)))
        read = " ".join(texts[at] for at in way if at < 2)
        return len(names) + len(added - words_and_numbers(f"{read} {lent}"))

    ways = [way for way in ((0,), (1,), (1, 0), (2, 1, 0)) if max(way) < len(texts)]
    if LEANS.match(texts[0]) or is_qualified(texts[0]):
        ways = [way for way in ways if 0 in way]
    return min(ways, key=left_out)


def merge_adjacent(spans: Iterable[Span], text: str) -> list[Span]:
    """Spans of one document in order, those joined that only white space separates."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda item: (item.start, item.end)):
        if merged and (
            span.start <= merged[-1].end or not text[merged[-1].end : span.start].strip()
        ):
            last = merged[-1]
            merged[-1] = Span(
                document_id=span.document_id, start=last.start, end=max(last.end, span.end)
            )
        else:
            merged.append(span)
    return merged


def cite_all(document: Document, spans: Iterable[Span]) -> tuple[Citation, ...]:
    """Citations of spans of one document, in order, neighbours as one."""
    return tuple(
        cite(document, span.start, span.end) for span in merge_adjacent(spans, document.text)
    )


def covering(
    text: str, sources: Sequence[str], most: int, *, lent: Sequence[str] | None = None
) -> list[int]:
    """Which of the ``sources`` say what ``text`` says: the first, then those that have the most of
    its words and numbers which those before have not; their numbers, at most ``most``.

    ``lent`` is what each source says with its title and heading, if these lend words too.
    """
    words = [words_and_numbers(source) for source in sources]
    missing = words_and_numbers(text)
    chosen: list[int] = []
    while sources and len(chosen) < most:
        gains = [len(missing & its) for its in words]
        if chosen and not max(gains):
            break
        chosen.append(gains.index(max(gains)) if chosen else 0)
        missing -= words_and_numbers((lent or sources)[chosen[-1]])
    return chosen


def numbered(claims_citations: Sequence[Sequence[Citation]]) -> list[Citation]:
    """The distinct citations of several claims in order of first use: index + 1 is the number."""
    seen: dict[Span, Citation] = {}
    for citations in claims_citations:
        for citation in citations:
            seen.setdefault(citation.span, citation)
    return list(seen.values())
