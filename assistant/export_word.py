"""A memo as a Word file whose citations are real footnotes.

python-docx has no footnotes of its own, so the footnotes part is written here as Office Open XML
(ECMA-376 part 1, 17.11): two separators, which Word asks for, then one footnote a citation.
"""

import io
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from assistant.memo import Item, Memo, Note, Part

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph

_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SEPARATORS = "".join(
    f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{mark}/></w:r></w:p></w:footnote>'
    for number, kind, mark in (
        (-1, "separator", "separator"),
        (0, "continuationSeparator", "continuationSeparator"),
    )
)
_GREY = "595959"


def word_file(page: Memo) -> bytes:
    """The memo's bytes as ``.docx``."""
    import docx
    from docx.shared import Pt

    document = docx.Document()
    document.core_properties.title = page.title
    document.core_properties.author = ""
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].font.size = Pt(11)
    notes = _Notes(page)
    document.add_heading(page.title, level=1)
    for source in page.sources:
        _grey(document.add_paragraph(), source)
    headline = document.add_paragraph()
    headline.paragraph_format.space_before = Pt(10)
    run = headline.add_run(page.headline.text)
    run.bold, run.font.size = True, Pt(14)
    notes.mark(headline, page.headline)
    for part in page.parts:
        document.add_heading(part.name, level=2)
        _add(document, part, notes)
    document.add_paragraph()
    for remark in page.remarks:
        _grey(document.add_paragraph(), remark)
    notes.attach(document)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _add(document: "WordDocument", part: Part, notes: "_Notes") -> None:
    if not part.is_table:
        for item in part.items:
            paragraph = document.add_paragraph(item.text, style="List Bullet")
            notes.mark(paragraph, item)
        return
    from docx.shared import Cm

    table = document.add_table(rows=1, cols=2, style="Light List")
    for cell, text in zip(table.rows[0].cells, (part.column, "What the source says"), strict=True):
        cell.text = text
    for item in part.items:
        figure, said = table.add_row().cells
        figure.text = "; ".join(item.figures)
        said.text = item.text
        notes.mark(said.paragraphs[0], item)
    for row in table.rows:
        row.cells[0].width, row.cells[1].width = Cm(4), Cm(12)


def _grey(paragraph: "Paragraph", text: str) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(9), RGBColor.from_string(_GREY)
    paragraph.paragraph_format.space_after = Pt(0)


class _Notes:
    """The footnotes in the order of their marks; a note marked twice appears twice."""

    def __init__(self, page: Memo) -> None:
        self._known = {note.number: note for note in page.notes}
        self._used: list[Note] = []

    def mark(self, paragraph: "Paragraph", item: Item) -> None:
        """Put the item's footnote marks at the end of the paragraph."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        for number in item.notes:
            self._used.append(self._known[number])
            run = paragraph.add_run()
            run.font.superscript = True
            reference = OxmlElement("w:footnoteReference")
            reference.set(qn("w:id"), str(len(self._used)))
            run._r.append(reference)

    def attach(self, document: "WordDocument") -> None:
        """Add the footnotes part that the marks refer to."""
        from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part as PackagePart

        body = "".join(_footnote(number, note) for number, note in enumerate(self._used, start=1))
        xml = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            f'<w:footnotes xmlns:w="{_NAMESPACE}">{_SEPARATORS}{body}</w:footnotes>'
        )
        name: Any = PackURI("/word/footnotes.xml")
        part = PackagePart(
            name, CONTENT_TYPE.WML_FOOTNOTES, xml.encode("utf-8"), document.part.package
        )
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _footnote(number: int, note: Note) -> str:
    return (
        f'<w:footnote w:id="{number}"><w:p>'
        '<w:pPr><w:spacing w:after="40" w:line="240" w:lineRule="auto"/></w:pPr>'
        '<w:r><w:rPr><w:vertAlign w:val="superscript"/><w:sz w:val="18"/></w:rPr>'
        "<w:footnoteRef/></w:r>"
        '<w:r><w:rPr><w:sz w:val="18"/></w:rPr>'
        f'<w:t xml:space="preserve"> {escape(note.text)}</w:t></w:r></w:p></w:footnote>'
    )
