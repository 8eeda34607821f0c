"""Fragments after a look-up are answered by the sentence that stands where the one before stood."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.answering.follow_ups import fragment
from assistant.data import Answer, Turn
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from index import Library
from tests.scripted import ScriptedModel

STOVES = """# Stoves of the works at Hull

## Model Tern

The Tern weighs 80 kilograms. It burns wood and peat. The guarantee is four years.

## Model Gannet

The Gannet weighs 120 kilograms. It burns coal alone. The guarantee is six years.
"""
MILLS = """Two mills

The upper mill was built in 1802. Its wheel has forty paddles. The miller was called Brand.

The lower mill was built in 1760. Its wheel has thirty paddles. No miller is known by name.
"""
CREW = """# Crew

| Name | Rank | Cabin |
|---|---|---|
| Orme | cook | 12 |
| Vance | mate | 3 |
"""


@pytest.fixture
def talk(library: Library, scripted_model: ScriptedModel, tmp_path: Path) -> Callable[..., Answer]:
    """What a fragment is answered after a question with its answer."""
    assistant = Assistant(library, scripted_model, Prompts.load(prompts_folder()), cache=False)

    def asked(text: str, name: str, before: Sequence[str], question: str) -> Answer:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        list(library.add(path))
        roles = ("user", "assistant") * len(before)
        turns = [
            Turn(role=role, content=content)  # type: ignore[arg-type]
            for role, content in zip(roles, before, strict=False)
        ]
        return assistant.answer(question, history=turns)

    return asked


@pytest.mark.parametrize(
    ("text", "name", "before", "question", "said", "over"),
    [
        # another thing of the same section
        (
            STOVES,
            "stoves.md",
            ("What does the Gannet weigh?", "120 kilograms."),
            "And the guarantee?",
            "The guarantee is six years.",
            "",
        ),
        # the same thing of another section, which only its heading names
        (
            STOVES,
            "stoves.md",
            ("What is the guarantee of the Gannet?", "The guarantee is six years."),
            "What about the Tern?",
            "The guarantee is four years.",
            "Model Tern",
        ),
        # … of another paragraph
        (
            MILLS,
            "mills.txt",
            ("How many paddles has the upper mill?", "Its wheel has forty paddles."),
            "And the lower mill?",
            "Its wheel has thirty paddles.",
            "",
        ),
        # … of another row
        (
            CREW,
            "crew.md",
            ("Which cabin has Orme?", "Cabin 12."),
            "And Vance?",
            "Vance · Rank: mate; Cabin: 3",
            "",
        ),
        # … which stands in the text as it is
        (
            "name\trank\tcabin\nOrme\tcook\t12\nVance\tmate\t3\nDahl\tcook\t4\n",
            "crew.txt",
            ("Which cabin has Orme?", "Cabin 12."),
            "And Vance?",
            "Vance mate 3",
            "name\trank\tcabin",
        ),
    ],
)
def test_a_fragment_is_answered_from_its_place(
    talk: Callable[..., Answer],
    scripted_model: ScriptedModel,
    text: str,
    name: str,
    before: Sequence[str],
    question: str,
    said: str,
    over: str,
) -> None:
    answer = talk(text, name, before, question)
    (claim,) = answer.claims
    assert (claim.text, claim.verdict) == (said, "verbatim")
    quotes = " ".join(citation.quote for citation in claim.citations)
    assert said in " ".join(quotes.split())
    assert over in quotes
    assert scripted_model.calls == []
    assert answer.answerability is None


@pytest.mark.parametrize(
    "question",
    [
        "And the price?",  # nowhere
        "And the colour of the Tern?",
    ],
)
def test_what_stands_nowhere_is_not_answered_from_a_place(
    talk: Callable[..., Answer], scripted_model: ScriptedModel, question: str
) -> None:
    scripted_model.chooser = lambda call: "no"
    scripted_model.writer = lambda call: ""
    before = ("What does the Gannet weigh?", "120 kilograms.")
    assert talk(STOVES, "stoves.md", before, question).status == "not_in_documents"
    assert scripted_model.calls


def test_what_was_not_answered_before_is_no_anchor(
    talk: Callable[..., Answer], scripted_model: ScriptedModel
) -> None:
    scripted_model.chooser = lambda call: "no"
    scripted_model.writer = lambda call: ""
    before = ("Who sells the Gannet?", "Your documents don't say.")
    assert talk(STOVES, "stoves.md", before, "And the Tern?").status == "not_in_documents"


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("And the Tern?", "the Tern"),
        ("What about the first crossing?", "the first crossing"),
        ("The Tern?", "The Tern"),
        ("And why?", ""),
        ("And when does the Tern sail?", ""),
        ("And the other one?", ""),
        ("What does the Tern weigh?", ""),
    ],
)
def test_a_fragment_names_a_thing_and_asks_nothing(question: str, named: str) -> None:
    assert fragment(question) == named
