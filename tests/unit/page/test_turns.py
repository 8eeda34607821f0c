"""Who may ask the model next."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from assistant.page.serving.turns import Turns
from index.errors import CancelledError, InputError


def waiting(turns: Turns, user: str, told: Callable[[str], None]) -> threading.Thread:
    """A thread of a user that tells the user's name when its turn has come, and ends at once."""

    def ask() -> None:
        with turns.turn(user):
            told(user)

    thread = threading.Thread(target=ask)
    thread.start()
    deadline = time.monotonic() + 10
    while user not in turns._lines and thread.is_alive():
        assert time.monotonic() < deadline
    return thread


def test_users_are_served_in_turn_and_not_as_they_came() -> None:
    turns = Turns(lambda: 1, most=10)
    served: list[str] = []
    with turns.turn("first"):
        flood = [waiting(turns, "flood", served.append)]
        for count in (2, 3, 4):
            flood.append(waiting(turns, "flood", served.append))
            while len(turns._lines["flood"]) < count:
                time.sleep(0.01)
        others = [waiting(turns, user, served.append) for user in ("anna", "berta")]
        assert turns.busy
    for thread in flood + others:
        thread.join(10)
    assert served == ["flood", "anna", "berta", "flood", "flood", "flood"]
    assert not turns.busy


def test_as_many_at_once_as_there_are_slots_and_a_newcomer_before_a_second_question() -> None:
    turns = Turns(lambda: 2, most=10)
    served: list[str] = []
    with ExitStack() as running, turns.turn("anna"):
        running.enter_context(turns.turn("berta"))
        again = waiting(turns, "anna", served.append)
        new = waiting(turns, "clara", served.append)
        running.close()
        again.join(10)
        new.join(10)
    assert served == ["clara", "anna"]


def test_one_user_may_not_have_too_much_waiting() -> None:
    turns = Turns(lambda: 1, most=1)
    served: list[str] = []
    with turns.turn("anna"):
        first = waiting(turns, "anna", served.append)
        with pytest.raises(InputError, match="1 of your questions wait"), turns.turn("anna"):
            pass
        other = waiting(turns, "berta", served.append)
    first.join(10)
    other.join(10)
    assert sorted(served) == ["anna", "berta"]


def test_who_stops_while_waiting_leaves_the_line() -> None:
    turns = Turns(lambda: 1, most=1)
    with turns.turn("anna"):
        for _ in range(2):
            with pytest.raises(CancelledError), turns.turn("berta", lambda: True):
                pass
    with turns.turn("berta"):
        assert turns.busy
    assert not turns.busy
