"""Word documents (.docx): paragraphs, headings, lists, tables and notes, in reading order."""

import io
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from index.errors import InputError
from index.formats.archives import saved
from index.formats.content import Content, Writer
from index.formats.scripts import raised

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph


_LARGEST_UNPACKED = 500_000_000
"""Bytes: a small file that unpacks to more was made to do harm."""
_OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _TABLE, _ROW, _CELL, _BOX, _RUN, _PROPERTIES = (
    _WORD + tag for tag in ("p", "tbl", "tr", "tc", "txbxContent", "r", "rPr")
)
_EQUATION = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_NOTES = {_WORD + "footnoteReference": "footnote", _WORD + "endnoteReference": "endnote"}
_MARKS = {"footnote": "note", "endnote": "endnote"}
"""What a note is called in the text: "320 (note 1)"."""
_PRINTED = {_WORD + tag for tag in ("t", "tab", "ptab", "br", "cr", "noBreakHyphen")}
_UNPRINTED = {_WORD + tag for tag in ("del", "moveFrom", "rt", "pPr", "rPr", "sdtPr", "trPr")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
"""What a reader does not see: tracked deletions, properties, and a text box's second copy."""
_NOT_VALID = tuple(f"{_WORD}{tag}" for tag in ("vanish", "webHidden", "strike", "dstrike"))
"""Properties of text that is hidden or struck out."""
_PAGE_COUNT = re.compile(r"\W*(?:[^\W\d_]+\W+)?\d*\W*(?:[^\W\d_]{1,3}\W+)?\d*\W*")
"""A header or footer that only counts pages: "Page 3 of 7"."""


def read(content: bytes, name: str) -> Content:
    """The document's text with its title and headings.

    Tracked changes are read as accepted; hidden and struck-out text is left out. Foot- and endnotes
    follow the paragraph or table that refers to them; comments, headers and footers stand last.

    Raises:
        InputError: it is no .docx file, broken, encrypted, or unpacks to an absurd size.
    """
    if content.startswith(_OLD_OR_ENCRYPTED):
        raise InputError(
            f"{name} is encrypted or in the old .doc format.",
            "Open it in a word processor and save it as a .docx without a password.",
        )
    try:
        return _read(content, name)
    except (InputError, MemoryError):
        raise
    except Exception as error:  # a damaged file makes zipfile, lxml and python-docx raise anything
        raise InputError(
            f"{name} is broken, or no Word document.",
            "Open it in a word processor and save it anew.",
        ) from error


def _read(content: bytes, name: str) -> Content:
    import docx

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _LARGEST_UNPACKED:
            raise InputError(f"{name} unpacks to an absurd size.", "Do not trust this file.")
        published = saved(archive)
    document = docx.Document(io.BytesIO(content))
    reader = _Reader(document)
    reader.write(_within(document.element.body, {_PARAGRAPH, _TABLE}))
    reader.write_last()
    writer = reader.writer
    title = document.core_properties.title or ""
    first = writer.headings[0] if writer.headings else None
    return Content(
        text=writer.text,
        title=title or (writer.text[first.start : first.end] if first else ""),
        published=published,
        headings=tuple(writer.headings),
    )


def _within(element: Any, wanted: Collection[str], passed: Collection[str] = ()) -> Iterator[Any]:
    """The elements of these kinds, in order, but none that stands in another or is not printed."""
    for child in element:
        if child.tag in wanted:
            yield child
        elif child.tag in _UNPRINTED or child.tag in passed:
            continue
        elif child.tag != _RUN or not _is_invalid(child):
            yield from _within(child, wanted, passed)


def _is_invalid(run: Any) -> bool:
    """Whether a run of text is hidden or struck out."""
    properties = run.find(_PROPERTIES)
    return properties is not None and any(
        found is not None and found.get(_WORD + "val") not in ("0", "false", "off", "none")
        for found in map(properties.find, _NOT_VALID)
    )


class _Reader:
    """Writes a document's parts, and keeps what the whole of it knows: numbers and notes."""

    def __init__(self, document: "WordDocument") -> None:
        from index.formats.numbering import Numbering

        self.writer = Writer()
        self._document = document
        self._parts = {part.partname.rpartition("/")[2]: part for part in _related(document)}
        self._numbering: Numbering = Numbering(self._root("numbering.xml"))
        self._notes = {kind: self._notes_of(kind) for kind in _MARKS}
        self._pending: list[tuple[str, int, Any]] = []
        self._count = dict.fromkeys(_MARKS, 0)

    def _root(self, name: str) -> Any:
        """The element of one of the document's other parts; None where there is none."""
        from docx.oxml import parse_xml

        part = self._parts.get(name)
        return parse_xml(part.blob) if part is not None else None

    def _notes_of(self, kind: str) -> dict[str, Any]:
        root = self._root(f"{kind}s.xml")
        found = root.iterchildren(_WORD + kind) if root is not None else ()
        return {each.get(_WORD + "id"): each for each in found}

    def write(self, parts: Iterable[Any]) -> None:
        """Write paragraphs, each followed by its text boxes and notes, and tables."""
        from docx.text.paragraph import Paragraph

        for part in parts:
            if part.tag == _TABLE:
                self._write_table(part)
            elif part.tag == _BOX:
                self.write(_within(part, {_PARAGRAPH, _TABLE}))
            else:
                self._write_paragraph(Paragraph(part, self._document))
                self.write(_within(part, {_BOX}))
            self._write_notes()

    def write_last(self) -> None:
        """Write the comments, and the headers and footers, each once."""
        comments = self._root("comments.xml")
        told = list(comments.iterchildren(_WORD + "comment")) if comments is not None else []
        texts = [(each.get(_WORD + "author") or "", self._text_of(each)) for each in told]
        if any(text for _, text in texts):
            self.writer.heading(1, "Comments")
        for author, text in texts:
            self.writer.paragraph(f"Comment by {author}: {text}" if author and text else text)
        running: dict[str, None] = {}
        for name in sorted(self._parts):
            if re.fullmatch(r"(?:header|footer)\d*\.xml", name):
                text = self._text_of(self._root(name))
                if not _PAGE_COUNT.fullmatch(text):
                    running[text] = None
        for text in running:
            self.writer.paragraph(text)

    def _text_of(self, element: Any) -> str:
        texts = (self._text(each) for each in _within(element, {_PARAGRAPH}))
        return "\n".join(text.strip() for text in texts if text.strip())

    def _text(self, paragraph: Any) -> str:
        """What is printed of a paragraph: insertions, links and fields too, but not its boxes."""
        from index.formats.equations import linear

        text = former = ""
        wanted = {*_PRINTED, *_NOTES, _EQUATION}
        for part in _within(paragraph, wanted, {_BOX}):
            place = ""
            if part.tag in _NOTES:
                text += self._mark(_NOTES[part.tag], part.get(_WORD + "id"))
            elif part.tag == _EQUATION:
                text = _apart(text, linear(part).strip())
            else:
                place = _place(part)
                text += raised(text, str(part), place, former)
            former = place
        return text

    def _mark(self, kind: str, key: str) -> str:
        """The mark of a note, which is written after what is being read."""
        note = self._notes[kind].get(key)
        if note is None:
            return ""
        self._count[kind] += 1
        self._pending.append((kind, self._count[kind], note))
        return f" ({_MARKS[kind]} {self._count[kind]})"

    def _write_notes(self) -> None:
        pending, self._pending = self._pending, []
        for kind, number, note in pending:
            self.writer.paragraph(f"{_MARKS[kind].capitalize()} {number}: {self._text_of(note)}")

    def _write_paragraph(self, paragraph: "Paragraph") -> None:
        text = self._text(paragraph._p)
        style = (paragraph.style.name if paragraph.style else "") or ""
        heading = re.fullmatch(r"Heading (\d)", style)
        listed = _numbered(paragraph)
        number = self._numbering.next(*listed) if listed and text.strip() else ""
        numbered = f"{number} {text}" if number else text
        if style == "Title":
            self.writer.heading(1, numbered)
        elif heading:
            self.writer.heading(int(heading[1]), numbered)
        elif number:
            self.writer.paragraph(numbered)
        elif listed or style.startswith("List"):
            self.writer.item(text)
        else:
            self.writer.paragraph(text)

    def _write_table(self, table: Any) -> None:
        """Write its rows, and after it the tables and text boxes that stand in its cells."""
        above: dict[int, str] = {}
        rows: list[list[str]] = []
        within: list[Any] = []
        heads = 0
        for row in _within(table, {_ROW}):
            column, texts = row.grid_before, {}
            for cell in _within(row, {_CELL}):
                merged = cell.vMerge == "continue" and column in above
                text = above[column] if merged else self._text_of_cell(cell)
                for covered in range(column, column + min(cell.grid_span, 100)):
                    texts[covered] = text
                column += cell.grid_span
            heads += len(rows) == heads and row.find(f"{_WORD}trPr/{_WORD}tblHeader") is not None
            rows.append([texts.get(each, "") for each in range(max(texts, default=-1) + 1)])
            within += list(_within(row, {_TABLE, _BOX}))
            above = texts
        if not heads and len(rows) > 1 and _is_bold(table):
            heads = 1
        self.writer.table(rows, heads if 0 < heads < len(rows) else None)
        self.write(within)

    def _text_of_cell(self, cell: Any) -> str:
        return "\n".join(map(self._text, _within(cell, {_PARAGRAPH}, {_TABLE})))


def _is_bold(table: Any) -> bool:
    """Whether all of a table's first row is printed bold."""
    row = next(_within(table, {_ROW}))
    runs = [run for run in row.iter(_RUN) if "".join(run.itertext()).strip()]
    return bool(runs) and all(run.find(f"{_PROPERTIES}/{_WORD}b") is not None for run in runs)


def _related(document: "WordDocument") -> Iterator[Any]:
    """The parts that the document refers to."""
    for relation in document.part.rels.values():
        if not relation.is_external:
            yield relation.target_part


def _numbered(paragraph: "Paragraph") -> tuple[str, int] | None:
    """The list that the paragraph belongs to and its level there, by itself or by its style."""
    levels = [paragraph._p.pPr]
    style: Any = paragraph.style
    for _ in range(10):  # a style may be based on itself
        if style is None:
            break
        levels.append(style.element.pPr)
        style = style.base_style
    for each in levels:
        found: Any = each.numPr if each is not None else None
        if found is not None and found.numId is not None:
            level = found.ilvl.val if found.ilvl is not None else 0
            return (str(found.numId.val), level) if found.numId.val else None
    return None


def _apart(text: str, more: str) -> str:
    """The text with more after it, and a space between letters or figures."""
    return f"{text} {more}" if text[-1:].isalnum() and more[:1].isalnum() else text + more


def _place(part: Any) -> str:
    """Where a run stands: ``superscript``, ``subscript`` or on the line."""
    place = part.getparent().find(f"{_PROPERTIES}/{_WORD}vertAlign")
    return str(place.get(_WORD + "val")) if place is not None else ""
