"""The source pane: a document opened at a span, with that span marked."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.page.html.markup import attributes, button, element, escape
from index import Document, DocumentInfo
from index.days import TOLD_BY, YOU

WINDOW = 200_000
"""Longer documents are shown in parts of at most about this many characters."""
LEAD = 40_000
"""How much text stands before the span where only a part is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which part of a document is open, and what is marked in it.

    ``start == end`` marks nothing; ``low`` and ``high`` bound the text shown; ``place`` says
    which citation of how many this is ("2 of 5"), or is empty.
    """

    start: int = 0
    end: int = 0
    low: int = 0
    high: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph: ``level`` is 0 for a paragraph."""

    start: int
    end: int
    level: int


def opened(document: Document, start: int, end: int, place: str = "") -> View:
    """The view of a document at a span; offsets outside the text are brought inside."""
    size = len(document.text)
    start, end = sorted((min(max(start, 0), size), min(max(end, 0), size)))
    view = View(start=start, end=end, high=size, place=place)
    if size <= WINDOW:
        return view
    low = _paragraph_before(document.text, max(0, start - LEAD))
    high = _paragraph_after(document.text, min(size, max(end, low + WINDOW)))
    return replace(view, low=low, high=high)


def widened(document: Document, view: View, towards: str) -> View:
    """The view with one more window of text, ``earlier`` or ``later``."""
    if towards == "earlier":
        return replace(view, low=_paragraph_before(document.text, max(0, view.low - WINDOW)))
    high = min(len(document.text), view.high + WINDOW)
    return replace(view, high=_paragraph_after(document.text, high))


def pane(document: Document, view: View, page: str = "", day: str = "") -> str:
    """The whole pane; ``page`` is the HTML of a page image, where there is one, ``day`` that of
    the document's day."""
    return _bar(document, view, day) + page + _text(document, view)


def day_form(info: DocumentInfo, view: View, wrong: str = "") -> str:
    """The day of a document, which unfolds to be corrected; ``wrong`` is what failed."""
    place = {
        "data_document": info.id,
        "data_start": view.start,
        "data_end": view.end,
        "data_place": view.place,
    }
    told = attributes(type="text", name="day", value=info.published, placeholder="2024-05-01")
    own = button("Take it back", "date", class_="keep", data_day="", **place)
    return element(
        "details",
        element("summary", escape(f"{info.day} {TOLD_BY[info.dated]}")),
        element("label", "Its own day, month or year", f"<input{told}>"),
        button("Correct", "date", class_="keep", data_form="", **place),
        own if info.dated == YOU else "",
        element("p", escape(wrong), class_="failed", role="alert") if wrong else "",
        class_="day-form",
        open="" if wrong else None,
    )


EMPTY = element(
    "div",
    element("p", "A citation number or a passage opens here, in its document."),
    class_="source-empty",
)


def blocks(document: Document, low: int, high: int) -> Iterator[Block]:
    """The headings and paragraphs of a part of the text, without the blank lines between, and
    without the marks that make a line a heading in Markdown."""
    levels = {(h.start, h.end): h.level for h in document.headings}
    starts, ends = {start for start, _ in levels}, {end for _, end in levels}
    edges = sorted({low, high, *(e for span in levels for e in span if low <= e <= high)})
    for start, end in pairwise(edges):
        level = levels.get((start, end), 0)
        for piece_start, piece_end in _paragraphs(document.text, start, end):
            before = end in starts and "\n" not in document.text[piece_end:end]
            after = start in ends and document.text[start:piece_start] == "\n"
            marks = "#" * before + "=-" * after
            if level == 0 and not document.text[piece_start:piece_end].strip(f"{marks} "):
                continue
            yield Block(piece_start, piece_end, level)


def _bar(document: Document, view: View, day: str) -> str:
    facts = [document.name if document.name != document.title else ""]
    facts.append(_place(document, view.start))
    if view.end > view.start:
        facts.append(f"characters {view.start:,}–{view.end:,}")
    if any(document.recognised(view.start, view.end)):
        facts.append("recognised in a picture")
    step = (
        element(
            "div",
            button("Previous", "step", class_="quiet", data_by="-1", title="Previous citation (p)"),
            element("span", escape(view.place), class_="place"),
            button("Next", "step", class_="quiet", data_by="1", title="Next citation (n)"),
            class_="steps",
        )
        if view.place
        else ""
    )
    return element(
        "header",
        element("h2", escape(document.title)),
        element("p", escape(" · ".join(filter(None, facts))), class_="facts"),
        day,
        step,
        class_="source-bar",
    )


def _place(document: Document, start: int) -> str:
    """The page, slide or row at an offset; a number alone says of how many it is."""
    place, number = document.place_of(start), document.page_of(start)
    numbered = number is not None and place.startswith(
        f"{document.pages[number - 1].kind} {number}"
    )
    return f"{place} of {len(document.pages)}" if numbered else place


def _text(document: Document, view: View) -> str:
    earlier = _more("Show earlier text", "earlier", document, view) if view.low > 0 else ""
    later = (
        _more("Show later text", "later", document, view) if view.high < len(document.text) else ""
    )
    body = "".join(_block(document.text, b, view) for b in blocks(document, view.low, view.high))
    return element(
        "div",
        earlier,
        body,
        later,
        class_="document",
        data_at=f"{document.id}:{view.start}:{view.end}",
    )


def _more(label: str, towards: str, document: Document, view: View) -> str:
    return button(
        label,
        "more",
        class_="quiet more",
        data_document=document.id,
        data_towards=towards,
        data_start=view.start,
        data_end=view.end,
        data_low=view.low,
        data_high=view.high,
        data_place=view.place,
    )


def _block(text: str, block: Block, view: View) -> str:
    tag = f"h{min(block.level + 2, 6)}" if block.level else "p"
    low, high = max(block.start, view.start), min(block.end, view.end)
    if low >= high:
        return element(tag, escape(text[block.start : block.end]))
    return element(
        tag,
        escape(text[block.start : low]),
        element("mark", escape(text[low:high])),
        escape(text[high : block.end]),
    )


def _paragraphs(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """The stretches between blank lines, trimmed of the line breaks around them."""
    start = low
    while start < high:
        gap = text.find("\n\n", start, high)
        end = high if gap < 0 else gap
        inner_start, inner_end = _trimmed(text, start, end)
        if inner_start < inner_end:
            yield inner_start, inner_end
        start = end + 2


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _paragraph_before(text: str, offset: int) -> int:
    gap = text.rfind("\n\n", 0, offset)
    near = offset - gap < WINDOW
    return gap + 2 if gap >= 0 and near else offset


def _paragraph_after(text: str, offset: int) -> int:
    gap = text.find("\n\n", offset, offset + WINDOW)
    return gap if gap >= 0 else offset
