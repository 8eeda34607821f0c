"""The library's list and the news about what is being added."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest

from assistant.keeping.chats import Chat, Exchange
from assistant.page.html import menu, shelf
from index import AddResult, Library
from index.listing import GROUPS, PAGE, SORTS, Arrangement, Listed
from tests.unit.index.made import save
from tests.unit.page.reading import read
from tests.unit.page.samples import NASTY


def page_of(library: Library, **asked: Any) -> Listed:
    return library.listing.listed(Arrangement(**asked))


@pytest.fixture
def many(library: Library) -> Library:
    """A library of three pages less one document, in two folders, on days of two years."""
    for number in range(3 * PAGE - 1):
        save(library, number, title=f"{NASTY} {number}")
    return library


def test_each_document_can_be_ticked_opened_and_removed(seed_library: Library) -> None:
    listed = page_of(seed_library)
    root = read(shelf.documents(listed, unticked=()))
    (tick,) = root.all("input")
    assert "checked" in tick.attributes
    wanted = {button.attributes["data-do"] for button in root.all("button")}
    assert wanted == {"open", "remove"}
    assert f"1 document, {listed.passages} passages" in root.text


def test_an_unticked_document_is_not_asked(seed_library: Library) -> None:
    listed = page_of(seed_library)
    root = read(shelf.documents(listed, unticked=listed.ids))
    assert "checked" not in root.all("input")[0].attributes
    assert "asking 0" in root.text


def test_documents_of_an_older_reader_are_counted(seed_library: Library) -> None:
    older = replace(page_of(seed_library), outdated=2)
    root = read(shelf.documents(older, ()))
    assert "2 documents were read by an older reader." in root.text
    assert "reread" in {button.attributes["data-do"] for button in root.all("button")}
    one = replace(older, outdated=1)
    assert "1 document was read" in read(shelf.documents(one, ())).text


def test_a_page_of_many_is_shown_with_the_way_to_the_others(many: Library) -> None:
    root = read(shelf.documents(page_of(many, number=2), ()))
    assert len(root.all("li")) == PAGE
    assert f"{PAGE + 1}–{2 * PAGE} of {3 * PAGE - 1}" in root.text
    turns = [each for each in root.all("button") if each.attributes["data-do"] == "leaf"]
    assert [each.attributes["data-number"] for each in turns] == ["1", "3"]
    first = read(shelf.documents(page_of(many), ()))
    back = first.all("button", **{"aria-label": "Previous page"})[0]
    assert back.attributes["aria-disabled"] == "true"
    assert not root.tags() & {"img", "script"}


def test_ticks_of_many_say_whether_all_some_or_none_are_ticked(many: Library) -> None:
    def boxes(unticked: Collection[str], **asked: Any) -> list[str]:
        root = read(shelf.documents(page_of(many, **asked), unticked))
        found = [e for e in root.all("input") if e.attributes["data-do"] == "tick_all"]
        return [
            "some" if "data-some" in e.attributes else "all" if "checked" in e.attributes else "no"
            for e in found
        ]

    even = page_of(many, group="folder").groups[0].ids
    assert len(even) > PAGE
    assert boxes(()) == ["all"]
    assert boxes(even) == ["some"]
    assert boxes(even, group="folder") == ["some", "no"]
    assert boxes(even, group="folder", number=3) == ["some", "all"]
    assert boxes(even[:1], group="folder") == ["some", "some"]
    assert boxes(even, words="/even/") == ["no"]


def test_what_is_not_found_is_said(many: Library) -> None:
    root = read(shelf.documents(page_of(many, words=f"nowhere {NASTY}"), ()))
    assert "No title or path has" in root.text
    assert not root.all("li")
    assert not root.tags() & {"img", "script"}


def test_every_order_and_group_has_a_name() -> None:
    assert (list(shelf.SORTS), list(shelf.GROUPS)) == (list(SORTS), list(GROUPS))


def test_an_empty_library_says_so(library: Library) -> None:
    assert "No documents yet" in shelf.documents(page_of(library), ())


def result(source: str, message: str) -> AddResult:
    return AddResult(source=source, status="failed", document_id=None, passages=0, message=message)


def test_what_became_of_a_file_is_one_line_of_text() -> None:
    (line,) = read(shelf.added([result(f"/tmp/{NASTY}.txt", NASTY)])).all("li")
    assert line.text == f"{NASTY}.txt: {NASTY}"
    assert line.attributes["class"] == "result failed"


def test_an_address_is_named_whole() -> None:
    assert "https://example.org/a: Gone." in shelf.added([result("https://example.org/a", "Gone.")])


def test_progress_counts_where_there_is_something_to_count() -> None:
    (bar,) = read(shelf.adding("Indexing a.txt", 3, 10)).all("progress")
    assert (bar.attributes["value"], bar.attributes["max"]) == ("3", "10")
    assert not read(shelf.adding("Reading a.txt", 0, 1)).all("progress")


def test_the_menu_lists_conversations_and_points_to_the_current_one() -> None:
    exchanges = (Exchange(question="Why?", at="2026-01-01"),)
    chats = [Chat(id="a", title=NASTY, exchanges=exchanges), Chat(id="b", title="Other")]
    root = read(menu.menu(chats, chats[0]))
    assert root.all("div", **{"class": "chat-bar"})[0].attributes["data-chat"] == "a"
    titles = root.all("button", **{"class": "chat-title"})
    assert [title.attributes.get("aria-current") for title in titles] == ["true", None]
    assert not root.tags() & {"img", "script"}


def test_a_new_conversation_has_no_address_yet() -> None:
    root = read(menu.menu([], Chat(id="a")))
    assert root.all("div", **{"class": "chat-bar"})[0].attributes["data-chat"] == ""
