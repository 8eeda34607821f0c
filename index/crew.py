"""Workers of a Ray cluster that are opened once, and then do one job after another.

What ``--ray`` spreads evaluation and summaries over. Jobs are handed out in their order, to
whoever is free. A worker that dies is replaced, and its job is given to another one.
"""

import socket
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from typing import Any

from index.errors import CitewellError, InputError, StoreError

Opening = Callable[..., AbstractContextManager[Callable[[Any], Any]]]
"""A module's own function: opens on a worker what its jobs need, and gives what does a job."""

TRIES = 3
"""Workers that a job is given to, one after the other, and starts of one that dies as it starts."""
_HEARING_S = 0.2
"""How long a stop may wait to be heard, in seconds."""
_CLOSING_S = 10.0
"""How long workers may take to clear away what they have opened."""


@dataclass(frozen=True, slots=True)
class Lost:
    """In the place of a job's result: every worker that was given the job has died."""

    reason: str = f"Each of the {TRIES} workers that were given it died."


@dataclass(slots=True, kw_only=True)
class _Post:
    """A place of the cluster, and the worker that is there now."""

    options: Mapping[str, Any]
    """How Ray shall place a worker there."""
    worker: Any = None
    opened: bool = False
    job: int | None = None
    """The number of the job in hand."""
    failed: int = 0
    """Workers here that died as they started, one after the other."""


class Crew:
    """As many workers as there are places and jobs. Close it."""

    def __init__(
        self,
        ray: Any,
        where: str,
        places: Sequence[Mapping[str, Any]],
        opening: Opening,
        given: Sequence[Any],
    ) -> None:
        """``places`` are options of Ray's, one for each worker; ``opening`` is called with the
        values ``given``, each of which is sent to a machine once."""
        self._ray = ray
        self._where = where
        self._posts = [_Post(options=each) for each in places]
        self._worker = ray.remote(max_concurrency=2)(_Worker)  # so that it can close while it works
        self._values = [opening, *(ray.put(each) for each in given)]
        self._busy: dict[Any, _Post] = {}

    def done(
        self, jobs: Sequence[Any], stop: Callable[[], None] = lambda: None
    ) -> Iterator[tuple[int, Any]]:
        """The number and the result of each job as it is done: a value, or ``Lost``.

        ``stop`` raises where the work shall end.

        Raises:
            InputError, StoreError: what a worker needs could not be opened, the doing failed, or
                the cluster did.
        """
        waiting = deque(range(len(jobs)))
        losses: Counter[int] = Counter()
        for post in self._posts[: len(jobs)]:
            if post.worker is None:
                self._start(post)
        while waiting or any(post.job is not None for post in self._posts):
            for post in self._posts:
                if waiting and post.opened and post.job is None:
                    self._give(post, waiting.popleft(), jobs)
            stop()
            for reference in self._heard():
                post = self._busy.pop(reference)
                number, post.job = post.job, None
                value = self._value(reference)
                if isinstance(value, Lost):
                    self._replace(post, value)
                    if number is None:
                        continue
                    losses[number] += 1
                    if losses[number] < TRIES:
                        waiting.appendleft(number)
                    else:
                        yield number, Lost()
                elif number is None:
                    post.opened, post.failed = True, 0
                else:
                    yield number, value

    def close(self) -> None:
        """End all workers; those that have opened something are given time to clear it away."""
        with suppress(Exception):  # of Ray: they end with this process in any case
            closing = [post.worker.close.remote() for post in self._posts if post.opened]
            if closing:
                self._ray.wait(closing, num_returns=len(closing), timeout=_CLOSING_S)
            for post in self._posts:
                if post.worker is not None:
                    self._ray.kill(post.worker)

    def _start(self, post: _Post) -> None:
        post.opened = False
        post.worker = self._worker.options(**post.options).remote(*self._values)
        self._busy[post.worker.open.remote()] = post

    def _give(self, post: _Post, number: int, jobs: Sequence[Any]) -> None:
        post.job = number
        self._busy[post.worker.do.remote(jobs[number])] = post

    def _heard(self) -> list[Any]:
        try:
            ready, _ = self._ray.wait(list(self._busy), timeout=_HEARING_S)
        except Exception as error:  # Ray raises whatever its parts do
            raise translated(error, self._where) from error
        return list(ready)

    def _value(self, reference: Any) -> Any:
        """What a worker gave, or ``Lost`` if it died."""
        try:
            return self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:
            raise translated(error, self._where) from error
        except self._ray.exceptions.RayError as error:
            return Lost(first_line(error))

    def _replace(self, post: _Post, lost: Lost) -> None:
        """Put a worker in the place of one that died; none where they die as they start."""
        if not post.opened:
            post.failed += 1
        if post.failed < TRIES:
            self._start(post)
            return
        self._posts.remove(post)
        if not any(each.worker for each in self._posts):
            raise StoreError(
                f"The workers of the Ray cluster ({self._where}) die as they start: {lost.reason}",
                "Each machine needs the same Citewell, and memory for the model.",
            )


def translated(error: BaseException, where: str) -> CitewellError:
    """A failure on a worker as one of ours."""
    cause = getattr(error, "cause", None) or error
    if isinstance(cause, CitewellError):
        return cause
    return StoreError(
        f"A worker of the Ray cluster ({where}) failed: {first_line(cause)}",
        "Is the same version of Citewell installed on each of its machines?",
    )


def first_line(error: BaseException) -> str:
    """The first line of what an error says, or its name."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


class _Worker:
    """A process on some machine of the cluster."""

    def __init__(self, opening: Opening, *given: Any) -> None:
        self._opening = opening
        self._given = given
        self._opened = ExitStack()
        self._do: Callable[[Any], Any] | None = None

    def open(self) -> None:
        """Open what the jobs need.

        Raises:
            InputError, StoreError: the message names the machine.
        """
        try:
            self._do = self._opened.enter_context(self._opening(*self._given))
        except CitewellError as error:
            kind = InputError if isinstance(error, InputError) else StoreError
            raise kind(f"On {socket.gethostname()}: {error.message}", error.hint) from None
        self._given = ()

    def do(self, job: Any) -> Any:
        assert self._do is not None
        return self._do(job)

    def close(self) -> None:
        self._opened.close()
