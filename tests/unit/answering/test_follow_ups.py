"""Follow-ups keep their names and gain none."""

import pytest

from assistant.answering.follow_ups import leans_on_history, standalone
from assistant.data import Turn
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from tests.scripted import ScriptedModel

HISTORY = (
    Turn(role="user", content="Who visited Russia?"),
    Turn(role="assistant", content="Kim Jong-un visited Russia."),
)


@pytest.fixture(scope="module")
def prompts() -> Prompts:
    return Prompts.load(prompts_folder())


@pytest.mark.parametrize(
    "question",
    [
        "Why?",
        "When was it?",
        "And then?",
        "What about sanctions?",
        "What about the United States?",
        "Why Moscow?",
        "Who met him there?",
    ],
)
def test_fragments_and_pronouns_lean_on_the_conversation(question: str) -> None:
    assert leans_on_history(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who leads the State Department in Washington?",
        "How many soldiers were sent to Ukraine?",
        "Who wrote Hamlet?",
    ],
)
def test_a_clear_question_does_not(question: str) -> None:
    assert not leans_on_history(question)


def test_the_first_question_costs_no_call(scripted_model: ScriptedModel, prompts: Prompts) -> None:
    assert standalone(scripted_model, prompts, "Why did he go?", ())[0] == "Why did he go?"
    assert scripted_model.calls == []


def test_a_faithful_rewriting_is_used(scripted_model: ScriptedModel, prompts: Prompts) -> None:
    scripted_model.enqueue_text('"When did Kim Jong-un visit Russia?"')
    question, _ = standalone(scripted_model, prompts, "When was it?", HISTORY)
    assert question == "When did Kim Jong-un visit Russia?"


@pytest.mark.parametrize(
    "rewriting",
    [
        "",
        "When was it decided by Vladimir Putin?",
        "When was it decided " + "in Russia " * 200 + "?",
        "When did Kim Jong-un leave Russia?",
        "When it was decided in Russia.",
        "Who visited Russia and decided?",
    ],
)
def test_a_rewriting_that_invents_or_rambles_is_not(
    scripted_model: ScriptedModel, prompts: Prompts, rewriting: str
) -> None:
    scripted_model.enqueue_text(rewriting)
    question, _ = standalone(scripted_model, prompts, "When was it decided?", HISTORY)
    assert question == "When was it decided, asked after “Who visited Russia?”?"


@pytest.mark.parametrize(
    ("question", "rewriting", "expected"),
    [
        (
            "And what did he get in return?",
            "What did Russia give Kim Jong-un?",  # turned round
            "And what did he get in return, asked after “Who visited Russia?”?",
        ),
        (
            "Who didn't see it?",
            "Who did see Russia?",
            "Who didn't see it, asked after “Who visited Russia?”?",
        ),
        ("When?", "Who visited Russia?", "When, asked after “Who visited Russia?”?"),
        (
            "Why was that done?",
            "Why was that done?",
            "Why was that done, asked after “Who visited Russia?”?",
        ),
        (
            "Who wrote it?",
            "Who wrote the answer?",
            "Who wrote it, asked after “Who visited Russia?”?",
        ),
        (
            "What did that leader call it?",
            "What did Kim Jong-un call it?",
            "What did Kim Jong-un call it, asked after “Who visited Russia?”?",
        ),
        (
            "Where in that country did he stay?",
            "Where in Russia did Kim Jong-un stay?",
            "Where in Russia did Kim Jong-un stay?",
        ),
    ],
)
def test_a_rewriting_that_asks_something_else_or_leaves_a_pronoun_says_what_was_asked_before(
    scripted_model: ScriptedModel, prompts: Prompts, question: str, rewriting: str, expected: str
) -> None:
    scripted_model.enqueue_text(rewriting)
    assert standalone(scripted_model, prompts, question, HISTORY)[0] == expected


def test_a_long_question_before_does_not_push_out_the_new_one(
    scripted_model: ScriptedModel, prompts: Prompts
) -> None:
    scripted_model.enqueue_text("")
    history = [Turn(role="user", content="Who visited " + "and who " * 200 + "?")]
    question, _ = standalone(scripted_model, prompts, "When was it?", history)
    assert question.startswith("When was it, asked after “Who visited and who")


def test_a_rewriting_that_names_a_thing_stands_alone(
    scripted_model: ScriptedModel, prompts: Prompts
) -> None:
    """Nothing in it points back, though it has no name."""
    history = [Turn(role="user", content="Where is the tannery?")]
    scripted_model.enqueue_text("When does the tannery open?")
    question, _ = standalone(scripted_model, prompts, "When does it open?", history)
    assert question == "When does the tannery open?"


def test_a_rewriting_that_loses_a_name_is_not_used(
    scripted_model: ScriptedModel, prompts: Prompts
) -> None:
    scripted_model.enqueue_text("What did Kim Jong-un do in Russia?")
    question, _ = standalone(scripted_model, prompts, "What did he do in Vladivostok?", HISTORY)
    assert "Vladivostok" in question
