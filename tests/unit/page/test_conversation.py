"""How each end of a question looks, and that no two look alike."""

from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from assistant.keeping.chats import Chat, Exchange
from assistant.page.html import conversation
from tests.unit.page.reading import Node, read
from tests.unit.page.samples import NASTY, answer, citation, claim

ASKED = Exchange(question="How many came?", at="2026-01-01T00:00:00+00:00")


def shown(exchange: Exchange) -> Node:
    return read(conversation.exchange(exchange, 0))


def done(**known: object) -> Exchange:
    return replace(ASKED, state="done", answer=answer(claim(), **known))


def test_evidence_is_labelled_as_no_answer_while_waiting() -> None:
    root = shown(replace(ASKED, doing="Reading", answer={"evidence": [citation()]}))
    assert "Evidence found not yet an answer" in root.text
    assert root.all("p", role="status")[0].text == "Reading"
    assert not root.all("article")


def test_a_checked_sentence_takes_the_place_of_the_evidence() -> None:
    partial = {"evidence": [citation()], "claims": [claim()]}
    root = shown(replace(ASKED, answer=partial))
    assert "Evidence found" not in root.text
    assert root.all("p", **{"class": "sentences"})[0].text == "Hundreds came.1"


def test_an_answer_states_its_verdict_and_its_time() -> None:
    (footer,) = shown(done()).all("footer")
    assert "1 of 1 sentence verified" in footer.text
    assert "3.0 s" in footer.text


def test_an_uncalibrated_model_is_called_so() -> None:
    assert "uncalibrated" in shown(done(calibrated=False)).text
    assert "uncalibrated" not in shown(done()).text
    refused = replace(ASKED, state="done", answer=answer(calibrated=False))
    assert "uncalibrated" in shown(refused).text


def test_a_name_that_the_documents_lack_is_said_to_be_lacking() -> None:
    refused = replace(ASKED, state="done", answer=answer(premise="South Korea"))
    assert "Your documents don't mention “South Korea”." in shown(refused).text


def test_a_refusal_is_no_answer_and_shows_the_nearest_passages() -> None:
    root = shown(replace(ASKED, state="done", answer=answer()))
    assert not root.all("article", **{"class": "answer"})
    (refusal,) = root.all("article", **{"class": "refusal"})
    assert refusal.all("h3")[0].text == "Your documents don't say"
    assert len(refusal.all("button", **{"class": "card"})) == 1
    assert "verified" not in refusal.text


def test_a_refusal_shows_the_draft_that_was_withheld_and_why() -> None:
    drafted = [{"text": "General Kim came.", "reason": "it names General Kim"}]
    root = shown(replace(ASKED, state="done", answer=answer(withheld=drafted)))
    (refusal,) = root.all("article", **{"class": "refusal"})
    (withheld,) = refusal.all("details", **{"class": "withheld"})
    assert "General Kim came." in withheld.text
    assert "it names General Kim" in withheld.text


def test_a_refusal_without_passages_says_so() -> None:
    root = shown(replace(ASKED, state="done", answer=answer(evidence=[])))
    assert "Nothing in them comes near" in root.text


def test_a_failure_is_neither_answer_nor_refusal() -> None:
    root = shown(ASKED.failed("The model stopped.", "Ask again."))
    assert not root.all("article")
    assert "don't say" not in root.text
    (again,) = root.all("button", **{"data-do": "example"})
    assert again.attributes["data-question"] == ASKED.question


def test_an_answer_about_a_former_version_says_so_and_offers_to_ask_again() -> None:
    chat = Chat(id="c", exchanges=(done(),))
    assert "former version" not in conversation.finished(chat)
    said = conversation.finished(chat, [True])
    assert "A document has changed since; this quotes its former version." in said
    assert said.index("Ask again") < said.index("answer-0")


def test_a_stopped_answer_keeps_what_was_checked() -> None:
    root = shown(replace(ASKED, answer={"claims": [claim()]}).stopped())
    assert "Hundreds came." in root.text
    assert "Stopped before the answer was complete" in root.text


def test_passages_alone_are_no_answer() -> None:
    root = shown(replace(ASKED, answer={"evidence": [citation()]}).found())
    assert "1 passage found evidence, not an answer" in root.text


@pytest.mark.parametrize("part", ["premise", "clarification"])
def test_what_is_amiss_with_the_question_is_shown(part: str) -> None:
    assert NASTY in shown(done(**{part: NASTY})).text


def test_both_sides_of_a_conflict_are_cited() -> None:
    dated = {**citation(50), "published": "2024-05-01"}
    sides = [claim("Ten came.", "verified", citation(0)), claim("Two.", "verified", dated)]
    root = shown(done(conflicts=[{"note": "They differ.", "claims": sides}]))
    (conflict,) = root.all("section", **{"class": "conflict"})
    assert [item.text for item in conflict.all("li")] == [
        f"Ten came.1{dated['document']}",
        f"Two.2{dated['document']}, 2024-05-01",
    ]


def test_a_rewritten_question_is_shown() -> None:
    assert (
        "Read as: How many soldiers?" in shown(done(standalone_question="How many soldiers?")).text
    )
    assert "Read as" not in shown(done(standalone_question="How many came?")).text


def test_the_mark_given_is_the_button_pressed() -> None:
    root = shown(replace(done(), mark="wrong"))
    pressed = [b.text for b in root.all("button", **{"aria-pressed": "true"})]
    assert pressed == ["Wrong"]


def test_hostile_text_stays_text_everywhere() -> None:
    hostile = answer(
        claim(NASTY, "verbatim", citation(quote=NASTY, name=NASTY)),
        withheld=[{"text": NASTY, "reason": NASTY}],
        evidence=[{**citation(quote=NASTY, name=NASTY), "score": 1.0}],
        premise=NASTY,
        standalone_question=NASTY,
        model=NASTY,
    )
    root = shown(replace(ASKED, question=NASTY, state="done", answer=hostile))
    assert not root.tags() & {"img", "script"}
    assert root.all("h2")[0].text == NASTY


def test_the_clipboard_has_footnotes() -> None:
    first, second = citation(0), citation(40, "Ten left.")
    items = [
        claim("Hundreds came.", "verified", first),
        claim("Ten left.", "verbatim", second, first),
    ]
    assert conversation.clipboard(answer(*items)) == (
        "Hundreds came.[1] Ten left.[2][1]\n\n"
        "[1] “Hundreds came.” news.txt, characters 0–14\n"
        "[2] “Ten left.” news.txt, characters 40–49"
    )


def test_the_exchange_in_progress_stands_apart_from_the_finished_ones() -> None:
    chat = Chat(id="c", exchanges=(done(), replace(ASKED, question="And now?")))
    assert [node.text for node in read(conversation.finished(chat)).all("h2")] == ["How many came?"]
    assert [node.text for node in read(conversation.current(chat)).all("h2")] == ["And now?"]
    assert conversation.current(Chat(id="c", exchanges=(done(),))) == ""


def test_a_newcomer_sees_examples_or_is_told_to_add_a_document() -> None:
    (example,) = read(conversation.welcome(1, ["Why?"])).all("button")
    assert example.attributes["data-question"] == "Why?"
    assert "Add a document" in conversation.welcome(0, [])


def test_what_an_earlier_part_says_is_pointed_to_and_not_said_again() -> None:
    claims = [claim(), claim("Ten left.", "verified", citation(20, "Ten left."))]
    parts = [
        {"question": "Who came?", "claims": [0]},
        {"question": "Who left?", "claims": [0, 1]},
        {"question": "Who won?", "claims": []},
    ]
    root = shown(replace(ASKED, state="done", answer=answer(*claims, parts=parts)))
    came, left, won = root.all("section", **{"class": "part"})
    assert "Hundreds came." in came.text
    assert "Said above" not in came.text
    assert "Hundreds came." not in left.text
    assert "Ten left." in left.text
    (above,) = left.all("p", **{"class": "note"})
    assert above.text == "Said above: 1"
    assert won.text == "Who won?Your documents don't say this."


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each holder within a stored answer, with the key of what it holds."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


def test_no_value_of_a_stored_answer_becomes_markup() -> None:
    """A conversation may come with somebody else's backup: whatever stands where a number shall."""
    side = {"note": "They differ.", "claims": [claim()]}
    known: dict[str, Any] = {
        "read": {"passages": 3, "of": 9},
        "refusal": {"kind": "name", "text": "Drenthia"},
        "standalone_question": "How many came to Kursk?",
        "clarification": "In May.",
        "conflicts": [side],
        "withheld": [{"text": "Ten came.", "reason": "number"}],
        "parts": [{"question": "How many?", "claims": [0]}],
    }
    whole = answer(claim(), **known)
    tried = 0
    for number in range(len(list(places(deepcopy(whole))))):
        stored = deepcopy(whole)
        holder, key = list(places(stored))[number]
        holder[key] = NASTY
        # What cannot be shown at all is told as a failure; nothing of it reaches the browser.
        with suppress(TypeError, ValueError, KeyError, AttributeError):
            html = conversation.exchange(replace(ASKED, state="done", answer=stored), 0)
            assert "<img" not in html, (key, html)
            tried += 1
    assert tried > 20
