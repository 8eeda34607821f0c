"""The folders that the library pane keeps in step, and what they changed meanwhile."""

from collections.abc import Callable, Collection
from typing import Any

import gradio as gr

from assistant.keeping.watching import status
from assistant.page.failing import explained
from assistant.page.html import folders, markup
from assistant.page.page import Page
from assistant.page.parts import live, on
from index.watched import KEEP, REMOVE

LOOKS_S = 3.0
"""How often an open page asks whether the library has changed, in seconds."""
Updates = dict[Any, Any]
Listing = Callable[[Collection[str], gr.Request], str]
"""The list of documents, some of them without a tick."""


class FolderPanel:
    """Its components and what happens to them; ``news`` is where failures are told."""

    def __init__(self, page: Page, news: gr.HTML) -> None:
        self.page = page
        self.news = news
        self.seen = gr.State("")
        self.list = live("folders", ["unwatch"])
        self.form = live("watch-form", ["watch"])
        self.timer = gr.Timer(LOOKS_S)
        on(self.form.watch, self.watch, None, [self.list, news])
        on(self.list.unwatch, self.unwatch, None, [self.list, news])

    def tells(self, documents: gr.HTML, unticked: gr.State, shown: Listing) -> None:
        """What folders change in the library is ``shown`` in ``documents``."""
        self._documents, self._listing = documents, shown
        inputs, changing = [self.seen, unticked], [self.seen, self.list, documents]
        on(self.timer.tick, self.refresh, inputs, changing)

    @staticmethod
    def unchanged(revision: int) -> str:
        """What is ``seen`` of a library at a revision whose folders were not looked at yet."""
        return f"{revision} "

    def refresh(self, seen: str, unticked: Collection[str], request: gr.Request) -> Updates:
        """The lists anew where the library has changed since they were ``seen``."""
        revision = self.page.library(request).revision
        folders = self.shown(request)[1]
        now = f"{self.unchanged(revision)}{folders}"
        if now == seen:
            return {self.seen: gr.skip()}
        updates: Updates = {self.seen: now, self.list: folders}
        if seen and seen.split()[0] != str(revision):
            updates[self._documents] = self._listing(unticked, request)
        return updates

    def shown(self, request: gr.Request) -> tuple[str, str]:
        """The form and the folders, for whoever sits at the machine whose folders they are."""
        if not self.page.assistants.sits_here(request):
            return "", ""
        return folders.FORM, folders.folders(status(self.page.library(request)))

    def watch(self, data: gr.EventData, request: gr.Request) -> Updates:
        """Watch the folder that the form names, with what it says of it."""
        if not self.page.assistants.sits_here(request):
            return {self.list: ""}
        library = self.page.library(request)
        try:
            watched = library.folders.watch(
                data.folder, ignore=data.ignore.split(","), gone=REMOVE if data.remove else KEEP
            )
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            return {self.news: markup.failure(*explained(error))}
        news = markup.note(f"{watched.path} is kept in step from now on.")
        return {self.list: self.shown(request)[1], self.news: news}

    def unwatch(self, data: gr.EventData, request: gr.Request) -> Updates:
        """Watch a folder no longer."""
        if not self.page.assistants.sits_here(request):
            return {self.list: ""}
        try:
            left = self.page.library(request).folders.leave(data.folder)
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            return {self.news: markup.failure(*explained(error))}
        news = markup.note(f"{left.path} is kept in step no longer; its documents stay.")
        return {self.list: self.shown(request)[1], self.news: news}
