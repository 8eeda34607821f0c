"""The tab Ask: a conversation with the documents."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.answering.questions import checked_question
from assistant.answering.values import Detail
from assistant.data import AnswerEvent, EvidenceFound, Turn
from assistant.exporting.files import FORMATS
from assistant.keeping.chats import Chat, Chats, Exchange, new_chat
from assistant.keeping.forgetting import conclude
from assistant.page.failing import explained
from assistant.page.html import conversation, labels, menu
from assistant.page.mentions import mentioned
from assistant.page.page import Page
from assistant.page.parts import live, on
from assistant.page.serving.jobs import Job
from assistant.page.tabs.model import ModelChoice, StatusLine
from assistant.standing import standings
from index import Library
from index.errors import CancelledError

if TYPE_CHECKING:
    from assistant.answering.assistant import Assistant

Updates = dict[Any, Any]
"""Component to its new value."""

DETAILS: dict[str, Detail] = {"short": "short", "detailed": "detailed"}
ANSWER, PASSAGES = "Answer", "Passages only"


class AskTab:
    """Its components and what happens to them; one instance serves every browser session."""

    def __init__(self, page: Page, unticked: gr.State, line: StatusLine) -> None:
        self.page = page
        self.chat = gr.State(None)
        self._open: dict[str, str] = {}
        self.unticked = unticked
        self.menu = live("chat-menu", ["show", "new", "rename", "delete", "find"])
        with gr.Column(elem_id="talk"):
            self.history = live("history", ["open", "mark", "example"])
            self.current = live("current", ["open"])
            self.saving = live("chat-saving")
        with gr.Column(elem_id="composer"):
            news = gr.HTML(elem_id="model-news")
            with gr.Row(elem_id="question-row"):
                self.box = gr.Textbox(
                    lines=1,
                    max_lines=6,
                    placeholder="Ask your documents",
                    label="Question",
                    show_label=False,
                    container=False,
                    elem_id="question",
                    scale=1,
                )
                self.send = gr.Button("Ask", variant="primary", elem_id="send", scale=0)
                self.stop = gr.Button("Stop", elem_id="stop", scale=0, visible=False)
            with gr.Row(elem_id="question-options"):
                self.mode = gr.Radio(
                    [ANSWER, PASSAGES],
                    value=ANSWER,
                    label="What to show",
                    show_label=False,
                    container=False,
                    elem_id="mode",
                )
                self.scope = gr.Dropdown(
                    [(labels.TICKED, "")],
                    value="",
                    label="Ask",
                    show_label=False,
                    container=False,
                    elem_id="scope",
                )
                ModelChoice(page, line).tells(news)
        self._wire()

    def _wire(self) -> None:
        inputs = [self.box, self.mode, self.chat, self.unticked]
        self.shows = [self.chat, self.menu, self.history, self.current, self.scope, self.saving]
        asking = [self.box, self.send, self.stop, *self.shows]
        for event in (self.send.click, self.box.submit):
            on(event, self.ask, inputs, asking)
        on(self.history.example, self.ask_example, inputs[1:], asking)
        on(self.stop.click, self.halt, queue=False)
        on(self.menu.show, self.show, [self.chat], self.shows)
        on(self.menu.new, self.new, [self.chat], self.shows)
        on(self.menu.rename, self.rename, [self.chat], self.shows)
        on(self.menu.delete, self.delete, [self.chat], self.shows)
        on(self.menu.find, self.find, [self.chat], [self.menu])
        on(self.scope.input, self.choose, [self.scope, self.chat], [self.chat])
        on(self.history.mark, self.mark, [self.chat], [self.chat, self.history])

    def ask_example(
        self,
        mode: str,
        chat: Chat | None,
        unticked: Collection[str],
        data: gr.EventData,
        request: gr.Request,
    ) -> Iterator[Updates]:
        detail = DETAILS.get(getattr(data, "detail", ""))
        yield from self.ask(data.question, mode, chat, unticked, request, detail)

    def ask(
        self,
        question: str,
        mode: str,
        chat: Chat | None,
        unticked: Collection[str],
        request: gr.Request,
        detail: Detail | None = None,
    ) -> Iterator[Updates]:
        """Show the question, then its evidence, then each checked sentence.

        ``@name`` in it is taken out, and chooses for the conversation what is asked from now on.
        ``detail`` asks for a shorter or a longer answer than the question suggests.
        """
        session = str(request.session_hash)
        if not question.strip() or self.page.jobs.running(session, "ask"):
            yield {self.box: gr.skip()}
            return
        chat = self._kept(chat, request)
        question, label = mentioned(question, self.page.library(request).labels.all())
        if label is not None:
            chat = self.page.chats(request).choose(chat, labels.value(label))
        if not question:
            yield {**self._shown(chat, request), self.box: ""}
            return
        assistant = self.page.assistant(request)
        history = list(chat.turns())
        chosen = self.page.asked(unticked, request, chat.scope)
        work = self._work(assistant, session, question.strip(), mode, history, chosen, detail)
        chat = chat.asking(question.strip())
        Chats(assistant.library).save(chat)
        self._open[session] = chat.id
        yield {**self._shown(chat, request), **self._busy(True), self.box: ""}
        exchange = chat.exchanges[-1]
        try:
            for standing in standings(self.page.jobs.run(session, "ask", work)):
                exchange = exchange.showing(standing)
                if exchange.state == "waiting":
                    yield {self.current: conversation.current(chat.having(exchange))}
            exchange = _ended(exchange, mode)
        except CancelledError:
            exchange = exchange.stopped()
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            exchange = exchange.failed(*explained(error))
        chat = conclude(assistant.library, chat, exchange)
        still_open = self._open.get(session) == chat.id
        yield {**(self._shown(chat, request) if still_open else {}), **self._busy(False)}

    def halt(self, request: gr.Request) -> None:
        self.page.jobs.stop(str(request.session_hash), "ask")

    def leave(self, request: gr.Request) -> None:
        """The browser has gone."""
        session = str(request.session_hash)
        self.page.leave(session)
        self._open.pop(session, None)

    def refresh(self, chat: Chat | None, request: gr.Request) -> Updates:
        """The conversation again, since documents have changed: its welcome speaks of them, and an
        answer that quotes a removed one has given way to a notice, or is back."""
        same = {self.chat: gr.skip(), self.history: gr.skip()}
        if chat is None or self.page.jobs.running(str(request.session_hash), "ask"):
            return same
        if not chat.exchanges:
            return {**same, self.history: self.page.history(chat, request)}
        saved = self.page.chats(request).open(chat.id)
        if saved is None or _states(saved) == _states(chat):
            return same
        return {self.chat: saved, self.history: self.page.history(saved, request)}

    def restore(self, request: gr.Request) -> Updates:
        """The conversation that the address names, or an empty one."""
        chat_id = request.query_params.get("chat")
        chat = self.page.chats(request).open(chat_id) if chat_id else None
        return self._shown(chat or new_chat(), request)

    def choose(self, scope: str, chat: Chat | None, request: gr.Request) -> Updates:
        """Ask a collection or a tag from now on, in this conversation."""
        kept = self._kept(chat, request)
        return {self.chat: self.page.chats(request).choose(kept, scope)}

    def scopes(self, chat: Chat | None, request: gr.Request) -> Any:
        """What can be asked, since collections and tags have changed."""
        scope = chat.scope if chat else ""
        found = self.page.library(request).labels.all()
        return gr.Dropdown(choices=labels.choices(found, scope), value=scope)

    def _kept(self, chat: Chat | None, request: gr.Request) -> Chat:
        """The session's conversation; as it was saved last, where Gradio has lost its state, or
        where it went on elsewhere meanwhile: in a terminal, in another window."""
        if chat is not None:
            saved = self.page.chats(request).open(chat.id) if chat.exchanges else None
            longer = saved is not None and len(saved.exchanges) > len(chat.exchanges)
            return saved if saved is not None and longer else chat
        known = self._open.get(str(request.session_hash))
        return (known and self.page.chats(request).open(known)) or new_chat()

    def show(self, chat: Chat | None, data: gr.EventData, request: gr.Request) -> Updates:
        shown = self.page.chats(request).open(data.chat) or self._kept(chat, request)
        return self._turned_to(shown, request)

    def new(self, chat: Chat | None, request: gr.Request) -> Updates:
        chat = self._kept(chat, request)
        return self._turned_to(new_chat() if chat.exchanges else chat, request)

    def rename(self, chat: Chat | None, data: gr.EventData, request: gr.Request) -> Updates:
        chat = self._kept(chat, request)
        if data.title.strip():
            renamed = self.page.chats(request).rename(data.chat, data.title)
            chat = replace(chat, title=renamed.title) if renamed.id == chat.id else chat
        return {self.chat: chat, self.menu: menu.menu(self.page.chats(request).all(), chat)}

    def delete(self, chat: Chat | None, data: gr.EventData, request: gr.Request) -> Updates:
        chat = self._kept(chat, request)
        self.page.chats(request).delete(data.chat)
        if data.chat == chat.id:
            return self._turned_to(new_chat(), request)
        return {self.menu: menu.menu(self.page.chats(request).all(), chat)}

    def find(self, chat: Chat | None, data: gr.EventData, request: gr.Request) -> str:
        """The saved conversations that have these words."""
        found = self.page.chats(request).find(data.words)
        return menu.menu(found, self._kept(chat, request), data.words)

    def mark(self, chat: Chat | None, data: gr.EventData, request: gr.Request) -> Updates:
        kept = self._kept(chat, request)
        marked = self.page.chats(request).mark(kept, int(data.number), data.mark)
        return {self.chat: marked, self.history: self.page.history(marked, request)}

    def _work(
        self,
        assistant: "Assistant",
        session: str,
        question: str,
        mode: str,
        history: Sequence[Turn],
        documents: Sequence[str] | None,
        detail: Detail | None,
    ) -> Callable[[Job[AnswerEvent]], Iterator[AnswerEvent]]:
        def work(job: Job[AnswerEvent]) -> Iterator[AnswerEvent]:
            waits = self.page.turns.busy
            if mode == PASSAGES or waits:
                found = assistant.library.search(checked_question(question), documents=documents)
                yield EvidenceFound(evidence=tuple(found), question=question)
            if mode == PASSAGES:
                return
            ask = partial(
                assistant.ask,
                question,
                history=history,
                documents=documents,
                detail=detail,
                cancelled=job.cancelled,
            )
            yield from self.page.in_turn(session, job.cancelled, ask)

        return work

    def _busy(self, busy: bool) -> Updates:
        """Stop in place of Ask while an answer is on its way."""
        return {self.send: gr.update(visible=not busy), self.stop: gr.update(visible=busy)}

    def _turned_to(self, chat: Chat, request: gr.Request) -> Updates:
        """Another conversation; the answer that the former one waits for is stopped."""
        session = str(request.session_hash)
        self.page.jobs.stop(session, "ask")
        self._open[session] = chat.id
        return self._shown(chat, request)

    def _shown(self, chat: Chat, request: gr.Request) -> Updates:
        return {
            self.chat: chat,
            self.menu: menu.menu(self.page.chats(request).all(), chat),
            self.history: self.page.history(chat, request),
            self.current: conversation.current(chat),
            self.scope: self.scopes(chat, request),
            self.saving: self._offered(chat, request),
        }

    def _offered(self, chat: Chat, request: gr.Request) -> str:
        """The conversation in every format, each made when it is saved."""
        if not chat.exchanges:
            return ""
        library = self.page.library(request)
        names = {form: f"conversation{suffix}" for form, suffix in FORMATS.items()}
        files = {name: partial(_made, library, chat.id, name) for name in names.values()}
        place = self.page.downloads.offer(request, "conversation", files)
        return conversation.saving(place, names)


def _states(chat: Chat) -> list[tuple[str, str]]:
    """How each of its exchanges ended."""
    return [(each.state, each.error) for each in chat.exchanges]


def _made(library: Library, chat_id: str, name: str) -> bytes:
    """A kept conversation in one format, with what was answered by now.

    Raises:
        InputError: as ``Chats.meant`` and ``assistant.exporting.conversations.made``.
    """
    from assistant.exporting import conversations

    return conversations.made(library, Chats(library).meant(chat_id), name)


def _ended(exchange: Exchange, mode: str) -> Exchange:
    """``found`` where passages alone were asked for; an answer that never came is a failure."""
    if mode == PASSAGES:
        return exchange.found()
    if exchange.state == "waiting":
        return exchange.failed("The answer broke off.", "Ask again.")
    return exchange
