"""The library pane: adding, ticking, removing."""

import hashlib
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.keeping.forgetting import UPLOADS, discard_upload
from assistant.page.failing import explained
from assistant.page.html import markup, shelf
from assistant.page.page import Page
from assistant.page.parts import live, on
from assistant.page.serving.jobs import Job
from assistant.page.tabs.folders import FolderPanel
from assistant.page.tabs.labels import LabelPanel
from index import AddResult, Library
from index.errors import CancelledError, FullDiskError, InputError, is_full

Updates = dict[Any, Any]
Step = tuple[str, int, int]
"""What is being done, how many steps of it are done, of how many (0: unknown)."""
UNNEEDED = {"failed", "duplicate"}
"""Results that leave no document standing on the file."""


class Shelf:
    """Its components and what happens to them."""

    def __init__(self, page: Page, unticked: gr.State) -> None:
        self.page = page
        self.unticked = unticked
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
        self.news = live("news", ["stop_adding"])
        self.folders = FolderPanel(page, self.news)
        self.labels = LabelPanel(page, self.news, unticked)
        self.list = live("documents", ["open", "tick", "remove"])
        self._wire()

    def _wire(self) -> None:
        changed = [self.news, self.list, self.drop, self.address]
        on(self.drop.upload, self.add_files, [self.drop, self.unticked], changed)
        for event in (self.add.click, self.address.submit):
            on(event, self.add_address, [self.address, self.unticked], changed)
        on(self.news.stop_adding, self.halt, queue=False)
        self.folders.tells(self.list, self.unticked, self.shown)
        on(self.folders.list.change, self.labels.listed, None, [self.labels.list])
        on(self.list.tick, self.tick, [self.unticked], [self.unticked, self.list])
        on(self.list.remove, self.remove, [self.unticked], [self.unticked, self.list, self.news])

    def add_files(
        self, paths: Sequence[str] | None, unticked: Collection[str], request: gr.Request
    ) -> Iterator[Updates]:
        yield {self.drop: None}

        def sources(library: Library) -> Iterator[str]:
            return (str(_kept(library, Path(path))) for path in paths or ())

        yield from self._add(sources, unticked, request)

    def add_address(
        self, address: str, unticked: Collection[str], request: gr.Request
    ) -> Iterator[Updates]:
        if not address.strip():
            return
        yield {self.address: ""}
        yield from self._add(lambda library: [address.strip()], unticked, request)

    def halt(self, request: gr.Request) -> None:
        self.page.jobs.stop(str(request.session_hash), "add")

    def tick(self, unticked: frozenset[str], data: gr.EventData, request: gr.Request) -> Updates:
        changed = unticked ^ {data.document}
        return {self.unticked: changed, self.list: self.shown(changed, request)}

    def remove(self, unticked: frozenset[str], data: gr.EventData, request: gr.Request) -> Updates:
        try:
            info = self.page.forget(data.document, request)
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            return {self.news: markup.failure(*explained(error))}
        rest = unticked - {info.id}
        return {
            self.unticked: rest,
            self.list: self.shown(rest, request),
            self.news: markup.note(f"Removed {info.title}."),
        }

    def shown(self, unticked: Collection[str], request: gr.Request) -> str:
        return shelf.documents(self.page.library(request).documents(), unticked)

    def _add(
        self,
        sources: Callable[[Library], Iterable[str]],
        unticked: Collection[str],
        request: gr.Request,
    ) -> Iterator[Updates]:
        library = self.page.library(request)

        def work(job: Job[AddResult | Step]) -> Iterator[AddResult | Step]:
            return _adding(library, sources(library), job)

        results: list[AddResult] = []
        try:
            for item in self.page.jobs.run(str(request.session_hash), "add", work):
                if isinstance(item, AddResult):
                    results.append(item)
                    yield {
                        self.list: shelf.documents(library.documents(), unticked),
                        self.news: shelf.added(results),
                    }
                else:
                    yield {self.news: shelf.added(results) + shelf.adding(*item)}
            news = shelf.added(results)
        except CancelledError:
            news = shelf.added(results) + markup.note("Stopped; what was added stays.")
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            news = shelf.added(results) + markup.failure(*explained(error))
        yield {self.list: shelf.documents(library.documents(), unticked), self.news: news}


def _adding(
    library: Library, sources: Iterable[str], job: Job[AddResult | Step]
) -> Iterator[AddResult | Step]:
    def progress(message: str, done: int, total: int) -> None:
        job.tell((message, done, total))

    for source in sources:
        try:
            for result in library.add(source, progress=progress, cancelled=job.cancelled):
                if result.status in UNNEEDED:
                    discard_upload(library, result.source)
                yield result
        except FullDiskError:
            raise
        except InputError as error:
            discard_upload(library, source)
            yield AddResult(
                source=source, status="failed", document_id=None, passages=0, message=str(error)
            )


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
