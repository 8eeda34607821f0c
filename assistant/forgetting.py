"""Removing a document with everything that was kept of it: what cited it, and its uploaded file."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from index import DocumentInfo, Library

UPLOADS = "uploads"
"""The folder of a library that holds the files uploaded on the page."""
FORGOTTEN = "What this answer stood on has been removed from the library."
ASK_AGAIN = "Ask again to hear what the other documents say."


def forget(library: Library, document_id: str) -> DocumentInfo:
    """Take a document out of the library, and all that quotes it.

    Answers of saved conversations that cite it or show a passage of it give way to a notice, the
    marks of such conversations and the summaries it is part of are deleted, and the document's
    file if it is an upload. A file that was added from elsewhere is the user's own and stays.

    Raises:
        InputError: there is no such document.
        StoreError: the library failed.
    """
    info = library.find(document_id)
    _forget_chats(library, info.id)
    for key, summary in library.items("summary"):
        if info.id in summary["documents"]:
            library.delete("summary", key)
    for key, _ in library.items("summary_point"):  # reasons without their documents' names
        library.delete("summary_point", key)
    library.remove(info.id)
    discard_upload(library, info.path)
    return info


def discard_upload(library: Library, path: str | None) -> None:
    """Delete an upload that no document needs; files elsewhere are the user's own."""
    upload = Path(path or "")
    needed = {info.path for info in library.documents()}
    if upload.parent.parent != library.folder / UPLOADS or str(upload) in needed:
        return
    with suppress(OSError):  # the folder may hold the same content under another name
        upload.unlink(missing_ok=True)
        upload.parent.rmdir()


def _forget_chats(library: Library, document_id: str) -> None:
    for key, chat in library.items("chat"):
        exchanges = [_without(exchange, document_id) for exchange in chat["exchanges"]]
        if exchanges != chat["exchanges"]:
            library.put("chat", key, {**chat, "exchanges": exchanges})
            _forget_marks(library, key)
    for key, mark in library.items("mark"):
        if _mentions(mark, document_id):
            library.delete("mark", key)


def _forget_marks(library: Library, chat: str) -> None:
    """A mark holds the answers that were given before it, whatever they cited."""
    for key, _ in library.items("mark"):
        if key.startswith(f"{chat}:"):
            library.delete("mark", key)


def _without(exchange: Mapping[str, Any], document_id: str) -> Mapping[str, Any]:
    """The exchange, or a notice in its place: neither an answer nor a refusal."""
    if not _mentions(exchange["answer"], document_id):
        return exchange
    gone: dict[str, Any] = {"state": "failed", "answer": {}, "doing": "", "mark": None}
    return {**exchange, **gone, "error": FORGOTTEN, "hint": ASK_AGAIN}


def _mentions(value: Any, document_id: str) -> bool:
    return f'"{document_id}"' in json.dumps(value)
