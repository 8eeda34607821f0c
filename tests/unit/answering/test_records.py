"""Lists and counts over sections that are made alike are complete, or they are not given."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.answering.records import listed
from assistant.answering.retrieving import nearest
from assistant.answering.trace import no_trace
from assistant.answering.values import Asked, Kind, Published, Retrieved, Run, Understood
from assistant.checking.calibration import Calibration
from assistant.checking.reckoned import holds
from assistant.data import Claim
from assistant.json_forms import claim_from_json, claim_json
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from index import Library
from index.errors import never
from tests.scripted import ScriptedModel

BOATS = [
    ("Auk", "trawler", "laid up"),
    ("Brill", "ketch", "at sea"),
    ("Coot", "trawler", "at sea"),
    ("Dunlin", "ketch", "laid up"),
    ("Eider", "barge", "sold"),
    ("Fulmar", "trawler", "sold"),
]


def register(*more: str) -> str:
    sections = [
        f"## {name}\n\nThe {name} is a {kind} of the harbour company. State: {state}. "
        "Her papers lie in the harbour office."
        for name, kind, state in BOATS
    ]
    return "\n\n".join(["# Boats of the harbour company", *sections, *more]) + "\n"


@pytest.fixture
def asked(
    library: Library, scripted_model: ScriptedModel, tmp_path: Path
) -> Callable[..., Published | None]:
    """What is listed for a question about a text."""
    run = Run(
        library=library,
        model=scripted_model,
        prompts=Prompts.load(prompts_folder()),
        calibration=Calibration(),
        cancelled=never,
        trace=no_trace,
    )

    def ask(question: str, text: str = "", kind: Kind = "list") -> Published | None:
        path = tmp_path / "boats.md"
        path.write_text(text or register(), encoding="utf-8")
        list(library.add(path))
        part = Understood(
            asked=Asked(run=run, question=question, history=(), documents=None),
            question=question,
            earlier="",
            kind=kind,
        )
        return listed(Retrieved(part=part, evidence=nearest(library, [question], None, k=10)))

    return ask


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("List all boats.", ["Auk", "Brill", "Coot", "Dunlin", "Eider", "Fulmar"]),
        ("Which boats are sold?", ["Eider", "Fulmar"]),
        ("Name all trawlers.", ["Auk", "Coot", "Fulmar"]),
        ("Which trawlers are laid up?", ["Auk"]),
    ],
)
def test_every_member_is_named_with_the_sentences_that_say_so(
    asked: Callable[..., Published | None], question: str, names: list[str]
) -> None:
    published = asked(question)
    assert published is not None
    assert [claim.text for claim in published.claims] == names
    assert published.passages == published.of > 0
    for claim in published.claims:
        assert claim.text in claim.citations[0].quote
        quotes = " ".join(citation.quote for citation in claim.citations)
        assert all(word in quotes for word in ("sold",) if "sold" in question)


def test_a_count_is_computed_from_what_it_cites(asked: Callable[..., Published | None]) -> None:
    published = asked("How many trawlers are there?", kind="lookup")
    assert published is not None
    (claim,) = published.claims
    assert claim.text == "3: Auk; Coot; Fulmar"
    assert holds(claim)
    again = claim_from_json(claim_json(claim))
    assert holds(again)
    assert claim.expression is not None
    fewer = Claim(
        text="3: Auk; Coot; Coot",
        citations=claim.citations,
        verdict="computed",
        support=1.0,
        expression=claim.expression,
    )
    assert not holds(fewer)


@pytest.mark.parametrize(
    "question",
    [
        "Which boats are not sold?",
        "List all boats but the trawlers.",
        "Which boats are older than the Auk?",
        "Which boats are painted?",  # nothing says so of any
        "How many papers lie in the office?",  # boats are no papers
        "How many captains has the harbour company?",
    ],
)
def test_what_the_words_do_not_decide_is_not_listed(
    asked: Callable[..., Published | None], question: str
) -> None:
    assert asked(question) is None


def test_what_is_said_otherwise_of_one_is_not_listed(
    asked: Callable[..., Published | None],
) -> None:
    odd = (
        "## Gannet\n\nThe Gannet is a ketch of the harbour company. Unless the bank agrees by "
        "winter, this vessel will have to be sold. Her papers lie in the harbour office."
    )
    assert asked("Which boats are sold?", register(odd)) is None


def test_a_few_sections_are_no_records(asked: Callable[..., Published | None]) -> None:
    text = "\n\n".join(register().split("\n\n")[:8])
    assert asked("List all boats.", text) is None


def test_a_word_for_what_the_names_are_need_not_stand_there(
    asked: Callable[..., Published | None],
) -> None:
    published = asked("Which vessels are laid up?", kind="lookup")
    assert published is not None
    assert [claim.text for claim in published.claims] == ["Auk", "Dunlin"]
    assert asked("Which vessel is a barge?", kind="lookup") is None


def test_a_question_for_one_thing_is_no_list(asked: Callable[..., Published | None]) -> None:
    assert asked("What is the state of the Eider?", kind="lookup") is None
