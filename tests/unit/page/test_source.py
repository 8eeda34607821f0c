"""The source pane marks exactly the span, shows the whole text, and copes with long documents."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.page.html import source
from index import Document
from index.data import Heading, Page
from tests.unit.page.reading import read
from tests.unit.page.samples import NASTY


def document(text: str, **known: object) -> Document:
    values: dict[str, object] = {
        "id": "d1",
        "title": "A title",
        "name": "a.txt",
        "path": None,
        "url": None,
        "published": None,
        "added": "2026-01-01T00:00:00+00:00",
        "text": text,
        **known,
    }
    return Document(**values)  # type: ignore[arg-type]


def marks(text: Document, start: int, end: int) -> list[str]:
    view = source.opened(text, start, end)
    return [mark.text for mark in read(source.pane(text, view)).all("mark")]


texts = st.text(st.sampled_from("ab <>&\n"), min_size=1, max_size=200)


@given(texts, st.integers(0, 200), st.integers(0, 200))
def test_the_marks_hold_exactly_the_letters_of_the_span(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    marked = "".join(marks(document(text), start, end))
    assert "".join(marked.split()) == "".join(text[start:end].split())


@given(texts)
def test_the_blocks_hold_all_that_is_not_space(text: str) -> None:
    found = source.blocks(document(text), 0, len(text))
    shown = "".join(text[block.start : block.end] for block in found)
    assert "".join(shown.split()) == "".join(text.split())


def test_the_marks_of_a_markdown_heading_are_no_paragraph() -> None:
    text = "# One\n\nA # here.\n\n##  Two\n\n#\n\nThree\n=====\n\nB.\n\n---\n"
    spans = [(text.index(name), text.index(name) + len(name)) for name in ("One", "Two", "Three")]
    headings = tuple(Heading(level=1, start=start, end=end) for start, end in spans)
    found = source.blocks(document(text, headings=headings), 0, len(text))
    shown = [text[block.start : block.end] for block in found]
    assert shown == ["One", "A # here.", "Two", "#", "Three", "B.", "---"]


def test_the_mark_of_a_sentence_is_its_quote() -> None:
    text = document("Title\n\nOne came. Two left.\nThree stayed.\n\nEnd.")
    assert marks(text, 7, 16) == ["One came."]
    assert marks(text, 17, 40) == ["Two left.\nThree stayed."]


def test_headings_are_headings_and_markup_in_a_document_is_text() -> None:
    text = document(f"Top\n\n{NASTY}", headings=(Heading(level=2, start=0, end=3),))
    root = read(source.pane(text, source.opened(text, 0, 0)))
    assert root.all("h4")[0].text == "Top"
    assert root.all("p")[-1].text == NASTY
    assert not root.tags() & {"img", "script"}


def test_nothing_is_marked_without_a_span() -> None:
    assert marks(document("One came."), 0, 0) == []


def test_offsets_outside_the_text_are_brought_inside() -> None:
    view = source.opened(document("abc"), -5, 99)
    assert (view.start, view.end) == (0, 3)


def test_a_page_number_is_named_where_there_are_pages() -> None:
    pages = (Page(number=1, start=0, end=4), Page(number=2, start=5, end=9))
    text = document("One.\nTwo.", pages=pages)
    assert "page 2 of 2" in source.pane(text, source.opened(text, 5, 9))


def test_the_place_among_the_citations_brings_the_steps() -> None:
    text = document("One.")
    steps = read(source.pane(text, source.opened(text, 0, 4, "2 of 3"))).all("button")
    assert [step.attributes["data-by"] for step in steps] == ["-1", "1"]
    assert not read(source.pane(text, source.opened(text, 0, 4))).all("button")


PARAGRAPH = "A sentence of some length stands here for all to see.\n\n"
LONG = document(PARAGRAPH * (3 * source.WINDOW // len(PARAGRAPH)))


def test_a_long_document_is_shown_around_the_span() -> None:
    middle = len(LONG.text) // 2
    view = source.opened(LONG, middle, middle + 20)
    assert view.low < middle - source.LEAD / 2
    assert middle + 20 < view.high
    assert view.high - view.low < 1.1 * source.WINDOW
    buttons = read(source.pane(LONG, view)).all("button")
    assert [button.text for button in buttons] == ["Show earlier text", "Show later text"]


def test_more_is_shown_until_there_is_no_more() -> None:
    middle = len(LONG.text) // 2
    view = source.opened(LONG, middle, middle + 20)
    for towards in ("earlier", "later"):
        for _ in range(4):
            view = source.widened(LONG, view, towards)
    assert (view.low, view.high) == (0, len(LONG.text))
    assert not read(source.pane(LONG, view)).all("button")


def test_one_paragraph_without_end_is_cut_all_the_same() -> None:
    text = document("word " * source.WINDOW)
    view = source.opened(text, len(text.text) // 2, len(text.text) // 2 + 4)
    assert view.high - view.low < 1.1 * source.WINDOW
