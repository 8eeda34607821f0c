from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage

from assistant.answering.assistant import Assistant
from assistant.errors import ModelError
from assistant.evaluation.chains import CitewellChain
from assistant.evaluation.golden.cases import GoldenCase
from assistant.evaluation.reports.results import CaseResult, ChainName
from assistant.models.protocol import Model
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from benchmarks.replaying import ReplayingModel
from benchmarks.rules import effects, table
from index import Library
from tests.scripted import ScriptedModel
from tests.unit.evaluation.builders import DOCUMENTS, case, result


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Switches of the chain below."""

    names: bool = True
    numbers: bool = True
    idle: bool = True
    never_on: bool = False


class Ruled:
    """Writes with a model; ``numbers`` refuses a question, ``names`` puts another right."""

    name: ChainName = "citewell"
    depth = 10

    def __init__(self, rules: Rules, model: Model) -> None:
        self._rules = rules
        self._model = model

    def ask(self, case: GoldenCase) -> CaseResult:
        text = self._model.write([HumanMessage(case.question)], max_tokens=9).text
        if self._rules.numbers and "seven" in text:
            text = ""
        if not self._rules.names:
            text = text.replace("Ben", "He")
        return result(case.id, text=text, citations=())

    def passages(self, document_id: str) -> Sequence[tuple[int, int]]:
        return []


CASES = [
    case("dog", answers=("Ben",), question="Who has a dog?"),
    case("cats", answers=(), question="Who has seven cats?"),
]


def model() -> ScriptedModel:
    return ScriptedModel(
        writer=lambda call: "Anna has seven." if "cats" in call.text else "Ben has a dog."
    )


def test_each_family_is_switched_off_in_turn_and_the_model_is_asked_once(tmp_path: Path) -> None:
    lent = model()
    with ReplayingModel(lent, tmp_path / "replies.jsonl") as replaying:
        found = effects(
            CASES, Rules(), lambda rules: Ruled(rules, replaying), DOCUMENTS, tmp_path / "runs"
        )
    assert len(lent.calls) == replaying.asked == len(CASES)
    assert replaying.replayed == len(CASES) * 3
    assert [(each.family, len(each.differ)) for each in found] == [
        ("names", 1),
        ("numbers", 1),
        ("idle", 0),
    ]
    assert found[0].differ[0].startswith("dog citewell: text")
    falls = {
        each.family: {c.metric: c.now - c.before for c in each.comparisons if c.now != c.before}
        for each in found
    }
    assert falls["names"]["correct"] == -1.0
    assert falls["numbers"] == {"refused": -1.0}
    assert falls["idle"] == {}
    head, _, names, numbers, idle = table(found).splitlines()
    column = head.split(" | ").index("refused")
    assert numbers.split(" | ")[column] == "-1.000 (p 1.00)"
    assert names.split(" | ")[column] == idle.split(" | ")[column] == "0"


def test_replies_outlive_the_process_and_belong_to_their_request(tmp_path: Path) -> None:
    kept = tmp_path / "replies.jsonl"
    lent = ScriptedModel(chooser=lambda call: "yes", writer=lambda call: f"{len(lent.calls)}")
    question = [HumanMessage("Is it?")]
    with ReplayingModel(lent, kept) as first:
        choice = first.choose(question, ["yes", "no"])
        written = first.write(question, max_tokens=5)
    with ReplayingModel(lent, kept) as again:
        assert again.choose(question, ["yes", "no"]) == choice
        assert again.write(question, max_tokens=5) == written
        assert again.asked == 0
        streamed = list(again.stream(question, max_tokens=5))
        assert list(again.stream(question, max_tokens=5)) == streamed
        assert again.asked == 1
        again.write(question, max_tokens=6)
        again.choose(question, ["no", "yes"])
        again.write([HumanMessage("Is it not?")], max_tokens=5)
        assert again.asked == 4
    with ReplayingModel(ScriptedModel("other", writer=lambda call: "x"), kept) as other:
        assert other.write(question, max_tokens=5).text == "x"


def test_a_failure_is_not_kept(tmp_path: Path) -> None:
    lent = ScriptedModel(writer=lambda call: "yes")
    lent.enqueue_error("write")
    with ReplayingModel(lent, tmp_path / "replies.jsonl") as replaying:
        with pytest.raises(ModelError):
            replaying.write([HumanMessage("Is it?")], max_tokens=5)
        assert replaying.write([HumanMessage("Is it?")], max_tokens=5).text == "yes"


def test_the_assistant_answers_the_same_from_kept_replies(library: Library, tmp_path: Path) -> None:
    (tmp_path / "pets.txt").write_text("Anna has two cats. Ben has a brown dog.", encoding="utf-8")
    list(library.add(tmp_path / "pets.txt"))
    lent = ScriptedModel(
        chooser=lambda call: "yes" if "yes" in call.options else call.options[0],
        writer=lambda call: "",
    )
    asked = case(question="Which dog has Ben?", evidence=())
    given = []
    with ReplayingModel(lent, tmp_path / "replies.jsonl") as replaying:
        for each in (lent, replaying, replaying):
            assistant = Assistant(library, each, Prompts.load(prompts_folder()), cache=False)
            given.append(CitewellChain(assistant, library, str).ask(asked))
    plain, first, again = ((g.status, g.text, g.citations, g.answerability) for g in given)
    assert plain == first == again
    assert plain[0] == "answered"
    assert replaying.replayed == replaying.asked > 0
