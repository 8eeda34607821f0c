"""A stand-in model server in a process of its own, and a model that asks it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from assistant.models import ServedModel

STANDIN = Path(__file__).parents[1] / "standin.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standin:
    url: str
    process: subprocess.Popen[str]
    models: list[ServedModel] = field(default_factory=list)

    def model(self, *, seconds: float = 10.0, key: str = "none") -> ServedModel:
        """A model that asks this server; closed after the test."""
        self.models.append(
            ServedModel(name="standin", digest="d", address=self.url, key=key, seconds=seconds)
        )
        return self.models[-1]

    def requests(self) -> list[dict[str, Any]]:
        """The bodies of the chat requests it has had."""
        reply = httpx2.get(f"{self.url}/requests", trust_env=False, timeout=10)
        bodies: list[dict[str, Any]] = reply.json()
        return bodies


@pytest.fixture
def standin() -> Iterator[Callable[..., Standin]]:
    """Starts a stand-in with the given arguments."""
    started: list[Standin] = []

    def start(*arguments: str) -> Standin:
        process = subprocess.Popen(
            [sys.executable, STANDIN, *arguments], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout
        started.append(Standin(url=process.stdout.readline().strip(), process=process))
        return started[-1]

    yield start
    for server in started:
        for model in server.models:
            model.close()
        server.process.kill()
        server.process.communicate()
