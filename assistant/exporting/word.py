"""A memo as a Word file whose citations are real footnotes.

python-docx has no footnotes of its own, so the footnotes part is written here as Office Open XML
(ECMA-376 part 1, 17.11): two separators, which Word asks for, then one footnote a citation.
"""

import io
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from assistant.exporting.memo import Item, Memo, Note, Part

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table
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
_INK = "1A1A1A"
_RULE = "C8C8C8"
_NOTE, _NOTE_MARK = "footnote text", "footnote reference"
"""Word's own names of the styles of footnotes and their numbers."""


def word_file(page: Memo) -> bytes:
    """The memo's bytes as ``.docx``."""
    import docx
    from docx.shared import Pt

    document = docx.Document()
    document.core_properties.title = page.title
    document.core_properties.author = ""
    _dress(document)
    notes = _Notes(page)
    document.add_heading(page.title, level=1)
    for source in page.sources:
        _grey(document.add_paragraph(), source)
    if page.headline:
        headline = document.add_paragraph()
        headline.paragraph_format.space_before = Pt(10)
        run = headline.add_run(page.headline.text)
        run.bold, run.font.size = True, Pt(14)
        notes.mark(headline, page.headline)
    for part in page.parts:
        document.add_heading(part.name, level=2)
        _add(document, part, notes)
    remarks = document.add_paragraph()
    remarks.paragraph_format.space_before = Pt(10)
    _grey(remarks, " ".join(page.remarks))
    notes.attach(document)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _dress(document: "WordDocument") -> None:
    """Paper, typefaces and distances, and the number of each page at its foot."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    styles = document.styles
    styles["Normal"].font.name, styles["Normal"].font.size = "Calibri", Pt(11)
    styles["Normal"].paragraph_format.line_spacing = 1.08
    for name, size, before in (("Heading 1", 20, 0), ("Heading 2", 12, 12)):
        heading = styles[name]
        heading.font.size, heading.font.color.rgb = Pt(size), RGBColor.from_string(_INK)
        heading.font.name = "Calibri"
        fonts = heading.element.rPr.rFonts
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)  # it would outdo the typeface
        heading.paragraph_format.space_before = Pt(before)
        heading.paragraph_format.space_after = Pt(4)
    bullet = styles["List Bullet"]
    bullet.paragraph_format.space_after = Pt(3)
    bullet.paragraph_format.keep_together = True
    for joined in bullet.element.findall(f".//{qn('w:contextualSpacing')}"):
        joined.getparent().remove(joined)
    note = styles.add_style(_NOTE, WD_STYLE_TYPE.PARAGRAPH)
    note.base_style, note.font.size = styles["Normal"], Pt(9)
    note.paragraph_format.space_after, note.paragraph_format.line_spacing = Pt(2), 1.0
    styles.add_style(_NOTE_MARK, WD_STYLE_TYPE.CHARACTER).font.superscript = True
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2)
    styles["Footer"].font.size = Pt(9)
    styles["Footer"].font.color.rgb = RGBColor.from_string(_GREY)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _field(foot, "PAGE")
    foot.add_run(" of ")
    _field(foot, "NUMPAGES")


def _field(paragraph: "Paragraph", name: str) -> None:
    """A number that Word counts."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)


def _add(document: "WordDocument", part: Part, notes: "_Notes") -> None:
    if not part.is_table:
        for item in part.items:
            paragraph = document.add_paragraph(item.text, style="List Bullet")
            notes.mark(paragraph, item)
        return
    from docx.shared import Cm

    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    for cell, text in zip(table.rows[0].cells, (part.column, "What the source says"), strict=True):
        _grey(cell.paragraphs[0], text)
        cell.paragraphs[0].paragraph_format.keep_with_next = True
    for item in part.items:
        figure, said = table.add_row().cells
        figure.text = "; ".join(item.figures)
        said.text = item.text
        notes.mark(said.paragraphs[0], item)
    for column, width in zip(table.columns, (Cm(4), Cm(12.6)), strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    _rule(table)


def _rule(table: "Table") -> None:
    """A thin line below each row, none of which a page break may cut; the first is repeated."""
    from docx.oxml import OxmlElement, parse_xml
    from docx.oxml.ns import qn
    from docx.shared import Pt

    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{_RULE}"/>'
        for side in ("bottom", "insideH")
    )
    borders = f'<w:tblBorders xmlns:w="{_NAMESPACE}">{lines}</w:tblBorders>'
    table._tbl.tblPr.find(qn("w:tblLayout")).addprevious(parse_xml(borders))
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell in row.cells:
            shape = cell.paragraphs[0].paragraph_format
            shape.space_before, shape.space_after = Pt(3), Pt(3)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


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
            if number != item.notes[0]:
                paragraph.add_run(", ", style=_NOTE_MARK)  # else 2 and 3 would be read as 23
            self._used.append(self._known[number])
            run = paragraph.add_run(style=_NOTE_MARK)
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
        f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="{_id(_NOTE)}"/></w:pPr>'
        f'<w:r><w:rPr><w:rStyle w:val="{_id(_NOTE_MARK)}"/></w:rPr><w:footnoteRef/></w:r>'
        f'<w:r><w:t xml:space="preserve"> {escape(note.text)}</w:t></w:r></w:p></w:footnote>'
    )


def _id(style: str) -> str:
    """The id that python-docx gives to a style of this name."""
    return style.replace(" ", "")
