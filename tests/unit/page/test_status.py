"""The model's line says where questions go."""

import pytest

from assistant.page.html import status
from tests.unit.page.reading import read
from tests.unit.page.samples import NASTY


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("ready", "ready"),
        ("loading", "loading"),
        ("stopped", "stopped"),
        ("at http://127.0.0.1:8080/v1", "ready"),
        ("The model process died.", "failed"),
    ],
)
def test_every_state_of_a_model_has_its_kind(state: str, kind: str) -> None:
    assert read(status.line("m", state)).all("p")[0].attributes["data-state"] == kind


@pytest.mark.parametrize("server", [None, "http://127.0.0.1:8080/v1", "http://localhost:1/v1"])
def test_what_stays_on_this_machine_is_said_to(server: str | None) -> None:
    assert status.where(server) == "Runs on this machine; nothing leaves it"


def test_another_machine_is_named() -> None:
    assert "go to gpu.example.org" in status.line("m", "at https://gpu.example.org/v1")
    assert "nothing leaves" not in status.line("m", "at https://gpu.example.org/v1")


def test_a_hostile_name_or_failure_stays_text() -> None:
    assert read(status.line(NASTY, NASTY)).tags() == {"p", "span"}
