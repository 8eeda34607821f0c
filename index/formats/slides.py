"""Slides (.pptx): each slide with its title, its texts in reading order, tables, charts, notes."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from index.data import Page
from index.errors import InputError
from index.formats.archives import checked, saved
from index.formats.content import Content, Writer
from index.formats.scripts import raised

if TYPE_CHECKING:
    from pptx.slide import Slide

_OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_EQUATION = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT, _BREAK, _RUN, _FIELD, _PROPERTIES = (
    _DRAWING + tag for tag in ("t", "br", "r", "fld", "rPr")
)
_MOST_SLIDES = 2_000
_MOST_SHAPES = 2_000
"""Of one slide or group: more are read in the order of the file."""
_WIDEST = 200
"""Columns or rows over which a table's cell may lie."""
_MENDING = "Open it in a presentation program and save it as a .pptx without a password."
Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""
Item = TypeVar("Item")


def read(content: bytes, name: str) -> Content:
    """Each slide in turn, hidden ones too, which are called so.

    Raises:
        InputError: it is no .pptx file, broken, encrypted, or unpacks to an absurd size.
    """
    if content.startswith(_OLD_OR_ENCRYPTED):
        raise InputError(f"{name} is encrypted or in the old .ppt format.", _MENDING)
    try:
        with checked(content, name, "presentation") as archive:
            return replace(_read(content, name), published=saved(archive))
    except (InputError, MemoryError, RecursionError):
        raise
    except Exception as error:  # a damaged file makes zipfile, lxml and python-pptx raise anything
        raise InputError(f"{name} is broken, or no presentation.", _MENDING) from error


def _read(content: bytes, name: str) -> Content:
    import pptx

    presentation = pptx.Presentation(io.BytesIO(content))
    if len(presentation.slides) > _MOST_SLIDES:
        raise InputError(f"{name} has more than {_MOST_SLIDES:,} slides.", "Split it.")
    writer = Writer()
    pages = []
    for number, slide in enumerate(presentation.slides, start=1):
        start = writer.end
        _write_slide(slide, number, writer)
        hidden = slide._element.get("show") in ("0", "false")
        pages.append(Page(number=number, start=start, end=writer.end, kind="slide", hidden=hidden))
    concealed = ", ".join(str(page.number) for page in pages if page.hidden)
    first = writer.headings[0] if writer.headings else None
    return Content(
        text=writer.text,
        title=presentation.core_properties.title
        or (writer.text[first.start : first.end] if first else ""),
        headings=tuple(writer.headings),
        pages=tuple(pages),
        remarks=(f"hidden slides were read too: {concealed}",) if concealed else (),
    )


def _write_slide(slide: "Slide", number: int, writer: Writer) -> None:
    """Write the title, or the slide's number where there is none, then all else."""
    tried = Writer()  # a slide without a text has no heading either
    _write_all(slide, tried)
    title = slide.shapes.title
    heading = _text_of(title.text_frame._txBody) if title is not None else ""
    if heading or tried.text:
        writer.heading(1, heading or f"Slide {number}")
        _write_all(slide, writer)


def _write_all(slide: "Slide", writer: Writer) -> None:
    """Write all of a slide but its title: shapes, what newer programs show, diagrams, notes."""
    title = slide.shapes.title
    _write_shapes([each for each in slide.shapes if not _is_title(each, title)], writer)
    for each in slide.shapes._spTree.iterchildren():
        choice = each.find(_CHOICE)
        if choice is not None:
            _write_text(choice, writer)
    for relation in slide.part.rels.values():
        if relation.reltype.endswith("diagramData") and not relation.is_external:
            _write_diagram(relation.target_part.blob, writer)
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None:
        told = [text for text in map(_text, notes._txBody.iter(_DRAWING + "p")) if text.strip()]
        for place, text in enumerate(told):
            writer.paragraph(text if place else f"Notes: {text}")


def _is_title(shape: Any, title: Any) -> bool:
    return title is not None and shape._element is title._element  # numbers may be there twice


def _write_shapes(shapes: Iterable[Any], writer: Writer) -> None:
    shown = [shape for shape in shapes if not _is_unseen(shape)]
    for shape in in_reading_order(shown, _box):
        if hasattr(shape, "shapes"):
            _write_shapes(shape.shapes, writer)
        elif getattr(shape, "has_table", False):
            _write_table(shape.table, writer)
        elif getattr(shape, "has_chart", False):
            _write_chart(shape.chart, writer)
        elif shape.has_text_frame:
            _write_text(shape.text_frame._txBody, writer, listed=_is_body(shape))


def _is_unseen(shape: Any) -> bool:
    """Whether it is hidden, or a slide's number, date or footer, which are on every slide."""
    from pptx.enum.shapes import PP_PLACEHOLDER as KINDS

    running = (KINDS.SLIDE_NUMBER, KINDS.DATE, KINDS.FOOTER, KINDS.HEADER)
    if shape.is_placeholder and shape.placeholder_format.type in running:
        return True
    said = shape._element.xpath("./*/p:cNvPr/@hidden")
    return bool(said) and said[0] in ("1", "true")


def _is_body(shape: Any) -> bool:
    """Whether its paragraphs are the points of a list, as in the body of most layouts."""
    from pptx.enum.shapes import PP_PLACEHOLDER as KINDS

    return bool(shape.is_placeholder) and shape.placeholder_format.type in (
        KINDS.BODY,
        KINDS.OBJECT,
    )


def _box(shape: Any) -> Box:
    left, top = shape.left or 0, shape.top or 0
    return left, top, left + (shape.width or 0), top + (shape.height or 0)


def in_reading_order(items: Sequence[Item], box: Callable[[Item], Box]) -> list[Item]:
    """Columns from left to right, each from top to bottom.

    Where a gap runs from top to bottom between all items, it parts columns; else one that runs
    from side to side parts rows; else the higher comes first, and of equals the one further left.
    """
    if len(items) < 2 or len(items) > _MOST_SHAPES:
        return list(items)
    for low, high in ((0, 2), (1, 3)):
        groups = _parted(items, box, low, high)
        if len(groups) > 1:
            return [each for group in groups for each in in_reading_order(group, box)]
    return sorted(items, key=lambda each: (box(each)[1], box(each)[0]))


def _parted(
    items: Sequence[Item], box: Callable[[Item], Box], low: int, high: int
) -> list[list[Item]]:
    """The items in groups that do not lie over each other in one direction."""
    groups: list[list[Item]] = []
    reach = 0.0
    for item in sorted(items, key=lambda each: box(each)[low]):
        start, end = box(item)[low], box(item)[high]
        if groups and start < reach:
            groups[-1].append(item)
        else:
            groups.append([item])
        reach = max(reach, end) if len(groups) > 1 or len(groups[-1]) > 1 else end
    return groups


def _write_text(body: Any, writer: Writer, *, listed: bool = False) -> None:
    texts = [text for text in map(_text, body.iter(_DRAWING + "p")) if text.strip()]
    for text in texts:
        if listed and len(texts) > 1:
            writer.item(text)
        else:
            writer.paragraph(text)


def _text_of(body: Any) -> str:
    return " ".join(text.strip() for text in map(_text, body.iter(_DRAWING + "p"))).strip()


def _text(paragraph: Any) -> str:
    """What is shown of a paragraph; raised figures as "^6", struck-out text left out."""
    text = former = ""
    for part in _pieces(paragraph):
        kind = ""
        if part.tag == _BREAK:
            text += "\n"
        elif part.tag == _EQUATION:
            from index.formats.equations import linear

            more = linear(part).strip()
            text += f" {more}" if text[-1:].isalnum() and more[:1].isalnum() else more
        else:
            properties = part.find(_PROPERTIES)
            said = properties.get if properties is not None else {}.get
            if said("strike") in ("sngStrike", "dblStrike"):
                continue
            baseline = str(said("baseline") or "0").removesuffix("%")
            kind = "" if baseline.strip("0.") == "" else "superscript"
            kind = "subscript" if baseline.startswith("-") else kind
            text += raised(text, part.findtext(_TEXT) or "", kind, former)
        former = kind
    return text


def _pieces(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag in (_RUN, _FIELD, _BREAK, _EQUATION):
            yield child
        elif child.tag != _FALLBACK:
            yield from _pieces(child)


def _write_table(table: Any, writer: Writer) -> None:
    """Write its rows; a cell over several rows or columns is read in each."""
    rows: list[list[str]] = [[""] * len(table.columns) for _ in table.rows]
    for number, row in enumerate(table.rows):
        for column, cell in enumerate(row.cells):
            if cell.is_spanned or column >= len(rows[number]):
                continue
            text = "\n".join(map(_text, cell.text_frame._txBody.iter(_DRAWING + "p")))
            high = min(cell.span_height if cell.is_merge_origin else 1, _WIDEST)
            wide = min(cell.span_width if cell.is_merge_origin else 1, _WIDEST)
            for line in rows[number : number + high]:
                line[column : column + wide] = [text] * len(line[column : column + wide])
    writer.table(rows, 1 if table.first_row and len(rows) > 1 else None)


def _write_chart(chart: Any, writer: Writer) -> None:
    """Write a chart's figures as a table: a row for each category, a column for each series."""
    if chart.has_title and chart.chart_title.has_text_frame:
        writer.paragraph(_text_of(chart.chart_title.text_frame._txBody))
    for plot in chart.plots:
        series = list(plot.series)
        names = [str(each) for each in plot.categories]
        rows = [["", *(each.name or f"Series {n}" for n, each in enumerate(series, start=1))]]
        longest = max((len(each.values) for each in series), default=0)
        for number in range(longest):
            name = names[number] if number < len(names) else str(number + 1)
            values = [each.values[number] if number < len(each.values) else None for each in series]
            rows.append([name, *("" if v is None else f"{v:.15g}" for v in values)])
        writer.table(rows, 1 if longest else 0)


def _write_diagram(xml: bytes, writer: Writer) -> None:
    """Write the texts of a diagram's points."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for point in etree.fromstring(xml, parser).iter(_DIAGRAM + "t"):
        writer.item(_text_of(point))
