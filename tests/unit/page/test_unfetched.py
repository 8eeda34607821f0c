"""Results that nobody fetches go; those that somebody waits for stay."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.page.serving import unfetched
from assistant.page.serving.unfetched import Unfetched


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What time it is."""
    told = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(unfetched, "time", SimpleNamespace(monotonic=lambda: told.now))
    assert time.monotonic() != told.now
    return told


def queue(*sessions: str, at_work: tuple[str, ...] = ()) -> Any:
    """Each session has one finished result, or one that is being made."""
    found = SimpleNamespace(
        pending_messages_per_session={},
        pending_event_ids_session={session: {f"event of {session}"} for session in sessions},
        event_ids_to_events={f"event of {session}": object() for session in at_work},
    )
    for session in sessions:
        found.pending_messages_per_session[session] = asyncio.Queue()
        found.pending_messages_per_session[session].put_nowait("result")
    return found


def test_a_result_that_nobody_fetches_goes_after_a_while(clock: SimpleNamespace) -> None:
    found, sweeper = queue("left", "busy", at_work=("busy",)), Unfetched()
    for _ in range(3):
        sweeper.sweep(found)
        assert set(found.pending_messages_per_session) == {"left", "busy"}
        clock.now += unfetched.AGE_S / 3
    clock.now += 1
    sweeper.sweep(found)
    assert set(found.pending_messages_per_session) == {"busy"}
    assert set(found.pending_event_ids_session) == {"busy"}


def test_a_session_that_fetches_now_and_then_stays(clock: SimpleNamespace) -> None:
    found, sweeper = queue("slow"), Unfetched()
    for _ in range(5):
        sweeper.sweep(found)
        clock.now += unfetched.AGE_S - 1
        found.pending_messages_per_session["slow"].put_nowait("another")
    sweeper.sweep(found)
    assert set(found.pending_messages_per_session) == {"slow"}


def test_of_too_many_the_oldest_go(clock: SimpleNamespace) -> None:
    names = [f"call {number}" for number in range(unfetched.MOST + 10)]
    found, sweeper = queue(*names), Unfetched()
    sweeper.sweep(found)
    assert len(found.pending_messages_per_session) == len(names)
    clock.now += unfetched.YOUNG_S + 1
    sweeper.sweep(found)
    assert len(found.pending_messages_per_session) == unfetched.MOST
