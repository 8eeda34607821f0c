"""The page as a whole: three panes, their tabs, and what connects them."""

import gradio as gr

from assistant.page import api, chat_api, folder_api
from assistant.page.html.markup import button, element
from assistant.page.page import Page
from assistant.page.parts import live, on
from assistant.page.serving.assistants import Assistants
from assistant.page.serving.downloads import Downloads
from assistant.page.tabs.ask import AskTab
from assistant.page.tabs.evaluate import EvaluateTab
from assistant.page.tabs.library import Shelf
from assistant.page.tabs.model import StatusLine
from assistant.page.tabs.source import SourcePane
from assistant.page.tabs.summary import SummaryTab
from assistant.settings import Settings

HEADER = "<h1 class='brand'>Citewell</h1>"
LIBRARY_HEAD = element(
    "header",
    element("h2", "Library"),
    button("Fold", "fold", class_="quiet fold", aria_expanded="true", aria_controls="shelf"),
    class_="pane-head",
)
PANES = {"library": "Library", "work": "Conversation", "source": "Source"}
SWITCHER = element(
    "nav",
    *(button(label, "pane", data_pane=pane) for pane, label in PANES.items()),
    aria_label="Panes",
)


def build_app(
    settings: Settings,
    assistants: Assistants,
    downloads: Downloads | None = None,
    page: Page | None = None,
) -> gr.Blocks:
    """The page of those whom the assistants answer; nothing is loaded or started by it.

    ``downloads`` are where it offers what can be saved; whoever serves the page gives them out.
    ``page`` is what the panes share, where whoever serves it has made that.
    """
    downloads = downloads or Downloads()
    page = page or Page(settings=settings, assistants=assistants, downloads=downloads)
    blocks: gr.Blocks = gr.Blocks(title="Citewell", fill_width=True, analytics_enabled=False)
    with blocks:
        unticked = gr.State(frozenset())
        with gr.Row(elem_id="top"):
            gr.HTML(HEADER, elem_id="brand")
            line = StatusLine(page)
        with gr.Row(elem_id="panes"):
            with gr.Column(elem_id="library-pane"):
                live("library-head", value=LIBRARY_HEAD)
                with gr.Column(elem_id="shelf"):
                    shelf = Shelf(page, unticked)
            with gr.Column(elem_id="work-pane"), gr.Tabs(elem_id="tabs"):
                with gr.Tab("Ask", id="ask", elem_id="ask-tab"):
                    ask = AskTab(page, unticked, line)
                with gr.Tab("Summary", id="summary", elem_id="summary-tab"):
                    summary = SummaryTab(page, unticked)
                with gr.Tab("Evaluate", id="evaluate", elem_id="evaluate-tab"):
                    evaluate = EvaluateTab(page)
            with gr.Column(elem_id="source-pane"):
                source = SourcePane(page)
        live("switcher", value=SWITCHER)

        for component in (ask.history, ask.current, shelf.list, summary.text):
            source.opens_from(component)
        on(shelf.list.change, ask.refresh, [ask.chat], [ask.chat, ask.history])
        choosing = [summary.document, summary.more]
        on(shelf.list.change, summary.choices, [summary.document], choosing)
        on(blocks.load, ask.restore, None, ask.shows)
        on(blocks.load, shelf.labels.listed, None, [shelf.labels.list])
        on(shelf.labels.list.change, ask.scopes, [ask.chat], [ask.scope])
        on(shelf.labels.list.change, summary.choices, [summary.document], choosing)
        watching = shelf.folders
        on(blocks.load, shelf.opened, [unticked], [shelf.list, watching.seen])
        on(blocks.load, shelf.bin.listed, None, [shelf.bin.list])
        on(blocks.load, shelf.backup.offered, None, [shelf.backup.form])
        on(blocks.load, watching.shown, None, [watching.form, watching.list])
        chosen = [evaluate.first, evaluate.second]
        on(blocks.load, evaluate.choices, chosen, [evaluate.reports, *chosen])
        blocks.unload(ask.leave)
        blocks.unload(shelf.leave)
        api.serve(page)
        folder_api.serve(page)
        chat_api.serve(page)
    return blocks
