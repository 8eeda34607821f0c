import json
from pathlib import Path
from typing import Any

import pytest

from assistant.data import Turn
from assistant.evaluation.golden.cases import GoldenError, case_json, conversation
from assistant.evaluation.golden.reading import load_golden, missing_quotes, read_golden
from assistant.evaluation.golden.squad import Slice, slice_cases, write_slice
from index.errors import InputError
from tests.unit.evaluation.builders import case

SEED_GOLDEN = Path(__file__).parents[2] / "golden" / "seed.jsonl"


def line(**fields: Any) -> str:
    record = {"id": "q", "question": "Who?", "answers": ["Ben"], "answerable": True}
    return json.dumps(record | fields)


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "golden.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_seed_set_is_large_varied_and_quotes_the_seed_exactly(seed_path: Path) -> None:
    golden = load_golden(SEED_GOLDEN)
    text = seed_path.read_bytes().decode()
    assert len(golden.cases) >= 40
    assert sum(not case.answerable for case in golden.cases) >= 14
    assert missing_quotes(golden.cases, {seed_path.name: text}) == []
    assert all(case.evidence for case in golden.cases if case.answerable)
    assert any(case.history for case in golden.cases)


def test_the_seed_sets_answers_are_words_of_their_quotes_or_named_beside_them() -> None:
    """At least one accepted wording stands in the evidence, so that quoting it is right."""
    from assistant.evaluation.reports.metrics import contains_gold

    for each in load_golden(SEED_GOLDEN).cases:
        if each.answerable:
            assert contains_gold(" ".join(e.quote for e in each.evidence), each.answers), each.id


def test_a_case_is_read_whole_and_unknown_keys_are_ignored(tmp_path: Path) -> None:
    history = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Yes?"}]
    evidence = [{"document": "a.txt", "quote": "Ben has a dog.", "page": 3}]
    path = written(tmp_path, line(history=history, evidence=evidence, note="mine", kind="odd"), "")
    (found,) = load_golden(path).cases
    assert found.where == "line 1"
    assert found.evidence[0].document == "a.txt"
    assert [turn.role for turn in found.history] == ["user", "assistant"]
    assert json.loads(json.dumps(case_json(found)))["kind"] == "odd"


def test_every_malformed_line_is_named_with_its_reason(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        line(id="good"),
        '{"id": "cut',
        "[1, 2]",
        line(id="", question="  "),
        line(answers=[]),
        line(answerable=False),
        line(id="good"),
        json.dumps({"id": "x", "question": "Who?", "answers": "Ben", "answerable": True}),
        line(id="h", history=[{"role": "system", "content": "x"}]),
        line(id="l", question="x" * 4001),
        json.dumps({"id": "m", "question": "Who?", "answers": []}),
    )
    with pytest.raises(GoldenError) as caught:
        load_golden(path)
    found: dict[str, list[str]] = {}
    for problem in caught.value.problems:
        found.setdefault(problem.where, []).append(problem.reason)
    assert set(found) == {f"line {n}" for n in range(2, 12)}
    assert "not JSON" in found["line 2"][0]
    assert found["line 3"] == ["it is not a JSON object"]
    assert len(found["line 4"]) == 2
    assert found["line 5"] == ["it is answerable but has no answers"]
    assert found["line 6"] == ["it is not answerable but has answers"]
    assert found["line 7"] == ["the id 'good' occurs 2 times"]
    assert found["line 8"][0].startswith("answers: ")
    assert found["line 9"][0].startswith("history.0.role: ")
    assert found["line 11"][0].startswith("answerable: ")
    assert str(path) in str(caught.value)
    assert "line 5: it is answerable but has no answers" in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xff\xfe\x00"])
def test_a_file_without_cases_is_an_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "golden.jsonl"
    path.write_bytes(data)
    with pytest.raises(InputError):
        load_golden(path)


def test_json_that_is_no_json_lines_is_one_problem(tmp_path: Path) -> None:
    record = json.loads(line())
    for text in (json.dumps([record, record], indent=1), json.dumps(record, indent=1)):
        _, (problem,) = read_golden(written(tmp_path, text))
        assert problem.reason.startswith("the file is one JSON value over many lines")


HALF = '"\\ud800"'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (line().replace('"Ben"', HALF), "it has half of a surrogate pair"),
        (line(note=1).replace('"note": 1', f'"note": {HALF}'), "it has half of a surrogate pair"),
        ('{"data": ' + "[" * 100_000, "it is nested too deeply"),
        (line(note=1).replace('"note": 1', f'"note": {"9" * 5000}'), "Exceeds the limit"),
    ],
)
def test_what_json_allows_and_no_file_can_hold_is_a_problem(
    tmp_path: Path, text: str, reason: str
) -> None:
    _, (problem,) = read_golden(written(tmp_path, text))
    assert problem.where == "line 1"
    assert problem.reason.startswith(reason)


def test_summary_lines_are_checked_like_questions(tmp_path: Path) -> None:
    fact = {"id": "k", "any_of": ["two"]}
    summary = {"id": "s", "document": "a.txt", "key_facts": [fact]}
    wrong = [
        summary | {"id": "t", "key_facts": [fact, fact]},
        summary | {"id": "u", "key_facts": [{"id": "k", "any_of": [" "]}]},
        summary,
    ]
    _, problems = read_golden(written(tmp_path, *map(json.dumps, [summary, *wrong])))
    assert [problem.where for problem in problems] == ["line 2", "line 3", "line 4"]
    assert problems[0].reason == "the key fact 'k' occurs several times"
    assert problems[2].reason == "the id 's' occurs 2 times"


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_golden(tmp_path / "no.jsonl")


def test_quotes_that_do_not_occur_are_reported_as_such() -> None:
    texts = {"pets.txt": "Anna has a cat.", "other.txt": "Ben has a dog."}
    (problem,) = missing_quotes([case(where="line 4")], texts)
    assert problem.where == "line 4"
    assert problem.reason == "the quote does not occur in pets.txt: 'Ben has a dog.'"
    (problem,) = missing_quotes([case(where="line 4")], {})
    assert problem.reason == "there is no document 'pets.txt' in the corpus"


def test_summary_lines_are_accepted_beside_questions(tmp_path: Path) -> None:
    summary = {"id": "s", "document": "a.txt", "key_facts": [{"id": "k", "any_of": ["two"]}]}
    golden = load_golden(written(tmp_path, json.dumps(summary), line()))
    assert golden.summaries[0].key_facts == (("k", ("two",)),)
    assert len(golden.cases) == 1


CONTEXT = "Ben has a dog. Anna has two cats."


def squad(articles: int = 1, **question: Any) -> str:
    def asked(number: int) -> list[dict[str, Any]]:
        yes = {"id": f"{number}-yes", "question": "What has Anna?", "is_impossible": False}
        answers = [{"text": "two cats", "answer_start": 24}, {"text": "cats", "answer_start": 28}]
        no = {"id": f"{number}-no", "question": "What has Carl?", "is_impossible": True}
        return [yes | {"answers": answers} | question, no | {"answers": []}]

    data = [
        {
            "title": f"Pets {number}",
            "paragraphs": [
                {"context": "First.", "qas": []},
                {"context": CONTEXT, "qas": asked(number)},
            ],
        }
        for number in range(articles)
    ]
    return json.dumps({"version": "v2.0", "data": data})


def test_squad_is_read_as_it_is(tmp_path: Path) -> None:
    golden = load_golden(written(tmp_path, squad()))
    assert golden.contexts == {"Pets_0.txt": f"First.\n\n{CONTEXT}"}
    yes, no = golden.cases
    assert yes.answers == ("two cats", "cats")
    assert yes.evidence[0].quote == "Anna has two cats."
    assert (no.answerable, no.answers, no.evidence) == (False, (), ())
    assert missing_quotes(golden.cases, golden.contexts) == []


def test_squad_1_1_has_no_impossible_questions(tmp_path: Path) -> None:
    golden = load_golden(written(tmp_path, squad().replace('"is_impossible": false, ', "")))
    assert golden.cases[0].answerable


def test_what_is_wrong_with_squad_is_said_of_each_question(tmp_path: Path) -> None:
    wrong = [{"text": "three cats", "answer_start": 24}]
    _, problems = read_golden(written(tmp_path, squad(2, answers=wrong)))
    assert [problem.where for problem in problems] == [
        "article Pets 0, question 0-yes",
        "article Pets 1, question 1-yes",
    ]
    _, problems = read_golden(written(tmp_path, '{"data": [{"title": "x"}, 3]}'))
    assert [problem.where for problem in problems] == ["article 1", "article 2"]


def test_a_slice_asks_absent_questions_of_articles_that_are_left_out(tmp_path: Path) -> None:
    golden = load_golden(written(tmp_path, squad(5)))
    wanted = Slice(answerable=2, unanswerable=2, absent=2, held_out=2, seed=3)
    path, corpus = write_slice(golden, tmp_path / "out", wanted)
    names = {file.name for file in corpus.iterdir()}
    found = load_golden(path).cases
    absent = [each for each in found if each.kind == "absent"]
    assert len(names) == 3
    assert len(found) == 6
    assert [each.answerable for each in found].count(True) == 2
    assert all(not each.answerable for each in absent)
    assert {f"Pets_{each.id.split('-')[1]}.txt" for each in absent}.isdisjoint(names)
    texts = {file.name: file.read_text(encoding="utf-8") for file in corpus.iterdir()}
    assert missing_quotes(found, texts) == []
    assert slice_cases(golden, wanted) == slice_cases(golden, wanted)


def test_a_slice_that_is_too_large_is_refused(tmp_path: Path) -> None:
    golden = load_golden(written(tmp_path, squad(3)))
    with pytest.raises(InputError, match="only 1 answerable"):
        slice_cases(golden, Slice(answerable=2, unanswerable=1, absent=1, held_out=2))
    with pytest.raises(InputError, match="held out"):
        slice_cases(golden, Slice(held_out=3))


WHOLE = {
    "answers": [],
    "facts": [{"id": "dog", "any_of": ["a dog", r"\bhound\b"]}],
    "never": ["two dogs"],
    "documents": ["pets.txt", "pets.txt"],
    "group": "pets",
}


def test_a_broad_question_has_facts_and_no_answers(tmp_path: Path) -> None:
    (found,) = load_golden(written(tmp_path, line(**WHOLE))).cases
    assert found.answers == ()
    assert found.facts[0].any_of == ("a dog", r"\bhound\b")
    assert (found.never, found.documents, found.group) == (("two dogs",), ("pets.txt",), "pets")
    (again,) = load_golden(written(tmp_path, json.dumps(case_json(found)))).cases
    assert again == found


def test_wrong_patterns_and_facts_are_named_with_their_line(tmp_path: Path) -> None:
    fact = {"id": "f", "any_of": ["x"]}
    path = written(
        tmp_path,
        line(id="1", facts=[{"id": "f", "any_of": ["fine", "(open"]}]),
        line(id="2", never=["*"]),
        line(id="3", facts=[fact, fact]),
        line(id="4", answers=[], answerable=False, facts=[fact]),
        line(id="5", facts=[{"id": "f", "any_of": []}]),
        line(id="6", never=[" "]),
    )
    _, problems = read_golden(path)
    assert [problem.where for problem in problems] == [f"line {n}" for n in range(1, 7)]
    assert problems[0].reason.startswith("facts.0.any_of.1: '(open' is no regular expression: ")
    assert problems[1].reason.startswith("never.0: '*' is no regular expression: ")
    assert problems[2].reason == "the fact 'f' occurs several times"
    assert problems[3].reason == "it is not answerable but has facts"


def test_a_document_to_ask_that_is_not_there_is_reported() -> None:
    asked = case(where="line 4", documents=("pets.txt", "gone.txt"))
    (problem,) = missing_quotes([asked], {"pets.txt": "Ben has a dog."})
    assert problem.where == "line 4"
    assert problem.reason == "there is no document 'gone.txt' to ask in the corpus"


def test_turns_of_one_conversation_belong_together_whatever_their_ids() -> None:
    opening = Turn(role="user", content="What has  Ben? ")
    reply = Turn(role="assistant", content="A dog.")
    first = case("a-1", question="What has Ben?")
    later = case("z", question="How old is it?", history=(opening, reply))
    other = case("a-2", question="What has Anna?")
    assert conversation(first) == conversation(later) != conversation(other)
    assert conversation(case(group="mine")) == "mine"
