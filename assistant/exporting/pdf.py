"""A memo as a PDF file: citation numbers link to the sources listed at its end.

The letters are DejaVu Sans, which matplotlib brings along; scripts it lacks (Chinese, Japanese,
Korean) are taken from a font of the system where there is one.
"""

import logging
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import SettingsError
from assistant.exporting.memo import KEPT_MARKS, Item, Memo, Part

if TYPE_CHECKING:
    from fpdf import FPDF

_FAMILY = "DejaVu"
_FALLBACKS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    "/Library/Fonts/Arial Unicode.ttf",
    "C:/Windows/Fonts/msyh.ttc",
)
_INK, _SOFT, _LINK = (26, 26, 26), (95, 95, 95), (26, 79, 139)
_RULE = (200, 200, 200)
_LEFT = 22.0
"""Millimetres of margin."""
_BULLET = 5.0
_COLUMN = 36.0
"""Millimetres of a table's first column."""
_MARK = 0.75
"""The size of a note's mark beside that of its text."""


def pdf_file(page: Memo) -> bytes:
    """The memo's bytes as ``.pdf``.

    Raises:
        SettingsError: the installation lacks its fonts.
    """
    counted = _laid_out(page, 0)
    for font in counted.fonts.values():
        font.close()  # type: ignore[union-attr]  # all of them are of files
    return bytes(_laid_out(page, counted.pages_count).output())


def _laid_out(page: Memo, total: int) -> "FPDF":
    """The memo on its pages, each of which says which of ``total`` it is."""
    pdf = _blank(page.title, total)
    links = {note.number: pdf.add_link() for note in page.notes}
    _line(pdf, page.title, size=18, bold=True)
    for source in page.sources:
        _line(pdf, source, size=9, colour=_SOFT)
    pdf.ln(4)
    if page.headline:
        _item(pdf, page.headline, links, size=13, bold=True)
    for part in page.parts:
        _part(pdf, part, links)
    pdf.ln(3)
    for remark in page.remarks:
        _line(pdf, remark, size=8, colour=_SOFT)
    _sources(pdf, page, links)
    return pdf


def _blank(title: str, total: int) -> "FPDF":
    from fpdf import FPDF

    class Numbered(FPDF):
        """Pages that say which of how many they are."""

        def footer(self) -> None:
            self.set_y(-15)
            self.set_font(_FAMILY, "", 8)
            self.set_text_color(*_SOFT)
            self.cell(0, 4, f"{self.page_no()} of {total}")

    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it reports each table it leaves out
    pdf = Numbered(format="A4")
    pdf.alias_nb_pages(None)  # type: ignore[arg-type]  # no text of a document is a template
    pdf.set_margins(_LEFT, 20, _LEFT)
    pdf.c_margin = 0.0
    pdf.set_auto_page_break(auto=True, margin=20)
    pdf.set_title(title)
    pdf.set_creator("Citewell")
    fonts = _fonts()
    pdf.add_font(_FAMILY, "", fonts / "DejaVuSans.ttf")
    pdf.add_font(_FAMILY, "B", fonts / "DejaVuSans-Bold.ttf")
    fallback = next((path for path in _FALLBACKS if Path(path).exists()), None)
    if fallback:
        pdf.add_font("Fallback", "", fallback)
        pdf.set_fallback_fonts(["Fallback"], exact_match=False)
    pdf.add_page()
    return pdf


def _fonts() -> Path:
    """The folder of matplotlib's fonts, found without importing it."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise SettingsError("The fonts of PDF files are missing.", "Install Citewell again.")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"


def _line(
    pdf: "FPDF",
    text: str,
    *,
    size: float,
    bold: bool = False,
    colour: tuple[int, int, int] = _INK,
) -> None:
    pdf.set_font(_FAMILY, "B" if bold else "", size)
    pdf.set_text_color(*colour)
    pdf.multi_cell(0, _leading(size), text, align="L", new_x="LMARGIN", new_y="NEXT")


def _leading(size: float) -> float:
    """Millimetres from line to line at a size in points."""
    return size * 0.3528 * 1.45


def _part(pdf: "FPDF", part: Part, links: dict[int, int]) -> None:
    pdf.ln(4)
    if pdf.will_page_break(20):
        pdf.add_page()
    _line(pdf, part.name, size=11, bold=True)
    pdf.ln(1)
    if part.is_table:
        _columns(pdf, part.column)
    for item in part.items:
        _marked(pdf, "; ".join(item.figures) or "–" if part.is_table else "", item, links)


def _columns(pdf: "FPDF", first: str) -> None:
    """The names of a table's columns, above a thin line."""
    pdf.set_font(_FAMILY, "", 8)
    pdf.set_text_color(*_SOFT)
    pdf.cell(_COLUMN, _leading(8), first)
    pdf.cell(0, _leading(8), "What the source says", new_x="LMARGIN", new_y="NEXT")
    pdf.set_draw_color(*_RULE)
    pdf.line(_LEFT, pdf.get_y(), pdf.w - _LEFT, pdf.get_y())
    pdf.ln(1.2)


def _marked(pdf: "FPDF", figure: str, item: Item, links: dict[int, int]) -> None:
    """An item behind its bullet, or behind its figure in a table's first column."""
    indent = _COLUMN if figure else _BULLET
    pdf.set_font(_FAMILY, "", 10)
    pdf.set_text_color(*_INK)
    top, page = pdf.get_y(), pdf.page
    pdf.set_left_margin(_LEFT + indent)
    pdf.set_x(_LEFT)
    gap = 4.0 if figure else 0.0
    pdf.multi_cell(
        indent - gap, _leading(10), figure or "•", align="L", new_x="RIGHT", new_y="NEXT"
    )
    bottom = pdf.get_y()
    if pdf.page == page:
        pdf.set_y(top)
    pdf.set_x(_LEFT + indent)
    _item(pdf, item, links, size=10)
    if pdf.page == page:
        pdf.set_y(max(bottom, pdf.get_y()))
    pdf.set_left_margin(_LEFT)
    pdf.set_x(_LEFT)
    pdf.ln(1.2)


def _item(
    pdf: "FPDF", item: Item, links: dict[int, int], *, size: float, bold: bool = False
) -> None:
    start, word = item.ends
    marks = [f"\N{NO-BREAK SPACE}[{number}]" for number in item.notes]
    pdf.set_font(_FAMILY, "", size * _MARK)
    width = pdf.get_string_width("".join(marks[:KEPT_MARKS]))
    pdf.set_font(_FAMILY, "B" if bold else "", size)
    pdf.set_text_color(*_INK)
    pdf.write(_leading(size), start)
    if pdf.get_x() + pdf.get_string_width(word) + width > pdf.w - pdf.r_margin:
        pdf.ln(_leading(size))
    pdf.write(_leading(size), word)
    pdf.set_text_color(*_LINK)
    pdf.set_font(_FAMILY, "", size * _MARK)
    for number, mark in zip(item.notes, marks, strict=True):
        if pdf.get_x() + pdf.get_string_width(mark) > pdf.w - pdf.r_margin:
            pdf.ln(_leading(size))
        pdf.write(_leading(size), mark, link=links[number])
    pdf.ln(_leading(size))


def _sources(pdf: "FPDF", page: Memo, links: dict[int, int]) -> None:
    pdf.ln(5)
    _line(pdf, "Sources", size=11, bold=True)
    pdf.ln(1)
    for note in page.notes:
        if pdf.will_page_break(3 * _leading(8.5)):
            pdf.add_page()
        pdf.set_link(links[note.number], y=pdf.get_y(), page=pdf.page)
        _line(pdf, f"[{note.number}]  {note.text}", size=8.5)
        pdf.ln(0.8)
