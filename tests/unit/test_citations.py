"""Citations are exact whatever the text holds."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.citations import cite, is_exact, merge_adjacent, numbered
from index.data import Document, Span

TEXTS = st.text(min_size=1, max_size=200)


def document(text: str) -> Document:
    return Document(
        id="d",
        title="T",
        name="t.txt",
        path=None,
        url=None,
        published=None,
        added="2026-01-01T00:00:00Z",
        text=text,
    )


@given(text=TEXTS, data=st.data())
def test_a_quote_is_its_spans_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if not text[start:end].strip():
        with pytest.raises(ValueError, match="white space"):
            cite(document(text), start, end)
        return
    citation = cite(document(text), start, end)
    span = citation.span
    assert text[span.start : span.end] == citation.quote == text[start:end].strip()
    assert is_exact(citation, document(text))


@given(text=st.text(alphabet="ab \n\t\u0301İ😀א", min_size=4, max_size=60), data=st.data())
def test_merging_keeps_every_cited_character(text: str, data: st.DataObject) -> None:
    starts = data.draw(st.lists(st.integers(0, len(text) - 2), min_size=1, max_size=5))
    spans = [
        Span(document_id="d", start=s, end=data.draw(st.integers(s + 1, len(text)))) for s in starts
    ]
    merged = merge_adjacent(spans, text)
    covered = {i for span in merged for i in range(span.start, span.end)}
    wanted = {i for span in spans for i in range(span.start, span.end)}
    assert wanted <= covered
    assert not "".join(text[i] for i in covered - wanted).strip()
    assert all(a.end < b.start for a, b in itertools.pairwise(merged))


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 2), (-1, 2), (0, 99)])
def test_an_impossible_range_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="does not lie"):
        cite(document("Some text."), start, end)


def test_an_altered_quote_is_not_exact() -> None:
    citation = cite(document("Some text."), 0, 4)
    assert not is_exact(citation, document("Same text."))


def test_citations_are_numbered_once_in_order_of_use() -> None:
    text = document("One. Two. Three.")
    one, two = cite(text, 0, 4), cite(text, 5, 9)
    assert numbered([[two], [one, two]]) == [two, one]
