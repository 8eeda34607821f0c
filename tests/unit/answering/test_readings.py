"""Documents that disagree are shown so; a question that names nothing is given back."""

from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.answering.readings import names_nothing
from assistant.checking.calibration import Calibration
from assistant.data import Turn
from assistant.json_forms import answer_json
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from index import Library
from tests.scripted import ScriptedModel

CALIBRATION = Calibration(support=0.5, answerable=0.5, calibrated=True)
FIRST = "The storm in Halden destroyed 40 houses on Friday."
SECOND = "The storm in Halden destroyed 60 houses on Friday."
MAYOR = "He resigned in May after the audit of the harbour fund."
COACH = "He resigned in October when the team had lost nine matches."


@pytest.fixture
def assistant(library: Library, scripted_model: ScriptedModel) -> Assistant:
    prompts = Prompts.load(prompts_folder())
    scripted_model.chooser = lambda call: "yes"
    return Assistant(library, scripted_model, prompts, calibration=CALIBRATION)


def filled(library: Library, folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        path = folder / f"{name}.txt"
        path.write_text(text, encoding="utf-8")
        assert [result.status for result in library.add(path)] == ["added"]


def test_another_figure_in_another_document_is_shown_beside(
    assistant: Assistant, scripted_model: ScriptedModel, tmp_path: Path
) -> None:
    filled(assistant.library, tmp_path, {"first": FIRST, "second": SECOND})
    scripted_model.writer = lambda call: "Some houses."
    answer = assistant.answer("How many houses did the storm in Halden destroy?")
    assert answer.status == "answered"
    (conflict,) = answer.conflicts
    assert {claim.text for claim in conflict.claims} == {FIRST, SECOND}
    assert {claim.verdict for claim in conflict.claims} == {"verbatim"}
    assert "first.txt" in conflict.note
    assert "second.txt" in conflict.note
    for claim in conflict.claims:
        for citation in claim.citations:
            span = citation.span
            text = assistant.library.text(span.document_id)
            assert text[span.start : span.end] == citation.quote
    assert len(answer_json(answer)["conflicts"]) == 1


def test_the_same_figure_is_no_conflict(
    assistant: Assistant, scripted_model: ScriptedModel, tmp_path: Path
) -> None:
    filled(assistant.library, tmp_path, {"first": FIRST, "second": FIRST + " It rained."})
    scripted_model.writer = lambda call: "Some houses."
    assert not assistant.answer("How many houses did the storm in Halden destroy?").conflicts


def test_what_the_model_does_not_find_to_answer_is_no_conflict(
    assistant: Assistant, scripted_model: ScriptedModel, tmp_path: Path
) -> None:
    filled(assistant.library, tmp_path, {"first": FIRST, "second": SECOND})
    scripted_model.writer = lambda call: "Some houses."
    answered: list[str] = []

    def only_once(call):  # type: ignore[no-untyped-def]
        answered.append(call.text)
        return "yes" if len(answered) == 1 or "Claim:" in call.text else "no"

    scripted_model.chooser = only_once
    answer = assistant.answer("How many houses did the storm in Halden destroy?")
    assert (answer.status, answer.conflicts) == ("answered", ())


def test_a_question_that_names_nothing_is_given_back_with_its_readings(
    assistant: Assistant, tmp_path: Path
) -> None:
    filled(assistant.library, tmp_path, {"mayor": MAYOR, "coach": COACH})
    answer = assistant.answer("When did he resign?")
    assert answer.status == "needs_clarification"
    assert answer.claims == ()
    assert answer.clarification
    assert answer.clarification.startswith("Do you mean “")
    assert "mayor" in answer.clarification
    assert "coach" in answer.clarification


def test_a_conversation_says_who_is_meant(
    assistant: Assistant, scripted_model: ScriptedModel, tmp_path: Path
) -> None:
    filled(assistant.library, tmp_path, {"mayor": MAYOR, "coach": COACH})
    scripted_model.writer = lambda call: "When did he resign?"
    history = [Turn(role="user", content="Who audits the harbour fund?")]
    assert assistant.answer("When did he resign?", history=history).status == "answered"


@pytest.mark.parametrize(
    ("question", "nothing"),
    [
        ("When did he resign?", True),
        ("What is it?", True),
        ("When did Ann resign, and why did she?", False),
        ("When was the harbour opened?", False),
        ("How many of them came in 1974?", False),
    ],
)
def test_what_names_nothing(question: str, nothing: bool) -> None:
    assert names_nothing(question) is nothing
