"""The list of saved conversations, opened from the conversation's title."""

from collections.abc import Sequence

from assistant.keeping.chats import Chat
from assistant.page.html.markup import attributes, button, element, escape


def menu(chats: Sequence[Chat], current: Chat, words: str | None = None) -> str:
    """The title of the current conversation, the saved ones beneath it, and New.

    ``words`` are what these were searched for: then the list is open.
    """
    rows = (_row(chat, chat.id == current.id) for chat in chats)
    nothing = "No conversation has these words."
    return element(
        "div",
        element(
            "details",
            element("summary", escape(current.title), title="Saved conversations"),
            element("ul", _search(words or ""), *rows, "" if chats else element("li", nothing))
            if chats or words is not None
            else element("p", "No saved conversations yet."),
            class_="chats",
            open="" if words is not None else None,
        ),
        button("New", "new", class_="quiet", title="New conversation"),
        class_="chat-bar",
        data_chat=current.id if current.exchanges else "",
    )


def _search(words: str) -> str:
    named = attributes(
        type="text",
        name="words",
        value=words,
        placeholder="Search conversations",
        aria_label="Search conversations",
    )
    return element(
        "li",
        f"<input{named}>",
        button("Search", "find", class_="quiet", data_form=""),
        class_="chat-search",
    )


def _row(chat: Chat, is_current: bool) -> str:
    return element(
        "li",
        button(
            element("span", escape(chat.title), class_="title")
            + element("span", escape(chat.updated[:10]), class_="facts"),
            "show",
            class_="chat-title",
            data_chat=chat.id,
            aria_current="true" if is_current else None,
        ),
        button("Rename", "rename", class_="quiet", data_chat=chat.id, data_title=chat.title),
        button(
            "Delete",
            "delete",
            class_="quiet",
            data_chat=chat.id,
            data_confirm="Really delete?",
            aria_label=f"Delete {chat.title}",
        ),
    )
