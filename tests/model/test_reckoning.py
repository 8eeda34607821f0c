"""What is computed from cited figures, planned and read by the real models."""

from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.checking.calibration import load
from assistant.data import Answer
from assistant.models import ServedModel
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.runtime import open_library
from assistant.settings import Settings

CANALS = (
    "The Orla canal, opened in 1874, is 48 km long. It has nine locks.\n\n"
    "The Brenn canal, opened in 1891, is 31 km long. Barges pass it in a day.\n"
)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How much longer is the Orla canal than the Brenn canal?", "48 km − 31 km = 17 km"),
        ("How much deeper is the Orla canal than the Brenn canal?", None),
        ("How long is the Brenn canal?", None),
    ],
)
def test_what_figures_come_to_is_computed_and_nothing_else(
    model: ServedModel, tmp_path: Path, question: str, said: str | None
) -> None:
    path = tmp_path / "canals.txt"
    path.write_text(CANALS, encoding="utf-8")
    with open_library(Settings(library=tmp_path / "library"), "tests") as library:
        list(library.add(path))
        prompts = Prompts.load(prompts_folder())
        assistant = Assistant(library, model, prompts, calibration=load(model.name))
        answer: Answer = assistant.answer(question)
    computed = [claim.text for claim in answer.claims if claim.verdict == "computed"]
    assert computed == ([said] if said else [])
