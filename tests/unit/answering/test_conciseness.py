"""A checked sentence loses what its question says already, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.conciseness import concise


@pytest.mark.parametrize(
    ("question", "sentence", "left"),
    [
        (
            "What is the term for a Turing machine that has random bits?",
            "The term for a Turing machine that has random bits is a probabilistic Turing machine.",
            "A probabilistic Turing machine.",
        ),
        (
            "What is Harvard's most intense rival?",
            "Harvard's most intense rival is Yale University.",
            "Yale University.",
        ),
        (
            "Which State Department official condemned the deployment?",
            "The deployment was condemned by a senior State Department official.",
            "By a senior State Department official.",
        ),
        (
            "Who wrote most of the early reports?",
            "Osama Halabi wrote most of the early reports.",
            "Osama Halabi.",
        ),
        (
            "What did oil cost in March of 1974?",
            "Oil cost nearly $12 globally in March of 1974.",
            "Nearly $12 globally.",
        ),
        (
            "How many types of networks were there originally?",
            "There were two kinds of networks originally.",
            "Two kinds.",
        ),
        (
            "When are subject committees established?",
            "Subject committees are established at the beginning of each session.",
            "At the beginning of each session.",
        ),
        (
            "On what day does question time take place?",
            "Question time takes place on a Thursday.",
            "On a Thursday.",
        ),
        (
            "At what angle were the groups of pistons set?",
            "The groups of pistons were set at 90° to each other.",
            "At 90°.",
        ),
        (
            "What offers a conceptual definition of force?",
            "Newtonian mechanics offers a conceptual definition of force.",
            "Newtonian mechanics.",
        ),
        (
            "What military technology does the north gain access to?",
            "The north gains access to advanced Russian military technology.",
            "To advanced Russian military technology.",
        ),
        (
            "Which receptors do jawless vertebrates possess?",
            "Jawless vertebrates possess variable lymphocyte receptors (VLRs).",
            "Variable lymphocyte receptors (VLRs).",
        ),
        (
            "Along with electric motors, what power sources overtook steam engines?",
            "Electric motors and internal combustion engines overtook steam engines.",
            "Internal combustion engines.",
        ),
        (
            "What type of Turing machine can be characterized by its checks?",
            "A non-deterministic Turing machine can be characterized by its checks.",
            "A non-deterministic Turing machine.",
        ),
        (
            "Under what law was he tried?",
            "He was tried under Roman law.",
            "Under Roman law.",
        ),
        ("Which kingdom annexed it in 1796?", "Prussia annexed it in 1796.", "Prussia."),
        ("The treaty covers what arms?", "The treaty covers nuclear arms.", "Nuclear arms."),
    ],
)
def test_the_new_part_stands_alone(question: str, sentence: str, left: str) -> None:
    assert concise(sentence, question) == left


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Were the centers profitable?", "No, the centers lost money."),
        ("Why was the plant closed?", "The plant was closed because it lost money."),
        ("How did the campaign end?", "The campaign ended in failure after ten years."),
        (
            "How many soldiers are deployed?",
            "Officials say that the soldiers deployed reportedly number 300.",
        ),
        (
            "How many soldiers are estimated to be deployed?",
            "The soldiers deployed are estimated to be 300.",
        ),
        ("Who was not invited to the meeting?", "Ann was not invited."),
        ("What has Ben?", "Ben has a dog."),
        ("What did the text say?", "The text did say."),
        (
            "What components raise steam temperature?",
            "Superheaters raise the temperature of steam.",
        ),
        (
            "What type of cells engulf or eat particles?",
            "Phagocytes engulf or eat particles.",
        ),
        (
            "Which Polish football club won the cup in 1990?",
            "The Warsaw football club won the cup in 1990.",
        ),
        (
            "How many general questions are available to opposition leaders?",
            "There are four general questions available to opposition leaders.",
        ),
        (
            "What did the pope's visits in 1979 and 1983 encourage?",
            "The pope's visits to his country in 1979 and 1983 encouraged the growing fervor.",
        ),
        (
            "What did the confederation formally establish in 1573?",
            "The confederation formally established religious freedom in 1573.",
        ),
        (
            "Who were the agencies no match for?",
            "Agencies that worried more were no match for Ann's office, which was new.",
        ),
    ],
)
def test_a_sentence_stays_whole_where_something_would_be_lost(question: str, sentence: str) -> None:
    assert concise(sentence, question) == sentence


WORDS = st.sampled_from(
    "the a of in was is not reportedly 12 $5 Ben Paris city said (VLR) “dog” , cat's and".split()
)


@given(st.lists(WORDS, min_size=1, max_size=14), st.lists(WORDS, min_size=1, max_size=8))
def test_nothing_is_ever_added(words: list[str], asked: list[str]) -> None:
    sentence, question = " ".join(words) + ".", f"What {' '.join(asked)}?"
    part = concise(sentence, question)
    assert part[1:].rstrip(".") in sentence
    assert part[0].lower() in sentence.lower()
