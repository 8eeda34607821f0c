"""A summary of each of many documents, made by the workers of a Ray cluster.

What a library keeps of a summary comes back as values and is kept by this process, which alone
writes. So each summary is found there again: whoever asks for it now is answered as if it had been
made here, and the same work begun again goes on with those that are missing.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from assistant.elsewhere import Lent, borrowed, lend, refuse_difference
from assistant.settings import Settings
from index.crew import Lost
from index.errors import CitewellError, StoreError

if TYPE_CHECKING:
    from assistant.answering.assistant import Assistant
    from assistant.models import ServedModel
    from index import Library
    from index.adding import Progress
    from index.readable import Readable


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How a summary is wanted; the parameters of ``Assistant.summarize``."""

    length: str = "standard"
    topic: str | None = None
    audience: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A summary of one document, by its id."""

    document: str
    wish: Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What came of it: the notes that a library keeps of it, or why there is none."""

    notes: tuple[tuple[str, str, Mapping[str, Any]], ...] = ()
    """Kind, key and value of each."""
    error: CitewellError | None = None


def summarized(
    documents: Sequence[str],
    wish: Wish,
    address: str,
    settings: Settings,
    library: "Library",
    assistant: "Assistant",
    model: "ServedModel",
    progress: "Progress",
) -> Generator[tuple[str, CitewellError | None], None, None]:
    """Each of the documents in order, once the library has its summary, or with the
    reason why it has none.

    The cluster at the address is not joined where all of them are there already.

    Raises:
        InputError, StoreError: the cluster cannot be used, or the library failed.
    """
    from index import cluster

    waiting = [each for each in documents if not assistant.has_summary([each], **asdict(wish))]
    told: dict[str, CitewellError | None] = dict.fromkeys({*documents} - {*waiting})
    left = deque(documents)
    if waiting:
        progress("Copying the documents for the workers", 0, 0)
        given = lend(settings, library, model)
        jobs = [Wanted(document=each, wish=wish) for each in waiting]
        whole = model.server is not None
        with cluster.crew(address, summarizing, given, whole_machines=whole) as crew:
            yield from _ready(left, told)
            progress("Summarizing", len(told), len(documents))
            for number, made in crew.done(jobs):
                told[waiting[number]] = _kept(library, waiting[number], made)
                progress("Summarizing", len(told), len(documents))
                yield from _ready(left, told)
    yield from _ready(left, told)


def _ready(
    left: deque[str], told: Mapping[str, CitewellError | None]
) -> Iterator[tuple[str, CitewellError | None]]:
    """The next of the documents in order that are done."""
    while left and left[0] in told:
        document = left.popleft()
        yield document, told[document]


def _kept(library: "Readable", document: str, made: "Made | Lost") -> CitewellError | None:
    """Keep what a worker made, or say why there is nothing. Of a removed document nothing stays."""
    if isinstance(made, Lost):
        return StoreError(made.reason, "Has each machine memory enough?")
    if made.error is None and library.holds(document):
        for kind, key, value in made.notes:
            library.put(kind, key, value)
    return made.error


# On a worker


@contextmanager
def summarizing(lent: Lent, record: bytes) -> Iterator[Callable[[Wanted], Made]]:
    """Opens on a worker what summaries need, and gives what makes one."""
    from assistant.runtime import open_assistant, open_model

    with borrowed(lent, record) as (settings, library):
        model = open_model(settings)
        try:
            refuse_difference(lent, settings, model)
            yield partial(_made, open_assistant(settings, library, model))
        finally:
            model.close()


def _made(assistant: "Assistant", wanted: Wanted) -> Made:
    try:
        for _ in assistant.summarize([wanted.document], **asdict(wanted.wish)):
            pass
    except CitewellError as error:
        return Made(error=_told(error))
    return Made(notes=tuple(_taken(assistant.library)))


def _told(error: CitewellError) -> CitewellError:
    """An error of the same exit code that can be sent: message and hint alone."""
    told = CitewellError(error.message, error.hint)
    told.exit_code = error.exit_code
    return told


def _taken(library: "Readable") -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """What the library keeps of summaries, which it then keeps no more."""
    from assistant.summarising.judge import KEPT
    from assistant.summarising.summaries import MADE

    for kind in (KEPT, MADE):
        for key, value in library.items(kind):
            library.delete(kind, key)
            yield kind, key, value
