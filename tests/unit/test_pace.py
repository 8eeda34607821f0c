import pytest

from assistant.pace import Pace


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time is its only item."""
    now = [100.0]
    monkeypatch.setattr("assistant.pace.time.monotonic", lambda: now[0])
    return now


def test_the_time_left_does_not_count_what_was_finished_before(clock: list[float]) -> None:
    pace = Pace()
    assert pace.left_s("Asking", 50, 60) is None
    clock[0] = 110.0
    assert pace.left_s("Asking", 52, 60) == 40.0
    assert pace.left_s("Computing figures", 0, 0) is None
    assert pace.left_s("Asking", 52, 60) is None


@pytest.mark.parametrize(("seconds", "told"), [(8, "72 s"), (20, "3 min"), (1200, "3.0 h")])
def test_the_time_left_in_words(clock: list[float], seconds: float, told: str) -> None:
    pace = Pace()
    assert pace.told("Asking", 0, 10) == "Asking"
    clock[0] += seconds
    assert pace.told("Asking", 1, 10) == f"Asking, about {told} left"
    assert pace.told("Asking", 10, 10) == "Asking"
