"""Many documents in the library pane: arranged for a session; pages, groups and finds ticked."""

import gc
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from assistant.answering.assistant import Assistant
from assistant.page.page import MOST_ARRANGED, Page
from assistant.page.serving.assistants import Assistants
from assistant.page.tabs.library import Shelf
from assistant.page.tabs.summary import LISTED, SummaryTab
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.settings import Settings
from index import Library
from index.listing import PAGE, Arrangement
from tests.scripted import ScriptedModel
from tests.unit.index.made import save
from tests.unit.page.reading import read

# Gradio leaves event loops open when a page is built; they are collected within these tests.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

REQUEST: Any = SimpleNamespace(session_hash="one", username=None, cookies={})
OTHER: Any = SimpleNamespace(session_hash="other", username=None, cookies={})
COUNT = 2 * PAGE + 1


@pytest.fixture
def shelf(library: Library, scripted_model: ScriptedModel) -> Iterator[Shelf]:
    """The pane over two pages and one document, half of them in each of two folders."""
    with library._record.at_once():
        for number in range(COUNT):
            save(library, number)
    assistant = Assistant(library, scripted_model, Prompts.load(prompts_folder()))
    with gr.Blocks():
        page = Page(settings=Settings(), assistants=Assistants(Settings(), assistant))
        yield Shelf(page, gr.State(frozenset()))
    gc.collect()


def told(**data: Any) -> Any:
    return SimpleNamespace(**data)


def arrange(shelf: Shelf, words: str = "", sort: str = "added", group: str = "") -> str:
    return shelf.rearrange((), told(words=words, sort=sort, group=group), REQUEST)


def titles(shown: str) -> list[str]:
    return [each.text for each in read(shown).all("span", **{"class": "title"})]


def test_the_list_is_arranged_for_its_session_alone(shelf: Shelf) -> None:
    assert titles(shelf.shown((), REQUEST))[0] == "Title 0000"
    assert titles(arrange(shelf, sort="latest"))[0] == "Title 0100"
    assert titles(shelf.leaf((), told(number="3"), REQUEST)) == ["Title 0000"]
    assert titles(shelf.shown((), REQUEST)) == ["Title 0000"]
    assert len(titles(shelf.shown((), OTHER))) == PAGE
    assert titles(arrange(shelf, words="0042")) == ["Title 0042"]
    shelf.page.leave("one")
    assert len(titles(shelf.shown((), REQUEST))) == PAGE


def test_what_no_page_offers_is_the_first_order(shelf: Shelf) -> None:
    assert titles(arrange(shelf, sort="nonsense", group="nonsense"))[0] == "Title 0000"


def test_several_clicks_are_one_event(shelf: Shelf) -> None:
    ids = shelf.page.library(REQUEST).listing.ids()
    before = frozenset([ids[0], ids[-1]])
    data = told(ticks={ids[0]: True, ids[1]: False, ids[2]: False})
    now = shelf.tick(before, data, REQUEST)
    assert now[shelf.unticked] == {ids[1], ids[2], ids[-1]}
    assert f"asking {COUNT - 3}" in now[shelf.list]


def test_all_that_is_found_is_ticked_on_every_page(shelf: Shelf) -> None:
    arrange(shelf, words="/even/")
    even = {each for each in shelf.page.library(REQUEST).listing.ids() if int(each, 16) % 2 == 0}
    off = shelf.tick_all(frozenset(), told(checked=False), REQUEST)[shelf.unticked]
    assert off == even
    assert shelf.tick_all(off, told(checked=True), REQUEST)[shelf.unticked] == frozenset()
    only = shelf.tick_found(frozenset(), REQUEST)[shelf.unticked]
    assert {int(each, 16) % 2 for each in only} == {1}
    assert len(only) == COUNT - len(even)


def test_a_group_is_ticked_whole(shelf: Shelf) -> None:
    arrange(shelf, group="folder")
    off = shelf.tick_all(frozenset(), told(group="/home/even", checked=False), REQUEST)
    assert len(off[shelf.unticked]) == PAGE + 1
    assert {int(each, 16) % 2 for each in off[shelf.unticked]} == {0}


def test_days_tick_documents_of_every_page(shelf: Shelf) -> None:
    data = told(since="2021", until="", kind="")
    off = shelf.tick_only(frozenset(), data, REQUEST)[shelf.unticked]
    assert {int(each, 16) % 2 for each in off} == {0}
    data = told(since="", until="", kind="")
    assert shelf.tick_only(off, data, REQUEST)[shelf.unticked] == frozenset()


def test_the_summary_offers_what_is_listed_and_says_so(shelf: Shelf) -> None:
    tab = SummaryTab(shelf.page, gr.State(frozenset()))
    first = tab.choices(None, REQUEST)
    assert len(first[tab.document].choices) == PAGE + 1  # and all that are ticked
    assert LISTED in first[tab.more]
    chosen = first[tab.document].value
    arrange(shelf, words="0099")
    found = tab.choices(chosen, REQUEST)[tab.document]
    offered = [title for title, _ in found.choices]
    assert offered == ["Title 0000", "Title 0099", "All ticked documents"]
    assert found.value == chosen
    shelf.page.library(REQUEST).remove(chosen)
    assert tab.choices(chosen, REQUEST)[tab.document].value != chosen


def test_nobody_fills_the_memory_with_what_the_list_is_arranged_by(shelf: Shelf) -> None:
    large: Any = "x" * 1_000_000
    for session in range(MOST_ARRANGED + 5):
        request: Any = SimpleNamespace(session_hash=f"{session}", username=None, cookies={})
        shelf.page.arrange(Arrangement(), request)
    assert titles(arrange(shelf, words=large, sort=large, group=large)) == []
    assert titles(arrange(shelf, sort=["a"], group={}))[0] == "Title 0000"  # type: ignore[arg-type]
    kept = shelf.page.arrangements
    assert len(kept) == MOST_ARRANGED
    assert all(len(each.words + each.sort + each.group) < 500 for each in kept.values())


def test_only_documents_of_the_library_are_unticked(shelf: Shelf) -> None:
    (first, *_) = shelf.page.library(REQUEST).listing.ids()
    data = told(ticks={first: False} | {f"made up {number}": False for number in range(1_000)})
    assert shelf.tick(frozenset(), data, REQUEST)[shelf.unticked] == {first}
