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
"""How often an open page asks what folders have changed in the library, in seconds."""
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
        self.timer = gr.Timer(LOOKS_S, active=False)
        told = [self.list, news, self.timer]
        on(self.form.watch, self.watch, None, told)
        on(self.list.unwatch, self.unwatch, None, told)

    def tells(self, documents: gr.HTML, unticked: gr.State, shown: Listing) -> None:
        """What folders change in the library is ``shown`` in ``documents``."""
        self._documents, self._listing = documents, shown
        inputs, changing = [self.seen, unticked], [self.seen, self.list, documents, self.timer]
        on(self.timer.tick, self.refresh, inputs, changing)

    def refresh(self, seen: str, unticked: Collection[str], request: gr.Request) -> Updates:
        """The lists anew where the library has changed since they were ``seen``."""
        revision = self.page.library(request).revision
        folders = self.shown(request)[1]
        now = f"{revision} {folders}"
        if now == seen:
            return {self.seen: gr.skip()}
        updates: Updates = {self.seen: now, self.list: folders, self.timer: self.looking(request)}
        if seen and seen.split()[0] != str(revision):
            updates[self._documents] = self._listing(unticked, request)
        return updates

    def shown(self, request: gr.Request) -> tuple[str, str]:
        """The form and the folders, for whoever sits at the machine whose folders they are."""
        if not self.page.assistants.sits_here(request):
            return "", ""
        return folders.FORM, folders.folders(status(self.page.library(request)))

    def opened(self, request: gr.Request) -> tuple[str, str, gr.Timer]:
        """What a page shows of the folders that has just been opened, and whether it looks on."""
        return *self.shown(request), self.looking(request)

    def looking(self, request: gr.Request) -> gr.Timer:
        """The timer, which runs while a folder is watched."""
        return gr.Timer(active=bool(self.page.library(request).folders.all()))

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
        return self._now(news, request)

    def unwatch(self, data: gr.EventData, request: gr.Request) -> Updates:
        """Watch a folder no longer."""
        if not self.page.assistants.sits_here(request):
            return {self.list: ""}
        try:
            left = self.page.library(request).folders.leave(data.folder)
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            return {self.news: markup.failure(*explained(error))}
        news = markup.note(f"{left.path} is kept in step no longer; its documents stay.")
        return self._now(news, request)

    def _now(self, news: str, request: gr.Request) -> Updates:
        """The folders as they are, with a word on what was done."""
        folders = self.shown(request)[1]
        return {self.list: folders, self.news: news, self.timer: self.looking(request)}
