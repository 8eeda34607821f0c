"""Collections and tags on the page: made of what is ticked, and asked in a conversation."""

import gc
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from assistant.answering.assistant import Assistant
from assistant.keeping.chats import Chats, new_chat
from assistant.page.html import labels
from assistant.page.mentions import mentioned
from assistant.page.page import Page
from assistant.page.serving.assistants import Assistants
from assistant.page.tabs.ask import PASSAGES, AskTab
from assistant.page.tabs.labels import LabelPanel
from assistant.page.tabs.model import StatusLine
from assistant.page.tabs.summary import SummaryTab, _documents
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.settings import Settings
from index import Library
from index.errors import InputError
from index.labels import Label
from tests.scripted import ScriptedModel
from tests.unit.page.reading import read
from tests.unit.page.samples import NASTY

# Gradio leaves event loops open when a page is built; they are collected within these tests.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

REQUEST: Any = SimpleNamespace(session_hash="browser", username=None, cookies={})


@pytest.fixture
def page(library: Library, scripted_model: ScriptedModel, tmp_path: Path) -> Iterator[Page]:
    """A page over the texts harbour and bridge."""
    for name in ("harbour", "bridge"):
        (tmp_path / f"{name}.txt").write_text(f"The {name} was closed.", encoding="utf-8")
        list(library.add(tmp_path / f"{name}.txt"))
    assistant = Assistant(library, scripted_model, Prompts.load(prompts_folder()))
    with gr.Blocks():
        yield Page(settings=Settings(), assistants=Assistants(Settings(), assistant))
    gc.collect()


def test_the_ticked_are_collected_and_tagged(page: Page, library: Library) -> None:
    panel = LabelPanel(page, gr.HTML(), gr.State(frozenset()))
    harbour, bridge = (library.find(f"{name}.txt").id for name in ("harbour", "bridge"))
    collect: Any = SimpleNamespace(kind="collection", name="Water")
    told = panel.collect({bridge}, collect, REQUEST)
    assert library.labels.chosen(["Water"]) == [harbour]
    assert "Water" in told[panel.list]
    panel.collect((), SimpleNamespace(kind="tag", name="all"), REQUEST)  # type: ignore[arg-type]
    assert library.labels.chosen(tags=["all"]) == sorted([harbour, bridge])
    for unticked, name, said in (((), " ", "needs a name"), ({harbour, bridge}, "x", "is ticked")):
        wrong: Any = SimpleNamespace(kind="tag", name=name)
        assert said in panel.collect(unticked, wrong, REQUEST)[panel.news]
    assert "Water" not in panel.unlabel(collect, REQUEST)[panel.list]
    assert "No collection" in panel.unlabel(collect, REQUEST)[panel.news]


def test_a_conversation_asks_what_was_chosen_for_it(page: Page, library: Library) -> None:
    harbour = library.find("harbour.txt").id
    library.labels.give("tag", "water", [harbour])
    tab = AskTab(page, gr.State(frozenset()), StatusLine(page))

    def shown(chat: Any, unticked: frozenset[str] = frozenset()) -> Any:
        return list(tab.ask("What was closed?", PASSAGES, chat, unticked, REQUEST))[-1]

    assert "bridge was closed" in shown(new_chat())[tab.history]
    chat = tab.choose("tag:water", new_chat(), REQUEST)[tab.chat]
    last = shown(chat)
    assert "harbour was closed" in last[tab.history]
    assert "bridge was closed" not in last[tab.history]
    saved = Chats(library).open(chat.id)
    assert saved is not None
    assert saved.scope == "tag:water"
    assert tab.show(None, SimpleNamespace(chat=chat.id), REQUEST)[tab.scope].value == "tag:water"  # type: ignore[arg-type]
    assert Chats(library).open(tab.choose("", saved, REQUEST)[tab.chat].id).scope == ""  # type: ignore[union-attr]
    assert "harbour was closed" not in shown(chat, frozenset({harbour}))[tab.history]
    library.labels.change("tag", "water", [], out=True)
    with pytest.raises(InputError, match="No tag is called"):
        shown(chat)


def test_a_name_in_the_question_chooses_for_the_conversation(page: Page, library: Library) -> None:
    library.labels.give("collection", "Water ways", [library.find("harbour.txt").id])
    tab = AskTab(page, gr.State(frozenset()), StatusLine(page))
    shown = list(tab.ask("@water ways: What was closed?", PASSAGES, None, frozenset(), REQUEST))
    last = shown[-1]
    assert "harbour was closed" in last[tab.history]
    assert "bridge was closed" not in last[tab.history]
    assert last[tab.scope].value == "collection:Water ways"
    assert last[tab.chat].exchanges[0].question == "What was closed?"
    (only,) = tab.ask("@Water ways", PASSAGES, new_chat(), frozenset(), REQUEST)
    assert (only[tab.box], only[tab.scope].value) == ("", "collection:Water ways")
    assert only[tab.chat].exchanges == ()


@pytest.mark.parametrize(
    ("question", "left", "named"),
    [
        ("Who came? @Water", "Who came?", "collection:Water"),
        ("Who in @Water Birds came?", "Who in came?", "collection:Water Birds"),
        ("@new, who came?", "who came?", "tag:new"),
        ("Who wrote to ann@Water.org?", "Who wrote to ann@Water.org?", None),
        ("Who is @Waters?", "Who is @Waters?", None),
        ("@", "@", None),
    ],
)
def test_what_a_question_names(question: str, left: str, named: str | None) -> None:
    found = [
        Label(kind=kind, name=name, documents=1)
        for kind, names in (("tag", ("new", "Water")), ("collection", ("Water", "Water Birds")))
        for name in names
    ]
    rest, label = mentioned(question, found)
    assert (rest, label and labels.value(label)) == (left, named)


def test_a_collection_is_summarized(page: Page, library: Library) -> None:
    harbour = library.find("harbour.txt").id
    library.labels.give("collection", "Water", [harbour])
    tab = SummaryTab(page, gr.State(frozenset()))
    choices = tab.choices(None, REQUEST)[tab.document].choices
    assert ("Water", "collection:Water") in choices
    assert _documents(library, "collection:Water", ()) == [harbour]


def test_what_can_be_chosen_keeps_what_was() -> None:
    found = [
        Label(kind="collection", name="Water", documents=2),
        Label(kind="tag", name="new", documents=1),
    ]
    assert [name for name, _ in labels.choices(found)] == [labels.TICKED, "Water", "#new"]
    assert labels.choices(found, "tag:old")[-1] == ("#old", "tag:old")
    assert len(labels.choices(found, "tag:new")) == 3


def test_names_are_text_and_a_watched_folder_has_no_remove() -> None:
    found = [
        Label(kind="collection", name=NASTY, documents=1),
        Label(kind="collection", name="papers", documents=2, folder="/papers"),
    ]
    root = read(labels.labels(found))
    assert NASTY in root.text
    removing = root.all("button")
    assert [each.attributes["data-name"] for each in removing] == [NASTY]
    assert labels.labels([]) == ""
    assert not root.tags() & {"img", "script"}
