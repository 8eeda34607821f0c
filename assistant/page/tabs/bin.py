"""The removed documents in the library pane: erased for good here, recovered by the shelf."""

from typing import Any

import gradio as gr

from assistant.page.failing import explained
from assistant.page.html import bin as looks
from assistant.page.html import markup
from assistant.page.page import Page
from assistant.page.parts import live, on

Updates = dict[Any, Any]


class BinPanel:
    """Its component and what happens to it; ``news`` is where failures are told."""

    def __init__(self, page: Page, news: gr.HTML) -> None:
        self.page = page
        self.news = news
        self.list = live("bin", ["recover", "purge", "empty"])
        on(self.list.purge, self.purge, None, [self.list, news])
        on(self.list.empty, self.empty, None, [self.list, news])

    def listed(self, request: gr.Request) -> str:
        found = self.page.library(request).bin.all()
        return looks.removed(found, self.page.settings.removed_days)

    def purge(self, data: gr.EventData, request: gr.Request) -> Updates:
        """Erase one removed document for good."""
        return self._purged([data.document], request)

    def empty(self, request: gr.Request) -> Updates:
        """Erase all of them."""
        return self._purged([each.id for each in self.page.library(request).bin.all()], request)

    def _purged(self, ids: list[str], request: gr.Request) -> Updates:
        try:
            gone = self.page.purge(ids, request)
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            return {self.news: markup.failure(*explained(error))}
        told = f"{gone[0].title} is" if len(gone) == 1 else "All of them are"
        news = markup.note(f"{told} erased for good.")
        return {self.list: self.listed(request), self.news: news}
