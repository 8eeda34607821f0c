"""The library pane: adding, ticking, removing."""

import hashlib
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.keeping.forgetting import UPLOADS, discard_upload
from assistant.page.failing import explained
from assistant.page.html import bin as bin_looks
from assistant.page.html import markup, shelf
from assistant.page.page import Page
from assistant.page.parts import live, on
from assistant.page.serving.jobs import Job
from assistant.page.tabs.backup import BackupPanel
from assistant.page.tabs.bin import BinPanel
from assistant.page.tabs.folders import FolderPanel
from assistant.page.tabs.labels import LabelPanel
from index import AddResult, Library
from index.errors import CancelledError, FullDiskError, InputError, is_full
from index.listing import Arrangement
from index.loading import outermost
from index.narrowing import Named
from index.removed import RemovedDocument

Updates = dict[Any, Any]
Step = tuple[str, int, int]
"""What is being done, how many steps of it are done, of how many (0: unknown)."""
Adds = Callable[[Library, Job[AddResult | Step]], Iterator[AddResult | Step]]
"""Changes the documents of a library within a job: what became of each file, and each step."""
UNNEEDED = {"failed", "duplicate"}
"""Results that leave no document standing on the file."""


class Shelf:
    """Its components and what happens to them."""

    def __init__(self, page: Page, unticked: gr.State) -> None:
        self.page = page
        self.unticked = unticked
        self._protected: dict[str, tuple[Library, tuple[str, ...]]] = {}
        self.drop = gr.File(
            label="Drop files here, or click to choose",
            file_count="multiple",
            show_label=False,
            container=False,
            elem_id="drop",
            height=84,
        )
        with gr.Row(elem_id="address-row"):
            self.address = gr.Textbox(
                label="Web address",
                placeholder="https://…",
                show_label=False,
                container=False,
                max_lines=1,
                elem_id="address",
                scale=1,
            )
            self.add = gr.Button("Add", elem_id="add", scale=0)
        with gr.Row(elem_id="password-row", visible=False) as self.locked:
            self.password = gr.Textbox(
                label="Password of the protected files",
                type="password",
                placeholder="Password",
                show_label=False,
                container=False,
                elem_id="password",
                scale=1,
                html_attributes=gr.InputHTMLAttributes(autocomplete="off"),
            )
            self.unlock = gr.Button("Open", elem_id="unlock", scale=0)
        self.news = live("news", ["stop_adding", "recover"])
        self.folders = FolderPanel(page, self.news)
        self.backup = BackupPanel(page)
        self.labels = LabelPanel(page, self.news, unticked)
        self.narrow = live("tick-form", ["narrow"], value=shelf.TICK_FORM)
        self.arrange = live("list-form", ["arrange"], value=shelf.LIST_FORM)
        events = ["open", "tick", "tick_all", "tick_found", "leaf", "remove", "reread"]
        self.list = live("documents", events)
        self.bin = BinPanel(page, self.news)
        self._wire()

    def _wire(self) -> None:
        changed = [self.news, self.list, self.drop, self.address, self.locked, self.password]
        on(self.drop.upload, self.add_files, [self.drop, self.unticked], changed)
        for event in (self.add.click, self.address.submit):
            on(event, self.add_address, [self.address, self.unticked], changed)
        for event in (self.unlock.click, self.password.submit):
            on(event, self.open_protected, [self.password, self.unticked], changed)
        on(self.news.stop_adding, self.halt, queue=False)
        self.folders.tells(self.list, self.unticked, self.shown)
        on(self.folders.list.change, self.labels.listed, None, [self.labels.list])
        ticking = [self.unticked, self.list]
        shown = [self.unticked, self.list, self.news]
        _in_order(self.arrange.arrange, self.rearrange, [self.unticked], [self.list])
        _in_order(self.list.leaf, self.leaf, [self.unticked], [self.list])
        _in_order(self.list.tick, self.tick, [self.unticked], ticking)
        _in_order(self.list.tick_all, self.tick_all, [self.unticked], ticking)
        _in_order(self.list.tick_found, self.tick_found, [self.unticked], ticking)
        _in_order(self.narrow.narrow, self.tick_only, [self.unticked], shown)
        _in_order(self.list.remove, self.remove, [self.unticked], shown)
        for event in (self.news.recover, self.bin.list.recover):
            on(event, self.recover, [self.unticked], shown)
        on(self.list.change, self.bin.listed, None, [self.bin.list])
        on(self.list.reread, self.reread, [self.unticked], changed)

    def add_files(
        self, paths: Sequence[str] | None, unticked: Collection[str], request: gr.Request
    ) -> Iterator[Updates]:
        yield {self.drop: None}

        def sources(library: Library) -> Iterator[str]:
            return (str(_kept(library, Path(path))) for path in paths or ())

        yield from self._run(_adding(sources), unticked, request)

    def add_address(
        self, address: str, unticked: Collection[str], request: gr.Request
    ) -> Iterator[Updates]:
        if not address.strip():
            return
        yield {self.address: ""}

        def sources(library: Library) -> Iterable[str]:
            self.page.assistants.check_addable(address.strip(), request)
            return [address.strip()]

        yield from self._run(_adding(sources), unticked, request)

    def open_protected(
        self, password: str, unticked: Collection[str], request: gr.Request
    ) -> Iterator[Updates]:
        """Add what was refused for want of its password once more, with one."""
        yield {self.password: ""}
        _, sources = self._protected.get(str(request.session_hash), (None, ()))
        if password and sources:
            yield from self._run(_adding(lambda library: sources, password), unticked, request)

    def reread(self, unticked: Collection[str], request: gr.Request) -> Iterator[Updates]:
        """Read anew what was read by an older reader."""
        yield from self._run(_rereading, unticked, request)

    def leave(self, request: gr.Request) -> None:
        """The browser has gone: uploads that wait for their password are not kept."""
        library, sources = self._protected.pop(str(request.session_hash), (None, ()))
        for source in sources:
            if library is not None:
                discard_upload(library, source)

    def halt(self, request: gr.Request) -> None:
        for kind in ("add", "recover"):
            self.page.jobs.stop(str(request.session_hash), kind)

    def rearrange(self, unticked: Collection[str], data: gr.EventData, request: gr.Request) -> str:
        """Find, sort and group as the fields say, from the first page on."""
        words = str(data.words)[: shelf.LONGEST_WORDS]
        sort, group = _one_of(shelf.SORTS, data.sort), _one_of(shelf.GROUPS, data.group)
        self.page.arrange(Arrangement(words=words, sort=sort, group=group), request)
        return self.shown(unticked, request)

    def leaf(self, unticked: Collection[str], data: gr.EventData, request: gr.Request) -> str:
        """Show another page of the list."""
        self.page.arrange(replace(self.page.arrangement(request), number=int(data.number)), request)
        return self.shown(unticked, request)

    def tick(self, unticked: frozenset[str], data: gr.EventData, request: gr.Request) -> Updates:
        """Tick and untick what was clicked: several where clicks were quicker than lists."""
        off = {each for each, ticked in data.ticks.items() if not ticked}
        known = frozenset(self.page.library(request).listing.ids())
        return self._ticking(((unticked - data.ticks.keys()) | off) & known, request)

    def tick_all(
        self, unticked: frozenset[str], data: gr.EventData, request: gr.Request
    ) -> Updates:
        """Tick a whole group, or all that is found; or take the ticks away."""
        listed = self.page.listed(request)
        name = getattr(data, "group", None)
        ids = next((each.ids for each in listed.groups if each.name == name), listed.found)
        return self._ticking(unticked - {*ids} if data.checked else unticked | {*ids}, request)

    def tick_found(self, unticked: frozenset[str], request: gr.Request) -> Updates:
        """Tick what is found, and nothing else."""
        listed = self.page.listed(request)
        return self._ticking(frozenset(listed.ids) - {*listed.found}, request)

    def _ticking(self, unticked: frozenset[str], request: gr.Request) -> Updates:
        return {self.unticked: unticked, self.list: self.shown(unticked, request)}

    def tick_only(
        self, unticked: frozenset[str], data: gr.EventData, request: gr.Request
    ) -> Updates:
        """Tick the documents of these days and this type, and no others."""
        library = self.page.library(request)
        types = [data.kind] if data.kind else []
        try:
            chosen = library.narrowing.chosen(
                Named(since=data.since.strip(), until=data.until.strip(), types=types)
            )
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            return {self.news: markup.failure(*explained(error))}
        ids = library.listing.ids(without=chosen) if chosen is not None else ()
        return {**self._ticking(frozenset(ids), request), self.news: ""}

    def remove(self, unticked: frozenset[str], data: gr.EventData, request: gr.Request) -> Updates:
        try:
            info = self.page.remove(data.document, request)
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            return {self.news: markup.failure(*explained(error))}
        news = bin_looks.removed_news(info.id, info.title)
        return {**self._ticking(unticked - {info.id}, request), self.news: news}

    def recover(
        self, unticked: frozenset[str], data: gr.EventData, request: gr.Request
    ) -> Iterator[Updates]:
        """Put a removed document back; its passages are embedded anew, which may take a while."""
        library = self.page.library(request)

        def work(job: Job[RemovedDocument | Step]) -> Iterator[RemovedDocument]:
            def step(done: int, total: int) -> None:
                if job.cancelled():
                    raise CancelledError("Stopped.")
                job.tell((f"Restoring {found.title}", done, total))

            found = library.bin.find(data.document)
            yield library.bin.recover(found.id, step)

        news = ""
        try:
            for item in self.page.jobs.run(str(request.session_hash), "recover", work):
                if isinstance(item, RemovedDocument):
                    news = markup.note(f"{item.title} is back.")
                else:
                    yield {self.news: shelf.adding(*item)}
        except CancelledError:
            news = markup.note("Stopped. What is not back yet stays among the removed.")
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            news = markup.failure(*explained(error))
        yield {**self._ticking(unticked, request), self.news: news}

    def shown(self, unticked: Collection[str], request: gr.Request) -> str:
        return shelf.documents(self.page.listed(request), unticked)

    def opened(self, unticked: Collection[str], request: gr.Request) -> tuple[str, str]:
        """The list for a page that has just been opened, and what was ``seen`` of the library: read
        first, so that what changes meanwhile is shown later, and not missed."""
        seen = self.folders.unchanged(self.page.library(request).revision)
        return self.shown(unticked, request), seen

    def _run(self, adds: Adds, unticked: Collection[str], request: gr.Request) -> Iterator[Updates]:
        library = self.page.library(request)

        def work(job: Job[AddResult | Step]) -> Iterator[AddResult | Step]:
            return adds(library, job)

        results: list[AddResult] = []
        try:
            for item in self.page.jobs.run(str(request.session_hash), "add", work):
                if isinstance(item, AddResult):
                    results.append(item)
                    yield {
                        self.list: self.shown(unticked, request),
                        self.news: shelf.added(results),
                    }
                else:
                    yield {self.news: shelf.added(results) + shelf.adding(*item)}
            news = shelf.added(results)
        except CancelledError:
            news = shelf.added(results) + markup.note("Stopped; what was added stays.")
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            news = shelf.added(results) + markup.failure(*explained(error))
        yield {
            self.list: self.shown(unticked, request),
            self.news: news,
            self.locked: gr.update(visible=self._note_protected(library, results, request)),
        }

    def _note_protected(
        self, library: Library, results: Sequence[AddResult], request: gr.Request
    ) -> bool:
        """Remember what still needs a password; whether anything does."""
        session = str(request.session_hash)
        _, before = self._protected.get(session, (library, ()))
        tried = {outermost(each.source) for each in results}
        needing = [outermost(each.source) for each in results if each.protected]
        rest = dict.fromkeys([*(each for each in before if each not in tried), *needing])
        self._protected[session] = (library, tuple(rest))
        return bool(rest)


def _one_of(offered: Collection[str], said: object) -> str:
    """What a field says, or the first that it offers: whoever sends an event may say anything."""
    return next((each for each in offered if each == said), next(iter(offered)))


def _in_order(event: Any, fn: Callable[..., Any], inputs: Any, outputs: Any) -> None:
    """An event that ``page.js`` sends only when the one before it is answered, well or badly.

    Gradio would drop an event that comes meanwhile, or repeat the first one in its place.
    """
    done = on(event, fn, inputs, outputs, trigger_mode="multiple")
    answered = "() => window.citewell.answered()"
    done.then(None, js=answered, api_visibility="private", show_progress="hidden")


def _adding(sources: Callable[[Library], Iterable[str]], password: str | None = None) -> Adds:
    """Adds what ``sources`` gives, one after the other; a bad one does not keep the next away."""
    return lambda library, job: _added(library, sources(library), job, password)


def _rereading(library: Library, job: Job[AddResult | Step]) -> Iterator[AddResult | Step]:
    return library.reread(progress=_telling(job), cancelled=job.cancelled)


def _telling(job: Job[AddResult | Step]) -> Callable[[str, int, int], None]:
    return lambda message, done, total: job.tell((message, done, total))


def _added(
    library: Library,
    sources: Iterable[str],
    job: Job[AddResult | Step],
    password: str | None,
) -> Iterator[AddResult | Step]:
    for source in sources:
        try:
            for result in library.add(
                source, progress=_telling(job), cancelled=job.cancelled, password=password
            ):
                if result.status in UNNEEDED:
                    discard_upload(library, result.source)
                yield result
        except FullDiskError:
            raise
        except InputError as error:
            result = AddResult.failed(source, error)
            if not result.protected:
                discard_upload(library, source)
            yield result


def _kept(library: Library, upload: Path) -> Path:
    """An uploaded file under the library's own roof, where its pages can be shown later.

    Its folder is named by the content: files of one name and different content stay apart.

    Raises:
        FullDiskError: the disk is full.
        InputError: the library folder cannot be written.
    """
    with upload.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    uploads = library.folder / UPLOADS
    kept = uploads / digest[:16] / upload.name
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(upload, kept)
    except OSError as error:
        discard_upload(library, str(kept))
        if is_full(library.folder, error):
            raise FullDiskError from error
        raise InputError(
            f"{upload.name} cannot be kept in {uploads} ({error.strerror or error}).",
            "Give yourself write permission there, or name another library folder.",
        ) from error
    return kept
