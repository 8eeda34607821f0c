"""The list of saved conversations, opened from the conversation's title."""

from collections.abc import Sequence

from assistant.keeping.chats import Chat
from assistant.page.html.markup import button, element, escape


def menu(chats: Sequence[Chat], current: Chat) -> str:
    """The title of the current conversation, the saved ones beneath it, and New."""
    rows = (_row(chat, chat.id == current.id) for chat in chats)
    return element(
        "div",
        element(
            "details",
            element("summary", escape(current.title), title="Saved conversations"),
            element("ul", *rows) if chats else element("p", "No saved conversations yet."),
            class_="chats",
        ),
        button("New", "new", class_="quiet", title="New conversation"),
        class_="chat-bar",
        data_chat=current.id if current.exchanges else "",
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
