"""The first seconds of ``make soak``: several clients at once, and each has its own answers."""

from pathlib import Path

from tests.soak.load import loaded


def test_clients_at_once_have_no_errors_and_no_answers_of_others(tmp_path: Path) -> None:
    tally = loaded(tmp_path, clients=6, seconds=8, seed=0)
    assert tally.wrong == []
    assert sum(tally.done.values()) >= 6, "a busy machine may do no more than one thing for each"
