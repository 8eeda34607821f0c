"""Word documents (.docx): paragraphs, headings, lists and tables, in reading order."""

import io
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from index.errors import InputError
from index.formats.content import Content, Writer

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph

_LARGEST_UNPACKED = 500_000_000
"""Bytes: a small file that unpacks to more was made to do harm."""
_OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _TABLE, _ROW, _CELL, _BOX = (
    _WORD + tag for tag in ("p", "tbl", "tr", "tc", "txbxContent")
)
_PRINTED = {_WORD + tag for tag in ("t", "tab", "ptab", "br", "cr", "noBreakHyphen")}
_UNPRINTED = {_WORD + tag for tag in ("del", "moveFrom", "rt", "pPr", "rPr", "sdtPr", "trPr")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
"""What a reader does not see: tracked deletions, properties, and a text box's second copy."""


def read(content: bytes, name: str) -> Content:
    """The document's text with its title and headings.

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
    document = docx.Document(io.BytesIO(content))
    writer = Writer()
    _write(_within(document.element.body, {_PARAGRAPH, _TABLE}), document, writer)
    title = document.core_properties.title or ""
    first = writer.headings[0] if writer.headings else None
    return Content(
        text=writer.text,
        title=title or (writer.text[first.start : first.end] if first else ""),
        headings=tuple(writer.headings),
    )


def _within(element: Any, wanted: Collection[str], passed: Collection[str] = ()) -> Iterator[Any]:
    """The elements of these kinds, in order, but none that stands in another or is not printed."""
    for child in element:
        if child.tag in wanted:
            yield child
        elif child.tag not in _UNPRINTED and child.tag not in passed:
            yield from _within(child, wanted, passed)


def _text(paragraph: Any) -> str:
    """What is printed of a paragraph: insertions, links and fields too, but not its text boxes."""
    return "".join(map(str, _within(paragraph, _PRINTED, {_BOX})))


def _write(parts: Iterable[Any], document: "WordDocument", writer: Writer) -> None:
    """Write paragraphs, each followed by its text boxes, and tables."""
    from docx.text.paragraph import Paragraph

    for part in parts:
        if part.tag == _TABLE:
            _write_table(part, document, writer)
        elif part.tag == _BOX:
            _write(_within(part, {_PARAGRAPH, _TABLE}), document, writer)
        else:
            _write_paragraph(Paragraph(part, document), writer)
            _write(_within(part, {_BOX}), document, writer)


def _write_paragraph(paragraph: "Paragraph", writer: Writer) -> None:
    text = _text(paragraph._p)
    style = (paragraph.style.name if paragraph.style else "") or ""
    heading = re.fullmatch(r"Heading (\d)", style)
    if style == "Title":
        writer.heading(1, text)
    elif heading:
        writer.heading(int(heading[1]), text)
    elif style.startswith("List") or _is_numbered(paragraph):
        writer.item(text)
    else:
        writer.paragraph(text)


def _is_numbered(paragraph: "Paragraph") -> bool:
    properties = paragraph._p.pPr
    return properties is not None and properties.numPr is not None


def _write_table(table: Any, document: "WordDocument", writer: Writer) -> None:
    """Write its rows, and after each row the tables and text boxes that stand in its cells."""
    above: dict[int, str] = {}
    for row in _within(table, {_ROW}):
        column, texts = row.grid_before, {}
        for cell in _within(row, {_CELL}):
            merged = cell.vMerge == "continue" and column in above
            texts[column] = above[column] if merged else _cell_text(cell)
            column += cell.grid_span
        writer.row(list(texts.values()))
        _write(_within(row, {_TABLE, _BOX}), document, writer)
        above = texts


def _cell_text(cell: Any) -> str:
    return "\n".join(map(_text, _within(cell, {_PARAGRAPH}, {_TABLE})))
