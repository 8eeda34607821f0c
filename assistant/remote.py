"""A library that a running page holds, asked over the page's named endpoints.

The page owns the library while it is open; a command goes through it instead of failing.
"""

import base64
import json
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from assistant.data import AnswerEvent, ClaimChecked, Summarized, SummaryEvent, Turn
from assistant.errors import ModelError
from assistant.json_forms import answer_from_json, evidence_from_json, summary_from_json
from assistant.standing import events_of
from assistant.users import OPERATOR
from index.bin import EMPTY
from index.data import AddResult, DocumentInfo, Evidence, Heading, Span
from index.errors import CitewellError, InputError, LibraryBusyError
from index.labels import Label
from index.loading import absolute
from index.naming import meant
from index.narrowing import EVERYTHING, Named, marks_of
from index.removed import RemovedDocument
from index.watched import Step, WatchedFolder

if TYPE_CHECKING:
    import httpx2

_SILENCE = 120.0
"""Seconds without a sign of life after which the page is given up; it sends one every 15."""
_PASSAGES = 10
"""Passages that a search shows."""


Call = Callable[..., Any]
"""Asks an endpoint by its name, with its arguments."""


class PageFolders:
    """Does as ``Folders``, through the page."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def watch(
        self, folder: str, *, ignore: Sequence[str] | None = None, gone: str | None = None
    ) -> WatchedFolder:
        return _folder(self._call("watch", str(absolute(folder)), ignore, gone or ""))

    def leave(self, folder: str) -> WatchedFolder:
        return _folder(self._call("unwatch", str(absolute(folder))))


class PageLabels:
    """Does as ``Labels``, through the page."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def change(self, kind: str, name: str, documents: Sequence[str], *, out: bool) -> str:
        return str(self._call("label", kind, name, list(documents), out))

    def all(self) -> list[Label]:
        return [Label(**each) for each in self._call("labels")]


class PageNarrowing:
    """Does as ``Narrowing``, through the page."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def chosen(self, named: Named) -> list[str] | None:
        return list(self._call("chosen", marks_of(named))) if named else None

    def date(self, document_id: str, day: str | None) -> DocumentInfo:
        return _info(self._call("date", document_id, day or ""))


class PageBin:
    """Does as ``Bin``, through the page."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def all(self) -> list[RemovedDocument]:
        return [_removed(each) for each in self._call("removed")]

    def find(self, reference: str) -> RemovedDocument:
        return meant(reference, self.all(), EMPTY)

    def recover(self, document_id: str) -> RemovedDocument:
        return _removed(self._call("recover", document_id))

    def purge(self, ids: Sequence[str]) -> list[RemovedDocument]:
        return [_removed(each) for each in self._call("purge", list(ids))]


class PageLibrary:
    """Does what the command line asks of a ``Library``, through the page that holds it."""

    def __init__(self, address: str, folder: Path, password: str | None = None) -> None:
        self.folder = folder
        self.address = address.rstrip("/")
        self._client = _client(self.address, password)
        self.folders = PageFolders(self._call)
        self.labels = PageLabels(self._call)
        self.narrowing = PageNarrowing(self._call)
        self.bin = PageBin(self._call)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def documents(self) -> list[DocumentInfo]:
        return [_info(each) for each in self._call("documents")]

    def find(self, reference: str) -> DocumentInfo:
        """As ``Library.find``."""
        return meant(reference, self.documents(), removed=self.bin.all)

    def text(self, document_id: str) -> str:
        return str(self._call("text", document_id))

    def sentences(self, document_id: str) -> list[Span]:
        """As ``Library.sentences``."""
        found = self._call("sentences", document_id)
        return [Span(document_id=document_id, start=start, end=end) for start, end in found]

    def headings(self, document_id: str) -> tuple[Heading, ...]:
        """As ``Library.headings``."""
        return tuple(Heading(**each) for each in self._call("headings", document_id))

    def marks(self) -> list[dict[str, Any]]:
        """As ``Chats.marks``."""
        return list(self._call("marks"))

    def conversations(self, words: str = "") -> list[dict[str, Any]]:
        """The kept conversations that have these words, as ``chat_api.conversations`` tells."""
        return list(self._call("conversations", words))

    def exported(self, conversation: str, name: str) -> bytes:
        """A conversation in the format in which this name ends."""
        return base64.b64decode(self._call("export_conversation", conversation, name))

    def chat(
        self, question: str, conversation: str, named: Named
    ) -> tuple[str, Iterator[AnswerEvent]]:
        """Ask within a kept conversation, or a new one; its id and the events of the answer."""
        told = self._call("chat", question, conversation, marks_of(named) or None)
        return str(told["conversation"]), events_of(answer_from_json(told["answer"]))

    def add(self, source: str, password: str | None = None, **_: object) -> Iterator[AddResult]:
        """As ``Library.add``; the results come when all are done."""
        web = source.startswith(("http://", "https://"))
        named = source if web else str(Path(os.path.expanduser(source)).absolute())
        called = ("unlock", named, password) if password else ("add", named)
        yield from (AddResult(**each) for each in self._call(*called))

    def reread(self, **_: object) -> Iterator[AddResult]:
        """As ``Library.reread``; the results come when all are done."""
        yield from (AddResult(**each) for each in self._call("reread"))

    def remove(self, document_id: str) -> DocumentInfo:
        return _info(self._call("remove", document_id))

    def watched(self) -> dict[str, Any]:
        """As ``assistant.keeping.watching.status``."""
        return dict(self._call("watched"))

    def step(self) -> Step:
        """As ``Folders.step``, with what the page knows to be missing."""
        told = self._call("keep_in_step")
        results = tuple(AddResult(**each) for each in told.pop("results"))
        gone, folders = tuple(told.pop("gone")), tuple(told.pop("folders"))
        return Step(results=results, gone=gone, folders=folders, **told)

    def search(self, question: str, named: Named = EVERYTHING) -> list[Evidence]:
        """As ``Library.search``, in the documents that are named."""
        chosen = marks_of(named) or None
        return evidence_from_json(self._call("search", question, chosen, _PASSAGES))

    def ask(
        self,
        question: str,
        documents: Collection[str] | None,
        history: Sequence[Turn] = (),
        detail: str | None = None,
        exhaustive: bool = False,
        named: Named = EVERYTHING,
    ) -> Iterator[AnswerEvent]:
        """As ``Assistant.ask``, by the page's model; the events come when the answer is done."""
        chosen = [*(documents or ()), *marks_of(named)] or None
        turns = [{"role": turn.role, "content": turn.content} for turn in history]
        told = self._call("converse", question, chosen, turns, detail or "", exhaustive)
        yield from events_of(answer_from_json(told))

    def summarize(
        self,
        documents: Sequence[str],
        length: str,
        topic: str | None,
        audience: str | None,
        named: Named = EVERYTHING,
    ) -> Iterator[SummaryEvent]:
        """As ``summarize``, by the page's model; the events come when the summary is done."""
        chosen = [*documents, *marks_of(named)]
        wanted = (chosen, length, topic or "", audience or "")
        summary = summary_from_json(self._call("summarize", *wanted))
        yield ClaimChecked(claim=summary.headline, section="headline")
        yield from (ClaimChecked(claim=claim, section="points") for claim in summary.points)
        for section in summary.sections:
            yield from (ClaimChecked(claim=item, section=section.name) for item in section.items)
        yield Summarized(summary=summary)

    def _call(self, endpoint: str, *arguments: object) -> Any:
        """What an endpoint returns.

        Raises:
            CitewellError: the failure that the page met, with its exit code.
            LibraryBusyError: the page cannot be reached, or wants a password.
        """
        import httpx2

        url = f"{self.address}/gradio_api/call/{endpoint}"
        try:
            asked = self._client.post(url, json={"data": arguments}).raise_for_status()
            event = asked.json()["event_id"]
            with self._client.stream("GET", f"{url}/{event}") as told:
                return _outcome(told.raise_for_status().iter_lines())
        except (httpx2.ConnectError, httpx2.HTTPStatusError) as error:
            raise LibraryBusyError(
                f"The page at {self.address} holds the library and does not answer: {error}",
                "Use it there, or stop it; set CITEWELL_PASSWORD where it asks for one.",
            ) from error
        except httpx2.HTTPError as error:
            raise CitewellError(
                f"The page at {self.address} stopped before it had answered.",
                "Run the command again.",
            ) from error


def _info(line: dict[str, Any]) -> DocumentInfo:
    """A document's line, whose path the page calls ``file``."""
    return DocumentInfo(path=line.pop("file"), **line)


def _removed(line: dict[str, Any]) -> RemovedDocument:
    """A line of the bin, likewise."""
    return RemovedDocument(path=line.pop("file"), **line)


def _folder(line: dict[str, Any]) -> WatchedFolder:
    return WatchedFolder(**{**line, "ignore": tuple(line["ignore"])})


def _client(address: str, password: str | None) -> "httpx2.Client":
    """A client that ignores proxies, since the page is on this machine; logged in if need be."""
    import httpx2

    client = httpx2.Client(trust_env=False, timeout=_SILENCE)
    if password is not None:
        client.post(f"{address}/login", data={"username": OPERATOR, "password": password})
    return client


def _outcome(lines: Iterator[str]) -> Any:
    """The value in a stream of events ``complete``, ``error``, ``heartbeat``, each with data."""
    event = ""
    for line in lines:
        if line.startswith("event: "):
            event = line.removeprefix("event: ")
        elif line.startswith("data: ") and event == "complete":
            return json.loads(line.removeprefix("data: "))[0]
        elif line.startswith("data: ") and event == "error":
            raise _failure(json.loads(line.removeprefix("data: ")))
    raise ModelError("The page broke off.", "Ask again.")


def _failure(told: Any) -> CitewellError:
    """The failure that the page met: its title is the exit code, its error the message."""
    content = told if isinstance(told, dict) else {}
    message = str(content.get("error") or told or "The page failed.")
    if content.get("title") == str(InputError.exit_code):
        return InputError(message)
    return CitewellError(message)
