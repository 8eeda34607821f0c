"""Small presentations, made by the library that reads them."""

import io
from collections.abc import Callable, Sequence
from typing import Any

from pptx import Presentation
from pptx.util import Inches


def deck(*slides: Callable[[Any, Any], None]) -> bytes:
    """A presentation; each function fills a slide, of which it is given layouts to add one."""
    presentation = Presentation()
    for fill in slides:
        fill(presentation, presentation.slide_layouts)
    file = io.BytesIO()
    presentation.save(file)
    return file.getvalue()


def plain(
    title: str,
    points: Sequence[str] = (),
    *,
    notes: str = "",
    hidden: bool = False,
) -> Callable[[Any, Any], None]:
    """A slide with a title and the points of a list."""

    def fill(presentation: Any, layouts: Any) -> None:
        slide = presentation.slides.add_slide(layouts[1])
        if title:
            slide.shapes.title.text = title
        slide.placeholders[1].text = "\n".join(points)
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
        if hidden:
            slide._element.set("show", "0")

    return fill


def placed(*boxes: tuple[float, float, str]) -> Callable[[Any, Any], None]:
    """A slide with boxes of 2 by 0.5 inches, given as inches from the left and the top, in the
    order in which they stand in the file."""

    def fill(presentation: Any, layouts: Any) -> None:
        slide = presentation.slides.add_slide(layouts[6])
        for left, top, text in boxes:
            box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(0.5))
            box.text_frame.text = text

    return fill


def table(rows: Sequence[Sequence[str]], merged: Sequence[tuple[int, int, int, int]] = ()) -> Any:
    """A slide with a table."""

    def fill(presentation: Any, layouts: Any) -> None:
        slide = presentation.slides.add_slide(layouts[5])
        slide.shapes.title.text = "Figures"
        place = (Inches(1), Inches(2), Inches(6), Inches(2))
        made = slide.shapes.add_table(len(rows), len(rows[0]), *place).table
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                made.cell(number, column).text = text
        for top, left, bottom, right in merged:
            made.cell(top, left).merge(made.cell(bottom, right))

    return fill


def chart(names: Sequence[str], series: dict[str, Sequence[float]]) -> Any:
    """A slide with a chart of bars."""
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    def fill(presentation: Any, layouts: Any) -> None:
        slide = presentation.slides.add_slide(layouts[5])
        slide.shapes.title.text = "Sales"
        data = CategoryChartData()
        data.categories = names
        for name, values in series.items():
            data.add_series(name, values)
        place = (Inches(1), Inches(2), Inches(6), Inches(4))
        slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, data)

    return fill
