"""Documents that answer differently: the newer is said first, the older beside it."""

import os
from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.answering.superseding import settled
from assistant.answering.values import Asked, Published, Retrieved, Run, Understood
from assistant.checking.calibration import Calibration
from assistant.checking.citations import cite
from assistant.data import Answer, Claim
from assistant.language.disagreement import one_title, say_otherwise
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from index import Library
from tests.scripted import ScriptedModel

CALIBRATION = Calibration(support=0.5, answerable=0.5, calibrated=True)
OLD = "Staff of the institute have 24 days of leave a year."
NEW = "Staff of the institute have 28 days of leave a year."
QUESTION = "How many days of leave do staff of the institute have a year?"


@pytest.fixture
def assistant(library: Library, scripted_model: ScriptedModel) -> Assistant:
    scripted_model.chooser = lambda call: "yes"
    scripted_model.writer = lambda call: "Some days."
    prompts = Prompts.load(prompts_folder())
    return Assistant(library, scripted_model, prompts, calibration=CALIBRATION)


def filled(assistant: Assistant, folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
        assert [each.status for each in assistant.library.add(folder / name)] == ["added"]


def told(answer: Answer) -> tuple[str, list[str], str]:
    (conflict,) = answer.conflicts
    return answer.text, [claim.text for claim in conflict.claims], conflict.note


@pytest.mark.parametrize("names", [("a.txt", "b.txt"), ("b.txt", "a.txt")])
def test_the_newer_is_the_answer(
    assistant: Assistant, tmp_path: Path, names: tuple[str, str]
) -> None:
    old, new = names
    texts = {old: f"Valid from 1 May 2021\n\n{OLD}", new: f"Valid from 1 May 2024\n\n{NEW}"}
    filled(assistant, tmp_path, dict(sorted(texts.items())))
    text, sides, note = told(assistant.answer(QUESTION))
    assert text == NEW
    assert sides == [NEW, OLD]
    assert note == f"{new} (2024-05-01) is newer than {old} (2021-05-01)."


def test_the_day_that_the_user_gives_decides(assistant: Assistant, tmp_path: Path) -> None:
    filled(assistant, tmp_path, {"a.txt": OLD, "b.txt": NEW})
    for name, day in (("a.txt", "2024"), ("b.txt", "2021-05")):
        library = assistant.library
        library.narrowing.date(library.find(name).id, day)
    text, sides, note = told(assistant.answer(QUESTION))
    assert (text, sides) == (OLD, [OLD, NEW])
    assert note == "a.txt (2024) is newer than b.txt (2021-05)."


def test_the_times_of_files_decide_where_no_day_is_told(
    assistant: Assistant, tmp_path: Path
) -> None:
    filled(assistant, tmp_path, {"a.txt": OLD})
    (tmp_path / "b.txt").write_text(NEW, encoding="utf-8")
    os.utime(tmp_path / "b.txt", (0, 86_400 * 365))
    list(assistant.library.add(tmp_path / "b.txt"))
    text, _, note = told(assistant.answer(QUESTION))
    assert text == OLD
    assert "b.txt (1971-01-01 by its file's time)" in note


def test_a_day_and_the_time_of_a_file_are_not_compared(
    assistant: Assistant, tmp_path: Path
) -> None:
    filled(assistant, tmp_path, {"a.txt": f"Valid from 1 May 2021\n\n{OLD}", "b.txt": NEW})
    *_, note = told(assistant.answer(QUESTION))
    assert note.endswith("disagree.")


def test_a_newer_version_in_other_words_is_the_answer(assistant: Assistant, tmp_path: Path) -> None:
    old = "Visitors of the institute must sign in at the lodge before they enter."
    new = "Visitors of the institute must sign in online before they enter."
    texts = {"rules-2021-05.txt": old, "rules-2024-05.txt": new}
    filled(assistant, tmp_path, texts)
    text, sides, _ = told(assistant.answer("Where must visitors of the institute sign in?"))
    assert (text, sides) == (new, [new, old])


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Leave policy, version 1", "Leave policy, version 2", True),
        ("policy-2021", "policy-2024", True),
        ("Fees 2021", "Fees, v1.2 of May 2024", True),
        ("Harbour rules", "Bridge rules", False),
        ("2021", "2024", False),
    ],
)
def test_titles_of_versions(first: str, second: str, same: bool) -> None:
    assert one_title(first, second) == same


def test_other_words_on_either_side() -> None:
    assert say_otherwise("Visitors sign in at the lodge.", "Visitors sign in online.")
    assert not say_otherwise("Visitors sign in at the lodge.", "Visitors sign in.")
    assert not say_otherwise("Visitors sign in.", "Dogs stay out.")


def published(assistant: Assistant, claims: list[Claim], run: Run) -> Published:
    asked = Asked(run=run, question=QUESTION, history=(), documents=None)
    part = Understood(asked=asked, question=QUESTION, earlier="", kind="whole")
    found = Retrieved(part=part, evidence=())
    return Published(found=found, claims=tuple(claims), answerability=1.0)


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        (OLD, NEW, [1]),
        (OLD, "The garden is open to all visitors on Sundays.", [0, 1]),
        ("Staff had 24 days of leave in 2021.", "Staff had 28 days of leave in 2024.", [0, 1]),
    ],
)
def test_a_whole_answer_says_the_newer_alone(
    assistant: Assistant, tmp_path: Path, old: str, new: str, kept: list[int]
) -> None:
    filled(assistant, tmp_path, {"rules-2021-05.txt": old, "rules-2024-05.txt": new})
    library = assistant.library
    claims = [
        Claim(text=text, citations=(cite(document, 0, len(text)),), verdict="verbatim", support=1.0)
        for name, text in (("rules-2021-05.txt", old), ("rules-2024-05.txt", new))
        for document in [library.document(library.find(name).id)]
    ]
    run = Run(
        library=library,
        model=assistant.model,
        prompts=Prompts.load(prompts_folder()),
        calibration=CALIBRATION,
        cancelled=lambda: False,
        trace=lambda *_: None,
    )
    done = settled(published(assistant, claims, run))
    assert list(done.claims) == [claims[each] for each in kept]
    assert len(done.conflicts) == 2 - len(kept)
