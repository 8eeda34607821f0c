"""Two users of one page, each with documents of their own: none reaches the other's."""

import gc
import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from gradio.context import get_blocks_context

from assistant.answering.assistant import Assistant
from assistant.keeping.chats import Chats, new_chat
from assistant.page import api
from assistant.page.page import Page
from assistant.page.serving import assistants
from assistant.page.serving.assistants import Assistants
from assistant.page.tabs.ask import ANSWER, PASSAGES, AskTab
from assistant.page.tabs.evaluate import EvaluateTab
from assistant.page.tabs.library import Shelf
from assistant.page.tabs.model import ModelChoice, StatusLine
from assistant.page.tabs.source import SourcePane
from assistant.page.tabs.summary import TICKED, SummaryTab
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.settings import Settings
from assistant.users import library_of
from index import Library
from index.errors import InputError, LibraryBusyError
from tests.fakes import HashEmbedder
from tests.scripted import ScriptedModel

# Gradio leaves event loops open when a page is built; they are collected within these tests.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

SECRET = "The vault at Zirkonheim holds nine sealed letters."
QUESTION = "How many sealed letters does the vault at Zirkonheim hold?"
Endpoint = Callable[..., Any]


def request(name: str | None) -> Any:
    return SimpleNamespace(
        session_hash=f"browser of {name}", username=name, client=None, query_params={}, cookies={}
    )


ANN, BOB, OPERATOR, NOBODY = map(request, ("ann", "bob", "citewell", None))


@pytest.fixture
def page(
    library: Library, scripted_model: ScriptedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Page]:
    """A page with users; Ann has a document beside the example."""
    for module in ("assistant.runtime", "assistant.evaluation.evaluate"):
        monkeypatch.setattr(f"{module}.EmbedderOnDemand", lambda settings: HashEmbedder())
    scripted_model.chooser = lambda call: "yes" if "yes" in call.options else call.options[0]
    scripted_model.writer = lambda call: SECRET if "Zirkonheim" in call.text else "none"
    settings = Settings(users=tmp_path / "users", library=library.folder)
    main = Assistant(library, scripted_model, Prompts.load(prompts_folder()))
    everybody = Assistants(settings, main)
    with gr.Blocks():
        page = Page(settings=settings, assistants=everybody)
        upload = tmp_path / "letters.txt"
        upload.write_text(SECRET, encoding="utf-8")
        list(Shelf(page, gr.State(frozenset())).add_files([str(upload)], frozenset(), ANN))
        yield page
    everybody.close()
    gc.collect()


@pytest.fixture
def letters(page: Page) -> str:
    """The id of Ann's document."""
    return page.library(ANN).find("letters.txt").id


@pytest.fixture
def endpoints(page: Page) -> dict[str, Endpoint]:
    api.serve(page)
    blocks = get_blocks_context()
    assert blocks
    return {str(each.api_name): each.fn for each in blocks.fns.values() if each.fn}


def names(page: Page, who: Any) -> list[str]:
    return [info.name for info in page.library(who).documents()]


def asked(page: Page, who: Any, mode: str) -> str:
    """The conversation as it is shown in the end."""
    tab = AskTab(page, gr.State(frozenset()), StatusLine(page))
    return str(list(tab.ask(QUESTION, mode, new_chat(), frozenset(), who))[-1][tab.history])


def clicked(**data: Any) -> Any:
    return SimpleNamespace(**data)


def test_each_starts_with_the_example_and_sees_only_what_they_added(
    page: Page, seed_path: Path
) -> None:
    assert names(page, ANN) == [seed_path.name, "letters.txt"]
    assert names(page, BOB) == [seed_path.name]
    assert names(page, OPERATOR) == []
    shelf = Shelf(page, gr.State(frozenset()))
    assert "letters.txt" in shelf.shown(frozenset(), ANN)
    assert "letters.txt" not in shelf.shown(frozenset(), BOB)
    tab = SummaryTab(page, gr.State(frozenset()))
    options = tab.choices(None, BOB)[tab.document].choices
    assert [title for title, _ in options] == [page.library(BOB).documents()[0].title]


@pytest.mark.parametrize("mode", [ANSWER, PASSAGES])
def test_what_one_asks_finds_nothing_of_the_other(page: Page, mode: str) -> None:
    assert "nine sealed letters" in asked(page, ANN, mode)
    assert "sealed letters." not in asked(page, BOB, mode)
    assert len(page.chats(ANN).all()) == len(page.chats(BOB).all()) == 1
    (chat,) = page.chats(ANN).all()
    assert page.chats(BOB).open(chat.id) is None
    assert page.chats(OPERATOR).all() == []


def test_a_guessed_id_opens_summarizes_and_removes_nothing(page: Page, letters: str) -> None:
    pane = SourcePane(page)
    there = clicked(document=letters, start=0, end=9, low=0, high=9, place="", towards="later")
    assert "nine sealed letters" in pane.open(there, ANN)
    assert "nine sealed" not in pane.open(there, BOB)
    assert "nine sealed" not in pane.more(there, BOB)
    tab = SummaryTab(page, gr.State(frozenset()))
    for chosen in (letters, TICKED):
        told = list(tab.write(chosen, "brief", "", "", frozenset(), "", BOB))
        assert not any("nine sealed" in str(update.get(tab.text)) for update in told)
    shelf = Shelf(page, gr.State(frozenset()))
    said = shelf.remove(frozenset(), clicked(document=letters), BOB)
    assert 'class="failure"' in said[shelf.news]
    assert page.library(ANN).holds(letters)


def test_the_endpoints_do_not_reach_another_users_document(
    page: Page, letters: str, endpoints: dict[str, Endpoint]
) -> None:
    assert endpoints["text"](letters, ANN) == SECRET
    assert "letters.txt" not in json.dumps(endpoints["documents"](BOB))
    assert "sealed" not in json.dumps(endpoints["search"](QUESTION, BOB))
    for call, arguments in {
        "text": (letters, BOB),
        "remove": (letters, BOB),
        "search": (QUESTION, BOB, [letters]),
        "ask": (QUESTION, BOB, [letters]),
        "summarize": ([letters], BOB),
    }.items():
        with pytest.raises(gr.Error, match="No document is called"):
            endpoints[call](*arguments)
    assert "sealed letters." not in json.dumps(endpoints["ask"](QUESTION, BOB))
    assert page.library(ANN).holds(letters)


def test_marks_and_reports_stay_with_their_user(
    page: Page, endpoints: dict[str, Endpoint], tmp_path: Path
) -> None:
    asked(page, ANN, ANSWER)
    (chat,) = page.chats(ANN).all()
    page.chats(ANN).mark(chat, 0, "right")
    assert len(endpoints["marks"](ANN)) == 1
    assert endpoints["marks"](BOB) == endpoints["marks"](OPERATOR) == []
    tab = EvaluateTab(page)
    assert "No answer is marked yet" in tab.use_marks(BOB)[tab.news]
    golden = tmp_path / "vault.jsonl"
    evidence = {"document": "letters.txt", "quote": SECRET}
    line = {"id": "1", "question": QUESTION, "answers": ["nine"], "evidence": [evidence]}
    golden.write_text(json.dumps(line | {"answerable": True}) + "\n", encoding="utf-8")
    mine = list(tab.run(str(golden), (), 20, "citewell", ANN))[-1]
    assert mine[tab.first].value == "vault-citewell"
    theirs = list(tab.run(str(golden), (), 20, "citewell", BOB))[-1]
    assert "letters.txt" in theirs[tab.news]  # a document that Bob does not have
    assert tab.report not in theirs
    assert tab.show("vault-citewell", None, BOB)[tab.report] == ""
    assert tab.choices(None, None, BOB)[tab.first].choices == []


def test_uploads_and_the_record_lie_in_each_users_own_folder(page: Page, letters: str) -> None:
    asked(page, BOB, PASSAGES)
    shared = page.library(OPERATOR).folder
    ann, bob = library_of(shared, "ann"), library_of(shared, "bob")
    (info,) = (each for each in page.library(ANN).documents() if each.id == letters)
    assert Path(str(info.path)).is_relative_to(ann / "uploads")
    page.assistants.close()
    holding = [
        path
        for path in shared.rglob("*")
        if path.is_file() and SECRET.encode() in path.read_bytes()
    ]
    assert holding
    assert [path for path in holding if not path.is_relative_to(ann)] == []
    assert bob.is_dir()


def test_the_operator_keeps_what_the_library_had_before(page: Page) -> None:
    library = page.library(OPERATOR)
    old = {"id": "old", "title": "Old", "updated": "", "exchanges": [], "owner": "ann"}
    library.put("chat", "old", old)
    assert [chat.id for chat in page.chats(OPERATOR).all()] == ["old"]
    assert Chats(page.library(ANN)).all() == []


def test_who_is_not_logged_in_has_no_library(page: Page) -> None:
    with pytest.raises(InputError, match="Nobody is logged in"):
        page.library(NOBODY)


def test_only_the_operator_changes_the_model_that_sees_everybodys_passages(page: Page) -> None:
    choice = ModelChoice(page, StatusLine(page))
    before = page.model
    name, _, _, news = choice.change("openai:spy@http://127.0.0.1:9/v1", ANN)
    assert (name, page.model) == (before.name, before)
    assert "The model answers all users" in news
    choice.change("openai:other@http://127.0.0.1:9/v1", OPERATOR)
    assert page.assistant(ANN).model.name == page.model.name == "other"
    page.model.close()


@pytest.mark.parametrize(
    ("settings", "client", "free"),
    [
        ({}, "127.0.0.1", True),
        ({}, "::1", True),
        ({}, "192.0.2.7", False),
        ({"host": "0.0.0.0"}, "127.0.0.1", False),
        ({"host": "0.0.0.0"}, "192.0.2.7", False),
    ],
)
def test_where_all_are_alike_only_who_sits_here_names_servers_and_files(
    page: Page, settings: dict[str, str], client: str, free: bool
) -> None:
    """Without users there is one password at most, and a visitor is no operator."""
    given = page.settings.model_copy(update={"users": None, **settings})
    shared = Page(settings=given, assistants=Assistants(given, page.assistant(OPERATOR)))
    visitor: Any = SimpleNamespace(username=None, client=SimpleNamespace(host=client))
    assert shared.assistants.sits_here(visitor) is free
    for path in ("/etc/passwd", "~/notes", "file:///etc/passwd"):
        with pytest.raises(InputError, match="only web addresses") if not free else nullcontext():
            shared.assistants.check_addable(path, visitor)
    for address in ("https://example.org/a.pdf", "HTTP://example.org"):
        shared.assistants.check_addable(address, visitor)
    choice = ModelChoice(shared, StatusLine(shared))
    for name in ("openai:spy@http://127.0.0.1:9/v1", "/etc/passwd", "hf:a/b/c.gguf"):
        _, _, _, news = choice.change(name, visitor)
        assert ("From another machine" in news) is not free
    shared.model.close()


def test_a_users_library_that_another_process_holds_is_told(page: Page) -> None:
    folder = library_of(page.library(OPERATOR).folder, "cid")
    with (
        Library.open(folder, embedder=HashEmbedder(), owner="index"),
        pytest.raises(LibraryBusyError, match="in use by index"),
    ):
        page.library(request("cid"))
    assert page.library(request("cid")).documents()


def test_a_few_libraries_are_awake_and_the_others_answer_all_the_same(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assistants, "AWAKE", 2)
    opened = [page.library(request(f"user{number}")) for number in range(5)]
    for each in opened:
        assert each.search("soldiers")
    for number in range(5):
        page.library(request(f"user{number}"))
    assert sum(each._vectors._opened is not None for each in opened) <= 2
    assert all(each.search("soldiers") for each in opened)


def test_names_that_differ_in_capitals_or_look_like_paths_have_folders_of_their_own(
    tmp_path: Path,
) -> None:
    folders = [library_of(tmp_path, name) for name in ("ann", "Ann", "..", ".", "con", "ann.")]
    assert len({folder.name.lower() for folder in folders}) == len(folders)
    assert {folder.parent for folder in folders} == {tmp_path / "users"}
    assert not any(folder.name.lower() in ("..", ".", "con") for folder in folders)
