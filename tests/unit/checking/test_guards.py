"""The guards object to what a small model's "yes" lets through, and to little else."""

import json
import re
import time
from pathlib import Path

import pytest

from assistant.checking.guards import adds_to, objections, words_of_its_own

DEPLOYMENT = (
    "The deployment of North Korean forces, estimated to be in the hundreds, comes amid growing "
    "concerns over an evolving alliance between Moscow and Pyongyang."
)
NATO = "NATO members are expected to meet in the coming days to assess the situation."
ANALYSTS = (
    "Analysts suggest that North Korea’s involvement is also intended to showcase its "
    "capabilities on a global stage."
)
REPORT = (
    "On 3 March 1998 the company sold 1,200 of its 3.5 million shares to Jane O’Neill for $45 each."
)
DENIAL = "The minister said the bridge was not closed on Tuesday, and no train was cancelled."
TREATY = "Canada and Denmark signed the Ottawa accord in June after nine years of talks."


def test_a_quotation_is_borne_out_by_itself() -> None:
    quotes = ["“It is certainly nothing\nthe university condones,” he added.", "He left."]
    assert objections(" ".join(" ".join(quotes).split()), quotes) == []
    assert objections("“It is certainly nothing the university condones.”", quotes) != []


def test_every_digit_of_a_long_number_counts() -> None:
    said = "The account is 12345678901234567891."
    assert objections("The account is 12345678901234567892.", [said + " It is old."]) != []
    assert objections(said, [said + " It is old."]) == []
    pi = "31415926535897932384" * 20
    assert objections(f"It is {pi}1.", [f"It is {pi}2, they say."]) != []


@pytest.mark.parametrize("words", ["Mr. ", "A ", "Al Bo "])
def test_a_text_made_to_take_long_does_not(words: str) -> None:
    """Ten times as long takes some ten times as much, where it took a hundred times."""
    text = words * 400
    before = time.process_time()
    objections(text, [f"{text}x"])
    short = time.process_time() - before
    objections(text * 10, [f"{text * 10}x"])
    assert time.process_time() - before - short < 40 * short + 0.2


CONDITIONS = Path(__file__).parents[2] / "golden" / "claims_conditions.jsonl"


def test_a_condition_that_is_dropped_is_missed_and_one_that_is_kept_is_not() -> None:
    lines = [json.loads(line) for line in CONDITIONS.read_text(encoding="utf-8").splitlines()]
    missed = {
        line["id"]: any("condition" in each for each in objections(line["claim"], [line["source"]]))
        for line in lines
    }
    assert not [line["id"] for line in lines if line["supported"] and missed[line["id"]]]
    dropped = [line["id"] for line in lines if not line["supported"]]
    assert sum(missed[each] for each in dropped) >= 0.75 * len(dropped)


CAUSES = CONDITIONS.with_name("claims_causes.jsonl")


def test_a_cause_that_is_made_up_is_missed_and_one_that_is_told_is_not() -> None:
    lines = [json.loads(line) for line in CAUSES.read_text(encoding="utf-8").splitlines()]
    missed = {
        line["id"]: any("why" in each for each in objections(line["claim"], [line["source"]]))
        for line in lines
    }
    told = [line["id"] for line in lines if line["supported"] and missed[line["id"]]]
    assert not told
    made_up = [line["id"] for line in lines if not line["supported"]]
    assert sum(missed[each] for each in made_up) >= 0.7 * len(made_up)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Since 2003 the firm has sold no saws.", "The firm has sold no saws from 2003 on."),
        ("The bridge shut because of ice.", "There was ice, so the bridge shut."),
        ("Ice led to the closing.", "The closing of the bridge is blamed on ice."),
        ("She left because she was ill.", "She gave a reason: she was ill."),
    ],
)
def test_a_time_is_no_cause_and_a_cause_is_told_in_many_ways(claim: str, evidence: str) -> None:
    assert not any("says why" in each for each in objections(claim, [evidence]))


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        (
            "The mill was built in 1850 and closed in 1931.",
            "The mill was built in 1850. It ground rye until the railway closed in 1931.",
        ),
        (
            "Ann Lowe found and repaired the clock.",
            "Ann Lowe found it. Her son repaired the clock.",
        ),
        ("The ship was hired and later painted.", "The ship was hired. A crew had painted it."),
    ],
)
def test_what_another_did_is_not_told_of_the_same(claim: str, evidence: str) -> None:
    assert any("of what the cited text" in each for each in objections(claim, [evidence]))


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        (
            "The mill was built in 1850 and closed in 1931.",
            "The mill was built in 1850. The mill was quickly closed in 1931.",
        ),
        ("The mill was built and later closed.", "They built the mill, and then they closed it."),
        (
            "Ann Lowe found and repaired the clock.",
            "Ann Lowe found the clock and soon repaired it.",
        ),
        ("Ann Lowe and her son repaired it.", "Ann Lowe and her son repaired the clock."),
        (
            "It was bought and closed.",
            "The trust bought it. It was closed. Its railway closed too.",
        ),
    ],
)
def test_what_the_same_did_may_be_told_with_and(claim: str, evidence: str) -> None:
    assert not any("of what the cited text" in each for each in objections(claim, [evidence]))


@pytest.mark.parametrize("words", ["followed from", "stems from", "arose from", "was due to"])
def test_that_one_fact_comes_of_another_is_a_cause(words: str) -> None:
    claim = f"The closing of the school {words} the sale of the orchard."
    evidence = "The orchard was sold in May. The school closed in June."
    assert any("says why" in each for each in objections(claim, [evidence]))
    told = f"The closing of the school {words} the sale of the orchard, the mayor said."
    assert not any("says why" in each for each in objections(claim, [told]))


def test_what_happened_under_a_condition_happened() -> None:
    assert objections("The ferry stopped.", ["The ferry stopped when the river was high."]) == []


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("An estimated hundreds of North Korean soldiers were deployed.", DEPLOYMENT),
        ("The alliance is between Moscow and Pyongyang.", DEPLOYMENT),
        ("North Korea's forces are estimated to number in the hundreds.", DEPLOYMENT),
        ("NATO members are expected to meet in the coming days.", NATO),
        ("Analysts suggest North Korea wants to showcase its capabilities.", ANALYSTS),
        ("Jane O'Neill bought 1200 shares for $45 each.", REPORT),
        ("The shares were sold on 3 March 1998.", REPORT),
        ("The minister said the bridge was not closed on Tuesday.", DENIAL),
        ("Canada and Denmark signed the Ottawa accord after 9 years.", TREATY),
        ("Canadians and Danes... signed it in June.", "Canadians and Danes signed it in June."),
        ("Officials said the troops number 500.", "The troops number 500, officials said."),
        ("Soldiers crossed the river.", "Troops crossed the river."),
        ("Smith won the prize in 1998.", "Smith, who said little, won the prize in 1998."),
        ("Sales rose after they fell in 2019.", "Sales fell in 2019 and rose in 2020."),
        ("It is 12 kilometers long.", "It is 12 km (7.5 miles) long."),
        ("The prize is five million dollars.", "The prize is $5 million."),
        ("The minister said that most of it was lost.", "Most of it was lost, the minister said."),
        ("Most errors were mended by Ann.", "Most of the errors were mended by Ann."),
        (
            "Ann mended the errors.",
            "Most of the errors, sadly, stay. Ann mended the errors of May.",
        ),
        ("Poland is in the European Union.", "Poland is part of the European Union."),
        (
            "Orientalism refers to a geography.",
            "Orientalism, as Edward Said put it, refers to a geography.",
        ),
        (
            "The king makes the appointment.",
            "While the minister chooses – and may remove them – the "
            "appointment is made by the king.",
        ),
    ],
)
def test_a_true_claim_passes(claim: str, evidence: str) -> None:
    assert objections(claim, [evidence]) == []


@pytest.mark.parametrize(
    ("kind", "claim", "evidence"),
    [
        ("number", "An estimated 300 North Korean soldiers were deployed.", DEPLOYMENT),
        ("number", "An estimated thousands of soldiers were deployed.", DEPLOYMENT),
        ("number", "The company sold 1,300 shares.", REPORT),
        ("number", "The company has 3.6 million shares.", REPORT),
        ("date", "The accord was signed in July.", TREATY),
        ("date", "The minister said the bridge was not closed on Thursday.", DENIAL),
        ("name", "The alliance between Moscow and Beijing is evolving.", DEPLOYMENT),
        ("name", "The shares were sold to Jane Murphy.", REPORT),
        ("denies", "NATO members are not expected to meet.", NATO),
        ("negation", "The minister said the bridge was closed on Tuesday.", DENIAL),
        ("drops", "North Korean forces in Ukraine number in the hundreds.", DEPLOYMENT),
        ("drops", "NATO members meet in the coming days to assess the situation.", NATO),
        ("drops", "North Korea's involvement is intended to showcase its capabilities.", ANALYSTS),
        ("quantity", "All accords were signed.", "Some of the accords were signed."),
        ("said", "The troops number 500.", "Officials said the troops number 500."),
        ("said", "The troops number 500.", "The institute asserts that the troops number 500."),
        ("said", "The troops number 500.", "The ministry maintained that the troops number 500."),
        ("said", "The troops number 500.", "The troops number 500, officials said."),
        ("said", "The troops number 500.", "According to two officials, the troops number 500."),
        ("said", "The troops number 500.", "The troops number 500, according to the ministry."),
        (
            "said",
            "North Korean soldiers are deployed in eastern Ukraine.",
            "U.S. intelligence sources have identified units of North Korean soldiers deployed in "
            "eastern Ukraine.",
        ),
        (
            "said",
            "The United States troops number 500.",
            "Officials said the United States troops number 500.",
        ),
        ("name", "Putin visited Paris in May.", "Macron visited Paris in May."),
        ("name", "Macron met Scholz. Putin visited Paris.", "Macron visited Paris; he met Scholz."),
        ("rose", "Sales rose by 5%.", "Sales fell by 5%."),
        ("after", "The bridge closed after the flood.", "The bridge closed before the flood."),
        ("south", "It lies in the south of Wales.", "It lies in the north of Wales."),
        ("dollar", "The prize is $5 million.", "The prize is €5 million."),
        ("km", "It is 12 km long.", "It is 12 miles long."),
        ("month", "It took nine months.", "It took nine years."),
        (
            "said",
            "12 soldiers died there.",
            "Note: According to the ministry, 12 soldiers died there.",
        ),
        ("zero", "It started with a zero velocity.", "It started with a non-zero velocity."),
        ("Most of", "Ann mended the old errors.", "Most of the old errors were mended by Ann."),
        ("condition", "The fee is waived.", "If the flight is late, the fee is waived."),
        ("condition", "A guard is paid ten euros.", "A guard is paid ten euros for each night."),
    ],
)
def test_a_perturbed_claim_is_caught(kind: str, claim: str, evidence: str) -> None:
    reasons = objections(claim, [evidence])
    assert any(kind in reason for reason in reasons), reasons


@pytest.mark.parametrize(
    ("claim", "question", "adds"),
    [
        ("Condensers recirculate water.", "What do condensers, recirculating water, do?", False),
        ("There were many Chinese with unexpected status.",
         "There were many Chinese with what unexpected status?", False),
        ("The soldiers were deployed.", "Where were the soldiers deployed?", False),
        ("The soldiers were deployed in Kursk.", "Where were the soldiers deployed?", True),
        ("It was founded in 1998.", "When was it founded?", True),
        ("Three were founded.", "How many were founded?", True),
    ],
)  # fmt: skip
def test_a_question_turned_round_adds_nothing(claim: str, question: str, adds: bool) -> None:
    assert adds_to(claim, question) is adds


def test_the_title_may_lend_a_name_but_no_number() -> None:
    evidence = ["He was born in Vienna."]
    assert objections("Schubert was born in Vienna.", evidence, context=["Franz Schubert"]) == []
    assert objections("He was born in Vienna in 1797.", evidence, context=["Born 1797"])


def test_a_quotation_never_objects_to_itself(seed_path) -> None:  # type: ignore[no-untyped-def]
    text = seed_path.read_text(encoding="utf-8")
    for sentence in re.split(r"(?<=[.?!”])\s+", text):
        if sentence.strip():
            assert objections(sentence, [sentence]) == [], sentence


@pytest.mark.parametrize(
    ("claim", "question", "evidence", "own"),
    [
        (
            "It would have a significant impact.",
            "What effect would it have?",
            "Many problems could be shown to have more efficient solutions.",
            ["significant", "impact"],
        ),
        (
            "It is a protective layer of substances that prevent infection.",
            "What is a chemical barrier?",
            "Chemical barriers also protect against infection.",
            ["layer", "substances", "prevent"],
        ),
        ("He left.", "What did he do?", "He departed at once.", []),
        ("Ann Lee gave 12 boats.", "Who gave what?", "Two people gave boats.", []),
        (
            "The bridge was closed after the flood.",
            "What happened?",
            "After the flood the bridge stayed closed.",
            [],
        ),
    ],
)
def test_an_answer_in_words_of_its_own(
    claim: str, question: str, evidence: str, own: list[str]
) -> None:
    assert words_of_its_own(claim, question, evidence) == own


def test_the_month_of_may_is_no_hedge() -> None:
    text = "The lock was opened in May 2019 and is 12 m wide."
    assert objections("The lock is 12 m wide.", [text]) == []
    assert objections("The lock is 12 m wide.", [text.replace("and is", "and may be")])


def test_a_score_is_a_mark_and_no_number() -> None:
    assert objections("The score rests on payments.", ["What it rests on are payments."]) == []
