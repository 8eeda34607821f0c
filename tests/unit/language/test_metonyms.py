"""Capitals that stand for their countries, and only where question and text call for it."""

import pytest

from assistant.language.metonyms import as_the_text_names

TEXT = "Washington has pledged more military assistance to Ukraine to counter the influx of troops."


@pytest.mark.parametrize(
    ("draft", "question", "expected"),
    [
        (
            "The help for Kyiv is meant to counter the influx of troops.",
            "What is the help for Kyiv meant to counter?",
            "The help for Ukraine is meant to counter the influx of troops.",
        ),
        ("Kyiv's troops got help.", "What did Kyiv’s troops get?", "Ukraine's troops got help."),
        (
            "The United States has pledged assistance.",
            "What has the United States pledged?",
            "Washington has pledged assistance.",
        ),
        ("The U.S. pledged help.", "What did the U.S. pledge?", "Washington pledged help."),
    ],
)
def test_the_name_of_the_question_becomes_that_of_the_text(
    draft: str, question: str, expected: str
) -> None:
    assert as_the_text_names(draft, question, TEXT) == expected


@pytest.mark.parametrize(
    ("draft", "question"),
    [
        ("Help went to Kyiv.", "Where did the help go?"),
        ("Help went to Ukraine.", "What did Kyiv get?"),
        ("Help went to Minsk.", "What went to Minsk?"),
        ("Kyiv Oblast got help.", "What did Kyiv Oblast get?"),
        ("The Treaty of Kyiv ended it.", "What did the Treaty of Kyiv end?"),
        ("The president of the United States spoke.", "Did the president of the United States?"),
        ("Help came.", "What came?"),
    ],
)
def test_another_name_stays(draft: str, question: str) -> None:
    assert as_the_text_names(draft, question, TEXT) == draft


@pytest.mark.parametrize(
    ("draft", "question", "text"),
    [
        ("Khartoum sent troops.", "What did Khartoum send?", "South Sudan sent troops."),
        ("Dublin banned it.", "When did Dublin ban it?", "In Northern Ireland it was banned."),
        ("South Sudan sent it.", "What did South Sudan send?", "Khartoum spoke of it."),
        ("Kyiv got help.", "What did Kyiv get?", "For Kyiv, Ukraine asked for help."),
        ("Amman won.", "How many did Amman win?", "Michael Jordan won six."),
        ("40 million live in Kyiv.", "How many live in Kyiv?", "40 million live in Ukraine."),
    ],
)
def test_a_place_and_a_longer_name_are_something_else(draft: str, question: str, text: str) -> None:
    assert as_the_text_names(draft, question, text) == draft


def test_a_capital_that_the_text_names_too_stays() -> None:
    text = f"{TEXT} Kyiv was glad."
    assert as_the_text_names("Kyiv was glad.", "Who was glad in Kyiv?", text) == "Kyiv was glad."


def test_a_country_keeps_its_article() -> None:
    text = "The United States has pledged help."
    draft, question = "Washington pledged help.", "What did Washington pledge?"
    assert as_the_text_names(draft, question, text) == "The United States pledged help."
