"""Slides: every text once, in reading order, under its slide's title, with its figures apart."""

import random

import pytest

from index.data import Document
from index.errors import InputError
from index.sentences import sentences
from tests.unit.index import decks, office
from tests.unit.index.test_generated import NUMBERS, RAISED, SEEDS, loaded, told


def read(content: bytes) -> tuple[Document, tuple[str, ...]]:
    return loaded(content, ".pptx")


def places(document: Document) -> dict[str, str]:
    return {
        document.text[start:end]: document.place_of(start)
        for start, end in sentences(document.text, document.headings)
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_every_sentence_stands_on_its_slide(seed: int) -> None:
    chance = random.Random(seed)
    said = told(chance)
    slides, expected, number = [], {}, 0
    while said:
        number += 1
        here = [said.pop() for _ in range(min(len(said), chance.randint(2, 5)))]
        note = here.pop() if chance.random() < 0.5 else ""
        hidden = chance.random() < 0.3
        slides.append(decks.plain(f"Part {number}", here, notes=note, hidden=hidden))
        place = f"slide {number}" + (" (hidden)" if hidden else "")
        expected[f"Part {number}"] = place
        mark = "- " if len(here) > 1 else ""
        expected |= {f"{mark}{each}": place for each in here}
        expected |= {f"Notes: {note}": place} if note else {}
    document, remarks = read(decks.deck(*slides))
    assert list(places(document).items()) == list(expected.items())
    concealed = [str(page.number) for page in document.pages if page.hidden]
    hidden_told = (f"hidden slides were read too: {', '.join(concealed)}",)
    assert remarks == (hidden_told if concealed else ())


def test_boxes_are_read_by_columns_and_these_from_top_to_bottom() -> None:
    boxes = (
        *((6, 4, "Right below."), (1, 2, "Left above."), (6, 2, "Right above.")),
        *((1, 4, "Left below."), (0.5, 6, "Foot of all."), (0.5, 0.5, "Head of all.")),
    )
    whole = decks.deck(decks.placed(*boxes))
    text = read(whole)[0].text
    order = ["Left above.", "Left below.", "Right above.", "Right below."]
    assert [line for line in text.split("\n\n") if line in order] == order


@pytest.mark.parametrize("seed", SEEDS)
def test_a_table_is_read_with_the_names_of_its_columns(seed: int) -> None:
    chance = random.Random(seed)
    names = chance.sample(["Revenue", "Profit", "Staff", "Debt"], 3)
    rows = [["Year", *names]]
    rows += [[str(y), *chance.sample(NUMBERS, 3)] for y in chance.sample(range(1990, 2030), 3)]
    expected = [
        f"{row[0]} · " + "; ".join(f"{name}: {cell}" for name, cell in zip(names, row[1:]))  # noqa: B905
        for row in rows[1:]
    ]
    lines = [line for line in read(decks.deck(decks.table(rows)))[0].text.split("\n") if line]
    assert lines == ["Figures", f"Year · {'; '.join(names)}", *expected]


def test_a_cell_over_several_is_read_in_each() -> None:
    rows = [["Year", "Plan", "Spent"], ["2021", "4", "5"], ["", "6", "7"]]
    text = read(decks.deck(decks.table(rows, merged=[(1, 0, 2, 0)])))[0].text
    assert text.endswith("2021 · Plan: 4; Spent: 5\n2021 · Plan: 6; Spent: 7")


def test_a_charts_figures_are_a_table() -> None:
    whole = decks.deck(decks.chart(["2021", "2022"], {"North": [4.1, -17], "South": [1200, 0.5]}))
    assert read(whole)[0].text.endswith(
        "2021 · North: 4.1; South: 1200\n2022 · North: -17; South: 0.5"
    )


@pytest.mark.parametrize(("base", "mark", "place", "written"), RAISED)
def test_no_raised_figure_joins_a_number(base: str, mark: str, place: str, written: str) -> None:
    def fill(presentation: object, layouts: object) -> None:
        slide = presentation.slides.add_slide(layouts[6])  # type: ignore[attr-defined, index]
        paragraph = slide.shapes.add_textbox(0, 0, 99, 99).text_frame.paragraphs[0]
        for text, height in ((f"It is {base}", 0), (mark, 30000), (" now.", 0)):
            run = paragraph.add_run()
            run.text = text
            if height:
                run.font._element.set("baseline", str(height if place[:3] == "sup" else -height))

    assert f"It is {written} now." in read(decks.deck(fill))[0].text


def test_struck_hidden_and_running_texts_are_left_out_and_groups_read() -> None:
    def fill(presentation: object, layouts: object) -> None:
        slide = presentation.slides.add_slide(layouts[6])  # type: ignore[attr-defined, index]
        group = slide.shapes.add_group_shape()
        for text in ("Within.", "Unseen."):
            group.shapes.add_textbox(0, 0, 99, 99).text_frame.text = text
        group.shapes[1]._element.xpath(".//p:cNvPr")[0].set("hidden", "1")
        paragraph = slide.shapes.add_textbox(0, 500, 99, 99).text_frame.paragraphs[0]
        for text in ("It costs ", "99", "18 euros."):
            run = paragraph.add_run()
            run.text = text
            if text == "99":
                run.font._element.set("strike", "sngStrike")

    assert read(decks.deck(fill))[0].text == "Slide 1\n\nWithin.\n\nIt costs 18 euros."


def test_what_has_the_number_of_the_title_or_lies_elsewhere_loses_no_slide() -> None:
    def fill(presentation: object, layouts: object) -> None:
        slide = presentation.slides.add_slide(layouts[5])  # type: ignore[attr-defined, index]
        slide.shapes.title.text = "The title"
        box = slide.shapes.add_textbox(0, 9_000_000, 99, 99)
        box.text_frame.text = "The words below."
        box._element.xpath(".//p:cNvPr")[0].set("id", str(slide.shapes.title.shape_id))
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData"
        slide.part.rels.get_or_add_ext_rel(kind, "https://example.org/data.xml")

    assert read(decks.deck(fill))[0].text == "The title\n\nThe words below."


def test_a_slide_without_a_text_is_an_empty_page() -> None:
    document, _ = read(decks.deck(decks.plain("One"), decks.placed(), decks.plain("Three")))
    empty = [page.number for page in document.pages if page.start == page.end]
    assert empty == [2]
    assert document.title == "One"


def test_a_protected_or_broken_file_is_one_clear_error() -> None:
    protected = office.compound({"EncryptedPackage": bytes(5000)})
    with pytest.raises(InputError, match=r"a\.pptx is encrypted or in the old \.ppt format"):
        read(protected)
    for content in (b"PK", office.packed({"a.txt": b"text"}), office.xlsx({"A": [[1]]})):
        with pytest.raises(InputError, match=r"a\.pptx is broken, or no presentation"):
            read(content)
