"""Word documents (.docx): paragraphs, headings, lists and tables, in reading order."""

import io
import re
import zipfile
from typing import TYPE_CHECKING

from index.errors import InputError
from index.formats.content import Content, Writer

if TYPE_CHECKING:
    import docx.table
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph

_LARGEST_UNPACKED = 500_000_000
"""Bytes: a small file that unpacks to more was made to do harm."""
_OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"


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
    from docx.table import Table

    document = _opened(content, name)
    writer = Writer()
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            _write_table(part, writer)
        else:
            _write_paragraph(part, writer)
    title = document.core_properties.title or ""
    first = writer.headings[0] if writer.headings else None
    return Content(
        text=writer.text,
        title=title or (writer.text[first.start : first.end] if first else ""),
        headings=tuple(writer.headings),
    )


def _opened(content: bytes, name: str) -> "WordDocument":
    import docx
    from docx.opc.exceptions import OpcError

    broken = InputError(
        f"{name} is broken, or no Word document.", "Open it in a word processor and save it anew."
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST_UNPACKED:
                raise InputError(f"{name} unpacks to an absurd size.", "Do not trust this file.")
        return docx.Document(io.BytesIO(content))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OpcError, SyntaxError) as error:
        raise broken from error
    except (KeyError, ValueError, NotImplementedError, EOFError, RuntimeError) as error:
        raise broken from error


def _write_paragraph(paragraph: "Paragraph", writer: Writer) -> None:
    style = (paragraph.style.name if paragraph.style else "") or ""
    heading = re.fullmatch(r"Heading (\d)", style)
    if style == "Title":
        writer.heading(1, paragraph.text)
    elif heading:
        writer.heading(int(heading[1]), paragraph.text)
    elif style.startswith("List") or _is_numbered(paragraph):
        writer.item(paragraph.text)
    else:
        writer.paragraph(paragraph.text)


def _is_numbered(paragraph: "Paragraph") -> bool:
    properties = paragraph._p.pPr
    return properties is not None and properties.numPr is not None


def _write_table(table: "docx.table.Table", writer: Writer) -> None:
    for row in table.rows:
        merged = {id(cell._tc): cell.text for cell in row.cells}  # a merged cell comes repeatedly
        writer.row(list(merged.values()))
