"""A conversation as a file: every question, what became of it, and exact sources; found again."""

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.conversing import converse
from assistant.data import Answer
from assistant.errors import ModelError
from assistant.exporting import bundle, conversations
from assistant.exporting.conversations import CHANGED, STOPPED
from assistant.exporting.files import FORMATS
from assistant.keeping.chats import REFUSAL, Chat, Chats, new_chat
from assistant.keeping.forgetting import conclude
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.standing import Standing
from index import Library
from index.errors import InputError
from tests.scripted import ScriptedModel

QUESTION = "Which bridge is *open*?"
TEXT = "Issued 3 May 2024\n\nThe Lune bridge is open. The harbour is closed.\n"


@pytest.fixture
def assistant(library: Library, scripted_model: ScriptedModel, tmp_path: Path) -> Assistant:
    (tmp_path / "notice.txt").write_text(TEXT, encoding="utf-8")
    list(library.add(tmp_path / "notice.txt"))
    scripted_model.chooser = lambda call: "yes"
    scripted_model.writer = lambda call: "The Lune bridge is open."
    return Assistant(library, scripted_model, Prompts.load(prompts_folder()))


def asked(assistant: Assistant, question: str, chat: Chat | None = None) -> Chat:
    """The conversation after one more question."""
    asking = converse(assistant, chat or new_chat(), question)
    try:
        while True:
            next(asking)
    except StopIteration as end:
        done: Chat = end.value
        return done


@pytest.fixture
def chat(assistant: Assistant) -> Chat:
    """An answer, a refusal, and a question that was broken off."""
    library, chat = assistant.library, asked(assistant, QUESTION)
    refused = Answer(question="Who?", status="not_in_documents", claims=(), evidence=(), model="m")
    chat = chat.asking("Who?")
    Chats(library).save(chat)
    chat = conclude(library, chat, chat.exchanges[-1].showing(Standing(answer=refused)))
    chat = chat.asking("And then?")
    Chats(library).save(chat)
    return conclude(library, chat, chat.exchanges[-1].stopped())


def text_of(assistant: Assistant, chat: Chat, name: str = "c.md") -> str:
    return conversations.made(assistant.library, chat, name).decode("utf-8")


def test_every_question_stands_with_what_became_of_it(assistant: Assistant, chat: Chat) -> None:
    text = text_of(assistant, chat)
    assert "## 1\\. Which bridge is \\*open\\*?" in text
    assert "The Lune bridge is open." in text
    assert "[^1]: “The Lune bridge is open.” notice.txt, 2024-05-03" in text
    assert text.index("## 2\\. Who?") < text.index(REFUSAL) < text.index("And then?")
    assert STOPPED in text
    assert CHANGED not in text


@pytest.mark.parametrize("suffix", [each for each in FORMATS.values() if each != bundle.SUFFIX])
def test_it_is_written_in_each_format(assistant: Assistant, chat: Chat, suffix: str) -> None:
    content = conversations.made(assistant.library, chat, f"c{suffix}")
    head = {".pdf": b"%PDF-", ".docx": b"PK", ".html": b"<!doctype html>"}.get(suffix, b"# ")
    assert content.startswith(head)
    if suffix == ".docx":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert b"The Lune bridge is open." in archive.read("word/footnotes.xml")


def test_documents_that_disagree_stand_side_by_side(assistant: Assistant, chat: Chat) -> None:
    first = chat.exchanges[0]
    sides = [first.answer["claims"][0], first.answer["claims"][0]]
    answer = {**first.answer, "conflicts": [{"note": "They differ.", "claims": sides}]}
    both = replace(chat, exchanges=(replace(first, answer=answer),))
    assert "Your documents disagree: They differ." in text_of(assistant, both)


def test_an_answer_of_a_former_version_says_so(
    assistant: Assistant, chat: Chat, tmp_path: Path
) -> None:
    (tmp_path / "notice.txt").write_text("The Lune bridge is closed.", encoding="utf-8")
    list(assistant.library.add(tmp_path / "notice.txt"))
    text = text_of(assistant, chat)
    assert text.index("## 1") < text.index(CHANGED) < text.index("## 2")
    assert "“The Lune bridge is open.” notice.txt" in text
    with pytest.raises(InputError, match="stands on documents as they are now"):
        conversations.made(assistant.library, chat, f"c{bundle.SUFFIX}")


@pytest.fixture
def packed(assistant: Assistant, chat: Chat, tmp_path: Path) -> Path:
    path = tmp_path / f"c{bundle.SUFFIX}"
    path.write_bytes(conversations.made(assistant.library, chat, path.name))
    return path


def test_a_bundle_of_answers_holds(packed: Path) -> None:
    assert bundle.verify(packed) == []


LONGER = ('"text": "The Lune bridge', '"text": "The Lune bridge is 40 m long and')


def altered(packed: Path, changes: Sequence[tuple[str, str]]) -> Iterator[str]:
    """What is wrong once the manifest says something else, sealed and summed anew."""
    with zipfile.ZipFile(packed) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    written = files["summary.json"].decode("utf-8")
    for change in changes:
        assert change[0] in written
        written = written.replace(*change)
    manifest = json.loads(written)
    del manifest["seal"]
    files["summary.json"] = bundle._written({**manifest, "seal": bundle._seal(manifest)})
    files["SHA256SUMS"] = bundle._sums(files)
    packed.write_bytes(bundle._zipped(files))
    yield from bundle.verify(packed)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ([LONGER], "is not in its quotation"),
        ([LONGER, ('"verbatim"', '"verified"')], "number 40"),
        ([('"verbatim"', '"verified"')], ""),
        ([('"quote": "The Lune', '"quote": "Thy Lune')], "The text does not have"),
        ([("bundle 3", "bundle 2")], "do not go together"),
        ([('"document": "notice.txt"', '"document": "other.txt"')], "another document or date"),
        ([('"verbatim"', '"computed"')], "figures come to"),
    ],
)
def test_a_change_of_a_bundle_is_found(
    packed: Path, changes: list[tuple[str, str]], fault: str
) -> None:
    found = list(altered(packed, changes))
    assert any(fault in each for each in found) if fault else found == []


def test_conversations_are_found_by_their_words(assistant: Assistant, chat: Chat) -> None:
    chats = Chats(assistant.library)
    assert [each.id for each in chats.find("LUNE open")] == [chat.id]
    assert chats.find("lune tortoise") == []
    assert chats.meant(chat.id[:6]).id == chat.id
    assert chats.meant(chat.title).id == chat.id
    for unknown in ("", "tortoise"):
        with pytest.raises(InputError, match="No conversation is called"):
            chats.meant(unknown)


def test_a_follow_up_hears_what_was_said_and_is_kept(assistant: Assistant, chat: Chat) -> None:
    more = asked(assistant, "Is the Lune bridge open?", chat)
    saved = Chats(assistant.library).open(chat.id)
    assert saved is not None
    assert saved.exchanges == more.exchanges
    assert len(more.exchanges) == 4
    assert more.exchanges[-1].state == "done"


def test_what_fails_is_kept_as_that(assistant: Assistant, scripted_model: ScriptedModel) -> None:
    def fail(call: object) -> str:
        raise ModelError("The model broke off.", "Ask again.")

    scripted_model.chooser = fail
    with pytest.raises(ModelError):
        asked(assistant, QUESTION)
    (kept,) = Chats(assistant.library).all()
    assert [(each.state, each.error) for each in kept.exchanges] == [
        ("failed", "The model broke off.")
    ]
