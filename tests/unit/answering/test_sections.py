"""Questions about one section by its number."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.answering.sections import section, section_asked
from assistant.checking.calibration import Calibration
from assistant.data import Answer
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from index import Library
from tests.scripted import ScriptedModel

TEXT = """LEASE OF THE BOATHOUSE

1. Parties
The club lets the boathouse to the school.

2. [Left blank]

3. Use
3.1 The school stores twelve boats there. Engines are not allowed.
3.2 The key hangs in the office.

12. Rent
The rent is 900 crowns a year.

Annex A (Boats)
Annex B (Keys)
The spare key lies in the safe of the club.
"""


@pytest.fixture
def ask(library: Library, tmp_path: Path) -> Callable[..., Answer]:
    path = tmp_path / "lease.txt"
    path.write_text(TEXT, encoding="utf-8")
    list(library.add(path))
    model = ScriptedModel(chooser=lambda call: "no", writer=lambda call: "")
    calibration = Calibration(support=0.5, answerable=0.5, calibrated=True)
    assistant = Assistant(library, model, Prompts.load(prompts_folder()), calibration=calibration)

    def answer(question: str, detail: str = "detailed") -> Answer:
        found = assistant.answer(question, detail=detail)
        for claim in found.claims:
            for citation in claim.citations:
                assert TEXT[citation.span.start : citation.span.end] == citation.quote
        return found

    return answer


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (
            "What does section 3 say?",
            [
                "3.1 The school stores twelve boats there.",
                "Engines are not allowed.",
                "3.2 The key hangs in the office.",
            ],
        ),
        ("What is clause 3.2 about?", ["3.2 The key hangs in the office."]),
        ("Sum up Annex B for me", ["The spare key lies in the safe of the club."]),
        ("What does § 12 of the lease say?", ["The rent is 900 crowns a year."]),
    ],
)
def test_a_section_is_quoted_to_its_end(
    ask: Callable[..., Answer], question: str, says: list[str]
) -> None:
    assert [claim.text for claim in ask(question).claims] == says


@pytest.mark.parametrize("detail", ["short", "detailed"])
@pytest.mark.parametrize(
    ("question", "head"),
    [("What does section 2 say?", "2. [Left blank]"), ("Which boats are in Annex A?", "Annex A")],
)
def test_an_empty_section_is_refused_whatever_mentions_it(
    ask: Callable[..., Answer], question: str, head: str, detail: str
) -> None:
    answer = ask(question, detail)
    assert answer.status == "not_in_documents"
    assert answer.refusal is not None
    assert head in answer.refusal.text


def test_bare_names_of_annexes_under_each_other_are_empty_sections(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "deed.txt"
    path.write_text("Deed\n\nThe mill is sold.\n\nAnnex A (Plan)\nAnnex B (Wheels)\nAnnex C\n")
    (added,) = library.add(path)
    assert added.document_id
    document = library.document(added.document_id)
    lines = section(document, library.sentences(document.id), "B")
    assert [document.quote(span) for span in lines] == ["Annex B (Wheels)"]


@pytest.mark.parametrize(
    "question",
    [
        "What does section 9 say?",
        "How high is the rent?",
        "Compare section 1 and section 3",
        "Who was in part a member of the club?",
    ],
)
def test_other_questions_are_answered_as_ever(ask: Callable[..., Answer], question: str) -> None:
    answer = ask(question, "short")
    assert answer.refusal is None or "That section has no text" not in answer.refusal.text


def test_labels() -> None:
    assert section_asked("What is in section 4.2?") == "4.2"
    assert section_asked("what does appendix C list") == "C"
    assert section_asked("Was it in part a success?") == ""
    assert section_asked("Which 3 sections are there?") == ""


def test_a_section_ends_where_the_next_begins(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(
        "3. Rules\nThere are two.\n\n1. Be kind.\n2. Be quick.\n\n4. End\nThat is all.\n"
    )
    (added,) = library.add(path)
    assert added.document_id
    document = library.document(added.document_id)
    lines = section(document, library.sentences(document.id), "3")
    assert [document.quote(span).strip() for span in lines][-1] == "2. Be quick."
