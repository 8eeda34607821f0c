"""The named endpoints: what the page can do, for programs and for MCP clients."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.events import api

from assistant.answering.questions import checked_detail, checked_question, read_history
from assistant.data import Summarized, Summary
from assistant.json_forms import answer_json, evidence_json, summary_json
from assistant.page.failing import payload
from assistant.page.page import Page
from assistant.page.serving.assistants import library_under
from index import DocumentInfo, Library
from index.errors import InputError
from index.labels import MARKS
from index.narrowing import is_mark, of_marks
from index.removed import RemovedDocument

if TYPE_CHECKING:
    from assistant.answering.assistant import Assistant


MOST_PASSAGES = 100
"""That one search gives."""
MOST_DOCUMENTS = 1_000
"""That one call may name."""
LONGEST_LINE = 200
"""Characters of a topic and of an audience, as on the page."""


def serve(page: Page) -> None:
    """Add the endpoints to the Blocks that are being built."""

    def ask(
        question: str, request: gr.Request, documents: list[str] | None = None
    ) -> dict[str, Any]:
        """Answer a question from the documents; every sentence is verified or a quotation.

        Args:
            question: the question, at most 4,000 characters
            documents: ids or names of the documents to ask, or @NAME of a collection or watched
                folder, #NAME of a tag, since:DAY, until:DAY, type:KIND; all where left out
        """
        return converse(question, request, documents)

    def converse(
        question: str,
        request: gr.Request,
        documents: list[str] | None = None,
        history: list[dict[str, str]] | None = None,
        detail: str = "",
        exhaustive: bool = False,
    ) -> dict[str, Any]:
        """Answer a question within a conversation, in another length, or from every passage.

        Args:
            question: the question, at most 4,000 characters
            documents: ids or names of the documents to ask, or @NAME of a collection or watched
                folder, #NAME of a tag, since:DAY, until:DAY, type:KIND; all where left out
            history: earlier messages of the conversation, each with a role and its content
            detail: short or detailed, for another length than the question suggests
            exhaustive: read every passage, not only the nearest
        """
        with told():
            asked = checked_question(question)
            chosen = ids_of(page.library(request), documents)
            turns, length = read_history(history or []), checked_detail(detail)
            with page.turns.turn(user_of(request)):
                return answer_json(
                    page.assistant(request).answer(
                        asked,
                        documents=chosen,
                        history=turns,
                        detail=length,
                        exhaustive=exhaustive,
                    )
                )

    def search(
        question: str, request: gr.Request, documents: list[str] | None = None, k: int = 10
    ) -> list[dict[str, Any]]:
        """Find the passages most likely to answer a question, without a language model.

        Args:
            question: what to look for, at most 4,000 characters
            documents: ids or names of the documents to search, or @NAME of a collection or watched
                folder, #NAME of a tag, since:DAY, until:DAY, type:KIND; all where left out
            k: how many passages at most; 100 are the most
        """
        with told():
            asked, library = checked_question(question), page.library(request)
            if not 1 <= k <= MOST_PASSAGES:
                raise InputError(
                    f"{k} passages cannot be had.", f"Ask for 1 to {MOST_PASSAGES} of them."
                )
            return evidence_json(library.search(asked, k=k, documents=ids_of(library, documents)))

    def documents(request: gr.Request) -> list[dict[str, Any]]:
        """List the documents of the library."""
        with told():
            return [listed(info) for info in page.library(request).documents()]

    def text(document: str, request: gr.Request) -> str:
        """The whole text of a document, whose characters the offsets of citations count.

        Args:
            document: its id or name
        """
        with told():
            library = page.library(request)
            return library.text(library.find(document).id)

    def sentences(document: str, request: gr.Request) -> list[list[int]]:
        """Where each sentence of a document begins and ends in its text.

        Args:
            document: its id or name
        """
        with told():
            library = page.library(request)
            found = library.sentences(library.find(document).id)
            return [[span.start, span.end] for span in found]

    def headings(document: str, request: gr.Request) -> list[dict[str, int]]:
        """Level (1 is the highest), start and end of each heading of a document in its text.

        Args:
            document: its id or name
        """
        with told():
            library = page.library(request)
            return [asdict(each) for each in library.headings(library.find(document).id)]

    def marks(request: gr.Request) -> list[dict[str, Any]]:
        """List the answers that were marked right or wrong on the page."""
        with told():
            return page.chats(request).marks()

    def add(source: str, request: gr.Request) -> list[dict[str, Any]]:
        """Add a file or folder of the machine that Citewell runs on, or a web address.

        Args:
            source: a path, or an address that begins with http
        """
        return added(source, None, request)

    def unlock(source: str, password: str, request: gr.Request) -> list[dict[str, Any]]:
        """Add protected PDF files with the password that opens them; it is not kept.

        Args:
            source: a path, or an address that begins with http
            password: as it was set for the files
        """
        return added(source, password, request)

    def added(source: str, password: str | None, request: gr.Request) -> list[dict[str, Any]]:
        with told():
            page.assistants.check_addable(source, request)
            results = page.library(request).add(source, password=password or None)
            return [asdict(result) for result in results]

    def reread(request: gr.Request) -> list[dict[str, Any]]:
        """Read anew, from their files, the documents that were read by an older Citewell."""
        with told():
            return [asdict(result) for result in page.library(request).reread()]

    def remove(document: str, request: gr.Request) -> dict[str, Any]:
        """Remove a document from the library; it can be recovered until it is purged.

        Args:
            document: its id or name
        """
        with told():
            return listed(page.remove(document, request))

    def removed(request: gr.Request) -> list[dict[str, Any]]:
        """List the removed documents that can still be recovered."""
        with told():
            return [listed(each) for each in page.library(request).bin.all()]

    def recover(document: str, request: gr.Request) -> dict[str, Any]:
        """Put a removed document back as it was, with what quoted it.

        Args:
            document: its id or name
        """
        with told():
            return listed(page.library(request).bin.recover(document))

    def purge(documents: list[str], request: gr.Request) -> list[dict[str, Any]]:
        """Erase removed documents for good, with what quotes them; the files themselves stay.

        Args:
            documents: their ids or names
        """
        with told():
            _check_number(documents)
            return [listed(each) for each in page.purge(documents, request)]

    def summarize(
        documents: list[str],
        request: gr.Request,
        length: str = "standard",
        topic: str = "",
        audience: str = "",
    ) -> dict[str, Any]:
        """Write an executive summary of documents, each sentence with its citations.

        Args:
            documents: their ids or names, or @NAME of a collection or watched folder, #NAME of a
                tag, since:DAY, until:DAY, type:KIND
            length: brief, standard, full, or a number of words such as 120
            topic: what the summary should be about, in at most 200 characters; everything where
                left out
            audience: who it is for, likewise; what is like these words weighs more
        """
        with told(), page.turns.turn(user_of(request)):
            for line in (topic, audience, length):
                if len(line) > LONGEST_LINE:
                    raise InputError(
                        f"A topic or audience has {LONGEST_LINE} characters at most.",
                        "Say it shorter.",
                    )
            assistant = page.assistant(request)
            return summary_json(_summary(assistant, documents, length, topic, audience))

    def labels(request: gr.Request) -> list[dict[str, Any]]:
        """List the collections, watched folders among them, and the tags."""
        with told():
            return [asdict(each) for each in page.library(request).labels.all()]

    def chosen(documents: list[str], request: gr.Request) -> list[str]:
        """The ids of the documents that are meant.

        Args:
            documents: ids, names, @NAME, #NAME, since:DAY, until:DAY and type:KIND
        """
        with told():
            return ids_of(page.library(request), documents) or []

    def date(document: str, request: gr.Request, day: str = "") -> dict[str, Any]:
        """Correct the day of a document, or take the correction back.

        Args:
            document: its id or name
            day: as 2024-05-01, 2024-05 or 2024; what the document tells itself where left out
        """
        with told():
            library = page.library(request)
            return listed(library.narrowing.date(library.find(document).id, day or None))

    def label(
        kind: str, name: str, request: gr.Request, documents: list[str], out: bool = False
    ) -> str:
        """Put documents into a collection or give them a tag; or take them out.

        Args:
            kind: collection or tag
            name: its name, at most 60 characters
            documents: ids or names of the documents
            out: take out instead; all documents where none is named
        """
        with told():
            library = page.library(request)
            _check_number(documents)
            ids = [library.find(reference).id for reference in documents]
            return library.labels.change(kind, name, ids, out=out)

    reading = (documents, text, sentences, headings, search, labels, chosen, removed)
    changing = (add, unlock, reread, remove, recover, purge, label, date)
    for endpoint in (*reading, ask, converse, summarize, marks, *changing):
        api(endpoint, api_name=endpoint.__name__, concurrency_limit=None)


def listed(document: DocumentInfo | RemovedDocument) -> dict[str, Any]:
    """The document's line; ``file`` is its path, for what is called ``path`` a client downloads."""
    line = asdict(document)
    line["file"] = line.pop("path")
    return line


def user_of(request: gr.Request) -> str:
    """Who asks: whoever is logged in, from one machine. Each call has a session of its own."""
    return f"{request.username or ''}@{request.client.host if request.client else ''}"


@contextmanager
def told() -> Iterator[None]:
    """A failure reaches the caller as its message and hint, without a traceback.

    Its title is the exit code that the same failure has on the command line.
    """
    try:
        yield
    except gr.Error:
        raise
    except Exception as error:
        told = payload(error, True)
        raise gr.Error(told["error"], title=told["title"], print_exception=False) from error


def ids_of(library: Library, references: Sequence[str] | None) -> list[str] | None:
    """The ids of the documents that are meant; None for all.

    What is said of several documents holds of ``Narrowing.chosen``. A name that begins with a mark
    is a document's where there is one of that name and no such collection or tag.
    """
    if not references:
        return None
    _check_number(references)
    marks, ids = [], []
    for reference in references:
        kind = MARKS.get(reference[:1])
        is_label = kind is not None and library.labels.has(kind, reference[1:])
        if is_label or (is_mark(reference) and not _is_file(library, reference)):
            marks.append(reference)
        else:
            ids.append(library.find(reference).id)
    return library.narrowing.chosen(of_marks(marks), documents=ids or None)


def _is_file(library: Library, name: str) -> bool:
    return any(info.name == name for info in library.documents())


def _check_number(references: Sequence[str]) -> None:
    if len(references) > MOST_DOCUMENTS:
        raise InputError(
            f"{len(references):,} documents are named; {MOST_DOCUMENTS:,} are the most.",
            "Leave them out to ask all documents.",
        )


def _summary(
    assistant: "Assistant", documents: Sequence[str], length: str, topic: str, audience: str
) -> Summary:
    events = assistant.summarize(
        ids_of(library_under(assistant), documents) or [],
        length=length,
        topic=topic.strip() or None,
        audience=audience.strip() or None,
    )
    return next(event.summary for event in events if isinstance(event, Summarized))
