"""What counts as a statement, and to which section a sentence belongs."""

import pytest

from assistant.language import statements
from assistant.language.statements import heading_weight, leaning, speaker, telling
from tests.seed import seed_sentences


@pytest.mark.parametrize(
    "text",
    [
        "Kim_Jung_Un_Dictator_of_North_Korea",
        "How far will these alliances push the boundaries of global security?",
        "We are left with one question: How far will they go?”",
        "Story continues below advertisement",
        "Stop.",
        "Growing Russo-North Korean Cooperation",
        "会議はいつですか？",
    ],
)
def test_captions_questions_and_bare_lines_state_nothing(text: str) -> None:
    assert not statements.is_statement(text)


@pytest.mark.parametrize(
    "text",
    [
        "The committee met on Tuesday.",
        "He said: “We will not go.”",
        "- Budget of the coming year approved",
        "3. Approved the minutes of May",
        "Die Regierung hat das Gesetz beschlossen.",
        "委员会于星期二开会讨论预算。",
    ],
)
def test_sentences_and_list_items_do(text: str) -> None:
    assert statements.is_statement(text)


def test_only_one_question_and_no_heading_of_the_seed_is_left_out_wrongly() -> None:
    kept = [text for text in seed_sentences() if statements.is_statement(text)]
    assert all(text.rstrip("”").endswith(".") for text in kept)
    assert len(kept) == 26


@pytest.mark.parametrize(
    ("text", "attributed", "disputed", "outlook"),
    [
        ("U.S. intelligence sources have identified several units.", 1, 0, 0),
        ("Talks reportedly included arms deals.", 0, 1, 0),
        ("NATO members are expected to meet in the coming days.", 0, 0, 1),
        ("The court will rule on the case.", 0, 0, 0.8),
        ("It could provide much-needed manpower.", 0, 0, 0.5),
        ("The balance of power appears to be shifting.", 0, 0.5, 0),
        ("The minister said “we will go” to the press.", 1, 0, 0),
        ("The river is long.", 0, 0, 0),
    ],
)
def test_wording_decides_the_section(
    text: str, attributed: float, disputed: float, outlook: float
) -> None:
    found = (statements.attributed(text), statements.disputed(text), statements.outlook(text))
    assert found == (attributed, disputed, outlook)


def test_figures_are_as_written() -> None:
    text = "In May it paid $3.5 million for 1,200 shells, 40% of them in March."
    assert statements.figures(text) == ["May", "$3.5 million", "1,200", "40%", "March"]
    assert statements.figures("It may rain. May I?") == []


@pytest.mark.parametrize(
    "day", ["3 March", "3 March 2031", "March 3", "March 3, 2031", "May 2031", "2030-31", "1 May"]
)
def test_a_day_is_one_figure(day: str) -> None:
    assert statements.figures(f"Of the 90 on {day}, none.") == ["90", day]


def test_what_points_back_leans() -> None:
    assert statements.leaning("This development marks a shift.") == 1.0
    assert statements.leaning("The risks are high, as this move shows.") == 0.25
    assert statements.leaning("He said: “This is over.”") == 1.0
    assert statements.leaning("The firm said: “This is over.”") == 0.0
    assert statements.leaning("We do not recommend this.") == 1.0
    assert statements.leaning("Our lawyers think that such a suit would fail.") == 1.0
    assert statements.leaning("The largest, Sierra Cobre, employs 9,400 people.") == 1.0
    assert statements.leaning("The largest mine employs 9,400 people.") == 0.0


def test_loaded_wording_is_the_sources_own_voice_only() -> None:
    assert statements.is_loaded("It sets a troubling precedent.")
    assert not statements.is_loaded("A senior official called it a “reckless provocation”.")
    assert not statements.is_loaded("The committee met on Tuesday.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Resolved: that the bridge be repaired.", 1.0),
        ("The chair poured tea.", 0.0),
        ("Present: Councillors Bright, Castell and Holt.", -1.0),
        ("This memorandum sets out the risk of losses.", -1.0),
        ("The minutes of May were approved.", -1.0),
    ],
)
def test_decisions_tell_and_procedure_does_not(text: str, expected: float) -> None:
    assert telling(text) == expected


def test_headings_lift_or_lower_what_stands_below() -> None:
    assert heading_weight("8. Findings") == 1.0
    assert heading_weight("References") < 0
    assert heading_weight("The villages") == 0.0


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Chief fire officer Hanne Roos said that it had spread.", "Chief fire officer Hanne Roos"),
        ("The insurer, Helvia Mutual, said that it would not pay.", "The insurer, Helvia Mutual"),
        ("It was hot. Nobody spoke.", ""),
        ("“We go,” said Ann.", ""),
    ],
)
def test_the_speaker_is_named_as_the_sentence_names_them(text: str, who: str) -> None:
    assert speaker(text) == who


def test_a_bare_quotation_leans_on_what_names_its_speaker() -> None:
    assert leaning("“We shall reopen the bridge in the spring of next year.”") == 1.0
    assert leaning("“We shall reopen the bridge in the spring,” the mayor said on Monday.") < 1.0
