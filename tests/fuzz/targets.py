"""What is fuzzed: each target takes any bytes, and raises where a promise is broken."""

from collections.abc import Callable, Sequence

from assistant.checking.citations import cite, is_exact, merge_adjacent, numbered
from index import chunking, loading, sentences
from index.data import Document, Heading, Span
from index.errors import InputError
from tests.hostile.trial import wrong_spans

KINDS = (
    *(".txt", ".md", ".html", ".docx", ".csv", ".tsv", ".xlsx", ".xls", ".ods"),
    *(".pptx", ".eml", ".mbox", ".msg", ".epub", ".odt", ".json", ".jsonl", ".xml", ".py"),
)
"""Not PDF: pdfium is not instrumented, and may run without end where no process apart ends it."""
OURS = (".txt", ".md", ".csv", ".tsv", ".py")
"""Formats whose readers are our own: they may raise nothing but an ``InputError``."""


class BrokenPromiseError(Exception):
    """A document whose spans are not what stands at their place."""


def loaded(content: bytes) -> None:
    """Loading: the first byte chooses the format, the rest is the file."""
    kind = KINDS[content[0] % len(KINDS)] if content else KINDS[0]
    try:
        raw = loading.Raw(source=f"/a{kind}", kind=kind, content=content[1:])
        document = loading._of(loading.READERS[kind](content[1:], f"a{kind}"), raw, f"a{kind}")
    except InputError:
        return
    except Exception:
        if kind in OURS:
            raise
        return  # the process apart refuses the file
    _check(document)


def chunked(content: bytes) -> None:
    """Chunking: any text, with headings at places that the first bytes choose."""
    text = content[8:].decode("utf-8", "replace")
    if text.strip():
        _check(_document(text, _headings(content[:8], text)))


def cited(content: bytes) -> None:
    """Citation location: any spans of any text, merged, numbered and quoted."""
    text = content[8:].decode("utf-8", "replace")
    document = _document(text, ())
    bounds = [byte * (len(text) + 2) // 255 for byte in content[:8]]
    spans = []
    for start, end in zip(bounds[::2], bounds[1::2], strict=False):
        try:
            citation = cite(document, start, end)
        except ValueError:
            if 0 <= start < end <= len(text) and text[start:end].strip():
                raise
            continue
        if not is_exact(citation, document) or citation.quote != text[start:end].strip():
            raise BrokenPromiseError("a citation is not its span's text")
        spans.append(citation.span)
    merged = merge_adjacent(spans, text)
    _check_merged(spans, merged, text)
    citations = [cite(document, span.start, span.end) for span in merged]
    if numbered([citations, citations]) != citations:
        raise BrokenPromiseError("a citation has two numbers")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "loading": loaded,
    "chunking": chunked,
    "citations": cited,
}


def _check(document: Document) -> None:
    spans = sentences.sentences(document.text, document.headings)
    passages = chunking.passages(document, spans)
    if wrong := wrong_spans(document, spans, passages):
        raise BrokenPromiseError(f"{wrong} spans are not what stands at their place")
    if any(end - start > sentences.LONGEST_SENTENCE for start, end in spans):
        headings = {(heading.start, heading.end) for heading in document.headings}
        if not headings:
            raise BrokenPromiseError("a sentence is too long")


def _check_merged(spans: Sequence[Span], merged: Sequence[Span], text: str) -> None:
    """Merged spans hold all of the spans, and between them no character that none of them has."""
    covered = {at for span in spans for at in range(span.start, span.end)}
    together = {at for span in merged for at in range(span.start, span.end)}
    if not covered <= together or any(text[at].strip() for at in together - covered):
        raise BrokenPromiseError("merging lost or added text")


def _document(text: str, headings: Sequence[Heading]) -> Document:
    return Document(
        id="0" * 16,
        title="",
        name="a.txt",
        path="/a.txt",
        url=None,
        published=None,
        added="",
        text=text,
        headings=tuple(headings),
    )


def _headings(places: bytes, text: str) -> list[Heading]:
    """Lines of the text, as readers give them: not blank, apart, in order."""
    lines = [(s, e) for s, e in sentences.lines(text) if text[s:e].strip()]
    chosen = sorted({byte % len(lines) for byte in places}) if lines else []
    return [Heading(level=1, start=lines[at][0], end=lines[at][1]) for at in chosen[::2]]
