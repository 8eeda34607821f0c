"""An answer's few words stand alone only where the text says of them what the question asks."""

from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.answering.restatement import is_due, restated_support
from assistant.checking.calibration import Calibration
from assistant.models.protocol import Capabilities
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from index import Library
from tests.scripted import Call, ScriptedModel, choice

TEXT = "The gauge was made for the engine builder Porter by Richard and shown in London in 1862.\n"
ASKED = "Where was the Porter steam engine exhibited?"
DRAFT = "The Porter steam engine was exhibited in London in 1862."
PART = "In London in 1862."
RESTATED = "The gauge was shown in London in 1862."


@pytest.fixture(scope="module")
def prompts() -> Prompts:
    return Prompts.load(prompts_folder())


@pytest.fixture
def assistant(
    library: Library, scripted_model: ScriptedModel, prompts: Prompts, tmp_path: Path
) -> Assistant:
    path = tmp_path / "gauges.txt"
    path.write_text(TEXT, encoding="utf-8")
    list(library.add(path))
    calibration = Calibration(support=0.5, restated=0.5, answerable=0.5, calibrated=True)
    return Assistant(library, scripted_model, prompts, calibration=calibration)


def judges(model: ScriptedModel, restated: str, *, answers: float = 0.7) -> None:
    """The model finds an answer, passes every draft, and says ``restated`` of the part."""

    def chooser(call: Call):  # type: ignore[no-untyped-def]
        if "state the answer" in call.text:
            return choice("yes", answers, options=call.options)
        return "no" if f"Text:\n{RESTATED}" in call.text else "yes"

    model.chooser = chooser
    model.writer = lambda call: restated if "What does the text say of" in call.text else DRAFT


def test_a_detail_that_the_text_says_of_another_thing_is_quoted_and_not_given_alone(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    judges(scripted_model, RESTATED)
    answer = assistant.answer(ASKED)
    (claim,) = answer.claims
    assert (claim.verdict, claim.text) == ("verbatim", TEXT.strip())
    (withheld,) = answer.withheld
    assert withheld.text == DRAFT
    assert "In London in 1862" in withheld.reason
    (asked,) = [call for call in scripted_model.calls if "What does the text say" in call.text]
    assert "“in London in 1862”" in asked.text
    assert "steam" not in asked.text, "the question must not be in sight"


def test_a_detail_that_the_text_says_of_what_is_asked_stands_alone(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    judges(scripted_model, "The Porter steam engine was shown in London in 1862.")
    (claim,) = assistant.answer(ASKED).claims
    assert (claim.verdict, claim.text) == ("verified", PART)


def test_a_sure_answer_is_not_restated(assistant: Assistant, scripted_model: ScriptedModel) -> None:
    judges(scripted_model, RESTATED, answers=0.9)
    (claim,) = assistant.answer(ASKED).claims
    assert claim.text == PART
    assert not any("What does the text say of" in call.text for call in scripted_model.calls)


@pytest.mark.parametrize(
    ("part", "question", "certainty", "due"),
    [
        (PART, ASKED, 0.7, True),
        (PART, ASKED, 0.8, False),
        (DRAFT, ASKED, 0.7, False),
        (PART, "Where was the gauge for Porter shown?", 0.7, False),
    ],
)
def test_when_a_restatement_is_due(part: str, question: str, certainty: float, due: bool) -> None:
    assert is_due(part, DRAFT, question, [TEXT], certainty) is due


@pytest.mark.parametrize(
    ("written", "finished"), [("", True), (RESTATED, False), ("The text says nothing.", True)]
)
def test_nothing_restated_supports_nothing(
    scripted_model: ScriptedModel, prompts: Prompts, written: str, finished: bool
) -> None:
    scripted_model.enqueue_text(written, finished=finished)
    support, restated, _ = restated_support(scripted_model, prompts, PART, DRAFT, [TEXT])
    assert (support, restated) == (0.0, "")


def test_without_log_probabilities_the_word_decides(prompts: Prompts) -> None:
    model = ScriptedModel(capabilities=Capabilities(grammar=True, json_schema=True, logprobs=False))
    for reply, expected in (("yes", 1.0), ("no", 0.0)):
        model.enqueue_text(RESTATED)
        model.enqueue_choice(reply, None)
        support, restated, usage = restated_support(model, prompts, PART, DRAFT, [TEXT])
        assert (support, restated) == (expected, RESTATED)
        assert usage.prompt_tokens


def test_in_doubt_a_supported_draft_whose_part_does_not_stand_alone_is_quoted_and_not_refused(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    judges(scripted_model, RESTATED)
    doubtful = Calibration(support=0.5, restated=0.5, answerable=0.9, doubtful=0.5, calibrated=True)
    unsure = Assistant(assistant.library, scripted_model, assistant.prompts, calibration=doubtful)
    (claim,) = unsure.answer(ASKED).claims
    assert (claim.verdict, claim.text) == ("verbatim", TEXT.strip())
