"""The one place that builds the program's parts from the settings.

Nothing heavy is imported before it is needed: a library opens without its embedding model, and
the embedding model is verified and loaded when something is first embedded.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.settings import Settings
from index.errors import InputError, LibraryBusyError

if TYPE_CHECKING:
    import numpy as np

    from assistant.answering.assistant import Assistant
    from assistant.models import ServedModel
    from assistant.models.protocol import Model
    from assistant.remote import PageLibrary
    from index import AddResult, Library
    from index.adding import Progress
    from index.embedding import Embedder
    from index.libraries import Libraries
    from index.readable import Readable


WATCH = "watch"
"""What ``citewell watch`` calls itself while it holds a library."""
PATIENCE_S = 60.0
"""How long a step of it is waited for."""
_UNNOTED_S = 1.0
"""How long somebody may hold a library without a note of who that is: at the begin and the end."""
_TURN_S = 0.05
"""Between two tries at a library that somebody holds."""


class EmbedderOnDemand:
    """Implements ``index.embedding.Embedder``; finds and loads the weights at first use."""

    def __init__(self, settings: Settings) -> None:
        self.name = settings.embedding
        self._models_dir = settings.models_dir

    @cached_property
    def _loaded(self) -> "Embedder":
        from assistant.models import opened_weights
        from index.embedding import SentenceEmbedder

        return SentenceEmbedder(opened_weights(self.name, self._models_dir), self.name)

    @property
    def dimension(self) -> int:
        """The length of one embedding.

        Raises:
            WeightsError: the weights have not been fetched.
        """
        return self._loaded.dimension

    def encode(self, texts: Sequence[str]) -> "np.ndarray":
        """One row of unit length for each text: (n, dimension), float32.

        Raises:
            WeightsError: the weights have not been fetched.
        """
        return self._loaded.encode(texts)


def embedder_here(name: str) -> "Embedder":
    """The embedding model of a name as the machine that this runs on has it: a worker's."""
    from assistant.settings import go_offline, load_settings

    go_offline()
    return EmbedderOnDemand(load_settings(embedding=name))


def open_library(
    settings: Settings, owner: str = "citewell", embedder: "Embedder | None" = None
) -> "Library":
    """The library of the settings, held by this process until it is closed.

    ``citewell watch`` holds it for moments only: its turn is waited for. ``embedder`` is one that
    is open already. What was removed too long ago is purged.

    Raises:
        InputError: the folder cannot be used.
        LibraryBusyError: another process holds it.
        StoreError: its record or its vectors cannot be read.
    """
    from assistant.keeping.forgetting import purge_old
    from index import Library
    from index.lock import holder

    began = time.monotonic()
    while True:
        try:
            library = Library.open(
                settings.library,
                embedder=embedder or EmbedderOnDemand(settings),
                chroma_url=settings.chroma_url,
                place=settings.record,
                owner=owner,
                max_file_mb=settings.max_file_mb,
                ocr_language=settings.ocr_language,
            )
            break
        except LibraryBusyError:
            held = holder(settings.library)
            owner_now = held.owner if held else None
            wait = {None: _UNNOTED_S, WATCH: PATIENCE_S}.get(owner_now, 0.0)
            if time.monotonic() - began >= wait:
                raise
        time.sleep(_TURN_S)
    try:
        purge_old(library, settings.removed_days)
    except BaseException:
        library.close()
        raise
    return library


def seed(library: "Library", progress: "Progress | None" = None) -> "list[AddResult]":
    """Index the example documents into a library that is new; what became of them.

    One that is empty now but once had a document is not new: it was emptied on purpose.

    Raises:
        StoreError, WeightsError: they cannot be embedded or written.
    """
    from assistant.resources import seeds_folder

    return [] if library.revision else list(library.add(seeds_folder(), progress=progress))


def reach_library(
    settings: Settings, owner: str = "citewell", embedder: "Embedder | None" = None
) -> "Library | PageLibrary":
    """The library of the settings, or the running page that holds it; as ``open_library``.

    Raises:
        LibraryBusyError: another process holds it that is no page.
        InputError, StoreError: as ``open_library``.
    """
    from index.lock import holder

    try:
        return open_library(settings, owner, embedder)
    except LibraryBusyError:
        held = holder(settings.library)
        if held is None or held.address is None:
            raise
    from assistant.remote import PageLibrary

    return PageLibrary(held.address, settings.library, settings.password)


@contextmanager
def reach_libraries(
    places: Sequence[Settings],
) -> "Iterator[Library | PageLibrary | Libraries]":
    """The libraries of these settings, to be read as one until the block ends; one alone as
    ``reach_library``.

    Raises:
        InputError: there is no library in a folder, or their embedding models differ.
        LibraryBusyError: another process holds one of several, a page included.
        StoreError: as ``open_library``.
    """
    if len(places) == 1:
        with reach_library(places[0]) as one:
            yield one
        return
    from index.engines import RECORD
    from index.libraries import Libraries
    from index.lock import holder

    for each in places:
        if each.record is None and not (each.library / RECORD).is_file():
            raise InputError(f"There is no library in {each.library}.", "Name another folder.")
    embedder = EmbedderOnDemand(places[0])
    with ExitStack() as stack:
        opened = []
        for each in places:
            try:
                opened.append(stack.enter_context(open_library(each, embedder=embedder)))
            except LibraryBusyError as error:
                held = holder(each.library)
                if held is None or held.address is None:
                    raise
                raise LibraryBusyError(
                    f"The page at {held.address} holds the library {each.library}, which can then "
                    "be asked alone, but not with others.",
                    "Stop the page, or let it share the library (CITEWELL_CHROMA_URL).",
                ) from error
        yield Libraries(opened, places[0].embedding)


def open_model(settings: Settings, name: str | None = None) -> "ServedModel":
    """The chat model ``name``, or the settings' one; it starts when it is first used or warmed.

    Raises:
        ModelUnknownError: no such model.
        WeightsError: its weights have not been fetched.
    """
    from assistant.models import open_model as open_served

    return open_served(
        name or settings.model,
        models_dir=settings.models_dir,
        log_dir=settings.log_dir,
        slots=settings.slots or 2,
        threads=settings.threads,
        reply_seconds=settings.reply_seconds,
        home=settings.model,
    )


def open_assistant(
    settings: Settings, library: "Readable", model: "Model | None" = None
) -> "Assistant":
    """The assistant over ``library`` with Citewell's own prompts, and the settings' model.

    Whoever opens it closes the model; ``model`` gives one that is already open.

    Raises:
        ModelUnknownError: no such model.
        WeightsError: its weights have not been fetched.
        SettingsError: a prompt is missing or has wrong placeholders.
    """
    from assistant.answering.assistant import Assistant
    from assistant.prompts import Prompts
    from assistant.resources import prompts_folder

    return Assistant(library, model or open_model(settings), Prompts.load(prompts_folder()))
