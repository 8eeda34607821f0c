"""The source pane: opening a document at a span, and showing more of it."""

import gradio as gr

from assistant.page.failing import explained
from assistant.page.html import markup, printed, source
from assistant.page.page import Page
from assistant.page.parts import live, on
from index.errors import UnknownDocumentError

GONE = (
    "This document is not in the library as it was quoted.",
    "It was changed or removed since; ask again to hear what the documents say now.",
)


class SourcePane:
    """Shows one document; any live HTML may open one here."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.html = live("source", ["more", "turn", "date"], value=source.EMPTY)
        on(self.html.more, self.more, None, [self.html], queue=False)
        on(self.html.turn, self.open, None, [self.html], queue=False)
        on(self.html.date, self.date, None, [self.html], queue=False)

    def opens_from(self, component: gr.HTML) -> None:
        """Citations, passages and names of documents in ``component`` open in this pane."""
        on(component.open, self.open, None, [self.html], queue=False)

    def open(self, data: gr.EventData, request: gr.Request, wrong: str = "") -> str:
        """The pane for a click on a citation, a passage, a document's name or another page."""
        try:
            library = self.page.library(request)
            document = library.document(data.document)
            view = source.opened(
                document, int(data.start), int(data.end), getattr(data, "place", "")
            )
            number = int(getattr(data, "number", document.page_of(view.start) or 0))
            sheet = printed.page(document, number, view.start, view.end) if number else ""
            info = library.narrowing.info(document.id)
            day = source.day_form(info, view, wrong) if info else ""
        except UnknownDocumentError:
            return markup.failure(*GONE)
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            return markup.failure(*explained(error))
        return source.pane(document, view, sheet, day)

    def date(self, data: gr.EventData, request: gr.Request) -> str:
        """The same pane once the document's day is what was said of it, or why it is not."""
        wrong = ""
        try:
            self.page.library(request).narrowing.date(data.document, data.day.strip() or None)
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            wrong = " ".join(explained(error))
        return self.open(data, request, wrong)

    def more(self, data: gr.EventData, request: gr.Request) -> str:
        """The same pane with more text before or after."""
        try:
            library = self.page.library(request)
            document = library.document(data.document)
            info = library.narrowing.info(document.id)
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            return markup.failure(*explained(error))
        low, high = int(data.low), int(data.high)
        start, end = int(data.start), int(data.end)
        view = source.View(start=start, end=end, low=low, high=high, place=data.place)
        day = source.day_form(info, view) if info else ""
        return source.pane(document, source.widened(document, view, data.towards), day=day)
