"""A page of a book or a mail, read whole: there is no boilerplate around what was written."""

from typing import Any

from index.formats.content import Writer
from index.formats.html_tree import tree_of

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure "
    "footer form header hr li main nav ol p section summary tbody td th thead tr ul".split()
)
_BREAK = "\x1e"
"""A line's end: white space that no page can hold."""


def write_page(content: bytes, writer: Writer) -> None:
    """Write all that a page shows: headings, paragraphs, lists, tables, in their order."""
    tree = tree_of(content)
    if tree is not None:
        body = tree.find("body")
        walk = _Walk(writer)
        walk.walk(tree if body is None else body)
        walk.end()


class _Walk:
    """Gathers text until a block begins or ends, and writes it then."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._text: list[str] = []
        self._is_item = False

    def walk(self, element: Any) -> None:
        """Write an element and all in it."""
        if element.tag in _HEADINGS:
            self.end()
            self._writer.heading(_HEADINGS[element.tag], flat(element))
        elif element.tag == "table" and element.find(".//table") is None:
            self.end()
            self._write_table(element)
        elif element.tag == "pre":
            self.end()
            self._writer.paragraph("".join(element.itertext()))
        elif element.tag == "br":
            self._text.append(_BREAK)
        else:
            self._walk_within(element)

    def _walk_within(self, element: Any) -> None:
        is_block = element.tag in _BLOCKS
        if is_block:
            self.end()
        self._is_item = self._is_item or element.tag == "li"
        self._text.append(element.text or "")
        for child in element:
            self.walk(child)
            self._text.append(child.tail or "")
        if is_block:
            self.end()

    def end(self) -> None:
        """Write what was gathered; its lines are where the page breaks them, not its file."""
        lines = [" ".join(line.split()) for line in "".join(self._text).split(_BREAK)]
        text, self._text = "\n".join(filter(None, lines)), []
        if text and self._is_item:
            self._writer.item(text)
            self._is_item = False
        else:
            self._writer.paragraph(text)

    def _write_table(self, table: Any) -> None:
        """Write its rows; those at its top that hold nothing but heads name the columns."""
        caption = table.find("caption")
        if caption is not None:
            self._writer.paragraph(flat(caption))
        cells = [[each for each in row if each.tag in ("td", "th")] for row in table.iter("tr")]
        cells = [row for row in cells if row]
        heads = 0
        while heads < len(cells) and all(cell.tag == "th" for cell in cells[heads]):
            heads += 1
        told = any(cell.tag == "th" for row in cells for cell in row)
        texts = [[flat(cell) for cell in row] for row in cells]
        self._writer.table(texts, heads % max(1, len(cells)) if told else None)


def flat(element: Any) -> str:
    """All text of an element in one line, its blocks apart."""
    text = element.text or ""
    for child in element:
        apart = " " if child.tag in _BLOCKS or child.tag == "br" else ""
        text += f"{apart}{flat(child)}{apart}{child.tail or ''}"
    return text
