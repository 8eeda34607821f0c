"""A few of the kills of ``make soak``: what was said to be done is there, whole."""

from pathlib import Path

from tests.soak import watching
from tests.soak.kills import State, killed


def test_what_was_finished_survives_each_kill(tmp_path: Path) -> None:
    state = State()
    for seed in range(6):
        assert killed(tmp_path, state, seed) == [], f"after kill {seed}"
    assert sum(state.acts.values()) > 0


def test_a_folder_is_in_step_after_kills(tmp_path: Path) -> None:
    watching.begun(tmp_path)
    for seed in range(3):
        assert watching.killed(tmp_path, seed) == [], f"after kill {seed}"
    assert watching.in_step(tmp_path) == []
