"""A look-up that may want more than the one fact goes on with what the model copies for it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.answering import understanding
from assistant.answering.assistant import Assistant
from assistant.checking.calibration import Calibration
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from index import Library
from tests.scripted import Call, ScriptedModel

TEXT = """The roof of the mill fell in during the storm of 1907.

After it the miller sold his horses to pay for a new roof. The village built a road around the ruin.
Bread was brought from Osk for two years. A kiln on the hill was built by others in 1950.
"""
QUESTION = "What followed when the roof of the mill fell in?"
FIRST = "After it the miller sold his horses to pay for a new roof."
FURTHER = [
    "The village built a road around the ruin.",
    "Bread was brought from Osk for two years.",
]


@pytest.fixture
def asked(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., list[tuple[str, str]]]:
    """Asks the question; gives each claim's text and verdict."""

    def ask(copied: list[str], *, unsure: bool = True, sure: float = 0.9) -> list[tuple[str, str]]:
        monkeypatch.setattr(understanding, "kind_of", lambda *_: "lookup")
        monkeypatch.setattr(understanding, "may_want_more", lambda *_: unsure)
        path = tmp_path / "mill.txt"
        path.write_text(TEXT, encoding="utf-8")
        list(library.add(path))

        def chooser(call: Call) -> str:
            return "yes" if "state the answer" not in call.text or FIRST in call.text else "no"

        def writer(call: Call) -> str:
            return "\n".join(copied) if "Copy from the text" in call.text else FIRST

        model = ScriptedModel(chooser=chooser, writer=writer)
        prompts = Prompts.load(prompts_folder())
        calibration = Calibration(support=0.5, answerable=sure, doubtful=0.1, calibrated=True)
        answer = Assistant(library, model, prompts, calibration=calibration).answer(QUESTION)
        for claim in answer.claims:
            for citation in claim.citations:
                assert TEXT[citation.span.start : citation.span.end] == citation.quote
        return [(claim.text, claim.verdict) for claim in answer.claims]

    return ask


def test_what_the_model_copies_follows_as_quotations_in_the_order_of_the_text(
    asked: Callable[..., list[tuple[str, str]]],
) -> None:
    first, *further = asked([*reversed(FURTHER), FIRST], sure=0.5)
    assert FIRST in first[0]
    assert further == [(text, "verbatim") for text in FURTHER]


def test_where_it_copies_only_the_answer_nothing_follows(
    asked: Callable[..., list[tuple[str, str]]],
) -> None:
    assert len(asked([FIRST], sure=0.5)) == 1


def test_a_sure_look_up_keeps_to_one_fact(asked: Callable[..., list[tuple[str, str]]]) -> None:
    assert len(asked(FURTHER, unsure=False, sure=0.5)) == 1


def test_an_answer_in_doubt_does_not_go_on(asked: Callable[..., list[tuple[str, str]]]) -> None:
    assert len(asked(FURTHER, sure=0.99)) == 1
