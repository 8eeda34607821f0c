"""The tabs Ask and Summary and the endpoints: what their handlers show and refuse."""

import gc
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from gradio.context import get_blocks_context

from assistant.answering.assistant import Assistant
from assistant.answering.questions import LONGEST
from assistant.errors import WeightsError
from assistant.keeping.chats import new_chat
from assistant.models.missing import MissingModel
from assistant.page import api
from assistant.page.failing import payload
from assistant.page.page import Page
from assistant.page.parts import _told
from assistant.page.serving.assistants import Assistants
from assistant.page.tabs.ask import ANSWER, PASSAGES, AskTab
from assistant.page.tabs.model import StatusLine
from assistant.page.tabs.summary import SummaryTab
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.settings import Settings
from index import Library
from tests.scripted import ScriptedModel

# Gradio leaves event loops open when a page is built; they are collected within these tests.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

REQUEST: Any = SimpleNamespace(session_hash="browser", username=None, cookies={})
QUESTION = "How many soldiers are estimated to be deployed?"
TOO_LONG = "w" * (LONGEST + 1)


@pytest.fixture
def page(seed_library: Library, scripted_model: ScriptedModel) -> Iterator[Page]:
    scripted_model.chooser = lambda call: call.options[0]
    assistant = Assistant(seed_library, scripted_model, Prompts.load(prompts_folder()))
    with gr.Blocks():
        yield Page(settings=Settings(), assistants=Assistants(Settings(), assistant))
    gc.collect()


def ask(page: Page, question: str, mode: str) -> str:
    """The conversation as it is shown in the end."""
    tab = AskTab(page, gr.State(frozenset()), StatusLine(page))
    return str(list(tab.ask(question, mode, new_chat(), frozenset(), REQUEST))[-1][tab.history])


@pytest.mark.parametrize("mode", [ANSWER, PASSAGES])
def test_a_question_that_is_too_long_is_a_failure(page: Page, mode: str) -> None:
    shown = ask(page, TOO_LONG, mode)
    assert 'class="failure"' in shown
    assert "4,000 are the most" in shown


def test_the_search_endpoint_refuses_a_question_that_is_too_long(page: Page) -> None:
    api.serve(page)
    blocks = get_blocks_context()
    assert blocks
    (search,) = (each.fn for each in blocks.fns.values() if each.api_name == "search")
    assert search
    assert search(QUESTION, REQUEST)
    with pytest.raises(gr.Error, match="4,000 are the most"):
        search(TOO_LONG, REQUEST)


def test_without_a_model_passages_are_found_and_asking_fails(page: Page) -> None:
    error = WeightsError("The weights are missing.", "Run: citewell models fetch m")
    page.assistant(REQUEST).model = MissingModel("m", error)
    assert "Run: citewell models fetch m" in StatusLine(page).shown()[0]
    assert "estimated to be in the hundreds" in ask(page, QUESTION, PASSAGES)
    shown = ask(page, QUESTION, ANSWER)
    assert 'class="failure"' in shown
    assert "citewell models fetch m" in shown
    assert "don&#x27;t say" not in shown


def test_a_summary_by_an_uncalibrated_model_says_so(
    page: Page, scripted_model: ScriptedModel
) -> None:
    scripted_model.writer = lambda call: "No."
    tab = SummaryTab(page, gr.State(frozenset()))
    (info,) = page.library(REQUEST).documents()
    shown = list(tab.write(info.id, "brief", "", "", frozenset(), "", REQUEST))[-1][tab.text]
    assert "uncalibrated model" in shown


def test_a_conversation_whose_state_is_lost_comes_back(page: Page) -> None:
    """Gradio keeps the state of so many sessions; whoever is over that goes on all the same."""
    tab = AskTab(page, gr.State(frozenset()), StatusLine(page))
    for text in ("Who trained there?", QUESTION):
        last = list(tab.ask(text, PASSAGES, None, frozenset(), REQUEST))[-1]
    shown = str(last[tab.history])
    assert "Who trained there?" in shown
    assert QUESTION in shown
    saved = page.chats(REQUEST).all()[0].id
    data: Any = SimpleNamespace(chat=saved, title="A name", number=0, mark="right")
    assert tab.show(None, data, REQUEST)
    assert tab.rename(None, data, REQUEST)
    assert tab.new(None, REQUEST)
    assert tab.delete(None, data, REQUEST)


def test_a_fault_that_nobody_foresaw_is_told(page: Page) -> None:
    def fail() -> None:
        raise KeyError("the text of a document")

    with pytest.raises(gr.Error) as caught:
        _told(fail)()
    assert "Something failed inside Citewell" in caught.value.message
    assert "the text of a document" not in caught.value.message
    for error in (KeyError("x"), ValueError(), None, WeightsError("No weights.", "Fetch them.")):
        assert len(payload(error, False)["error"].split()) > 3
    assert payload(gr.Error("In words."), False)["error"] == "In words."


@pytest.mark.parametrize(
    ("endpoint", "arguments", "says"),
    [
        ("search", (QUESTION, REQUEST, None, 0), "0 passages cannot be had"),
        ("search", (QUESTION, REQUEST, None, 10**9), "Ask for 1 to 100"),
        ("search", (QUESTION, REQUEST, ["d"] * 5000), "5,000 documents are named"),
        ("summarize", (["d"], REQUEST, "brief", "t" * 201), "200 characters at most"),
        ("summarize", (["d"], REQUEST, "brief", "", "t" * 10**7), "200 characters at most"),
    ],
)
def test_what_a_call_may_ask_is_bounded(
    page: Page, endpoint: str, arguments: tuple[Any, ...], says: str
) -> None:
    page_request = SimpleNamespace(**vars(REQUEST), client=None)
    api.serve(page)
    blocks = get_blocks_context()
    assert blocks
    (called,) = (each.fn for each in blocks.fns.values() if each.api_name == endpoint)
    assert called
    given = [page_request if each is REQUEST else each for each in arguments]
    with pytest.raises(gr.Error, match=says):
        called(*given)
