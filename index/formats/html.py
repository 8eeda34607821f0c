"""HTML: the main content by trafilatura, without menus, scripts and boilerplate."""

import logging
from collections.abc import Iterator
from typing import Any

from index.errors import InputError
from index.formats.content import Content, Writer
from index.formats.html_tree import tree_of

_TEXT_ONLY = {"p", "quote", "code", "ab", "fw"}
_STRUCTURED = {"list", "table", "head"}
_APART = {"p", "quote", "list", "item", "table", "row", "cell", "head"}
"""What stands on lines of its own."""
_PARTING = "\x1e"
"""White space that no page can hold, between what stands apart."""


def read(content: bytes, name: str) -> Content:
    """The article of a page, with its title, date, headings, lists and tables.

    Raises:
        InputError: it is no HTML, or there is no text in it.
    """
    import trafilatura

    logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # else it writes to stderr
    tree = tree_of(content)
    found: Any = trafilatura.bare_extraction(
        tree,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        favor_recall=True,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    writer = Writer()
    if found is not None:
        _write(found.body, writer)
    text = writer.text or (trafilatura.html2txt(tree) if tree is not None else "")
    if not text.strip():
        raise InputError(
            f"{name} has no text to read.",
            "If the page is made by a script, save it as a PDF and add that.",
        )
    return Content(
        text=text,
        title=(found.title or "") if found is not None else "",
        published=found.date if found is not None else None,
        headings=tuple(writer.headings),
    )


def _write(element: Any, writer: Writer) -> None:
    """Walk trafilatura's simplified tree, part by part."""
    for child in element:
        if child.tag == "head":
            writer.heading(_level(child), _text(child))
        elif child.tag == "list":
            _write_list(child, writer)
        elif child.tag == "table":
            _write_table(child, writer)
        elif _is_text_only(child):
            _write_paragraphs(_text(child), writer)
        else:
            _write_paragraphs(child.text or "", writer)
            _write(child, writer)
        _write_paragraphs(child.tail or "", writer)


def _write_table(table: Any, writer: Writer) -> None:
    """Write its rows; those at its top that hold nothing but heads name the columns."""
    rows = [list(row) for row in table.iter("row")]
    heads = 0
    for row in rows:
        if not row or any(cell.get("role") != "head" for cell in row):
            break
        heads += 1
    told = any(cell.get("role") == "head" for row in rows for cell in row)
    texts = [[_text(cell) for cell in row] for row in rows]
    writer.table(texts, heads % len(rows) if told else None)


def _is_text_only(element: Any) -> bool:
    """Whether there is nothing in it but text and paragraphs."""
    return not len(element) or (
        element.tag in _TEXT_ONLY and next(element.iter(*_STRUCTURED), None) is None
    )


def _write_paragraphs(text: str, writer: Writer) -> None:
    for paragraph in text.split(_PARTING):
        writer.paragraph(paragraph)


def _write_list(element: Any, writer: Writer) -> None:
    """Write each item, and after it those of the lists that stand in it."""
    for item in element:
        if item.tag != "list":
            writer.item(_text(item, with_lists=False))
        for nested in [item] if item.tag == "list" else _lists(item):
            _write_list(nested, writer)


def _lists(element: Any) -> Iterator[Any]:
    """The lists in an element, but none that stands in another."""
    for child in element:
        if child.tag == "list":
            yield child
        else:
            yield from _lists(child)


def _level(head: Any) -> int:
    rank = str(head.get("rend") or "h2")[-1]
    return int(rank) if rank.isdigit() else 2


def _text(element: Any, *, with_lists: bool = True) -> str:
    """The text of an element, with its line breaks, and partings around what stands apart."""
    text = element.text or ""
    for child in element:
        tail = child.tail or ""
        if child.tag == "lb":
            text += "\n" + tail.lstrip()
            continue
        kept = with_lists or child.tag != "list"
        inner = _text(child, with_lists=with_lists) if kept else ""
        text += f"{_PARTING}{inner}{_PARTING}{tail}" if child.tag in _APART else inner + tail
    return text
