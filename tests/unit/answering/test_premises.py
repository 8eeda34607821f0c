"""What a question takes for granted is held against the sentence that is nearest to it."""

import pytest

from assistant.answering.premises import contradiction, unshared_premise
from index import Library


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who did not sign the treaty?", "Ann signed the treaty in May."),
        ("What wasn't repaired?", "The roof was repaired first."),
        ("Which post no longer exists?", "The post of clerk exists to this day."),
        ("How long was it clear why?", "For years it was unclear why."),
        ("Who were the non-resident owners?", "The resident owners were two brothers."),
        ("Who is given more time?", "Later speakers are given less time."),
        ("What is its worst feature?", "Its best feature is the harbour."),
        ("What was more in 1990 or 1991?", "It was less in 1990."),
        ("Who named the three forces?", "Ann named the four forces."),
        ("Who fought in the Seven-Day War?", "The Six-Day War was fought by two armies."),
    ],
)
def test_a_question_that_takes_the_contrary_for_granted(question: str, text: str) -> None:
    assert contradiction(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who signed the treaty?", "Ann signed the treaty in May."),
        ("Who did not sign the treaty?", "Ann refused to sign the treaty."),
        ("Who was not present?", "Absent were Ann and Ben."),
        ("Which train did not run?", "The evening train was cancelled."),
        ("Did Ann not sign the treaty?", "Ann signed the treaty in May."),  # "no" is an answer
        ("Is more time given?", "Later speakers are given less time."),
        ("What does Ann have that Ben does not?", "Ann has a boat."),
        ("Which non-Roman empire followed?", "The Roman empire was followed by the Frankish one."),
        ("What is unknown about it?", "It is not known when it began."),
        ("Who named the three forces?", "Ann named three of the four forces."),
        ("Which is more costly, formal or informal rule?", "Informal rule is less costly."),
        ("How many forces are there?", "There are four forces."),
        ("Which of the two was first?", "The first was built in 1902."),
    ],
)
def test_a_question_that_the_sentence_can_answer(question: str, text: str) -> None:
    assert contradiction(question, text) == ""


def test_a_premise_the_evidence_does_not_share_is_named(seed_library: Library) -> None:
    evidence = seed_library.search("When did South Korea send troops?")
    assert unshared_premise("When did South Korea send troops?", evidence, []) == "South Korea"
    assert unshared_premise("When did North Korea send troops?", evidence, []) == ""
