"""OpenDocument texts (.odt): headings, paragraphs, lists, tables and notes, in reading order."""

from dataclasses import replace
from typing import Any

from index.errors import InputError
from index.formats.archives import checked, part, saved, xml
from index.formats.content import Content, Writer
from index.formats.scripts import raised

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_DUBLIN = "{http://purl.org/dc/elements/1.1/}"
_UNSEEN = {
    _TEXT + "tracked-changes",
    _OFFICE + "annotation",
    _TEXT + "sequence-decls",
    _OFFICE + "forms",
    _TEXT + "index-title-template",
}
"""Deletions, comments, and what programs keep for themselves."""
_MOST_REPEATED = 1_000
"""Times that a space, cell or row may be repeated by one number."""
_MENDING = "Open it in a word processor and save it anew, without a password."


def read(content: bytes, name: str) -> Content:
    """The document's text with its title and headings; deleted and hidden text is left out.

    Raises:
        InputError: it is no .odt file, broken, protected, or unpacks to an absurd size.
    """
    with checked(content, name, "OpenDocument text") as archive:
        try:
            if b"encryption-data" in part(archive, "META-INF/manifest.xml"):
                raise InputError(f"{name} is protected with a password.", _MENDING)
            tree = xml(part(archive, "content.xml"))
            known = xml(part(archive, "meta.xml")) if "meta.xml" in archive.namelist() else None
            return replace(_read(tree, known), published=saved(archive))
        except (InputError, MemoryError, RecursionError):
            raise
        except Exception as error:  # a damaged file makes zipfile and lxml raise anything
            raise InputError(f"{name} is broken, or no OpenDocument text.", _MENDING) from error


def _read(tree: Any, known: Any) -> Content:
    body = next(tree.iter(_OFFICE + "text"))
    reader = _Reader(tree)
    reader.write(body)
    title = known.findtext(f".//{_DUBLIN}title") if known is not None else ""
    writer = reader.writer
    first = writer.headings[0] if writer.headings else None
    return Content(
        text=writer.text,
        title=title or (writer.text[first.start : first.end] if first else ""),
        headings=tuple(writer.headings),
    )


class _Reader:
    """Writes a document's parts, and keeps its styles and the notes that are to follow."""

    def __init__(self, tree: Any) -> None:
        self.writer = Writer()
        self._places: dict[str, str] = {}
        self._hidden: set[str] = set()
        for style in tree.iter(_STYLE + "style"):
            look = style.find(_STYLE + "text-properties")
            said = {} if look is None else {k.rpartition("}")[2]: v for k, v in look.items()}
            name = style.get(_STYLE + "name") or ""
            place = said.get("text-position", "").split(" ")[0]
            if place and place not in ("0%", "0"):
                lowered = place.startswith(("sub", "-"))
                self._places[name] = "subscript" if lowered else "superscript"
            struck = said.get("text-line-through-style", "none") != "none"
            if struck or said.get("display") == "none":
                self._hidden.add(name)
        self._notes: list[Any] = []
        self._count = 0

    def write(self, element: Any, *, listed: bool = False) -> None:
        """Write what stands in an element, part by part."""
        for child in element:
            if child.tag == _TEXT + "h":
                level = child.get(_TEXT + "outline-level") or "1"
                self.writer.heading(int(level) if level.isdecimal() else 1, self._text(child))
            elif child.tag == _TEXT + "p":
                text = self._text(child)
                if listed:
                    self.writer.item(text)
                else:
                    self.writer.paragraph(text)
            elif child.tag == _TABLE + "table":
                self._write_table(child)
            elif child.tag not in _UNSEEN and isinstance(child.tag, str):
                self.write(child, listed=listed or child.tag == _TEXT + "list-item")
            self._write_notes()

    def _write_notes(self) -> None:
        pending, self._notes = self._notes, []
        for number, note in enumerate(pending, start=self._count - len(pending) + 1):
            texts = [self._text(each) for each in note.iter(_TEXT + "p")]
            self.writer.paragraph(f"Note {number}: {' '.join(texts)}")

    def _text(self, element: Any) -> str:
        """What is shown of a paragraph; a note's mark as "(note 1)", raised figures as "^6"."""
        if element.get(_TEXT + "style-name") in self._hidden:
            return ""
        text, former = element.text or "", ""
        for child in element:
            place = ""
            if child.tag == _TEXT + "note":
                text += self._mark(child)
            elif child.tag == _TEXT + "s":
                text += " " * _times(child, _TEXT + "c")
            elif child.tag == _TEXT + "tab":
                text += "\t"
            elif child.tag == _TEXT + "line-break":
                text += "\n"
            elif child.tag not in _UNSEEN and isinstance(child.tag, str):
                place = self._places.get(child.get(_TEXT + "style-name") or "", "")
                text += raised(text, self._text(child), place, former)
            text += raised(text, child.tail or "", "", place)
            former = "" if child.tail else place
        return text

    def _mark(self, note: Any) -> str:
        body = note.find(_TEXT + "note-body")
        if body is None:
            return ""
        self._count += 1
        self._notes.append(body)
        return f" (note {self._count})"

    def _write_table(self, table: Any) -> None:
        """Write its rows; a cell over several rows or columns is read in each."""
        rows: list[list[str]] = []
        waiting: dict[tuple[int, int], str] = {}
        heads = 0
        for row in table.iter(_TABLE + "table-row"):
            if next(row.iterancestors(_TABLE + "table"), None) is not table:
                continue
            cells: list[str] = []
            for cell in row:
                if cell.tag == _TABLE + "covered-table-cell":
                    cells.append(waiting.get((len(rows), len(cells)), ""))
                elif cell.tag == _TABLE + "table-cell":
                    text = "\n".join(self._text(each) for each in cell.iter(_TEXT + "p"))
                    wide = _times(cell, _TABLE + "number-columns-spanned")
                    high = _times(cell, _TABLE + "number-rows-spanned")
                    for line in range(high if high * wide > 1 else 0):
                        for column in range(wide):
                            waiting[len(rows) + line, len(cells) + column] = text
                    cells += [text] * _times(cell, _TABLE + "number-columns-repeated")
            heads += row.getparent().tag == _TABLE + "table-header-rows"
            rows.append(cells)
        self.writer.table(rows, heads if 0 < heads < len(rows) else None)


def _times(element: Any, key: str) -> int:
    said = element.get(key) or "1"
    return min(max(int(said), 1), _MOST_REPEATED) if said.isascii() and said.isdigit() else 1
