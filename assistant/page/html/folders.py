"""How watched folders look in the library pane."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from assistant.page.html.markup import attributes, button, element, escape
from index.wording import counted

FORM = element(
    "details",
    element("summary", "Keep a folder in step"),
    element(
        "p",
        "New and changed files come in by themselves; renamed ones stay the same document.",
        class_="note",
    ),
    element(
        "label",
        "Folder on this machine",
        f"<input{attributes(type='text', name='folder', placeholder='/home/me/papers')}>",
    ),
    element(
        "label",
        "Ignore",
        f"<input{attributes(type='text', name='ignore', placeholder='*.tmp, drafts/*')}>",
    ),
    element(
        "label",
        f"<input{attributes(type='checkbox', name='remove')}>",
        "Remove documents whose files are deleted",
        class_="choice",
    ),
    button("Keep in step", "watch", class_="keep", data_form=""),
    class_="watch-form",
)
"""Which folder, and how; its fields go with the event ``watch``."""


def folders(state: Mapping[str, Any]) -> str:
    """The watched folders with their state and what failed; empty where there are none.

    ``state`` is that of ``assistant.keeping.watching.status``.
    """
    if not state["folders"]:
        return ""
    who = state["watcher"]
    return element(
        "section",
        element("h3", "Folders kept in step"),
        element("ul", *map(_folder, state["folders"])),
        ""
        if who
        else element("p", "Nobody keeps them in step now: run citewell watch.", class_="failed"),
        _unread(state["unread"]),
        class_="watched",
    )


def _folder(folder: Mapping[str, Any]) -> str:
    path = folder["path"]
    name = PurePath(path).name or path
    looked = folder["changed"] or folder["files"] or folder["error"]
    facts = [counted(folder["files"], "file") if looked else "looking for files"]
    facts += [f"ignoring {', '.join(folder['ignore'])}"] if folder["ignore"] else []
    facts += ["deleted files are removed"] if folder["gone"] == "remove" else []
    return element(
        "li",
        element("span", escape(name), class_="title", title=path),
        button(
            "Stop",
            "unwatch",
            class_="quiet",
            data_folder=path,
            data_confirm="Really stop?",
            aria_label=f"Keep {name} in step no longer",
        ),
        element("span", escape(" · ".join(facts)), class_="facts", title=path),
        element("span", escape(folder["error"]), class_="failed") if folder["error"] else "",
    )


def _unread(unread: Sequence[Mapping[str, Any]]) -> str:
    """The files that could not be read, folded, each with why."""
    if not unread:
        return ""
    lines = [
        element("li", escape(each["message"]), class_="failed", title=each["source"])
        for each in unread
    ]
    label = f"{counted(len(unread), 'file')} could not be read"
    return element("details", element("summary", label), element("ul", *lines))
