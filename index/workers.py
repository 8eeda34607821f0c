"""What reads, cuts and embeds documents somewhere else, and how far it may run ahead.

A library writes its documents one after another, in one process. Its workers make the next ones
ready meanwhile: each document's passages, and the vectors that the record does not have yet.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Any, Protocol

from index.embedding import Vectors
from index.errors import InputError
from index.loading import Parted, Raw
from index.sources import Source
from index.vectors import EMBEDDED_AT_ONCE, embedded_text, key_of

MOST_BYTES_AHEAD = 100_000_000
"""Of files that are being worked on; one that is larger is worked on alone."""
_HEARING_S = 0.2
"""How long a stop may wait to be heard, in seconds."""


class Workers(Protocol):
    """Several processes, on this machine or others, that take turns at what they are given."""

    @property
    def width(self) -> int:
        """How many things they can do at once."""

    def part(self, raw: Raw) -> "Future[Parted]":
        """As ``loading.part``; the future fails as that does."""

    def encode(self, texts: Sequence[str]) -> "Future[Vectors]":
        """As ``Embedder.encode``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was found at a source, before it is known what becomes of it."""

    source: Source
    """Without a document, if none was known of it."""
    raw: Raw | None
    """Its content; None where it has not changed since it was added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A source that was looked at and, where it has changed, all that was made of it."""

    look: Look
    parted: Parted | None = None
    vectors: Mapping[str, Vectors] = field(default_factory=dict)
    """By key; those that the record had already are left out."""


@dataclass(slots=True, kw_only=True)
class _Work:
    """The way of one source through the workers: looked at, parted, embedded."""

    size: int = 0
    look: Look | None = None
    parting: "Future[Parted] | None" = None
    parted: Parted | None = None
    keys: list[Sequence[str]] = field(default_factory=list)
    embedding: "list[Future[Vectors]]" = field(default_factory=list)
    error: InputError | None = None

    @property
    def awaited(self) -> "list[Future[Any]]":
        """What is under way."""
        parting: list[Future[Any]] = [self.parting] if self.parting else []
        return parting + [each for each in self.embedding if not each.done()]


def prepared(
    sources: Sequence[str],
    workers: Workers,
    *,
    look: Callable[[str], Look],
    known: Callable[[Sequence[str]], Mapping[str, Vectors]],
    stop: Callable[[], None],
) -> Iterator[Prepared | InputError]:
    """Each source in order, made ready; several of them are worked on at a time.

    ``look`` reads a source here, so that the workers need none of its folders; ``known`` gives the
    vectors that the record has by their keys; ``stop`` raises where the work shall end.

    Raises:
        StoreError: the workers, or the embedding model on them, failed.
    """
    waiting = deque(sources)
    running: deque[_Work] = deque()
    while waiting or running:
        while waiting and _has_room(running, workers.width):
            running.append(_begun(waiting.popleft(), look, workers))
        for work in running:
            _advance(work, workers, known)
        first = running[0]
        if not first.awaited:
            running.popleft()
            yield _ended(first)
            continue
        stop()
        under_way = [each for work in running for each in work.awaited]
        wait(under_way, timeout=_HEARING_S, return_when=FIRST_COMPLETED)


def _has_room(running: Sequence[_Work], width: int) -> bool:
    """Twice as many sources as workers, so that none is idle while one is written."""
    bytes_ahead = sum(work.size for work in running)
    return not running or (len(running) < 2 * width and bytes_ahead < MOST_BYTES_AHEAD)


def _begun(source: str, look: Callable[[str], Look], workers: Workers) -> _Work:
    try:
        found = look(source)
    except InputError as error:
        return _Work(error=error)
    if found.raw is None:
        return _Work(look=found)
    return _Work(look=found, size=len(found.raw.content), parting=workers.part(found.raw))


def _advance(
    work: _Work, workers: Workers, known: Callable[[Sequence[str]], Mapping[str, Vectors]]
) -> None:
    """Send a parted document on to be embedded, in the batches in which one process would."""
    if work.parting is None or not work.parting.done():
        return
    try:
        work.parted = work.parting.result()
    except InputError as error:
        work.error = error
    work.parting = None
    if work.parted is None:
        return
    texts = {key_of(passage): embedded_text(passage) for passage in work.parted.passages}
    had = known(list(texts))
    keys = sorted((key for key in texts if key not in had), key=lambda key: len(texts[key]))
    for first in range(0, len(keys), EMBEDDED_AT_ONCE):
        batch = keys[first : first + EMBEDDED_AT_ONCE]
        work.keys.append(batch)
        work.embedding.append(workers.encode([texts[key] for key in batch]))


def _ended(work: _Work) -> Prepared | InputError:
    if work.error is not None:
        return work.error
    assert work.look is not None
    return Prepared(
        look=work.look,
        parted=work.parted,
        vectors={
            key: vector
            for keys, made in zip(work.keys, work.embedding, strict=True)
            for key, vector in zip(keys, made.result(), strict=True)
        },
    )
