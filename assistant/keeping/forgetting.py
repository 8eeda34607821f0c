"""Removing a document with everything that was kept of it: what cited it, and its uploaded file.

A removed document lies in the bin of the library until it is recovered or purged.
"""

import shutil
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

from assistant.keeping.chats import Chat, Chats, Exchange
from index import DocumentInfo, Library
from index.asides import Aside, mentions
from index.errors import LibraryBusyError
from index.loading import WITHIN
from index.readable import Readable
from index.record_rows import FORMER
from index.removed import RemovedDocument

UPLOADS = "uploads"
"""The folder of a library that holds the files uploaded on the page."""
EVALUATIONS = "evaluations"
"""The one that holds the reports of what was asked of it on the page."""
LEFT_S = 86_400
"""Seconds after which nobody can be waiting for an upload any more."""
FORGOTTEN = "What this answer stood on has been removed from the library."
ASK_AGAIN = "Ask again to hear what the other documents say."
_NOTICE: dict[str, Any] = {
    "state": "failed",
    "answer": {},
    "doing": "",
    "mark": None,
    "error": FORGOTTEN,
    "hint": ASK_AGAIN,
}
"""What stands in a conversation in the place of an answer that quotes a removed document: neither
an answer nor a refusal."""


def remove(library: Library, document_id: str, *, by_hand: bool = True) -> DocumentInfo:
    """Put a document into the bin, and all that quotes it or a former version of it.

    Answers of saved conversations that cite it or show a passage of it give way to a notice; the
    marks of such conversations and the summaries it is part of are set aside. All of it comes back
    when the document does. What was attached to it goes with it. Its file stays; in a watched
    folder it is passed over from now on where the document is removed ``by_hand``, and not because
    its file was gone.

    Raises:
        InputError: there is no such document.
        StoreError: the library failed.
    """
    info = library.find(document_id)
    versions = library.versions(info.id)
    if by_hand:
        library.folders.leave_out(info.id)
    library.remove(info.id, _quotations(library, versions))
    library.bin.set_aside(_quotations(library, versions))  # what was answered meanwhile
    for key, _ in library.items("summary_point"):  # reasons without their documents' names
        library.delete("summary_point", key)
    return info


def purge(library: Library, ids: Sequence[str]) -> list[RemovedDocument]:
    """Erase documents of the bin for good: what quotes them, the reports of evaluations that found
    a passage of them, and the files that were uploaded.

    A file that was added from elsewhere is the user's own and stays.

    Raises:
        InputError: one of them is not in the bin.
        StoreError: the library failed.
    """
    known = [library.bin.find(each).id for each in ids]
    versions = library.bin.versions(known)
    gone = library.bin.purge(known)
    _forget_reports(library, versions)
    for each in gone:
        discard_upload(library, each.path)
    return gone


def forget(library: Library, document_id: str, *, by_hand: bool = True) -> DocumentInfo:
    """Remove a document and purge it at once. Raises as these."""
    info = remove(library, document_id, by_hand=by_hand)
    purge(library, [info.id])
    return info


def purge_old(library: Library, days: int) -> None:
    """Purge what lies in the bin longer than so many days; at the next opening where the library is
    being changed by another process just now."""
    with suppress(LibraryBusyError):
        if old := library.bin.before(days):
            purge(library, old)


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
    if str(upload) in _files(library):
        return
    with suppress(OSError):  # the folder may hold the same content under another name
        upload.unlink(missing_ok=True)
        upload.parent.rmdir()


def discard_leftovers(library: Library) -> None:
    """Delete uploads of days ago that became no document: the page ended before they did."""
    held = {
        outer
        for path in _files(library)
        for outer in accumulate(path.split(WITHIN), f"{{}}{WITHIN}{{}}".format)
    }
    """The files of documents, and those that these are within."""
    for upload in (library.folder / UPLOADS).glob("*/*"):
        is_old = time.time() - upload.stat().st_mtime > LEFT_S
        if is_old and str(upload) not in held:
            discard_upload(library, str(upload))


def _files(library: Library) -> set[str]:
    """The paths of all documents, of removed ones too."""
    paths = [each.path for each in library.listing.entries()]
    return {path or "" for path in (*paths, *(each.path for each in library.bin.all()))}


def _forget_reports(library: Library, documents: Collection[str]) -> None:
    """Delete the runs whose rows have a passage of these documents, with their reports."""
    ids = [f'"{each}"'.encode() for each in documents]
    for run in (library.folder / EVALUATIONS).glob("*/"):
        files = (path for path in run.rglob("*") if path.is_file())
        if any(each in content for content in map(Path.read_bytes, files) for each in ids):
            shutil.rmtree(run, ignore_errors=True)


def _quotations(library: Library, documents: Collection[str]) -> list[Aside]:
    """What quotes one of these documents, as it is set aside."""
    found = [
        Aside(
            kind="chat",
            key=key,
            was=exchange,
            part=("exchanges", number),
            instead={**exchange, **_NOTICE},
        )
        for key, chat in library.items("chat")
        for number, exchange in enumerate(chat["exchanges"])
        if mentions(exchange["answer"], documents)
    ]
    found += [
        Aside(kind="summary", key=key, was=summary)
        for key, summary in library.items("summary")
        if not set(documents).isdisjoint(summary["documents"])
    ]
    return found + _marks(library, documents, tuple(f"{each.key}:" for each in found))


def _marks(library: Library, documents: Collection[str], chats: tuple[str, ...]) -> list[Aside]:
    """The marks of conversations that quote the documents: a mark holds the answers that were given
    before it, whatever they cited. One that is set aside already goes by these documents too."""
    known = [each for each in library.bin.asides() if each.kind == "mark"]
    marks = [Aside(kind="mark", key=key, was=mark) for key, mark in library.items("mark")]
    return [
        replace(each, documents=tuple({*each.documents, *documents}))
        for each in (*known, *marks)
        if each.key.startswith(chats) or (each in marks and each.concerns(documents))
    ]
