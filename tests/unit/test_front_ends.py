"""Every front end says the same of an answer: a refusal shows no claim, a quotation shows once.

The model says yes to the nearest sentence, so that its quotation is provisionally there, and then
writes the sentence that decides: one that is checked and takes the quotation's place, or one that
shows that nothing was said of the question.
"""

import gc
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from gradio.context import get_blocks_context

from assistant import cli
from assistant.answering.assistant import Assistant
from assistant.data import ClaimChecked
from assistant.evaluation.chains import CitewellChain
from assistant.keeping.chats import new_chat
from assistant.page import api
from assistant.page.page import Page
from assistant.page.serving.assistants import Assistants
from assistant.page.tabs.ask import ANSWER, AskTab
from assistant.page.tabs.model import StatusLine
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.settings import Settings
from assistant.terminal import REFUSAL
from index import Library
from tests.fakes import HashEmbedder
from tests.scripted import ScriptedModel
from tests.unit.evaluation.builders import case

# Gradio leaves event loops open when a page is built; they are collected within these tests.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

QUESTION = "How many North Korean soldiers are estimated to be deployed?"
QUOTATION = "comes amid growing concerns over an evolving alliance"
PROSE = "The number of North Korean forces is estimated to be in the hundreds."
NOT_GIVEN = "The text does not mention how many there are."
REQUEST: Any = SimpleNamespace(session_hash="b", username="", client=None, headers={}, cookies={})

Make = Callable[[str], ScriptedModel]


@pytest.fixture
def model(scripted_model: ScriptedModel) -> Make:
    """Makes a model that drafts this sentence."""

    def make(draft: str) -> ScriptedModel:
        def chooser(call: Any) -> str:
            if "state the answer" not in call.text:
                return "yes"
            text = call.text.partition("): ")[2].partition("\n\nQuestion")[0]
            return "yes" if QUOTATION in text[-200:] else "no"

        scripted_model.chooser = chooser
        scripted_model.writer = lambda call: draft
        return scripted_model

    return make


@pytest.fixture
def ask(seed_library: Library, model: Make) -> Callable[[str], Assistant]:
    """Makes an assistant over the example whose model drafts this sentence."""

    def make(draft: str) -> Assistant:
        return Assistant(seed_library, model(draft), Prompts.load(prompts_folder()))

    return make


@pytest.fixture
def blocks() -> Iterator[None]:
    with gr.Blocks():
        yield
    gc.collect()


@pytest.mark.parametrize("draft", [PROSE, NOT_GIVEN])
def test_the_quotation_is_provisionally_there(ask: Callable[[str], Assistant], draft: str) -> None:
    """Without it the tests below would prove nothing."""
    events = list(ask(draft).ask(QUESTION))
    (shown,) = [e.claim for e in events if isinstance(e, ClaimChecked) and e.provisional]
    assert QUOTATION in shown.text


def command_line(
    model: ScriptedModel, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[str]:
    """What the command prints after the evidence."""
    monkeypatch.setattr("assistant.runtime.EmbedderOnDemand", lambda settings: HashEmbedder())
    monkeypatch.setattr("assistant.runtime.open_model", lambda settings: model)
    monkeypatch.setattr("assistant.cli.go_offline", lambda: None)
    assert cli.main(["ask", QUESTION]) == 0
    evidence, _, answer = capsys.readouterr().out.partition("\n\n")
    assert evidence.startswith("Evidence found, not yet checked:")
    return answer.splitlines()


def test_the_command_line_prints_a_replaced_quotation_never(
    seed_library: Library,
    model: Make,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seed_library.close()
    printed = command_line(model(PROSE), monkeypatch, capsys)
    assert printed[0] == f"{PROSE} [1]"
    assert sum(QUOTATION in line for line in printed) == 1, "as the source, and nowhere else"


def test_the_command_line_prints_no_claim_of_a_refusal(
    seed_library: Library,
    model: Make,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seed_library.close()
    printed = command_line(model(NOT_GIVEN), monkeypatch, capsys)
    assert printed[0].startswith(REFUSAL)
    assert "Sources" not in printed
    assert not any("[1]" in line for line in printed)


def page_shows(assistant: Assistant) -> tuple[list[str], str]:
    """What the page shows while the answer is on its way, and in the end."""
    page = Page(settings=Settings(), assistants=Assistants(Settings(), assistant))
    tab = AskTab(page, gr.State(frozenset()), StatusLine(page))
    updates = list(tab.ask(QUESTION, ANSWER, new_chat(), frozenset(), REQUEST))
    waiting = [str(each[tab.current]) for each in updates[1:-1]]
    return waiting, str(updates[-1][tab.history])


def sentences(html: str) -> str:
    """The words of the answer, without its markup."""
    answer = html.partition('<p class="sentences"')[2].partition("</p>")[0]
    return re.sub(r"<[^>]*>", "", answer)


@pytest.mark.usefixtures("blocks")
def test_the_page_shows_the_quotation_until_the_sentence_takes_its_place(
    ask: Callable[[str], Assistant],
) -> None:
    waiting, end = page_shows(ask(PROSE))
    assert any(QUOTATION in sentences(html) for html in waiting)
    assert not any(QUOTATION in sentences(html) and PROSE in sentences(html) for html in waiting)
    assert PROSE in sentences(end)
    assert QUOTATION not in sentences(end)


@pytest.mark.usefixtures("blocks")
def test_the_page_takes_the_quotation_of_a_refusal_back(
    ask: Callable[[str], Assistant],
) -> None:
    _, end = page_shows(ask(NOT_GIVEN))
    assert 'class="refusal"' in end
    assert 'class="sentences"' not in end


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize(("draft", "texts"), [(PROSE, [PROSE]), (NOT_GIVEN, [])])
def test_the_api_gives_the_claims_that_stand(
    ask: Callable[[str], Assistant], draft: str, texts: list[str]
) -> None:
    api.serve(Page(settings=Settings(), assistants=Assistants(Settings(), ask(draft))))
    context = get_blocks_context()
    assert context
    (asked,) = (each.fn for each in context.fns.values() if each.api_name == "ask")
    assert asked
    answer = asked(QUESTION, REQUEST)
    assert [claim["text"] for claim in answer["claims"]] == texts
    assert answer["text"] == " ".join(texts)
    assert answer["status"] == ("answered" if texts else "not_in_documents")


@pytest.mark.parametrize(("draft", "text"), [(PROSE, PROSE), (NOT_GIVEN, "")])
def test_an_evaluation_counts_the_claims_that_stand(
    seed_library: Library, ask: Callable[[str], Assistant], draft: str, text: str
) -> None:
    chain = CitewellChain(ask(draft), seed_library, lambda name: name)
    found = chain.ask(case("q", question=QUESTION))
    assert found.text == text
    assert found.verdicts == (("verified",) if text else ())
    assert (found.first_sentence_s is None) == (not text)
