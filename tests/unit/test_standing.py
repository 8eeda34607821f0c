"""What stands of an answer after each of its events."""

from dataclasses import replace

from assistant.data import (
    Answer,
    Answered,
    AnswerEvent,
    Citation,
    Claim,
    ClaimChecked,
    EvidenceFound,
    Progress,
    SentenceWithheld,
    Withheld,
)
from assistant.standing import Standing, answer_of, events_of, standings
from index.data import Span

CITED = Citation(span=Span(document_id="d", start=0, end=4), quote="Ten.", document_name="a.txt")
QUOTED = Claim(text="Ten.", citations=(CITED,), verdict="verbatim", support=1.0)
FIRST = Claim(text="Ten came.", citations=(CITED,), verdict="verified", support=0.9)
SECOND = replace(FIRST, text="Two left.")
ANSWER = Answer(
    question="How many?", status="answered", claims=(FIRST, SECOND), evidence=(), model="m"
)
REFUSED = replace(ANSWER, status="not_in_documents", claims=())


def after(*events: AnswerEvent) -> Standing:
    return list(standings(events))[-1]


def test_sentences_come_one_by_one_and_stay() -> None:
    standing = after(ClaimChecked(claim=FIRST), ClaimChecked(claim=SECOND))
    assert standing.checked == (FIRST, SECOND)
    assert standing.provisional is None


def test_a_sentence_that_two_parts_of_a_question_share_stands_once() -> None:
    again = replace(FIRST, support=0.8)
    standing = after(*(ClaimChecked(claim=each) for each in (FIRST, SECOND, again)))
    assert standing.checked == (FIRST, SECOND)


def test_a_provisional_sentence_gives_way_to_the_next_checked_one() -> None:
    shown = after(ClaimChecked(claim=FIRST), ClaimChecked(claim=QUOTED, provisional=True))
    assert (shown.checked, shown.provisional) == ((FIRST,), QUOTED)
    replaced = shown.after(ClaimChecked(claim=SECOND))
    assert (replaced.checked, replaced.provisional) == ((FIRST, SECOND), None)


def test_the_answer_decides_whatever_came_before() -> None:
    before = after(
        EvidenceFound(evidence=(), question="How many?"),
        Progress(message="Reading"),
        ClaimChecked(claim=QUOTED, provisional=True),
        ClaimChecked(claim=FIRST),
        SentenceWithheld(withheld=Withheld(text="No.", reason="why")),
    )
    assert before.doing == "Reading"
    refused = before.after(Answered(answer=REFUSED))
    assert (refused.checked, refused.provisional, refused.withheld) == ((), None, ())
    assert (refused.doing, refused.answer) == ("", REFUSED)


def test_an_answer_that_is_there_already_has_the_same_end() -> None:
    *early, last = standings(events_of(ANSWER))
    assert [each.checked for each in early if each.checked][-1] == ANSWER.claims
    assert last.answer == ANSWER
    assert answer_of(events_of(ANSWER)) == ANSWER
    assert answer_of([ClaimChecked(claim=FIRST)]) is None
