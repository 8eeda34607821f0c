"""Ranking and judging sentences, and what the question lets one expect."""

from pathlib import Path

import pytest

from assistant.answering.candidates import PASSAGES, RANKED, read_sentences
from assistant.answering.judging import features, judge, pointed_at
from assistant.language.drafts import wording_matters
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from index import Library
from tests.scripted import ScriptedModel

QUESTION = "How many North Korean soldiers are estimated to be deployed?"


@pytest.fixture(scope="module")
def prompts() -> Prompts:
    return Prompts.load(prompts_folder())


def found(library: Library, question: str = QUESTION):  # type: ignore[no-untyped-def]
    evidence = library.search(question)
    read = read_sentences(evidence[:PASSAGES], library.document, library.sentences, library.embed)
    return evidence, read.nearest([question]).items[:RANKED]


def test_candidates_are_exact_statements_best_first(seed_library: Library) -> None:
    _, items = found(seed_library)
    assert 0 < len(items) <= RANKED
    assert [item.rank for item in items] == sorted((item.rank for item in items), reverse=True)
    for item in items:
        quote = seed_library.document(item.span.document_id).quote(item.span)
        assert item.text == " ".join(quote.split())


def test_headings_and_captions_are_never_candidates(seed_library: Library) -> None:
    question = "Kim_Jung_Un_Dictator_of_North_Korea Growing Russo-North Korean Cooperation"
    _, items = found(seed_library, question)
    assert items
    assert all(item.text.endswith((".", "”")) for item in items)


def test_a_question_in_a_document_is_never_a_candidate(library: Library, tmp_path: Path) -> None:
    asked = tmp_path / "asked.txt"
    asked.write_text("What is the capital of Brazil? Ben asked it of Ann.", encoding="utf-8")
    assert [result.status for result in library.add(asked)] == ["added"]
    _, items = found(library, "What is the capital of Brazil?")
    assert [item.text for item in items] == ["Ben asked it of Ann."]


def test_a_sentence_that_ends_in_a_question_it_introduces_is_a_candidate(
    library: Library, tmp_path: Path
) -> None:
    said = "We are left with one question: how far will they go?"
    asked = tmp_path / "asked.txt"
    asked.write_text(f"Note: who will go? {said}", encoding="utf-8")
    assert [result.status for result in library.add(asked)] == ["added"]
    _, items = found(library, "What question are we left with?")
    assert [item.text for item in items] == [said]


def test_an_empty_library_has_no_candidates(library: Library) -> None:
    assert found(library) == ([], ())


def test_the_model_s_own_answer_points_at_the_sentence_that_says_it(
    library: Library, scripted_model: ScriptedModel, prompts: Prompts, tmp_path: Path
) -> None:
    text = (
        "The ferry broke down off Kirk Point. The ferry was late. A tug named Bram, from the yard "
        "at Sund, towed it in before dawn. The ferry company said nothing of the ferry."
    )
    path = tmp_path / "ferry.txt"
    path.write_text(text, encoding="utf-8")
    assert [result.status for result in library.add(path)] == ["added"]
    question = "Which vessel rescued the ferry?"
    evidence = library.search(question)
    read = read_sentences(evidence, library.document, library.sentences, library.embed)
    near = read.nearest([question])
    scripted_model.enqueue_text("The tug named Bram towed it in before dawn.")
    pointed, _, _ = pointed_at(scripted_model, prompts, question, near, library.document)
    assert pointed is not None
    assert "Bram" in pointed.text
    assert scripted_model.calls[-1].text.count("The ferry was late.") == 1
    assert "The ferry was late. A tug named Bram" in scripted_model.calls[-1].text
    for reply in ("none", "None.", ""):
        scripted_model.enqueue_text(reply)
        assert pointed_at(scripted_model, prompts, question, near, library.document)[0] is None


def test_a_server_without_probabilities_is_neither_sure_nor_hopeless(
    seed_library: Library, scripted_model: ScriptedModel, prompts: Prompts
) -> None:
    _, items = found(seed_library)
    scripted_model.enqueue_choice("yes", None)
    judged = judge(scripted_model, prompts, QUESTION, items[0])
    assert judged.probability is None
    assert judged.answers == 0.8


def test_features_notice_what_is_missing(
    seed_library: Library, scripted_model: ScriptedModel, prompts: Prompts
) -> None:
    question = "How many tanks did Seoul send in 1997?"
    evidence, items = found(seed_library, question)
    scripted_model.enqueue_choice("yes", 0.9)
    best = judge(scripted_model, prompts, question, items[0])
    signals = features(question, best, items, evidence)
    assert signals["names_missing"] == 1.0
    assert signals["numbers_missing"] == 1.0
    assert signals["answers"] == pytest.approx(0.9)
    assert features(question, None, (), ()) == {}


def test_what_somebody_said_is_quoted_and_not_retold() -> None:
    said = "An official stated, “It is a reckless provocation.”"
    assert wording_matters("How did the official describe it?", said)
    assert not wording_matters("Who condemned it?", said)
    assert not wording_matters("Who is the State Department's official?", said)
    assert not wording_matters("How did the official describe it?", "An official condemned it.")


def test_marks_of_a_heading_and_what_a_file_says_of_itself_are_no_candidates(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "minutes.md"
    path.write_text(
        "---\ntitle: Minutes of Averley\ndate: 2031-03-18\n---\n\n# Minutes of Averley\n\n"
        "## 2. Footbridge at Mill Lane\n\nRepair of the footbridge is estimated at 310 crowns.\n",
        encoding="utf-8",
    )
    assert [result.status for result in library.add(path)] == ["added"]
    _, items = found(library, "What do the minutes of Averley say of the footbridge at Mill Lane?")
    assert [item.text for item in items] == ["Repair of the footbridge is estimated at 310 crowns."]


@pytest.mark.parametrize("mark", ["\t", " | "])
def test_a_row_of_a_plain_table_is_read_with_its_columns_and_cited_with_them(
    library: Library, tmp_path: Path, mark: str
) -> None:
    rows = [
        ("day", "ship", "cargo", "tons"),
        ("2031-04-02", "Heron", "salt", "61"),
        ("2031-04-20", "Otter", "coal", "75"),
        ("2031-04-21", "Heron", "coal", "58"),
    ]
    plain = tmp_path / "cargo.txt"
    plain.write_text("\n".join(mark.join(row) for row in rows) + "\n", encoding="utf-8")
    assert [result.status for result in library.add(plain)] == ["added"]
    _, items = found(library, "How many tons came on 2031-04-20?")
    assert items[0].row == "2031-04-20: ship Otter; cargo coal; tons 75"
    assert all(item.columns for item in items)
    document = library.document(items[0].span.document_id)
    assert document.quote(items[0].columns).split(mark.strip() or None)[0].strip() == "day"
    assert items[0].text == " ".join(document.quote(items[0].span).split())


def test_two_days_of_one_month_are_two_words(library: Library, tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_text("On 2031-04-02 the ship sailed. On 2031-04-20 the ship came.", encoding="utf-8")
    assert [result.status for result in library.add(log)] == ["added"]
    _, items = found(library, "What did the ship do on 2031-04-20?")
    assert items[0].text == "On 2031-04-20 the ship came."
    assert items[0].rank > items[1].rank
