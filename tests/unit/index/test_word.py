"""Word files: nothing that a reader sees is lost, and a damaged file is one clear error."""

import io
import random

import docx
import pytest

from index.errors import InputError
from index.formats.word import read
from tests.unit.index import files


def text_of(body: str) -> str:
    return read(files.word_of(body), "a.docx").text


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(text: str) -> str:
    return f"<w:p>{run(text)}</w:p>"


def cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


BOX = (
    "<mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
    f"<mc:Choice Requires='wps'><w:txbxContent>{paragraph('In a box.')}</w:txbxContent></mc:Choice>"
    f"<mc:Fallback><w:txbxContent>{paragraph('In a box.')}</w:txbxContent></mc:Fallback>"
    "</mc:AlternateContent>"
)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (f"<w:ins>{run('not ')}</w:ins>", "It is not so."),
        (f"<w:moveTo>{run('not ')}</w:moveTo>", "It is not so."),
        (f"<w:sdt><w:sdtContent>{run('not ')}</w:sdtContent></w:sdt>", "It is not so."),
        (f"<w:hyperlink>{run('not ')}</w:hyperlink>", "It is not so."),
        (f"<w:fldSimple w:instr='DATE'>{run('not ')}</w:fldSimple>", "It is not so."),
        ("<w:del><w:r><w:delText>not </w:delText></w:r></w:del>", "It is so."),
        (f"<w:moveFrom>{run('not ')}</w:moveFrom>", "It is so."),
        ("<w:r><w:t>not</w:t><w:tab/></w:r>", "It is not so."),
        ("<w:r><w:br/></w:r>", "It is\nso."),
        (f"<w:r>{BOX}</w:r>", "It is so.\n\nIn a box."),
    ],
)
def test_a_paragraph_is_what_a_reader_sees(content: str, text: str) -> None:
    assert text_of(f"<w:p>{run('It is ')}{content}{run('so.')}</w:p>") == text


def test_content_controls_and_insertions_hold_paragraphs_and_rows() -> None:
    rows = table(cell(paragraph("Year"))).replace(
        "</w:tbl>",
        "<w:sdt><w:sdtContent><w:tr><w:sdt><w:sdtContent>"
        f"{cell(paragraph('2025'))}</w:sdtContent></w:sdt></w:tr></w:sdtContent></w:sdt></w:tbl>",
    )
    body = f"<w:sdt><w:sdtContent>{paragraph('First.')}{rows}</w:sdtContent></w:sdt>"
    assert text_of(body + paragraph("Last.")) == "First.\n\nYear\n2025\n\nLast."


def test_a_table_within_a_cell_follows_the_table() -> None:
    inner = table(cell(paragraph("a")) + cell(paragraph("1")))
    outer = cell(paragraph("Left") + inner + paragraph("after")) + cell(paragraph("Right"))
    assert text_of(table(outer, cell(paragraph("Next")))) == ("Left after · Right\nNext\n\na · 1")


def test_cells_merged_downwards_repeat_their_text() -> None:
    merged = cell("<w:p/>", "<w:vMerge/>")
    first = cell(paragraph("North"), '<w:vMerge w:val="restart"/>') + cell(paragraph("1"))
    assert text_of(table(first, merged + cell(paragraph("2")))) == "North · 1\nNorth · 2"


def test_a_merged_cell_with_none_above_is_read_for_itself() -> None:
    assert text_of(table(cell(paragraph("alone"), "<w:vMerge/>"))) == "alone"


def test_a_word_file_without_a_body_is_refused() -> None:
    document = docx.Document()
    document.element.remove(document.element.body)
    file = io.BytesIO()
    document.save(file)
    with pytest.raises(InputError, match=r"a\.docx is broken"):
        read(file.getvalue(), "a.docx")


def test_a_word_file_with_absurd_values_is_refused() -> None:
    wide = cell(paragraph("wide"), '<w:gridSpan w:val="many"/>')
    with pytest.raises(InputError, match=r"a\.docx is broken"):
        text_of(table(wide))


def is_read(content: bytes) -> bool:
    """Whether this is read, and not refused as it should be."""
    try:
        return bool(read(content, "a.docx").text)
    except InputError:
        return False


def test_flipped_bits_are_read_or_refused() -> None:
    whole = files.word()
    chance = random.Random(0)
    outcomes = set()
    for _ in range(40):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        outcomes.add(is_read(bytes(damaged)))
    assert outcomes == {True, False}
