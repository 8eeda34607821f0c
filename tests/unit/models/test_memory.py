"""A model's child whose memory runs out: llama.cpp itself, with a model of a few kilobytes."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.messages import BaseMessage, HumanMessage

from assistant.errors import ModelError
from assistant.models import ServedModel, open_model
from tests.unit.models.tiny import write_tiny

SHORT: list[BaseMessage] = [HumanMessage("Who was it?")]
LONG: list[BaseMessage] = [HumanMessage("It was the fox that met the dog. " * 60)]


@pytest.fixture
def model(tmp_path: Path) -> Iterator[ServedModel]:
    write_tiny(tmp_path / "tiny.gguf")
    opened = open_model(
        str(tmp_path / "tiny.gguf"), models_dir=tmp_path, log_dir=tmp_path / "log", slots=2
    )
    yield opened
    opened.close()


def pid(model: ServedModel) -> int:
    assert model.server
    model.server.address()
    assert model.server.pid
    return model.server.pid


def starve(process: int) -> None:
    """Let a process have no more memory than it has."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    (size,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmSize"))
    _, hard = resource.prlimit(process, resource.RLIMIT_AS)
    resource.prlimit(process, resource.RLIMIT_AS, (int(size) * 1024, hard))


def test_another_child_answers_instead(model: ServedModel) -> None:
    assert model.write(SHORT, max_tokens=4).text
    starved = pid(model)
    starve(starved)
    assert model.write(LONG, max_tokens=20).text
    assert pid(model) != starved
    assert model.choose(SHORT, ["yes", "no"]).option in ("yes", "no")


def test_where_that_one_lacks_memory_too_it_is_told_and_the_next_question_is_answered(
    model: ServedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = model.server
    assert server
    address = server.address

    def starving() -> str:
        found = address()
        if server.pid:
            starve(server.pid)
        return found

    with monkeypatch.context() as scarce:
        scarce.setattr(server, "address", starving)
        with pytest.raises(ModelError, match=r"The model (broke off|cannot be reached)") as caught:
            model.write(LONG, max_tokens=20)
    assert "CITEWELL_SLOTS=1" in caught.value.hint
    assert model.write(LONG, max_tokens=20).text
