"""Saved conversations: what is kept, and that it comes back as it was."""

from dataclasses import replace

import pytest

from assistant.answering.assistant import Assistant
from assistant.conversing import converse
from assistant.data import Answer, Citation, Claim, Turn, Withheld
from assistant.json_forms import answer_json
from assistant.keeping.chats import Chat, Chats, Exchange, new_chat, shortened
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.returning import returned
from assistant.standing import Standing
from index import Library, Span
from index.errors import InputError
from tests.scripted import ScriptedModel

CITATION = Citation(span=Span(document_id="d", start=0, end=4), quote="Ten.", document_name="a.txt")
CLAIM = Claim(text="Ten came.", citations=(CITATION,), verdict="verified", support=0.9)
QUOTED = Claim(text="Ten.", citations=(CITATION,), verdict="verbatim", support=1.0)
ANSWER = Answer(question="How many?", status="answered", claims=(CLAIM,), evidence=(), model="m")
REFUSED = replace(ANSWER, status="not_in_documents", claims=())


def asked(*answers: Answer) -> Chat:
    chat = new_chat()
    for answer in answers:
        chat = chat.asking(answer.question)
        chat = chat.having(chat.exchanges[-1].showing(Standing(answer=answer)))
    return chat


def test_an_exchange_shows_what_stands_of_its_answer() -> None:
    standing = Standing(
        evidence=(),
        checked=(CLAIM,),
        provisional=QUOTED,
        withheld=(Withheld(text="No.", reason="why"),),
        doing="Reading",
    )
    exchange = Exchange(question="How many?", at="now").showing(standing)
    assert (exchange.state, exchange.doing) == ("waiting", "Reading")
    claims = [(claim["text"], claim["provisional"]) for claim in exchange.answer["claims"]]
    assert claims == [("Ten came.", False), ("Ten.", True)]
    assert exchange.answer["withheld"] == [{"text": "No.", "reason": "why"}]
    exchange = exchange.showing(Standing(answer=ANSWER))
    assert (exchange.state, exchange.doing) == ("done", "")
    assert exchange.answer == {**answer_json(ANSWER), "standalone_question": None}


def test_a_saved_conversation_comes_back_as_it_was(library: Library) -> None:
    chats, chat = Chats(library), asked(ANSWER, REFUSED)
    chats.save(chat)
    assert chats.open(chat.id) == chat
    assert chats.open("unknown") is None


def test_a_question_never_answered_comes_back_as_stopped(library: Library) -> None:
    chats, chat = Chats(library), asked(ANSWER).asking("And then?")
    chats.save(chat)
    opened = chats.open(chat.id)
    assert opened is not None
    assert [exchange.state for exchange in opened.exchanges] == ["done", "stopped"]


def test_what_was_changed_while_an_answer_was_written_stays(library: Library) -> None:
    chats, chat = Chats(library), asked(ANSWER).asking("And then?")
    chats.save(chat)
    chats.rename(chat.id, "Soldiers")
    done = chat.exchanges[-1].showing(Standing(answer=REFUSED))
    concluded = chats.conclude(chat, done)
    assert concluded.title == "Soldiers"
    assert concluded.exchanges == (chat.exchanges[0], done)
    assert chats.open(chat.id) == concluded


def test_a_conversation_deleted_meanwhile_stays_deleted(library: Library) -> None:
    chats, chat = Chats(library), asked(ANSWER).asking("And then?")
    chats.conclude(chat, chat.exchanges[-1].stopped())
    assert chats.all() == []


def test_the_last_used_conversation_comes_first(library: Library) -> None:
    chats = Chats(library)
    older, newer = replace(asked(ANSWER), updated="1"), replace(asked(ANSWER), updated="2")
    chats.save(newer)
    chats.save(older)
    assert [chat.id for chat in chats.all()] == [newer.id, older.id]


def test_a_conversation_is_named_after_its_first_question_and_can_be_renamed(
    library: Library,
) -> None:
    chats, chat = Chats(library), asked(ANSWER, replace(ANSWER, question="And then?"))
    chats.save(chat)
    assert chat.title == "How many?"
    assert chats.rename(chat.id, "  Soldiers \n abroad ").title == "Soldiers abroad"
    assert [saved.title for saved in chats.all()] == ["Soldiers abroad"]
    with pytest.raises(InputError, match="needs a name"):
        chats.rename(chat.id, " ")


def test_a_deleted_conversation_is_gone(library: Library) -> None:
    chats, chat = Chats(library), asked(ANSWER)
    chats.save(chat)
    chats.delete(chat.id)
    assert chats.all() == []
    with pytest.raises(InputError, match="no longer exists"):
        chats.rename(chat.id, "Soldiers")


def test_only_answered_exchanges_are_told_in_a_follow_up() -> None:
    chat = asked(ANSWER, REFUSED).asking("And then?")
    chat = chat.having(chat.exchanges[-1].failed("Broken.", ""))
    assert list(chat.turns()) == [
        Turn(role="user", content="How many?"),
        Turn(role="assistant", content="Ten came."),
        Turn(role="user", content="How many?"),
        Turn(role="assistant", content="Your documents don't say."),
    ]


def test_a_mark_is_kept_for_evaluation_and_taken_back_by_the_same_again(library: Library) -> None:
    chats, chat = Chats(library), asked(ANSWER)
    marked = chats.mark(chat, 0, "wrong")
    ((key, kept),) = library.items("mark")
    assert key == f"{chat.id}:0"
    assert kept.pop("at")
    assert kept == {
        "question": "How many?",
        "history": [],
        "answer": marked.exchanges[0].answer,
        "mark": "wrong",
    }
    again = chats.mark(marked, 0, "right")
    assert library.items("mark")[0][1]["mark"] == "right"
    assert chats.mark(again, 0, "right").exchanges[0].mark is None
    assert library.items("mark") == []


def test_the_mark_of_a_follow_up_has_the_conversation_before_it(library: Library) -> None:
    Chats(library).mark(asked(ANSWER, REFUSED), 1, "right")
    ((_, kept),) = library.items("mark")
    assert kept["history"] == [
        {"role": "user", "content": "How many?"},
        {"role": "assistant", "content": "Ten came."},
    ]


def test_a_title_is_one_short_line() -> None:
    assert shortened("a \n b") == "a b"
    assert len(shortened("word " * 40)) <= 60


def test_two_who_ask_within_one_conversation_at_once_lose_nothing(
    seed_library: Library,
) -> None:
    chats, chat = Chats(seed_library), asked(ANSWER)
    chats.save(chat)
    model = ScriptedModel(chooser=lambda call: "no", writer=lambda call: "")
    assistant = Assistant(seed_library, model, Prompts.load(prompts_folder()))
    first = converse(assistant, chat, "Who is Oszlanyi?")
    next(first)
    returned(converse(assistant, chat, "Where is Brelmoor?"))
    returned(first)
    kept = chats.open(chat.id)
    assert kept is not None
    questions = [(each.question, each.state) for each in kept.exchanges[1:]]
    assert questions == [("Who is Oszlanyi?", "done"), ("Where is Brelmoor?", "done")]
