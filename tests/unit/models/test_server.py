"""The child process where it cannot run; tests/model has it running."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import ModelError
from assistant.models import open_model
from assistant.models.embedded.server import STARTS_A_MINUTE, EmbeddedServer, physical_cores
from tests.unit.models.tiny import write_tiny


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    weights = tmp_path / "broken.gguf"
    weights.write_bytes(b"GGUF and nothing more")
    embedded = EmbeddedServer(weights, name="broken", log_dir=tmp_path / "log")
    yield embedded
    embedded.close()


def test_a_model_that_cannot_be_loaded_says_why_and_where_the_log_is(
    server: EmbeddedServer,
) -> None:
    assert server.status() == "stopped"
    with pytest.raises(ModelError, match="could not be loaded") as caught:
        server.address()
    assert "Its log says" in caught.value.hint
    assert str(server.log) in caught.value.hint
    assert "could not be loaded" in server.status()
    assert server.pid is None


def test_it_is_not_started_again_and_again(server: EmbeddedServer) -> None:
    for _ in range(STARTS_A_MINUTE):
        with pytest.raises(ModelError, match="could not be loaded"):
            server.address()
    with pytest.raises(ModelError, match="within a minute"):
        server.address()
    assert server.log.with_suffix(".1.log").is_file()


def test_a_failure_in_the_background_shows_in_the_status(server: EmbeddedServer) -> None:
    server.warm()
    deadline = time.monotonic() + 30
    while "could not be loaded" not in server.status():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_log_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file, not a folder", encoding="utf-8")
    server = EmbeddedServer(tmp_path / "m.gguf", name="m", log_dir=tmp_path / "log")
    with pytest.raises(ModelError, match="cannot start"):
        server.address()


@pytest.mark.parametrize("given", [3, None])
def test_it_runs_with_the_threads_that_are_set_or_one_a_physical_core(
    tmp_path: Path, given: int | None
) -> None:
    write_tiny(tmp_path / "tiny.gguf")
    opened = open_model(
        str(tmp_path / "tiny.gguf"), models_dir=tmp_path, log_dir=tmp_path / "log", threads=given
    )
    try:
        assert opened.server
        opened.server.address()
        log = opened.server.log.read_text(encoding="utf-8", errors="replace")
        assert f"n_threads = {given or physical_cores()}" in log
    finally:
        opened.close()
