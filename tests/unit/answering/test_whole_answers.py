"""Answers of several sentences: chosen, joined, checked, in parts, with what is missing."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.answering.assistant import Assistant
from assistant.answering.question_kinds import Classifier, kind_of, signals, word_runs
from assistant.answering.retrieving import nearest, queries
from assistant.answering.understanding import split
from assistant.answering.values import Asked, Run, Understood
from assistant.answering.whole_drafts import LEANING, drafted_sentences
from assistant.checking.calibration import Calibration
from assistant.data import Answer, Answered, ClaimChecked, SentenceWithheld, Turn
from assistant.json_forms import answer_from_json, answer_json
from assistant.models.protocol import Written
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from index import Library
from tests.scripted import Call, ScriptedModel

ANSWERING = Calibration(support=0.5, answerable=0.5, several=0.0, calibrated=True)
ASKED = "What happened to the old weir at Harlow and to the forty herons of the valley?"
JOINT = "The old weir at Harlow broke in March and forty herons left the valley after the flood."
WEIR = (
    "The old weir at Harlow broke in March. Forty herons left the valley after the flood. "
    "The council voted to rebuild the weir. The work costs two million crowns.\n"
)


@pytest.fixture
def over(
    library: Library, scripted_model: ScriptedModel, tmp_path: Path
) -> Callable[..., Assistant]:
    """Makes an assistant over documents of these texts; its model says yes to everything."""
    scripted_model.chooser = lambda call: "yes"
    scripted_model.writer = lambda call: ""

    def make(*texts: str, calibration: Calibration = ANSWERING) -> Assistant:
        for number, text in enumerate(texts):
            path = tmp_path / f"note-{number}.txt"
            path.write_text(text, encoding="utf-8")
            assert [each.status for each in library.add(path)] == ["added"]
        prompts = Prompts.load(prompts_folder())
        return Assistant(library, scripted_model, prompts, calibration=calibration)

    return make


def exact(library: Library, answer: Answer) -> bool:
    return all(
        library.document(c.span.document_id).text[c.span.start : c.span.end] == c.quote
        for claim in answer.claims
        for c in claim.citations
    )


def joins(text: str) -> Callable[[Call], str]:
    """A writer that joins what it is given as ``text``, and nothing else."""
    return lambda call: text if "Join both" in call.text else ""


def drafts(text: str) -> Callable[[Call], str]:
    """A writer whose first draft is ``text``, and that writes nothing else."""
    return lambda call: text if "complete sentences" in call.text else ""


def test_a_whole_answer_has_several_sentences_each_exact(
    over: Callable[..., Assistant], library: Library, scripted_model: ScriptedModel
) -> None:
    scripted_model.writer = joins("")
    answer = over(WEIR).answer("What happened to the weir?", detail="detailed")
    assert len(answer.claims) >= 2
    assert {claim.verdict for claim in answer.claims} == {"verbatim"}
    assert exact(library, answer)
    assert answer.read is not None
    assert (answer.read.passages, answer.read.of) == (1, 1)


def test_a_drafted_sentence_cites_what_it_is_from(
    over: Callable[..., Assistant], library: Library, scripted_model: ScriptedModel
) -> None:
    scripted_model.writer = drafts("The reasons are:\n- Rebuilding it costs two million crowns.")
    answer = over(WEIR).answer("What happened to the weir?", detail="detailed")
    first = answer.claims[0]
    assert (first.text, first.verdict) == ("Rebuilding it costs two million crowns.", "verified")
    cited = " ".join(citation.quote for citation in first.citations)
    assert "The work costs two million crowns." in cited
    assert "herons" not in cited
    assert exact(library, answer)
    assert "The work costs two million crowns." not in [claim.text for claim in answer.claims]


@pytest.mark.parametrize(
    ("drafted", "chooser"),
    [
        ("Rebuilding the weir costs three million crowns.", "yes"),
        ("The council voted to sell the weir at Ostrow.", "yes"),
        ("Forty herons left because of the council.", "no"),
    ],
)
def test_a_drafted_sentence_that_is_not_borne_out_is_withheld(
    over: Callable[..., Assistant], scripted_model: ScriptedModel, drafted: str, chooser: str
) -> None:
    scripted_model.writer = drafts(drafted)
    scripted_model.chooser = lambda call: chooser if "Claim:" in call.text else "yes"
    events = list(over(WEIR).ask("What happened to the weir?", detail="detailed"))
    assert [e.withheld.text for e in events if isinstance(e, SentenceWithheld)] == [drafted]
    claims = [e.claim for e in events if isinstance(e, ClaimChecked)]
    assert {claim.verdict for claim in claims} == {"verbatim"}


def test_a_draft_that_is_like_nothing_in_the_documents_answers_nothing(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    scripted_model.writer = drafts("Residents demand compensation. Nobody apologised to anyone.")
    scripted_model.chooser = lambda call: "no" if "Claim:" in call.text else "yes"
    events = list(over(WEIR).ask("What happened to the weir?", detail="detailed"))
    assert not any(isinstance(event, SentenceWithheld | ClaimChecked) for event in events)
    (answer,) = [event.answer for event in events if isinstance(event, Answered)]
    assert answer.status == "not_in_documents"
    assert answer.refusal is not None
    assert answer.refusal.kind == "not_stated"


def test_a_sentence_that_leans_on_a_withheld_one_is_quoted_instead(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    scripted_model.writer = drafts(
        "The council voted to sell the weir at Ostrow. It costs two million crowns. "
        "Forty herons left the valley after the flood."
    )
    answer = over(WEIR).answer("What happened to the weir?", detail="detailed")
    reasons = {item.text: item.reason for item in answer.withheld}
    assert reasons["It costs two million crowns."] == LEANING
    told = [claim.text for claim in answer.claims]
    assert "The work costs two million crowns." in told
    assert "Forty herons left the valley after the flood." in told


def test_a_sentence_may_lean_on_one_that_stands(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    said = "The council voted to rebuild the weir. It costs two million crowns."
    scripted_model.writer = drafts(said)
    answer = over(WEIR).answer("What happened to the weir?", detail="detailed")
    assert " ".join(claim.text for claim in answer.claims[:2]) == said


def test_copying_ends_where_it_goes_round(
    over: Callable[..., Assistant], scripted_model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    circle = "The work costs two million crowns. Forty herons left the valley after the flood.\n"
    copying = {True: 40 * circle, False: ""}
    scripted_model.writer = lambda call: copying["Copy from the text" in call.text]
    read: list[int] = []
    stream = scripted_model.stream

    def counted(*messages: Any, **options: Any) -> Iterator[Written]:
        for written in stream(*messages, **options):
            read.append(len(written.text))
            yield written

    monkeypatch.setattr(scripted_model, "stream", counted)
    answer = over(WEIR).answer("What happened to the weir?", detail="detailed")
    assert len(circle) < max(read) < 4 * len(circle)
    assert "Forty herons left the valley after the flood." in [c.text for c in answer.claims]


def test_a_heading_in_a_draft_is_no_sentence(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    said = "Forty herons left the valley after the flood."
    heading = "An Uncertain Future for Herons"
    scripted_model.writer = drafts(f"{heading}\n{said}")
    text = f"The weir at Harlow broke in March.\n\n{heading}\n\n{said} The council met in May.\n"
    answer = over(text).answer("What happened to the herons?", detail="detailed")
    assert said in [claim.text for claim in answer.claims]
    every = [*answer.claims, *answer.withheld]
    assert not [each.text for each in every if each.text.startswith(heading)]


def test_no_document_lends_its_name_to_a_sentence_of_another(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    drafted = "Acme employed 212 people in the year, and revenue was 4.1 million in the year."
    scripted_model.writer = drafts(drafted)
    answer = over(
        "Acme report\n\nThe company employed 212 people in the year.\n",
        "Borealis report\n\nRevenue was 4.1 million in the year.\n",
    ).answer("How did the company do in the year?", detail="detailed")
    assert drafted not in [claim.text for claim in answer.claims]
    assert [item.text for item in answer.withheld] == [drafted]


def test_the_sentence_before_stands_next_to_the_one_that_leans_on_it(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    drafted = "The dam was sold in 1990."
    scripted_model.writer = drafts(drafted)
    text = "The dam was built in 1931. Was the mill sold? It was sold in 1990.\n"
    answer = over(text).answer("What happened to the dam?", detail="detailed")
    assert drafted not in [claim.text for claim in answer.claims]


FAR_OFF = "Ilse of Ostrow lends the money at four percent."


@pytest.mark.parametrize(
    ("asked_for", "reply"),
    [
        ("Copy from the text", f"- {FAR_OFF[:-1]}"),
        ("complete sentences", "Ilse of Ostrow lends the money at five percent."),
    ],
)
def test_what_the_model_copies_or_falls_with_is_quoted_from_the_document(
    over: Callable[..., Assistant],
    library: Library,
    scripted_model: ScriptedModel,
    asked_for: str,
    reply: str,
) -> None:
    text = f"The old weir at Harlow broke. The old weir at Harlow is rebuilt. {FAR_OFF}\n"
    assistant = over(text)
    question = "What happened to the old weir at Harlow?"
    assert FAR_OFF not in assistant.answer(question, detail="detailed").text
    scripted_model.writer = lambda call: reply if asked_for in call.text else ""
    answer = assistant.over(library).answer(question, detail="detailed")
    (claim,) = [claim for claim in answer.claims if "Ilse" in claim.text]
    assert (claim.text, claim.verdict) == (FAR_OFF, "verbatim")
    assert exact(library, answer)


@pytest.mark.parametrize(
    ("line", "fills"),
    [
        ("The old mill at the weir stands empty [4].", True),
        ("She said: “The mill at the weir is sold.”", True),
        ("- wood from the weir of Harlow", True),
        ("Weir of Harlow, Mill Lane, Harlow", False),
        ("Home | News of Harlow | The weir", False),
    ],
)
def test_what_fills_an_answer_is_a_sentence_or_an_item(
    over: Callable[..., Assistant], line: str, fills: bool
) -> None:
    text = f"The weir of Harlow broke.\n\n{line}\n"
    answer = over(text).answer("What about the weir of Harlow?", detail="detailed")
    assert (line in answer.text) is fills


@pytest.mark.parametrize("exhaustive", [False, True])
def test_what_the_next_passages_say_is_drafted_too(
    over: Callable[..., Assistant],
    library: Library,
    scripted_model: ScriptedModel,
    exhaustive: bool,
) -> None:
    names = ("Ames", "Bole", "Cray", "Dunn")

    def write(call: Call) -> str:
        there = [name for name in names if name in call.text]
        drafting = "complete sentences" in call.text
        return " ".join(f"{name} keeps the weir." for name in there) if drafting else ""

    scripted_model.writer = write
    answer = over(*(f"Warden {name} keeps the old weir at Harlow.\n" for name in names)).answer(
        "What of the wardens of the old weir at Harlow?",
        detail="detailed",
        exhaustive=exhaustive,
    )
    first, further = (call for call in scripted_model.calls if "complete sentences" in call.text)
    assert [sum(name in call.text for name in names) for call in (first, further)] == [3, 1]
    said = {claim.text for claim in answer.claims if claim.verdict == "verified"}
    assert said == {f"{name} keeps the weir." for name in names}
    assert exact(library, answer)


@pytest.mark.parametrize("said", ["yes", "no"])
def test_the_nearest_sentence_decides_before_anything_is_drafted(
    over: Callable[..., Assistant], scripted_model: ScriptedModel, said: str
) -> None:
    scripted_model.writer = drafts("The council voted to rebuild the weir.")
    scripted_model.chooser = lambda call: said if "What of the weir" in call.text else "yes"
    judging = Calibration(
        support=0.5, several=0.5, several_intercept=0.0, calibrated=True,
        several_weights={"answers_odds": 1.0},
    )  # fmt: skip
    events = list(over(WEIR, calibration=judging).ask("What of the weir?", detail="detailed"))
    assert any(isinstance(event, ClaimChecked) for event in events) is (said == "yes")
    drafted = [call for call in scripted_model.calls if "complete sentences" in call.text]
    assert bool(drafted) is (said == "yes")


@pytest.mark.parametrize(
    ("text", "finished", "kept"),
    [
        ("It broke in March. It broke in March.", True, ["It broke in March."]),
        ("1. Herons left the valley.\n2. A dam rose.", True,
         ["Herons left the valley.", "A dam rose."]),
        ("Herons left the valley. The dam rose by", False, ["Herons left the valley."]),
        ("What happened is told below:\nHerons left the valley.", True,
         ["Herons left the valley."]),
        ("The text says that herons left it.", True, ["Herons left it."]),
        ("", True, []),
    ],
)  # fmt: skip
def test_what_is_kept_of_a_draft(text: str, finished: bool, kept: list[str]) -> None:
    assert drafted_sentences(text, "What happened?", finished=finished) == kept


@pytest.mark.parametrize(
    ("question", "leans"),
    [("How are tea leaves picked in Assam?", False), ("And how did it end after that?", True)],
)
def test_the_question_before_is_told_only_where_the_topic_is_lost(
    over: Callable[..., Assistant], scripted_model: ScriptedModel, question: str, leans: bool
) -> None:
    before = (
        Turn(role="user", content="What happened to the old weir at Harlow?"),
        Turn(role="assistant", content="It broke in March."),
    )
    assistant = over(WEIR, "Tea leaves are picked by hand in Assam. They are dried at once.\n")
    assistant.answer(question, detail="detailed", history=before)
    told = ["Earlier question" in call.text for call in scripted_model.calls]
    assert any(told) is leans


def test_a_joint_sentence_cites_both_and_is_checked(
    over: Callable[..., Assistant], library: Library, scripted_model: ScriptedModel
) -> None:
    scripted_model.writer = joins(JOINT)
    scripted_model.chooser = lambda call: "yes"
    answer = over(WEIR).answer(ASKED, detail="detailed")
    joining = [call.text for call in scripted_model.calls if "Join both" in call.text]
    assert not [text for text in joining if ASKED in text]  # it would put its words into the text
    first = answer.claims[0]
    assert (first.text, first.verdict) == (JOINT, "verified")
    cited = " ".join(citation.quote for citation in first.citations)
    assert "broke in March" in cited
    assert "Forty herons" in cited
    assert exact(library, answer)


@pytest.mark.parametrize(
    "joint",
    [JOINT.replace("forty", "fifty"), JOINT.replace("March", "May")],
)
def test_a_joint_sentence_that_says_more_gives_way_to_the_sources(
    over: Callable[..., Assistant], scripted_model: ScriptedModel, joint: str
) -> None:
    scripted_model.writer = joins(joint)
    scripted_model.chooser = lambda call: "yes"
    events = list(over(WEIR).ask(ASKED, detail="detailed"))
    withheld = [e.withheld.text for e in events if isinstance(e, SentenceWithheld)]
    assert joint in withheld
    claims = [e.claim for e in events if isinstance(e, ClaimChecked)]
    assert joint not in [claim.text for claim in claims]
    assert "Forty herons left the valley after the flood." in [claim.text for claim in claims]


@pytest.mark.parametrize(
    "text",
    [
        WEIR.replace(" Forty", " The mill stands still. Forty"),
        WEIR.replace(" Forty", "\n\nForty"),
        "The old weir at Harlow · Broke: March\nForty herons · Left: after the flood\n",
    ],
)
def test_only_neighbours_that_are_sentences_are_joined(
    over: Callable[..., Assistant], scripted_model: ScriptedModel, text: str
) -> None:
    scripted_model.writer = joins(JOINT)
    answer = over(text).answer(ASKED, detail="detailed")
    pairs = [call.text for call in scripted_model.calls if "Join both" in call.text]
    assert not [pair for pair in pairs if "broke in March" in pair and "Forty" in pair]
    assert not [pair for pair in pairs if "·" in pair]
    assert answer.claims


def test_a_joint_sentence_that_drops_one_of_the_two_is_not_used(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    scripted_model.writer = joins("The old weir at Harlow broke in March.")
    answer = over(WEIR).answer("What happened to the weir?", detail="detailed")
    assert {claim.verdict for claim in answer.claims} == {"verbatim"}


def test_near_twins_are_said_once(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    scripted_model.writer = joins("")
    said = "The bridge at Tarn closes on Monday."
    answer = over(f"{said}\n", f"{said} A ferry takes over.\n").answer(
        "What about the bridge at Tarn?", detail="detailed"
    )
    assert [claim.text for claim in answer.claims].count(said) == 1


def test_nothing_near_is_a_refusal_with_its_kind(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    strict = Calibration(several=1.0, calibrated=True)
    answer = over(WEIR, calibration=strict).answer("Why do whales sing?", detail="detailed")
    assert answer.status == "not_in_documents"
    assert answer.refusal is not None
    assert answer.refusal.kind == "not_stated"
    assert len(scripted_model.calls) == 1


def test_each_part_of_a_question_is_answered_or_named_as_missing(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    def choose(call: Call) -> str:
        return "no" if "who paid" in call.text.lower() else "yes"

    scripted_model.chooser = choose
    scripted_model.writer = lambda call: ""
    answer = over(WEIR).answer("When did the old weir break and who paid for the herons?")
    assert answer.status == "answered"
    assert [part.question for part in answer.parts] == [
        "When did the old weir break?", "Who paid for the herons?",
    ]  # fmt: skip
    assert answer.parts[0].claims == (0,)
    assert answer.parts[1].claims == ()
    assert answer.missing == ("Who paid for the herons?",)


def test_a_sentence_that_answers_two_parts_stands_once(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    scripted_model.writer = drafts("The old weir broke in March.")
    answer = over(WEIR).answer(
        "When did the old weir at Harlow break and why did the herons leave?", detail="detailed"
    )
    assert len(answer.parts) == 2
    texts = [claim.text for claim in answer.claims]
    assert len(set(texts)) == len(texts)
    assert {*answer.parts[0].claims} & {*answer.parts[1].claims}


WHOLE_QUESTION = "Why did it break and what followed from it?"


@pytest.mark.parametrize(
    ("part", "forms"),
    [
        ("What followed from it?", [WHOLE_QUESTION]),
        ("What do herons eat?", ["What do herons eat?", f"{WHOLE_QUESTION} What do herons eat?"]),
    ],
)
def test_a_part_that_leans_is_searched_for_as_the_whole_question(
    scripted_model: ScriptedModel, library: Library, part: str, forms: list[str]
) -> None:
    run = Run(
        library=library, model=scripted_model, prompts=Prompts.load(prompts_folder()),
        calibration=ANSWERING, cancelled=lambda: False, trace=lambda step, what: None,
    )  # fmt: skip
    asked = Asked(run=run, question=WHOLE_QUESTION, history=(), documents=None)
    understood = Understood(asked=asked, question=part, earlier=WHOLE_QUESTION, kind="whole", of=2)
    assert queries(understood) == forms


def test_a_later_part_does_not_quote_what_an_earlier_one_cites(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    said = "A breach came in March."

    def write(call: Call) -> str:
        asked_first = "\nQuestion: When did" in call.text
        return said if "complete sentences" in call.text and asked_first else ""

    scripted_model.writer = write
    answer = over("The old weir at Harlow broke in March with a breach.\n").answer(
        "When did the old weir at Harlow break and why did the old weir break?", detail="detailed"
    )
    assert [claim.text for claim in answer.claims] == [said]
    assert [part.claims for part in answer.parts] == [(0,), (0,)]


def test_a_later_part_does_not_say_anew_what_an_earlier_one_quotes(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    source = "The old weir at Harlow broke in March with a breach."

    def write(call: Call) -> str:
        asked_last = "\nQuestion: Why did" in call.text
        return "A breach came." if "complete sentences" in call.text and asked_last else ""

    scripted_model.writer = write
    answer = over(f"{source}\n").answer(
        "When did the old weir at Harlow break and why did the old weir break?", detail="detailed"
    )
    assert [claim.text for claim in answer.claims] == [source]
    assert [part.claims for part in answer.parts] == [(0,), (0,)]


def test_a_part_keeps_the_topic_of_its_question(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    question = "Why did the old weir at Harlow break and how long can it carry on like that?"
    over(WEIR, "Tea can carry on for long like that.\n").answer(question, detail="detailed")
    drafted = [call.text for call in scripted_model.calls if "complete sentences" in call.text]
    assert len(drafted) == 2
    assert all(f"Earlier question: {question}" in text for text in drafted)


@pytest.mark.parametrize(
    ("rewritten", "asked"),
    [
        ("", "Who made it, asked after “How high is the mast?”?"),
        ("Who made the mast?", "Who made the mast?"),
    ],
)
def test_a_part_that_leans_on_the_one_before_is_asked_with_its_topic(
    over: Callable[..., Assistant], scripted_model: ScriptedModel, rewritten: str, asked: str
) -> None:
    scripted_model.writer = lambda call: rewritten if "Who made it" in call.text else ""
    answer = over(WEIR).answer("How high is the mast and who made it?")
    assert [part.question for part in answer.parts] == ["How high is the mast?", asked]


@pytest.mark.parametrize(
    ("question", "alone"),
    [("When was the old weir broken?", True), ("When do trams stop running?", False)],
)
def test_a_question_that_names_nothing_but_finds_its_topic_stands_alone(
    over: Callable[..., Assistant],
    scripted_model: ScriptedModel,
    question: str,
    alone: bool,
) -> None:
    history = [Turn(role="user", content="Who lives at Harlow?")]
    answer = over(WEIR).answer(question, history=history, detail="short")
    rewritten = [call for call in scripted_model.calls if "Last question" in call.text]
    assert (not rewritten) is alone
    assert (answer.standalone_question is None) is alone


def test_a_draft_in_words_of_its_own_is_withheld(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    drafted = "The old weir at Harlow caused delays, frustration and increased costs."
    scripted_model.writer = drafts(drafted)
    answer = over(WEIR).answer("What happened to the old weir?", detail="detailed")
    assert drafted in [item.text for item in answer.withheld]


def test_parts_read_and_refusal_survive_json(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    scripted_model.writer = joins("")
    answer = over(WEIR).answer("What happened to the weir?", detail="detailed")
    again = answer_from_json(answer_json(answer))
    assert (again.form, again.parts, again.missing, again.read, again.refusal) == (
        answer.form, answer.parts, answer.missing, answer.read, answer.refusal,
    )  # fmt: skip
    assert answer_json(answer)["read"] == {"passages": 1, "of": 1}


def test_an_exhaustive_answer_reads_every_passage(
    over: Callable[..., Assistant], library: Library, scripted_model: ScriptedModel
) -> None:
    texts = [f"Warden {name} keeps the lock." for name in ("Ames", "Bole", "Cray")]
    answer = over(*texts).answer("List the wardens of the lock.", exhaustive=True)
    assert answer.form == "list"
    assert answer.read is not None
    assert answer.read.passages == answer.read.of == 3
    assert len(answer.claims) == 3


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("How high is the mast and who made it?", ["How high is the mast?", "Who made it?"]),
        ("Who came? When did they leave?", ["Who came?", "When did they leave?"]),
        ("Where and why did it happen?", ["Where and why did it happen?"]),
        ("What do Ann and Ben say?", ["What do Ann and Ben say?"]),
        (
            "Who sold the barn, when did he sell it and since when has it stood empty?",
            ["Who sold the barn?", "When did he sell it?", "Since when has it stood empty?"],
        ),
        (
            "In Norway, when is the tax due, and by whom is it paid?",
            ["In Norway, when is the tax due?", "By whom is it paid?"],
        ),
        ("The year it burnt, who lived there?", ["The year it burnt, who lived there?"]),
        ("Name the guests and what they brought.", ["Name the guests and what they brought."]),
        ("Say who came and when the ball began.", ["Say who came and when the ball began."]),
        ("Who came and what did they bring.", ["Who came?", "What did they bring?"]),
    ],
)
def test_a_question_is_split_where_another_begins(question: str, parts: list[str]) -> None:
    assert split(question) == parts


@pytest.mark.parametrize(
    ("before", "alone"),
    [
        (["How much is a gate for the weir?"], True),
        (["How much is a gate for the weir?", "And a lock?"], True),
        (["Why did the weir break?"], False),
    ],
)
def test_a_fragment_after_a_look_up_asks_for_one_fact_too(
    over: Callable[..., Assistant],
    scripted_model: ScriptedModel,
    monkeypatch: pytest.MonkeyPatch,
    before: list[str],
    alone: bool,
) -> None:
    def kind(question: str, embed: object) -> str:
        return "lookup" if "How much" in question else "whole"

    monkeypatch.setattr("assistant.answering.understanding.kind_of", kind)
    scripted_model.writer = lambda call: (
        "How much is a sluice for the weir?" if "rewritten:" in call.text else ""
    )
    history = tuple(Turn(role="user", content=each) for each in before)
    answer = over("A sluice for the weir is 40 crowns.\n").answer("And a sluice?", history=history)
    rewritten = "How much is a sluice for the weir?" if alone else None
    assert answer.standalone_question == rewritten


def test_the_model_judges_a_sentence_under_its_title_and_heading(
    library: Library, scripted_model: ScriptedModel, tmp_path: Path
) -> None:
    path = tmp_path / "prices.md"
    path.write_text("# Prices\n\n## Small weir\n\nA gate is 40 crowns.\n", encoding="utf-8")
    assert [each.status for each in library.add(path)] == ["added"]
    scripted_model.chooser = lambda call: "yes"
    scripted_model.writer = lambda call: ""
    prompts = Prompts.load(prompts_folder())
    Assistant(library, scripted_model, prompts).answer("How much is a gate for the small weir?")
    assert any("Prices, Small weir" in call.text for call in scripted_model.calls)


def test_a_quotation_is_not_repeated_with_the_sentence_after_it(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    """The draft is the first sentence word for word, and the next leans on it."""
    first = "The council bought the mill at Ostrow."
    scripted_model.writer = drafts(first)
    text = f"{first} It pays for the mill at Ostrow with a loan.\n"
    answer = over(text).answer("What about the mill at Ostrow?", detail="detailed")
    assert [claim.text for claim in answer.claims].count(first) == 1
    assert answer.text.count(first) == 1


def test_a_follow_up_is_searched_for_alone_and_after_the_question_before(
    over: Callable[..., Assistant], library: Library
) -> None:
    over("The Harlow weir broke in March.\n", "Tea is grown in Assam.\n")
    found = nearest(library, ["and then", "The Harlow weir and then"], None, k=2)
    assert found[0].passage.text.startswith("The Harlow weir")
    assert [each.label for each in found] == [1, 2]


@pytest.mark.parametrize(("lead", "kind"), [(0.2, "lookup"), (2.0, "list")])
def test_a_list_is_given_only_where_the_classifier_is_sure(lead: float, kind: str) -> None:
    classifier = Classifier(
        kinds=("list", "lookup"), runs={}, weights=np.zeros((2, 3)), intercepts=np.array([lead, 0])
    )
    assert classifier.kind("Which door is used?", np.zeros(2)) == kind


def test_a_question_in_another_script_is_a_look_up() -> None:
    assert kind_of("借期是多少天？", lambda texts: np.zeros((len(texts), 384))) == "lookup"


def test_the_classifier_weighs_embedding_and_runs_of_words() -> None:
    runs = {"^ why": 0, "how many": 1}
    weights = np.array([[0.0, 0.0, -5.0, 5.0, 0.0], [0.0, 0.0, 5.0, -5.0, 0.0]])
    classifier = Classifier(
        kinds=("lookup", "whole"), runs=runs, weights=weights, intercepts=np.zeros(2)
    )
    assert classifier.dimension == 2
    assert classifier.kind("Why so?", np.zeros(2)) == "whole"
    assert classifier.kind("How many are there?", np.zeros(2)) == "lookup"
    assert "how many are" in word_runs("How many are there?")
    assert signals("Why?", np.ones(2), runs).shape == (5,)


def test_an_unknown_embedding_model_gets_look_ups() -> None:
    assert kind_of("Why did it fail?", lambda texts: np.ones((len(texts), 3))) == "lookup"
