"""Collections and tags in the library pane: made of the documents that are ticked."""

from collections.abc import Collection
from typing import Any

import gradio as gr

from assistant.page.failing import explained
from assistant.page.html import labels, markup
from assistant.page.page import Page
from assistant.page.parts import live, on
from index.errors import InputError

Updates = dict[Any, Any]


class LabelPanel:
    """Its components and what happens to them; ``news`` is where failures are told."""

    def __init__(self, page: Page, news: gr.HTML, unticked: gr.State) -> None:
        self.page = page
        self.news = news
        self.list = live("labels", ["unlabel"])
        self.form = live("label-form", ["collect"], value=labels.FORM)
        on(self.form.collect, self.collect, [unticked], [self.list, news])
        on(self.list.unlabel, self.unlabel, None, [self.list, news])

    def listed(self, request: gr.Request) -> str:
        return labels.labels(self.page.library(request).labels.all())

    def collect(
        self, unticked: Collection[str], data: gr.EventData, request: gr.Request
    ) -> Updates:
        """Put the ticked documents into a collection, or tag them."""
        library = self.page.library(request)
        try:
            ticked = library.listing.ids(without=unticked)
            if not ticked:
                raise InputError("No document is ticked.", "Tick some first.")
            library.labels.change(data.kind, data.name, ticked, out=False)
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            return {self.news: markup.failure(*explained(error))}
        return {self.list: self.listed(request), self.news: ""}

    def unlabel(self, data: gr.EventData, request: gr.Request) -> Updates:
        """Remove a collection or a tag; its documents stay."""
        try:
            self.page.library(request).labels.change(data.kind, data.name, [], out=True)
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            return {self.news: markup.failure(*explained(error))}
        return {self.list: self.listed(request), self.news: ""}
