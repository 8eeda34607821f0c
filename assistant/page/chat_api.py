"""The named endpoints of kept conversations: listing, saving, and asking within one."""

import base64
from typing import Any

import gradio as gr
from gradio.events import api

from assistant.answering.questions import checked_question
from assistant.conversing import converse
from assistant.exporting import conversations as export
from assistant.keeping.chats import new_chat
from assistant.page.api import ids_of, told, user_of
from assistant.page.page import Page
from assistant.returning import returned


def serve(page: Page) -> None:
    """Add the endpoints to the Blocks that are being built."""

    def conversations(request: gr.Request, words: str = "") -> list[dict[str, Any]]:
        """List the kept conversations, the last used first.

        Args:
            words: only those whose title, questions or answers have all of these
        """
        with told():
            return [chat.line() for chat in page.chats(request).find(words)]

    def export_conversation(conversation: str, name: str, request: gr.Request) -> str:
        """A kept conversation as a file, in base64.

        Args:
            conversation: its id or title
            name: ends in .md, .html, .docx, .pdf or .citewell.zip
        """
        with told():
            chat = page.chats(request).meant(conversation)
            made = export.made(page.library(request), chat, name)
            return base64.b64encode(made).decode("ascii")

    def chat(
        question: str,
        request: gr.Request,
        conversation: str = "",
        documents: list[str] | None = None,
    ) -> dict[str, Any]:
        """Answer a question within a kept conversation; gives its id and the answer.

        Args:
            question: the question, at most 4,000 characters
            conversation: its id or title; a new one where left out
            documents: ids or names of the documents to ask, or @NAME of a collection or watched
                folder, #NAME of a tag, since:DAY, until:DAY, type:KIND; all where left out
        """
        with told():
            asked, chats = checked_question(question), page.chats(request)
            kept = chats.meant(conversation) if conversation else new_chat()
            chosen = ids_of(page.library(request), documents)
            chosen = chosen or page.asked((), request, kept.scope)
            with page.turns.turn(user_of(request)):
                done = returned(converse(page.assistant(request), kept, asked, chosen))
            return {"conversation": done.id, "answer": done.exchanges[-1].answer}

    for endpoint in (conversations, export_conversation, chat):
        api(endpoint, api_name=endpoint.__name__, concurrency_limit=None)
