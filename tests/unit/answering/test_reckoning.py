"""A figure that no sentence states, computed from cited ones; or nothing where one is missing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.checking.calibration import Calibration
from assistant.checking.reckoned import holds
from assistant.data import Answer, ClaimChecked, EvidenceFound
from assistant.json_forms import answer_from_json, answer_json
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from index import Library
from tests.scripted import Call, ScriptedModel

TOWERS = (
    "The new tower at Ostrow is 51 m high. Many storks breed there.\n\n"
    "The old mill at Ostrow is 40 m high. Its sails were renewed in 1987.\n"
)
QUESTION = "How much higher is the new tower at Ostrow than the old mill?"
PLAN = "difference: How high is the new tower? How high is the old mill?"
SAID = {
    "How high is the new tower?": "The new tower is 51 m high.",
    "How high is the old mill?": "The old mill is 40 m high.",
}

Ask = Callable[..., Answer]


@pytest.fixture
def ask(
    library: Library,
    scripted_model: ScriptedModel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Ask:
    """Asks of a text; the model plans ``plan``, and answers a question as ``said`` has it."""
    monkeypatch.setattr("assistant.answering.understanding.may_be_reckoned", lambda *_: True)
    monkeypatch.setattr("assistant.answering.understanding.kind_of", lambda *_: "lookup")

    def asked(
        text: str = TOWERS,
        plan: str = PLAN,
        said: dict[str, str] = SAID,
        chooser: Callable[[Call], str] = lambda call: "yes",
    ) -> Answer:
        path = tmp_path / "towers.txt"
        path.write_text(text, encoding="utf-8")
        list(library.add(path))

        def write(call: Call) -> str:
            if "calculation" in call.text:
                return plan
            return next((reply for q, reply in said.items() if f"Question: {q}" in call.text), "")

        scripted_model.chooser = chooser
        scripted_model.writer = write
        calibration = Calibration(support=0.5, answerable=0.5, several=0.0, calibrated=True)
        prompts = Prompts.load(prompts_folder())
        events = list(
            Assistant(library, scripted_model, prompts, calibration=calibration).ask(QUESTION)
        )
        told = [each.claim for each in events if isinstance(each, ClaimChecked)]
        answer: Answer = events[-1].answer  # type: ignore[union-attr]
        assert set(answer.claims) <= set(told)
        assert any(isinstance(each, EvidenceFound) for each in events)
        return answer

    return asked


def test_the_figures_are_stated_and_then_what_they_come_to(ask: Ask, library: Library) -> None:
    answer = ask()
    assert [(claim.text, claim.verdict) for claim in answer.claims] == [
        ("The new tower is 51 m high.", "verified"),
        ("The old mill is 40 m high.", "verified"),
        ("51 m − 40 m = 11 m", "computed"),
    ]
    computed = answer.claims[-1]
    assert holds(computed)
    for citation in computed.citations:
        text = library.document(citation.span.document_id).text
        assert text[citation.span.start : citation.span.end] == citation.quote
    assert "Many storks" not in " ".join(c.quote for c in computed.citations)
    passages = {each.passage.id for each in answer.evidence}
    assert len(passages) == len(answer.evidence)
    assert answer_from_json(answer_json(answer)).claims == answer.claims


def test_a_sentence_with_several_figures_is_asked_for_the_one(ask: Ask) -> None:
    text = "The new tower is 51 m high and stands 300 m away; the old mill is 40 m high.\n"
    said = {
        "How high is the new tower?": "The new tower is 51 m high and stands 300 m away.",
        "How high is the old mill?": "The old mill is 40 m high.",
    }

    def choose(call: Call) -> str:
        return "51 m" if "Which figure" in call.text else "yes"

    assert ask(text, said=said, chooser=choose).claims[-1].text == "51 m − 40 m = 11 m"


@pytest.mark.parametrize(
    "plan",
    [
        "none",
        "difference: How high is the new tower?",
        "product: How high is the new tower? How high is the old mill?",
        "difference: How high is the new tower? How high is the mill at Zavidov?",
        "difference: How high is the new tower? How high was the old mill in 1912?",
        f"difference: How high is the new tower? {QUESTION}",
        "difference: new tower, old mill",
    ],
)
def test_a_plan_that_is_none_leaves_the_question_as_it_is(ask: Ask, plan: str) -> None:
    verdicts = [claim.verdict for claim in ask(plan=plan).claims]
    assert verdicts == ["verbatim"]


@pytest.mark.parametrize(
    "said",
    [
        {"How high is the new tower?": "The new tower is 51 m high."},
        {**SAID, "How high is the old mill?": "The old mill is 44 m high."},
        {**SAID, "How high is the old mill?": "The new tower is 51 m high."},
    ],
)
def test_without_each_figure_in_a_checked_sentence_nothing_is_computed(
    ask: Ask, said: dict[str, str]
) -> None:
    assert "computed" not in [claim.verdict for claim in ask(said=said).claims]


def test_figures_of_two_units_are_not_put_together(ask: Ask) -> None:
    text = TOWERS.replace("40 m high", "40 tonnes heavy")
    said = {**SAID, "How high is the old mill?": "The old mill is 40 tonnes heavy."}
    assert "computed" not in [claim.verdict for claim in ask(text, said=said).claims]


def test_one_figure_told_in_two_sentences_is_not_two(ask: Ask) -> None:
    """Of what one thing costs the model may plan a sum of parts, and find one price twice."""
    answer = ask(
        text="The club propped the wall at a cost of 18,400 pounds.\n",
        plan="sum: How much will the wall cost? How much will propping cost?",
        said={
            "How much will the wall cost?": "The wall cost 18,400 pounds.",
            "How much will propping cost?": "The club propped it at a cost of 18,400 pounds.",
        },
    )
    assert "computed" not in {claim.verdict for claim in answer.claims}
    assert "36,800" not in answer.text
