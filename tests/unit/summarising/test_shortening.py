"""Shortening leaves words out and does nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.checking.guards import objections
from assistant.language.numbers import numbers
from assistant.summarising.shortening import shorten
from tests.seed import seed_sentences


@pytest.mark.parametrize(
    ("sentence", "shorter"),
    [
        (
            "In a dramatic escalation of tensions, the United States has confirmed the reports.",
            "The United States has confirmed the reports.",
        ),
        (
            "Washington has also pledged to provide more assistance to Ukraine this year, "
            "stressing the importance of its defences against the invaders.",
            "Washington has pledged to provide more assistance to Ukraine this year.",
        ),
        ("However, the board approved the new budget.", "The board approved the new budget."),
        (
            "Northline, which runs the route under a contract with the county, said that the ship "
            "would not sail again.",
            "Northline said that the ship would not sail again.",
        ),
    ],
)
def test_side_remarks_go(sentence: str, shorter: str) -> None:
    assert shorten(sentence) == shorter


@pytest.mark.parametrize(
    "sentence",
    [
        "The two leaders met in May in the far east of the country, reportedly discussing arms.",
        "The ministry closed the border to all its neighbours, allowing 40 lorries a day to pass.",
        "An official condemned it before the assembled press, stating, “It is a provocation.”",
        "The region exports to many of its neighbours, including Chad, Niger and parts of Mali.",
        "The plan for the coming year rests on cutting costs, hiring staff, selling the old works.",
        "She left the firm after eleven years, according to people who worked with her there.",
        "The bank will lend to all of these firms, which it did not do before the reform began.",
        "In March 2024, the firm closed its works in the north of the country.",
        "The firm, which may close its works in the spring, told all of its staff to stay at home.",
        "The firm, which has 40 works in the north, told all of its staff to stay at home today.",
        "She resigned.",
    ],
)
def test_hedges_numbers_quotations_lists_and_conditions_stay(sentence: str) -> None:
    assert shorten(sentence) == sentence


def test_every_shorter_sentence_of_the_seed_passes_the_guards() -> None:
    changed = [text for text in seed_sentences() if shorten(text) != text]
    assert len(changed) >= 5
    for text in changed:
        assert objections(shorten(text), [text]) == []


@given(st.text(alphabet="abc ,.“”IngWithedwhich123ing", max_size=200))
def test_it_only_leaves_words_out(text: str) -> None:
    shorter = shorten(text)
    rest = iter(text.casefold())
    assert all(char in rest for char in shorter.casefold().rstrip("."))
    assert numbers(shorter) <= numbers(text)


@given(st.text(max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    assert len(shorten(text)) <= len(text) + 3
