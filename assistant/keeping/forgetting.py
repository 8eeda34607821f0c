"""Removing a document with everything that was kept of it: what cited it, and its uploaded file."""

import json
import shutil
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

from assistant.keeping.chats import Chat, Chats, Exchange
from index import DocumentInfo, Library
from index.loading import WITHIN
from index.readable import Readable
from index.record import FORMER

UPLOADS = "uploads"
"""The folder of a library that holds the files uploaded on the page."""
EVALUATIONS = "evaluations"
"""The one that holds the reports of what was asked of it on the page."""
LEFT_S = 86_400
"""Seconds after which nobody can be waiting for an upload any more."""
FORGOTTEN = "What this answer stood on has been removed from the library."
ASK_AGAIN = "Ask again to hear what the other documents say."


def forget(library: Library, document_id: str, *, by_hand: bool = True) -> DocumentInfo:
    """Take a document out of the library, and all that quotes it or a former version of it.

    Answers of saved conversations that cite it or show a passage of it give way to a notice, the
    marks of such conversations and the summaries it is part of are deleted, and so are the reports
    of evaluations that found a passage of it, and the document's file if it is an upload. What was
    attached to it goes with it. A file that was added from elsewhere is the user's own and stays;
    in a watched folder it is passed over from now on where the document is removed ``by_hand``,
    and not because its file was gone.

    Raises:
        InputError: there is no such document.
        StoreError: the library failed.
    """
    info = library.find(document_id)
    gone = [info.id, *library.enclosed(info.id)]
    versions = {each for known in gone for each in (known, *library.former(known))}
    _forget_quotations(library, versions)
    if by_hand:
        library.folders.leave_out(info.id)
    library.remove(info.id)
    _forget_quotations(library, versions)  # of what was answered or summarized meanwhile
    for each in versions:
        library.delete(FORMER, each)
    library.scrub()
    _forget_reports(library, versions)
    discard_upload(library, info.path)
    return info


def conclude(library: Readable, chat: Chat, exchange: Exchange) -> Chat:
    """The saved conversation with ``exchange`` at its end, as ``Chats.conclude``.

    Where it quotes a document that was removed or replaced meanwhile, it says that instead.
    """
    told = _lasting(library, exchange)
    concluded = Chats(library).conclude(chat, told)
    lasting = _lasting(library, exchange)
    if lasting != told:  # a removal has come between
        concluded = Chats(library).conclude(chat, lasting)
        library.scrub()
    return concluded


def is_former(library: Library, exchange: Exchange) -> bool:
    """Whether an answer quotes a document as it was before its file changed."""
    return any(library.get(FORMER, each) for each in quoted(exchange.answer))


def quoted(value: Any) -> Iterator[str]:
    """The ids of the documents that a JSON value quotes."""
    if isinstance(value, Mapping):
        if isinstance(value.get("document_id"), str):
            yield value["document_id"]
        for each in value.values():
            yield from quoted(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from quoted(each)


def _lasting(library: Readable, exchange: Exchange) -> Exchange:
    if all(library.holds(each) for each in quoted(exchange.answer)):
        return exchange
    bare = replace(exchange, answer={}, mark=None)
    return bare.failed(exchange.error or FORGOTTEN, exchange.hint or ASK_AGAIN)


def discard_upload(library: Library, path: str | None) -> None:
    """Delete an upload that no document needs; files elsewhere are the user's own."""
    upload = Path(path or "")
    if upload.parent.parent != library.folder / UPLOADS or ".." in upload.parts:
        return
    if any(each.path == str(upload) for each in library.listing.entries()):
        return
    with suppress(OSError):  # the folder may hold the same content under another name
        upload.unlink(missing_ok=True)
        upload.parent.rmdir()


def discard_leftovers(library: Library) -> None:
    """Delete uploads of days ago that became no document: the page ended before they did."""
    held = {
        outer
        for each in library.listing.entries()
        for outer in accumulate((each.path or "").split(WITHIN), f"{{}}{WITHIN}{{}}".format)
    }
    """The files of documents, and those that these are within."""
    for upload in (library.folder / UPLOADS).glob("*/*"):
        is_old = time.time() - upload.stat().st_mtime > LEFT_S
        if is_old and str(upload) not in held:
            discard_upload(library, str(upload))


def _forget_quotations(library: Library, documents: Collection[str]) -> None:
    _forget_chats(library, documents)
    for key, summary in library.items("summary"):
        if not set(documents).isdisjoint(summary["documents"]):
            library.delete("summary", key)
    for key, _ in library.items("summary_point"):  # reasons without their documents' names
        library.delete("summary_point", key)


def _forget_reports(library: Library, documents: Collection[str]) -> None:
    """Delete the runs whose rows have a passage of these documents, with their reports."""
    ids = [f'"{each}"'.encode() for each in documents]
    for run in (library.folder / EVALUATIONS).glob("*/"):
        files = (path for path in run.rglob("*") if path.is_file())
        if any(each in content for content in map(Path.read_bytes, files) for each in ids):
            shutil.rmtree(run, ignore_errors=True)


def _forget_chats(library: Library, documents: Collection[str]) -> None:
    for key, chat in library.items("chat"):
        exchanges = [_without(exchange, documents) for exchange in chat["exchanges"]]
        if exchanges != chat["exchanges"]:
            library.put("chat", key, {**chat, "exchanges": exchanges})
            _forget_marks(library, key)
    for key, mark in library.items("mark"):
        if _mentions(mark, documents):
            library.delete("mark", key)


def _forget_marks(library: Library, chat: str) -> None:
    """A mark holds the answers that were given before it, whatever they cited."""
    for key, _ in library.items("mark"):
        if key.startswith(f"{chat}:"):
            library.delete("mark", key)


def _without(exchange: Mapping[str, Any], documents: Collection[str]) -> Mapping[str, Any]:
    """The exchange, or a notice in its place: neither an answer nor a refusal."""
    if not _mentions(exchange["answer"], documents):
        return exchange
    gone: dict[str, Any] = {"state": "failed", "answer": {}, "doing": "", "mark": None}
    return {**exchange, **gone, "error": FORGOTTEN, "hint": ASK_AGAIN}


def _mentions(value: Any, documents: Collection[str]) -> bool:
    text = json.dumps(value)
    return any(f'"{each}"' in text for each in documents)
