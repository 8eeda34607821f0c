"""The expected answer type: names, times and quantities."""

import pytest

from assistant.answering.answer_types import (
    asks_for_name,
    denied,
    has_kind,
    made_up,
    made_up_amount,
    nameless,
)

TEXT = "The leader visited Russia in March, and an official condemned it."


@pytest.mark.parametrize(
    "question",
    [
        "Who condemned it?",
        "By whom was it condemned?",
        "Where did they meet?",
        "In which city did they meet?",
        "What is the name of the official?",
        "What Russian city did he visit?",
    ],
)
def test_questions_that_ask_for_a_name(question: str) -> None:
    assert asks_for_name(question)


@pytest.mark.parametrize(
    "question",
    ["Why did he go?", "What does it want?", "How many went?", "Which of them was first?", ""],
)
def test_questions_that_ask_for_something_else(question: str) -> None:
    assert not asks_for_name(question)


@pytest.mark.parametrize(
    ("question", "draft", "name"),
    [
        ("Which Russian city did he visit?", "The leader visited Moscow.", "Moscow"),
        ("Which country did he visit?", "The leader visited Russia.", ""),
        ("Who is Mr Reyes?", "Mr Reyes is an official.", ""),
        ("Why did he visit?", "He visited Moscow to talk.", ""),
        ("Who condemned it?", "Official Jane Smith condemned it.", "Jane Smith"),
    ],
)
def test_a_name_that_is_asked_for_and_made_up(question: str, draft: str, name: str) -> None:
    assert made_up(question, draft, TEXT) == name


@pytest.mark.parametrize(
    ("question", "draft", "expected"),
    [
        ("What is the name of the State official?", "The official is a senior one.", True),
        ("What is the name of the State official?", "The official is Jane Smith.", False),
        ("Which NATO country hosts it?", "It takes place in the coming days.", True),
        ("Which NATO country hosts it?", "It is held in Spain.", False),
        ("Which country depends on it most?", "Japan is the country most dependent.", False),
        ("Which country depends on it most?", "The country depends on it.", True),
        ("Which NATO country hosts it?", "Nobody hosts it.", True),
        ("Which NATO country hosts it?", "Neighbours host it.", True),
        ("What was the name of the first tree?", "The first tree was a willow.", False),
        ("Who condemned it?", "A senior official condemned it.", False),
        ("What does the mayor say?", "The mayor says that it was sold.", False),
        ("What did the two companies do?", "They shared the cost.", False),
        ("What coastal city has it?", "The city on the coast has it.", True),
    ],
)
def test_a_draft_without_the_name_that_is_asked_for(
    question: str, draft: str, expected: bool
) -> None:
    assert nameless(question, draft) is expected


@pytest.mark.parametrize(
    ("draft", "text", "expected"),
    [
        ("The name of the official is not mentioned.", TEXT, True),
        ("It isn't specified in the text.", TEXT, True),
        ("The leader visited Russia.", TEXT, False),
        ("The cause is not known.", "The cause was unknown.", False),
        ("He did not visit Russia.", TEXT, False),
    ],
)
def test_a_draft_that_says_the_answer_is_not_given(draft: str, text: str, expected: bool) -> None:
    assert denied(draft, text) is expected


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("When did he go?", "He went with friends.", False),
        ("When did he go?", "He went in 1999.", True),
        ("When did he go?", "He went after the war.", True),
        ("How many went?", "They went by train.", False),
        ("How many went?", "Several went by train.", True),
        ("Who went?", "They went by train.", True),
    ],
)
def test_the_kind_of_thing_that_is_asked_for(question: str, text: str, expected: bool) -> None:
    assert has_kind(question, text) is expected


@pytest.mark.parametrize(
    ("question", "draft", "text", "amount"),
    [
        ("How old is the ferryman?", "He is 61 years old.", "He came in May 2014.", "61 years"),
        ("How many rowed?", "There were twelve.", "They rowed in 1907.", "twelve"),
        ("How many rowed?", "There were twelve.", "They rowed in 1907, some of them twice.", ""),
        ("How many rowed?", "There were twelve.", "Hundreds rowed in 1907.", ""),
        ("How many rowed?", "There were twelve.", "Nine of them rowed.", ""),
        ("How many of the 12 rowed?", "12 rowed.", "They rowed in 1907.", ""),
        ("How long has he rowed?", "He has rowed for 9 years.", "He came in May 2014.", ""),
        ("Who rowed?", "The 12 of Ely rowed.", "They rowed in 1907.", ""),
    ],
)
def test_an_amount_is_made_up_where_the_text_has_none(
    question: str, draft: str, text: str, amount: str
) -> None:
    assert made_up_amount(question, draft, text) == amount
