"""The library's list and the news about what is being added."""

from dataclasses import replace

from assistant.keeping.chats import Chat, Exchange
from assistant.page.html import menu, shelf
from index import AddResult, Library
from tests.unit.page.reading import read
from tests.unit.page.samples import NASTY


def test_each_document_can_be_ticked_opened_and_removed(seed_library: Library) -> None:
    (info,) = seed_library.documents()
    root = read(shelf.documents([info], unticked=()))
    (tick,) = root.all("input")
    assert "checked" in tick.attributes
    wanted = {button.attributes["data-do"] for button in root.all("button")}
    assert wanted == {"open", "remove"}
    assert f"1 document, {info.passages} passages" in root.text


def test_an_unticked_document_is_not_asked(seed_library: Library) -> None:
    infos = seed_library.documents()
    root = read(shelf.documents(infos, unticked=[infos[0].id]))
    assert "checked" not in root.all("input")[0].attributes
    assert "asking 0" in root.text


def test_documents_of_an_older_reader_are_counted(seed_library: Library) -> None:
    (info,) = seed_library.documents()
    older = replace(info, outdated=True)
    root = read(shelf.documents([info, older, older], ()))
    assert "2 documents were read by an older reader." in root.text
    assert "reread" in {button.attributes["data-do"] for button in root.all("button")}
    assert "1 document was read" in read(shelf.documents([older], ())).text


def test_an_empty_library_says_so() -> None:
    assert "No documents yet" in shelf.documents([], ())


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
