"""How removed documents look in the library pane."""

from collections.abc import Sequence

from assistant.page.html.markup import button, element, escape
from index.removed import RemovedDocument
from index.wording import counted


def removed_news(document: str, title: str) -> str:
    """What is told of a document that was just removed, with the way back."""
    return element(
        "p",
        escape(f"Removed {title}."),
        button("Undo", "recover", class_="quiet", data_document=document),
        class_="note outdated",
    )


def removed(found: Sequence[RemovedDocument], days: int) -> str:
    """The bin, folded; empty where nothing lies in it. ``days`` is how long it is kept there."""
    if not found:
        return ""
    return element(
        "details",
        element("summary", f"Removed: {counted(len(found), 'document')}"),
        element(
            "p",
            "These are in no list, search or answer. Restore brings one back as it was. Remove for "
            "good erases it, with all that quotes it; when the library is opened after "
            f"{counted(days, 'day')}, that happens by itself.",
            class_="note",
        ),
        element("ul", *map(_line, found)),
        button("Empty the bin", "empty", class_="quiet", data_confirm="Really erase all?"),
        class_="labels bin",
    )


def _line(each: RemovedDocument) -> str:
    return element(
        "li",
        element("span", escape(each.title), class_="title", title=each.path or each.url),
        button(
            "Restore",
            "recover",
            class_="quiet",
            data_document=each.id,
            aria_label=f"Restore {each.title}",
        ),
        element("span", escape(" · ".join(each.facts)), class_="facts"),
        button(
            "Remove for good",
            "purge",
            class_="quiet",
            data_document=each.id,
            data_confirm="Really erase?",
            aria_label=f"Remove {each.title} for good",
        ),
    )
