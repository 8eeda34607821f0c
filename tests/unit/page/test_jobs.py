"""Jobs: items as they come, errors passed on, stops heard at once."""

import threading
import time
from collections.abc import Iterator

import pytest

from assistant.page.serving.jobs import Job, Jobs
from index.errors import CancelledError, InputError


def test_items_come_in_order_those_told_from_within_included() -> None:
    def work(job: Job[int]) -> Iterator[int]:
        yield 1
        job.tell(2)
        yield 3

    assert list(Jobs().run("s", "ask", work)) == [1, 2, 3]


def test_an_error_of_the_work_is_raised_where_it_was_asked_for() -> None:
    def work(job: Job[int]) -> Iterator[int]:
        yield 1
        raise InputError("No.", "Do otherwise.")

    items = Jobs().run("s", "ask", work)
    assert next(items) == 1
    with pytest.raises(InputError, match=r"No\. Do otherwise\."):
        next(items)


class Slow:
    """Work that says nothing until it is let go, and remembers whether it was stopped."""

    def __init__(self) -> None:
        self.started = threading.Event()
        self.let_go = threading.Event()
        self.stopped = False

    def __call__(self, job: Job[int]) -> Iterator[int]:
        self.started.set()
        assert self.let_go.wait(10)
        self.stopped = job.cancelled()
        yield 1


def stop_soon(jobs: Jobs, slow: Slow, session: str, kind: str | None) -> None:
    def later() -> None:
        assert slow.started.wait(10)
        jobs.stop(session, kind)

    threading.Thread(target=later, daemon=True).start()


@pytest.mark.parametrize("kind", ["ask", None])
def test_a_stop_is_heard_while_the_work_is_busy(kind: str | None) -> None:
    jobs, slow = Jobs(), Slow()
    stop_soon(jobs, slow, "s", kind)
    began = time.monotonic()
    with pytest.raises(CancelledError):
        list(jobs.run("s", "ask", slow))
    assert time.monotonic() - began < 5
    slow.let_go.set()
    jobs.wait_idle()
    assert slow.stopped


def test_a_stop_leaves_other_sessions_and_kinds_alone() -> None:
    jobs, slow = Jobs(), Slow()
    stop_soon(jobs, slow, "s", "summary")
    stop_soon(jobs, slow, "t", None)
    threading.Timer(0.3, slow.let_go.set).start()
    assert list(jobs.run("s", "ask", slow)) == [1]


def test_a_new_job_of_a_kind_stops_the_one_before() -> None:
    jobs, slow = Jobs(), Slow()
    former = jobs.run("s", "ask", slow)

    def second() -> None:
        assert slow.started.wait(10)
        list(jobs.run("s", "ask", lambda job: iter([7])))

    threading.Thread(target=second, daemon=True).start()
    with pytest.raises(CancelledError):
        next(former)
    slow.let_go.set()


def test_a_job_runs_until_its_last_item_is_taken() -> None:
    jobs = Jobs()
    items = jobs.run("s", "ask", lambda job: iter([1]))
    assert not jobs.running("s", "ask")
    assert next(items) == 1
    assert jobs.running("s", "ask")
    assert list(items) == []
    assert not jobs.running("s", "ask")


def test_nobody_waiting_any_more_stops_the_work() -> None:
    jobs, slow = Jobs(), Slow()

    def work(job: Job[int]) -> Iterator[int]:
        yield 0
        yield from slow(job)

    items = jobs.run("s", "ask", work)
    assert next(items) == 0
    items.close()  # type: ignore[attr-defined]  # a generator, as Gradio closes it
    slow.let_go.set()
    jobs.wait_idle()
    assert slow.stopped
