"""HTML: the main content by trafilatura, without menus, scripts and boilerplate."""

import logging
from typing import Any

from index.errors import InputError
from index.formats.content import Content, Writer

_TEXT_ONLY = {"p", "quote", "code", "ab", "fw"}


def read(content: bytes, name: str) -> Content:
    """The article of a page, with its title, date, headings, lists and tables.

    Raises:
        InputError: it is no HTML, or there is no text in it.
    """
    import trafilatura

    logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # else it writes to stderr
    found: Any = trafilatura.bare_extraction(
        content,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        favor_recall=True,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    writer = Writer()
    if found is not None:
        _write(found.body, writer)
    text = writer.text or trafilatura.html2txt(content)
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
            for item in child.iter("item"):
                writer.item(_text(item))
        elif child.tag == "table":
            for row in child.iter("row"):
                writer.row([_text(cell) for cell in row])
        elif child.tag in _TEXT_ONLY or not len(child):
            writer.paragraph(_text(child))
        else:
            writer.paragraph(child.text or "")
            _write(child, writer)
        writer.paragraph(child.tail or "")


def _level(head: Any) -> int:
    rank = str(head.get("rend") or "h2")[-1]
    return int(rank) if rank.isdigit() else 2


def _text(element: Any) -> str:
    for line_break in element.iter("lb"):
        line_break.tail = "\n" + (line_break.tail or "").lstrip()
    return "".join(element.itertext())
