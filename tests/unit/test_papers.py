"""What the README says is where is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PLACES = sorted(
    set(re.findall(r"`([\w.*-]+/[\w./*-]*|\w+\.py)`", README))
    | set(re.findall(r"\]\(((?!http)[^)]+)\)", README))
)


@pytest.mark.parametrize("place", PLACES)
def test_a_named_place_exists(place: str) -> None:
    assert list(ROOT.glob(place))


def test_every_prompt_is_in_the_table() -> None:
    named = {path for place in PLACES if place.startswith("prompts/") for path in ROOT.glob(place)}
    assert named == set((ROOT / "prompts").glob("*.md"))


def test_every_command_is_named_in_the_help_as_it_is_written() -> None:
    import typer

    from assistant.cli import app

    commands = typer.main.get_group(app).commands
    for name in re.findall(r"citewell ([a-z][a-z-]*)", README):
        assert name in commands
