"""Trials of threads with a small real model."""

from pathlib import Path

import pytest

from assistant.models import ServedModel, fetch, open_model
from assistant.models.embedded.threads import Cores, ThreadFile
from assistant.models.embedded.tuning import Tuning
from assistant.models.weights.catalogue import CATALOGUE

NAME = "smollm2-135m"


@pytest.fixture(scope="module")
def small(models_dir: Path) -> Path:
    return fetch(NAME, models_dir)


def test_the_choice_is_one_of_those_tried_and_the_model_starts_with_it(
    small: Path, tmp_path: Path
) -> None:
    cores = Cores(physical=2, logical=2)  # on whatever machine this runs
    digest = CATALOGUE[NAME].digest
    tuning = Tuning(small, digest=digest, folder=tmp_path, log_dir=tmp_path / "log", cores=cores)
    choice = tuning.measure()
    assert choice is not None
    assert {trial.threads for trial in choice.trials} == {1, 2}
    assert all(trial.reading > trial.writing > 0 for trial in choice.trials)
    assert ThreadFile(tmp_path, digest, cores).read() == choice
    assert tuning.threads() == choice.threads


def test_a_set_number_of_threads_is_what_the_process_gets(small: Path, tmp_path: Path) -> None:
    opened: ServedModel = open_model(
        str(small), models_dir=tmp_path, log_dir=tmp_path / "log", threads=1
    )
    try:
        assert opened.server
        opened.server.address()
        assert "n_threads = 1" in opened.server.log.read_text(encoding="utf-8", errors="replace")
    finally:
        opened.close()
