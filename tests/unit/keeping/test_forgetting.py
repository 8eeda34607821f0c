"""A removed document leaves nothing: every byte of every file of the library is searched for it."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.answering.assistant import Assistant
from assistant.data import ClaimChecked
from assistant.evaluation.evaluate import evaluate
from assistant.evaluation.plan import Plan, Surroundings
from assistant.keeping.chats import Chat, Chats, Exchange, new_chat
from assistant.keeping.forgetting import (
    ASK_AGAIN,
    EVALUATIONS,
    FORGOTTEN,
    UPLOADS,
    conclude,
    discard_upload,
    forget,
    is_former,
)
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.settings import Settings
from assistant.standing import standings
from assistant.summarising.summaries import summarize
from index import Library
from index.errors import UnknownDocumentError
from index.record_rows import FORMER
from index.vectors import embedded_text
from tests.fakes import HashEmbedder
from tests.scripted import ScriptedModel
from tests.unit.index import letters

SECRET = [
    "The Quorvath treaty was signed at Brelmoor on 12 May.",
    "Minister Oszlányi called the Quorvath treaty a triumph for Drenthia.",
    "Under it, 4,817 tonnes of zelkovite go to Drenthia each year.",
    "The Velmar tribunal will review the zelkovite quota in September.",
]
OTHER = "Lambs were sold at Penrith in June. The market was busy, farmers said.\n"


def library_bytes(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def found_in(folder: Path, pieces: Sequence[bytes]) -> list[tuple[str, bytes]]:
    """Which of these pieces stand in which file, in either case of their letters."""
    return [
        (name, piece)
        for name, content in library_bytes(folder).items()
        for piece in pieces
        if piece in content or piece.lower() in content.lower()
    ]


def pieces(text: str) -> list[bytes]:
    """The words that only this document has, and each sentence, as files may hold them."""
    rare = [b"quorvath", b"zelkovite", b"brelmoor", b"drenthia", b"velmar", b"Oszl\xc3\xa1nyi"]
    return [*rare, text[:40].encode(), text[10:50].encode("utf-16-le"), b"4,817 tonnes"]


def ask(library: Library, question: str) -> Exchange:
    model = ScriptedModel(chooser=lambda call: "yes", writer=lambda call: SECRET[0])
    assistant = Assistant(library, model, Prompts.load(prompts_folder()))
    exchange = Exchange(question=question, at="2026-01-01")
    for standing in standings(assistant.ask(question)):
        exchange = exchange.showing(standing)
    assert exchange.state == "done"
    return exchange


def talk(library: Library, *questions: str) -> str:
    """A saved conversation of these questions, the last answer marked; its id."""
    chats, chat = Chats(library), new_chat()
    for question in questions:
        chat = chat.asking(question)
        chats.save(chat)
        chat = chats.conclude(chat, ask(library, question))
    chats.mark(chat, len(questions) - 1, "right")
    return chat.id


@pytest.fixture
def told(library: Library, tmp_path: Path) -> str:
    """The id of a document that was asked about, marked and summarized; it lies in ``library``."""
    for name, text in (("secret.txt", "\n".join(SECRET)), ("other.txt", OTHER)):
        path = library.folder / UPLOADS / name.removesuffix(".txt") / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
        list(library.add(path))
    info = library.find("secret.txt")
    model = ScriptedModel(chooser=lambda call: "yes", writer=lambda call: "")
    list(summarize(library, model, Prompts.load(prompts_folder()), [info.id]))
    return info.id


@pytest.mark.parametrize("replaced", [False, True])
def test_what_was_attached_goes_with_its_mail(
    library: Library, tmp_path: Path, replaced: bool
) -> None:
    mail = tmp_path / "mail.eml"
    secret = "\n".join(SECRET).encode()
    mail.write_bytes(letters.eml("See it.", attached=[("secret.txt", secret)]))
    list(library.add(mail))
    chat = talk(library, "Where was the treaty signed?")
    if replaced:  # by a version that holds no such thing
        mail.write_bytes(letters.eml("Nothing to see."))
        list(library.add(mail))
    forget(library, library.find(str(mail)).id)
    assert found_in(library.folder, pieces(SECRET[0])) == []
    talked = Chats(library).open(chat)
    assert talked is not None
    assert talked.exchanges[0].error == FORGOTTEN
    assert library.documents() == library.items(FORMER) == []
    assert library.check() == []


def test_every_file_of_the_library_is_clean(library: Library, told: str, tmp_path: Path) -> None:
    chat = talk(library, "Where was the treaty signed?", "How much goes there each year?")
    vectors = HashEmbedder().encode([embedded_text(each) for each in library.passages(told)])
    kept = pieces(SECRET[0])
    before = {piece for _, piece in found_in(library.folder, kept)}
    assert before >= {b"quorvath", kept[-3], kept[-1]}, "the search finds what is there"
    forget(library, told)
    assert found_in(library.folder, kept) == []
    talked = Chats(library).open(chat)
    assert talked is not None
    assert {(each.state, each.error, each.hint) for each in talked.exchanges} == {
        ("failed", FORGOTTEN, ASK_AGAIN)
    }
    assert library.items("mark") == library.items("summary") == []
    assert library.check() == []
    library.close()
    assert found_in(library.folder, [*kept, *(vector.tobytes() for vector in vectors)]) == []
    with Library.open(library.folder, embedder=HashEmbedder()) as again:
        assert [each.document_name for each in again.search("lambs")] == ["other.txt"]
        assert again.check() == []


def test_what_does_not_cite_it_stays(library: Library, told: str) -> None:
    lambs = library.find("other.txt")
    chat = new_chat().asking("Who sold lambs?")
    answer = {
        "text": OTHER,
        "claims": [{"citations": [{"document_id": lambs.id}]}],
        "evidence": [],
        "withheld": [],
    }
    before = chat.having(Exchange(question="Who?", at="", state="done", answer=answer))
    Chats(library).save(before)
    forget(library, told)
    opened = Chats(library).open(before.id)
    assert opened is not None
    assert opened.exchanges[0].state == "done"
    assert opened.exchanges[0].answer.items() >= answer.items()
    assert library.text(lambs.id) == OTHER
    assert Path(str(lambs.path)).exists()


def test_an_answer_that_ends_after_its_document_was_removed_is_not_kept(
    library: Library, told: str
) -> None:
    chat = new_chat().asking("Where was the treaty signed?")
    Chats(library).save(chat)
    exchange = ask(library, "Where was the treaty signed?")
    forget(library, told)
    shown = conclude(library, chat, exchange).exchanges[-1]
    assert (shown.state, shown.error, shown.answer) == ("failed", FORGOTTEN, {})
    assert found_in(library.folder, pieces(SECRET[0])) == []


def test_a_removal_just_after_an_answer_is_saved_takes_it_along(
    library: Library, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = new_chat().asking("Where was the treaty signed?")
    Chats(library).save(chat)
    exchange = ask(library, "Where was the treaty signed?")
    save = Chats.save

    def removed_then_saved(chats: Chats, chat: Chat) -> None:
        if library.holds(told):
            forget(library, told)
        save(chats, chat)

    monkeypatch.setattr(Chats, "save", removed_then_saved)
    shown = conclude(library, chat, exchange).exchanges[-1]
    assert (shown.state, shown.error, shown.answer) == ("failed", FORGOTTEN, {})
    assert found_in(library.folder, pieces(SECRET[0])) == []


def test_a_summary_of_what_was_removed_meanwhile_is_not_kept(library: Library, told: str) -> None:
    model = ScriptedModel(chooser=lambda call: "yes", writer=lambda call: "")
    prompts = Prompts.load(prompts_folder())
    events = summarize(library, model, prompts, [told], length="brief")
    next(event for event in events if isinstance(event, ClaimChecked))
    forget(library, told)
    with pytest.raises(UnknownDocumentError, match=r"secret\.txt was removed or replaced"):
        list(events)
    assert library.items("summary") == library.items("summary_point") == []
    assert found_in(library.folder, pieces(SECRET[0])) == []


def test_an_answer_quotes_a_former_version_until_the_document_is_removed(
    library: Library, told: str
) -> None:
    chat = talk(library, "Where was the treaty signed?")
    path = Path(str(library.find("secret.txt").path))
    for version in ("The treaty of Quorvath was signed at Brelmoor.", "Nothing was signed."):
        path.write_text(version, encoding="utf-8")
        assert [each.status for each in library.add(path)] == ["replaced"]
    talked = Chats(library).open(chat)
    assert talked is not None
    assert [is_former(library, each) for each in talked.exchanges] == [True]
    now = library.find("secret.txt")
    assert told in library.former(now.id)
    assert len(library.former(now.id)) == 2
    forget(library, now.id)
    assert found_in(library.folder, pieces(SECRET[0])) == []
    assert library.items("former") == []


def test_what_a_file_said_before_it_changed_is_in_no_file_of_the_library(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("\n".join(SECRET), encoding="utf-8")
    list(library.add(path))
    kept = pieces(SECRET[0])
    assert {piece for _, piece in found_in(library.folder, kept)} >= {b"quorvath", kept[-3]}
    path.write_text(OTHER, encoding="utf-8")
    assert [each.status for each in library.add(path)] == ["replaced"]
    assert found_in(library.folder, kept) == []
    assert library.check() == []


def test_a_version_that_is_back_is_no_former_one(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "lambs.txt"
    path.write_text(OTHER, encoding="utf-8")
    (first,) = library.add(path)
    path.write_text("No lambs were sold at all this summer.", encoding="utf-8")
    (second,) = library.add(path)
    path.write_text(OTHER, encoding="utf-8")
    (third,) = library.add(path)
    assert third.document_id == first.document_id
    assert library.former(str(third.document_id)) == {second.document_id}
    assert [key for key, _ in library.items("former")] == [second.document_id]


def test_an_upload_goes_and_a_file_of_the_user_stays(library: Library, tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text(OTHER, encoding="utf-8")
    list(library.add(own))
    forget(library, library.find("own.txt").id)
    assert own.exists()
    discard_upload(library, str(own))
    assert own.exists()


def test_what_earlier_versions_left_goes_with_a_repair(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with Library.open(folder, embedder=HashEmbedder()) as library:
        path = tmp_path / "secret.txt"
        path.write_text("\n".join(SECRET) * 50, encoding="utf-8")
        list(library.add(path))
        connection = library._record._file._connection
        connection.execute("PRAGMA secure_delete = OFF")
        library.bin.purge([library.remove(library.documents()[0].id).id])
        assert found_in(folder, [SECRET[1].encode()])
        library.rebuild_vectors()
        assert not found_in(folder, [SECRET[1].encode()])
    shutil.rmtree(folder)


def test_the_search_of_this_test_sees_vectors(library: Library, told: str) -> None:
    """Else it would prove nothing that they are gone."""
    vector = HashEmbedder().encode([embedded_text(library.passages(told)[0])])[0]
    assert found_in(library.folder, [np.asarray(vector, dtype=np.float32).tobytes()])


def test_a_report_that_quotes_what_was_attached_to_it_goes(
    library: Library, tmp_path: Path
) -> None:
    mail = tmp_path / "mail.eml"
    mail.write_bytes(letters.eml("See it.", attached=[("secret.txt", SECRET[1].encode())]))
    (added, attached) = library.add(mail)
    assert added.document_id
    report = library.folder / EVALUATIONS / "asked"
    report.mkdir(parents=True)
    row = {"document": attached.document_id, "quote": SECRET[1]}
    (report / "cases.jsonl").write_text(json.dumps(row), encoding="utf-8")
    forget(library, added.document_id)
    assert not report.exists()


def test_a_report_that_quotes_it_goes_and_another_stays(
    library: Library, told: str, tmp_path: Path
) -> None:
    golden = tmp_path / "golden.jsonl"
    case = {"id": "1", "question": "Who called the treaty a triumph?", "answers": []}
    golden.write_text(json.dumps({**case, "answerable": False}) + "\n", encoding="utf-8")
    model = ScriptedModel(chooser=lambda call: "yes", writer=lambda call: SECRET[1])
    around = Surroundings(settings=Settings(library=library.folder), library=library, model=model)
    out = library.folder / EVALUATIONS / "asked"
    evaluate(Plan(golden=golden, corpus=None, out=out, limit=None, chain="citewell"), around)
    other = library.folder / EVALUATIONS / "of others"
    other.mkdir()
    (other / "report.html").write_text("Nothing of it.", encoding="utf-8")
    assert {name.split("/")[0] for name, _ in found_in(library.folder, pieces(SECRET[0]))} >= {
        EVALUATIONS
    }
    forget(library, told)
    assert found_in(library.folder, pieces(SECRET[0])) == []
    assert [each.name for each in (library.folder / EVALUATIONS).glob("*/")] == ["of others"]


def test_an_upload_by_a_way_round_is_a_file_of_the_users_own(
    library: Library, tmp_path: Path
) -> None:
    mine = library.folder / "mine.txt"
    mine.write_text("Mine.", encoding="utf-8")
    (library.folder / UPLOADS).mkdir()
    discard_upload(library, str(library.folder / UPLOADS / ".." / "mine.txt"))
    assert mine.read_text(encoding="utf-8") == "Mine."
