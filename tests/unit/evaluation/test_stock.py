from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from pydantic import Field

from assistant.data import Turn
from assistant.errors import ModelError
from assistant.evaluation.stock import StockChain, StockName, first_sentence, refuses
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from index import Document
from tests.fakes import HashEmbedder
from tests.unit.evaluation.builders import case


@pytest.mark.parametrize(
    "reply",
    [
        "I don't know.",
        "I don’t know the answer to that question.",
        "I do not know how many tanks there are.",
        "I'm sorry, but I don't have that information.",
        "The context does not mention tanks.",
        "The text doesn't explicitly state how many tanks were sent.",
        "The number of tanks is not mentioned in the context.",
        "There is no information about tanks.",
        "It is not specified. Perhaps ten.",
        "I cannot answer this question from the context.",
        "The answer cannot be determined.",
        "It can't be found in the text.",
        "There is no answer in the provided context.",
        "The context doesn't discuss tanks.",
        "There isn't any information about this.",
        "The answer is unknown.",
        "I'm not sure.",
        "Unknown.",
        "",
        "  ",
    ],
)
def test_what_counts_as_a_refusal(reply: str) -> None:
    assert refuses(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "Ten tanks were sent.",
        "Ten tanks. I don't know when they arrived.",
        "The U.S. said that it does not accept violations of international law.",
        "Nobody knows him better than Anna.",
        "He did not leave.",
        "The unknown soldier was buried there.",
        "Gold was not found until 1851.",
        "No, the law did not give women the vote.",
        "The treaty did not include Prussia.",
        "Women were not given the vote until 1918.",
    ],
)
def test_what_does_not(reply: str) -> None:
    assert not refuses(reply)


def test_the_first_sentence_ends_at_a_stop_before_white_space() -> None:
    assert first_sentence("It is 3.5 km. Or more.") == "It is 3.5 km."
    assert first_sentence("No stop") == "No stop"


LONG = "\n\n".join(f"Paragraph {n} is about topic{n}. " + "More words. " * 50 for n in range(9))


def document(id: str, text: str) -> Document:
    return Document(
        id=id, title=id, name=f"{id}.txt", path=None, url=None, published=None, added="", text=text
    )


class Remembering(GenericFakeChatModel):
    """Says what it is told to, and keeps the messages it had, the last apart."""

    seen: list[BaseMessage] = Field(default_factory=list)
    all_seen: list[list[BaseMessage]] = Field(default_factory=list)

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Any:
        self.seen[:] = messages
        self.all_seen.append(list(messages))
        return super()._generate(messages, *args, **kwargs)


def chain(*replies: str, name: StockName = "stock") -> tuple[StockChain, Remembering]:
    messages: Iterator[AIMessage] = (AIMessage(reply) for reply in replies)
    model = Remembering(messages=messages)
    documents = [document("long", LONG), document("pets", "Ben has a dog.")]
    prompts = Prompts.load(prompts_folder())
    found = {"pets.txt": "pets", "long.txt": "long"}.__getitem__
    return StockChain(documents, HashEmbedder(), model, prompts, found, name), model


def test_it_stuffs_the_top_four_chunks_into_the_published_prompt() -> None:
    stock, model = chain("A dog. It is brown.")
    found = stock.ask(case(question="Ben has a dog"))
    (message,) = model.seen
    prompt = str(message.content)
    assert prompt.startswith("You are an assistant for question-answering tasks.")
    assert "If you don't know the answer, just say that you don't know." in prompt
    assert len(found.retrieved) == 4
    assert found.retrieved[0].quote == "Ben has a dog."
    assert "\n\n".join(passage.quote for passage in found.retrieved) in prompt
    assert "Question: Ben has a dog\n" in prompt
    assert (found.chain, found.status, found.text) == ("stock", "answered", "A dog. It is brown.")
    assert (found.verdicts, found.citations, found.answerability) == (None, None, None)
    assert found.first_token_s is not None
    assert found.first_sentence_s is not None
    assert 0 <= found.first_token_s <= found.first_sentence_s <= found.total_s


def test_chunks_are_the_tutorials_and_lie_where_they_say() -> None:
    stock, _ = chain()
    spans = stock.passages("long")
    assert len(spans) > 4
    assert all(0 < end - start <= 1000 for start, end in spans)
    assert spans[0][0] == 0
    assert stock.passages("gone") == []


def test_its_refusal_is_told_from_an_answer() -> None:
    stock, _ = chain("I don't know.")
    assert stock.ask(case()).status == "not_in_documents"


def test_a_failed_server_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from openai import OpenAIError

    def broken(self: Any, *args: Any, **kwargs: Any) -> Any:
        raise OpenAIError("gone")

    stock, _ = chain("x")
    monkeypatch.setattr(Remembering, "_generate", broken)
    with pytest.raises(ModelError, match="gone"):
        stock.ask(case())


def test_asked_at_length_it_has_the_same_prompt_without_the_limit() -> None:
    (short, kept), (long, freed) = chain("A dog."), chain("A dog.", name="stock-long")
    assert short.ask(case()).chain == "stock"
    assert long.ask(case()).chain == "stock-long"
    limited, unlimited = (
        str(model.seen[0].content).partition("Context:")[0] for model in (kept, freed)
    )
    limit = " Use three sentences maximum and keep the answer concise."
    assert limit in limited
    assert unlimited == limited.replace(limit, "")


HISTORY = (Turn(role="user", content="Who is Ben?"), Turn(role="assistant", content="A farmer."))


def test_a_follow_up_is_made_standalone_for_retrieval_and_answered_as_it_was_asked() -> None:
    stock, model = chain("Ben has a dog", "A dog.")
    found = stock.ask(case(question="And which pet has he?", history=HISTORY))
    condensed, answered = model.all_seen
    assert str(condensed[0].content).startswith("Given a chat history and the latest user question")
    assert condensed[1:3] == [HumanMessage("Who is Ben?"), AIMessage("A farmer.")]
    assert condensed[3] == HumanMessage("And which pet has he?")
    assert found.retrieved[0].quote == "Ben has a dog."
    assert answered[:2] == condensed[1:3]
    assert "Question: And which pet has he?\n" in str(answered[2].content)
    assert found.text == "A dog."


def test_a_first_question_is_not_rewritten() -> None:
    stock, model = chain("A dog.")
    stock.ask(case(question="Ben has a dog"))
    assert len(model.all_seen) == 1


def test_only_the_documents_of_the_case_are_searched() -> None:
    stock, _ = chain("A dog.", "Topics.")
    pets = stock.ask(case(question="topic3", documents=("pets.txt",)))
    assert [passage.document for passage in pets.retrieved] == ["pets.txt"]
    long = stock.ask(case(question="Ben has a dog", documents=("long.txt",)))
    assert {passage.document for passage in long.retrieved} == {"long.txt"}
    assert len(long.retrieved) == 4
