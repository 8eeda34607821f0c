"""Citations are exact whatever the text holds."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.checking.citations import (
    cite,
    cite_all,
    covering,
    is_exact,
    merge_adjacent,
    numbered,
    sufficient,
)
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


EATS = "A phagocyte eats what it meets, first as a means of acquiring nutrients."
OLDEST = "Eating is probably the oldest form of defence."
ADA = "Ada Lovelace met Charles Babbage in London."
WROTE = "She wrote the first program in 1843."


@pytest.mark.parametrize(
    ("claim", "question", "texts", "cited"),
    [
        ("She wrote it in 1843.", "When did she write it?", [WROTE, ADA], (0,)),
        ("Ada Lovelace wrote it in 1843.", "When was it written?", [WROTE, ADA], (1, 0)),
        ("It is a means of acquiring nutrients.", "What is it a means of?", [OLDEST, EATS], (1,)),
        ("It is the oldest, for nutrients.", "What is it?", [OLDEST, EATS], (1, 0)),
        (
            "Ada Lovelace met him in London.",
            "Where did they meet?",
            [WROTE, OLDEST, ADA],
            (2, 1, 0),
        ),
        ("The toll was 40.", "What was it?", ["This proved false.", "The toll was 40."], (1, 0)),
        ("They meet in May.", "When?", ["Ann has denied it.", "They meet in May."], (1, 0)),
        ("A means, in 1843.", "When?", [WROTE, ADA, EATS], (0,)),  # the third was not read
        ("It was in Paris.", "Where was it?", [WROTE, ADA], (0,)),
        ("It was in 1843.", "When was it?", [WROTE], (0,)),
    ],
)
def test_the_fewest_sentences_that_say_it_are_cited(
    claim: str, question: str, texts: list[str], cited: tuple[int, ...]
) -> None:
    assert sufficient(claim, question, texts, "") == cited


def test_a_name_that_the_title_lends_needs_no_further_sentence() -> None:
    claim, question = "Ada Lovelace wrote it in 1843.", "When was it written?"
    assert sufficient(claim, question, [WROTE, ADA], "Ada Lovelace") == (0,)


WORDS = st.lists(st.sampled_from("Ada wrote 1843 first program London met the".split()), max_size=6)


@given(claim=WORDS, asked=WORDS, texts=st.lists(WORDS, min_size=1, max_size=3))
def test_what_is_cited_lacks_nothing_that_the_chosen_sentence_has(
    claim: list[str], asked: list[str], texts: list[list[str]]
) -> None:
    said = [" ".join(words) for words in texts]
    cited = sufficient(" ".join(claim), " ".join(asked), said, "")
    assert set(cited) <= set(range(len(said)))
    assert list(cited) == sorted(cited, reverse=True)
    wanted = set(claim) - set(asked) - {"the"}
    if len(said) < 3:
        assert len(wanted & set(" ".join(said[at] for at in cited).split())) >= len(
            wanted & set(texts[0])
        )


def test_citations_are_numbered_once_in_order_of_use() -> None:
    text = document("One. Two. Three.")
    one, two = cite(text, 0, 4), cite(text, 5, 9)
    assert numbered([[two], [one, two]]) == [two, one]


def test_neighbours_are_cited_as_one() -> None:
    text = "Anna came. Ben left. Cora slept."
    spans = [Span(document_id="d", start=at, end=end) for at, end in ((21, 32), (0, 10), (11, 20))]
    assert [each.quote for each in cite_all(document(text), spans)] == [text]
    assert [each.quote for each in cite_all(document(text), [spans[0], spans[1]])] == [
        "Anna came.",
        "Cora slept.",
    ]


def test_what_covers_a_sentence_is_the_nearest_and_what_has_the_rest() -> None:
    sources = ("The mill closed.", "It rained.", "It cost 400 crowns and a barge.", "400 crowns.")
    said = "The mill closed, which cost 400 crowns."
    assert covering(said, sources, 3) == [0, 2]
    assert covering(said, sources, 1) == [0]
    assert covering("It snowed in May.", sources[1:2], 3) == [0]
    assert covering(said, (), 3) == []
    lent = ("The mill closed. It cost 400 crowns.", *sources[1:])
    assert covering(said, sources, 3, lent=lent) == [0]
