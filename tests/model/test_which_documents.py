"""Which documents a whole answer is made of, by the real embedding model."""

from collections.abc import Sequence
from pathlib import Path

from assistant.answering.assistant import Assistant
from assistant.checking.calibration import Calibration
from assistant.data import Answer, Turn
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.runtime import open_library
from assistant.settings import Settings
from tests.scripted import ScriptedModel

ANSWERING = Calibration(support=0.5, answerable=0.5, several=0.0, calibrated=True)


def answered(
    folder: Path,
    question: str,
    *texts: str,
    history: Sequence[Turn] = (),
    model: ScriptedModel | None = None,
) -> Answer:
    """The whole answer over these texts, by a model that says yes and writes nothing."""
    model = model or ScriptedModel()
    model.chooser = lambda call: "yes"
    model.writer = lambda call: ""
    with open_library(Settings(library=folder / "library"), "tests") as library:
        for number, text in enumerate(texts):
            path = folder / f"note-{number}.txt"
            path.write_text(text, encoding="utf-8")
            assert [each.status for each in library.add(path)] == ["added"]
        prompts = Prompts.load(prompts_folder())
        assistant = Assistant(library, model, prompts, calibration=ANSWERING)
        answer = assistant.answer(question, history=history, detail="detailed")
        for citation in (each for claim in answer.claims for each in claim.citations):
            span = citation.span
            text = library.document(span.document_id).text
            assert text[span.start : span.end] == citation.quote
        return answer


def named(answer: Answer) -> set[str]:
    return {each.document_name for claim in answer.claims for each in claim.citations}


def test_sentences_of_several_documents_stand_in_one_answer(tmp_path: Path) -> None:
    answer = answered(
        tmp_path,
        "What about Mill Street?",
        "Mill Street floods each spring.\n",
        "The council of Mill Street raises the dam.\n",
    )
    assert named(answer) == {"note-0.txt", "note-1.txt"}


def test_a_document_about_something_else_lends_no_sentence(tmp_path: Path) -> None:
    answer = answered(
        tmp_path,
        "What happens after an outage of the servers?",
        "The Provider keeps the servers running. For each day of outage the Customer is paid.\n",
        "Whales sing to find each other. A song may last for half an hour.\n",
    )
    assert named(answer) == {"note-0.txt"}


def test_a_question_whose_words_a_passage_has_is_asked_without_the_one_before(
    tmp_path: Path,
) -> None:
    model = ScriptedModel()
    asked = "Why was tin chosen for the shed roof?"
    texts = (
        "The chair thanked the bakers for the bread. Fees stay at nine pounds. The gate squeaks "
        "and will be oiled. Nobody has seen the grey cat since March. A hose was lent to the "
        "school. Wasps are in the attic. Two benches are to be painted green. The choir sings on "
        "Sunday. The shed roof leaks; tin was chosen over slate, for it is light.\n",
        "Whales sing to find each other. A song may last for half an hour.\n",
    )
    history = (Turn(role="user", content="How do whales sing?"),)
    answered(tmp_path, asked, *texts, history=history, model=model)
    assert model.calls
    assert not any("How do whales sing?" in call.text for call in model.calls)
