"""PDF pages as they are printed, with the cited words framed."""

import re
from pathlib import Path

import pytest

from assistant.page.html import printed
from index import Document, Library
from tests.unit.index.printing import Print
from tests.unit.page.pdf import pdf
from tests.unit.page.reading import read

PAGES = [
    ["The first page has one sentence.", "It has another one, which", "runs over two lines."],
    ["The second page ends it all."],
]
RUNNING = "It has another one, which\nruns over two lines."


@pytest.fixture
def printed_document(library: Library, tmp_path: Path) -> Document:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf(PAGES))
    (result,) = library.add(path)
    assert result.document_id
    return library.document(result.document_id)


def frames(html: str) -> list[dict[str, float]]:
    """The frames on a page, in per cent of its width and height."""
    styles = [str(node.attributes["style"]) for node in read(html).all("i")]
    return [{k: float(v) for k, v in re.findall(r"(\w+):([\d.]+)%", style)} for style in styles]


def test_each_line_of_the_quote_is_framed_where_it_stands(printed_document: Document) -> None:
    start = printed_document.text.index(RUNNING)
    found = frames(printed.page(printed_document, 1, start, start + len(RUNNING)))
    assert len(found) == 2
    for frame, baseline in zip(found, (330, 310), strict=True):
        assert frame["left"] == pytest.approx(30 / 300 * 100, abs=1)
        assert frame["top"] < (400 - baseline) / 400 * 100 < frame["top"] + frame["height"] + 0.1


def test_a_page_without_the_quote_is_shown_without_frames(printed_document: Document) -> None:
    html = printed.page(printed_document, 2, 0, 10)
    assert frames(html) == []
    assert "Page 2 of 2" in read(html).text


def test_one_can_turn_to_the_pages_there_are(printed_document: Document) -> None:
    turns = read(printed.page(printed_document, 1, 0, 10)).all("button")
    assert ["disabled" in turn.attributes for turn in turns] == [True, False]
    assert turns[1].attributes["data-number"] == "2"


def test_a_file_that_holds_another_text_leaves_the_text_view(printed_document: Document) -> None:
    path = Path(str(printed_document.path))
    path.write_bytes(pdf([["Not the first page."], PAGES[1]]))
    assert printed.page(printed_document, 1, 0, 10) == ""


def test_a_file_that_was_only_saved_again_is_shown(printed_document: Document) -> None:
    Path(str(printed_document.path)).write_bytes(pdf(PAGES))
    assert "Page 1 of 2" in printed.page(printed_document, 1, 0, 10)


def test_a_file_that_has_gone_or_broken_leaves_the_text_view(printed_document: Document) -> None:
    path = Path(str(printed_document.path))
    path.write_bytes(b"%PDF-1.4 no more")
    assert printed.page(printed_document, 1, 0, 10) == ""
    path.unlink()
    assert printed.page(printed_document, 1, 0, 10) == ""


def test_a_cell_is_framed_with_the_name_of_its_column(library: Library, tmp_path: Path) -> None:
    page = Print(5)
    page.page()
    for column, year in enumerate(("2023", "2022", "2021")):
        page.text(200 + 100 * column, 100, year)
    for row, label in enumerate(("Revenue", "Fuel")):
        page.text(60, 130 + 20 * row, label)
        for column in range(3):
            page.text(200 + 100 * column, 130 + 20 * row, f"{row + 4},{column}17")
    path = tmp_path / "table.pdf"
    path.write_bytes(page.made())
    (result,) = library.add(path)
    document = library.document(str(result.document_id))
    assert "Fuel · 2023: 5,017 · 2022: 5,117 · 2021: 5,217" in document.text
    start = document.text.index("2022: 5,117")
    found = frames(printed.page(document, 1, start, start + len("2022: 5,117")))
    assert len(found) == 2
    for frame, base in zip(found, (100, 150), strict=True):
        assert frame["left"] == pytest.approx(300 / 595 * 100, abs=1)
        assert frame["top"] < base / 842 * 100 < frame["top"] + frame["height"] + 0.1


def test_the_second_of_two_equal_lines_is_framed(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "twice.pdf"
    path.write_bytes(pdf([["Signed by both.", "It was paid in May.", "Signed by both."]]))
    (result,) = library.add(path)
    document = library.document(str(result.document_id))
    start = document.text.rindex("Signed")
    (frame,) = frames(printed.page(document, 1, start, start + 15))
    assert frame["top"] < (400 - 310) / 400 * 100 < frame["top"] + frame["height"] + 0.1
