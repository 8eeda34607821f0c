"""The real default model, fetched if need be and loaded once for the whole session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.models import DEFAULT_MODEL, ServedModel, fetch, open_model
from assistant.settings import Settings


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The user's own cache of weights: a gigabyte is not fetched for each run."""
    return Settings().models_dir


@pytest.fixture(scope="session")
def weights(models_dir: Path) -> Path:
    return fetch(DEFAULT_MODEL, models_dir)


@pytest.fixture(scope="session")
def model(
    weights: Path, models_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServedModel]:
    """The default model as the program opens it."""
    opened = open_model(
        DEFAULT_MODEL, models_dir=models_dir, log_dir=tmp_path_factory.mktemp("model-log")
    )
    yield opened
    opened.close()
