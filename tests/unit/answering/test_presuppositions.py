"""What a question takes for granted is said by the model, and borne out or told to the reader."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.checking.calibration import Calibration
from assistant.data import Answer
from assistant.exporting.conversations import _answered
from assistant.json_forms import answer_json
from assistant.models.protocol import Choice
from assistant.page.html.conversation import _premise
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from index import Library
from tests.scripted import USAGE, Call, ScriptedModel

TEXT = (
    "The lighthouse at Skerry was lit in 1888. Its keeper asked for leave in the spring. "
    "The board was content with him, and raised his pay.\n"
)
STATEMENT = "The board dismissed the keeper."


def choosing(borne_out: float) -> Callable[[Call], Choice | str]:
    """Yes to every question but whether a text supports a claim."""

    def chosen(call: Call) -> Choice | str:
        if "Claim:" in call.text:
            return Choice(
                option="yes" if borne_out > 0.5 else "no",
                probabilities={"yes": borne_out, "no": 1 - borne_out},
                usage=USAGE,
            )
        return "yes"

    return chosen


@pytest.fixture
def asked(library: Library, scripted_model: ScriptedModel, tmp_path: Path) -> Callable[..., Answer]:
    path = tmp_path / "lighthouse.txt"
    path.write_text(TEXT, encoding="utf-8")
    list(library.add(path))
    prompts = Prompts.load(prompts_folder())

    def ask(question: str, *, borne_out: float, least: float = 0.4, **options: str) -> Answer:
        scripted_model.chooser = choosing(borne_out)
        scripted_model.writer = lambda call: STATEMENT if "take" in call.text else ""
        thresholds = Calibration(premise=least, several=-1.0, answerable=0.0)
        assistant = Assistant(library, scripted_model, prompts, calibration=thresholds, cache=False)
        return assistant.answer(question, **options)

    return ask


@pytest.mark.parametrize("detail", ["short", "detailed"])
def test_what_is_not_borne_out_is_refused_and_said(
    asked: Callable[..., Answer], detail: str
) -> None:
    answer = asked("Why did the board dismiss the keeper?", borne_out=0.1, detail=detail)
    assert answer.status == "not_in_documents"
    assert answer.refusal is not None
    assert answer.refusal.kind == "premise"
    assert STATEMENT in answer.refusal.text
    assert STATEMENT in _premise(answer_json(answer))
    assert any(STATEMENT in said for said, _ in _answered(answer))


@pytest.mark.parametrize(
    ("question", "borne_out", "least"),
    [
        ("Why did the board raise the keeper's pay?", 0.9, 0.4),
        ("Why did the board raise the keeper's pay?", 0.1, 0.0),  # not measured of this model
    ],
)
def test_what_is_borne_out_is_answered(
    asked: Callable[..., Answer], question: str, borne_out: float, least: float
) -> None:
    answer = asked(question, borne_out=borne_out, least=least, detail="short")
    assert answer.refusal is None or answer.refusal.kind != "premise"


@pytest.mark.parametrize(
    "question", ["Who dismissed the keeper?", "When do I pay?", "How can I visit the lighthouse?"]
)
def test_other_questions_cost_no_call(
    asked: Callable[..., Answer], scripted_model: ScriptedModel, question: str
) -> None:
    asked(question, borne_out=0.9, detail="short")
    assert not any("takes for granted" in call.text for call in scripted_model.calls)
