"""Removing can be undone until it is purged: what lies in the bin is nowhere else, and whole."""

import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.keeping.chats import Chats
from assistant.keeping.forgetting import FORGOTTEN, forget, purge, purge_old, remove
from assistant.keeping.watching import step
from index import Library
from index.backup import backup, restore
from index.errors import InputError, UnknownDocumentError
from index.folders import SETTLED_S
from tests.fakes import HashEmbedder
from tests.unit.index import letters
from tests.unit.index.older import take_back
from tests.unit.index.test_kill import is_whole
from tests.unit.keeping.test_forgetting import OTHER, SECRET, found_in, pieces, talk, told

__all__ = ["told"]
QUESTION = "Where was the treaty signed?"


def facts(library: Library, document: str) -> tuple[object, ...]:
    """All that is known of a document."""
    passages = [(each.text, each.heading, each.span) for each in library.passages(document)]
    sentences, labels = library.sentences(document), library.labels.of(document)
    return library.document(document), library.find(document), passages, sentences, labels


def test_what_is_in_the_bin_is_nowhere_else_and_comes_back_as_it_was(
    library: Library, told: str
) -> None:
    chat = talk(library, QUESTION)
    library.labels.give("collection", "treaties", [told])
    library.labels.give("tag", "old", [told])
    library.narrowing.date(told, "1999-05-12")
    before, said = facts(library, told), Chats(library).open(chat)
    found = library.search("Quorvath treaty")
    assert told in {each.passage.span.document_id for each in found}
    order = [each.id for each in library.documents()]
    summaries, marks = library.items("summary"), library.items("mark")
    assert summaries
    assert marks

    remove(library, told)
    assert [each.name for each in library.documents()] == ["other.txt"]
    assert [each.id for each in library.listing.entries()] == [order[1]]
    assert {each.document_name for each in library.search("Quorvath treaty")} <= {"other.txt"}
    assert library.labels.all() == []
    assert not library.holds(told)
    with pytest.raises(UnknownDocumentError):
        library.text(told)
    hidden = Chats(library).open(chat)
    assert hidden is not None
    assert [(each.error, each.answer, each.mark) for each in hidden.exchanges] == [
        (FORGOTTEN, {}, None)
    ]
    assert Chats(library).find("Brelmoor") == []
    assert library.items("summary") == library.items("mark") == []
    assert library.check() == []
    (line,) = library.bin.all()
    assert (line.id, line.name, line.documents) == (told, "secret.txt", 1)

    library.bin.recover("secret.txt")
    assert facts(library, told) == before
    assert [each.id for each in library.documents()] == order
    assert Chats(library).open(chat) == said
    assert library.items("summary") == summaries
    assert library.items("mark") == marks
    assert library.search("Quorvath treaty") == found
    assert library.bin.all() == library.bin.asides() == library.check() == []


def test_purging_erases_it_to_the_letter(library: Library, told: str) -> None:
    talk(library, QUESTION)
    upload = Path(str(library.find(told).path))
    remove(library, told)
    assert found_in(library.folder, pieces(SECRET[0])), "it is kept until then"
    assert upload.exists()
    purge(library, [told])
    assert found_in(library.folder, pieces(SECRET[0])) == []
    assert not upload.exists()
    assert library.bin.all() == library.bin.asides() == library.check() == []
    with pytest.raises(InputError, match="No document is called"):
        library.bin.recover(told)


def test_an_answer_comes_back_only_with_all_that_it_quotes(library: Library, told: str) -> None:
    other = library.find("other.txt").id
    chat = talk(library, QUESTION)
    note = library.get("chat", chat)
    assert note is not None
    note["exchanges"][0]["answer"]["evidence"].append({"document_id": other})
    library.put("chat", chat, note)
    remove(library, told)
    remove(library, other)
    library.bin.recover(told)
    shown = library.get("chat", chat)
    assert shown is not None
    assert shown["exchanges"][0]["error"] == FORGOTTEN
    library.bin.recover(other)
    assert library.get("chat", chat) == note
    remove(library, told)
    forget(library, other)
    library.bin.recover(told)
    assert library.get("chat", chat) == shown
    assert library.bin.asides() == []


def test_a_deleted_conversation_does_not_lie_in_the_bin(library: Library, told: str) -> None:
    chat = talk(library, QUESTION)
    remove(library, told)
    Chats(library).delete(chat)
    assert {each.kind for each in library.bin.asides()} <= {"mark", "summary"}
    library.bin.recover(told)
    assert library.items("chat") == []


def test_attachments_come_and_go_with_their_mail(library: Library, tmp_path: Path) -> None:
    mail = tmp_path / "mail.eml"
    secret = "\n".join(SECRET).encode()
    mail.write_bytes(letters.eml("See it.", attached=[("secret.txt", secret)]))
    list(library.add(mail))
    ids = {each.id for each in library.documents()}
    outer = library.find(str(mail)).id
    remove(library, outer)
    assert library.documents() == []
    assert [each.documents for each in library.bin.all()] == [2]
    library.bin.recover(outer)
    assert {each.id for each in library.documents()} == ids
    assert library.enclosed(outer) == list(ids - {outer})


def test_adding_the_file_again_brings_the_document_back(library: Library, told: str) -> None:
    chat = talk(library, QUESTION)
    library.labels.give("tag", "old", [told])
    before, said = facts(library, told), library.get("chat", chat)
    path = Path(str(library.find(told).path))
    remove(library, told)
    (result,) = library.add(path)
    assert (result.status, result.document_id) == ("added", told)
    assert "is back as it was" in result.message
    assert facts(library, told) == before
    assert library.get("chat", chat) == said
    assert library.bin.all() == library.check() == []


def test_a_removed_text_in_a_new_file_comes_back_under_that_name(
    library: Library, told: str, tmp_path: Path
) -> None:
    library.labels.give("tag", "old", [told])
    before = Path(str(library.find(told).path))
    remove(library, told)
    copies = [tmp_path / "copy.txt", tmp_path / "further.txt"]
    for copy in copies:
        copy.write_bytes(before.read_bytes())
    results = [each for copy in copies for each in library.add(copy)]
    assert [(each.status, each.document_id) for each in results] == [
        ("added", told),
        ("duplicate", told),
    ]
    assert "is back as it was" in results[0].message
    info = library.find(told)
    assert (info.name, info.path) == ("copy.txt", str(copies[0]))
    assert library.labels.of(told) == [("tag", "old")]
    assert library.check() == []
    list(library.add(before))
    assert library.find(told).name == "copy.txt"


def test_attachments_of_a_mail_that_was_renamed_leave_with_it_again(
    library: Library, tmp_path: Path
) -> None:
    mail, renamed = tmp_path / "mail.eml", tmp_path / "renamed.eml"
    secret = "\n".join(SECRET).encode()
    mail.write_bytes(letters.eml("See it.", attached=[("secret.txt", secret)]))
    list(library.add(mail))
    ids = {each.id for each in library.documents()}
    remove(library, library.find(str(mail)).id)
    mail.rename(renamed)
    list(library.add(renamed))
    assert {each.id for each in library.documents()} == ids
    paths = [str(each.path) for each in library.documents()]
    assert all(path.startswith(str(renamed)) for path in paths)
    remove(library, library.find(str(renamed)).id)
    assert library.documents() == []
    assert library.bin.all()[0].documents == 2


def test_a_file_with_another_text_keeps_the_former_one_in_the_bin(
    library: Library, told: str
) -> None:
    path = Path(str(library.find(told).path))
    remove(library, told)
    path.write_text("Nothing was signed.", encoding="utf-8")
    (result,) = library.add(path)
    assert result.status == "added"
    with pytest.raises(InputError, match="was added again with another text"):
        library.bin.recover(told)
    forget(library, str(result.document_id))
    library.bin.recover(told)
    assert library.text(told) == "\n".join(SECRET)


def test_a_deleted_file_of_a_watched_folder_goes_to_the_bin_and_comes_back(
    library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    for name, text in (("a.txt", "\n".join(SECRET)), ("b.txt", OTHER)):
        (folder / name).write_text(text, encoding="utf-8")
    library.folders.watch(folder, gone="remove")
    missing: dict[str, float] = {}
    time.sleep(SETTLED_S + 0.1)
    step(library, missing)
    (folder / "a.txt").unlink()
    step(library, missing)
    time.sleep(SETTLED_S + 0.1)
    step(library, missing)
    assert [each.name for each in library.bin.all()] == ["a.txt"]
    (folder / "a.txt").write_text("\n".join(SECRET), encoding="utf-8")
    time.sleep(SETTLED_S + 0.1)
    step(library, missing)
    assert sorted(each.name for each in library.documents()) == ["a.txt", "b.txt"]
    assert library.bin.all() == []


def test_what_was_removed_by_hand_from_a_watched_folder_is_recovered_for_good(
    library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    (folder / "a.txt").write_text(OTHER, encoding="utf-8")
    library.folders.watch(folder)
    time.sleep(SETTLED_S + 0.1)
    step(library, {})
    remove(library, library.find("a.txt").id)
    step(library, {})
    assert library.documents() == []
    library.bin.recover("a.txt")
    step(library, {})
    assert [each.name for each in library.documents()] == ["a.txt"]
    assert library.items("left_out") == []


def test_what_lies_in_the_bin_too_long_is_purged(library: Library, told: str) -> None:
    remove(library, told)
    purge_old(library, 30)
    assert [each.id for each in library.bin.all()] == [told]
    long_ago = (datetime.now(UTC) - timedelta(days=31)).isoformat(timespec="seconds")
    library._record._file.alone(f"UPDATE removed SET removed = '{long_ago}'")
    purge_old(library, 30)
    assert library.bin.all() == []
    assert found_in(library.folder, pieces(SECRET[0])) == []


def test_a_library_of_an_older_version_gets_a_bin(library: Library, told: str) -> None:
    library.close()
    take_back(library.folder, 4)
    with Library.open(library.folder, embedder=HashEmbedder()) as again:
        before = facts(again, told)
        remove(again, told)
        again.bin.recover(told)
        assert facts(again, told) == before


def test_a_backup_has_the_bin(library: Library, told: str, tmp_path: Path) -> None:
    remove(library, told)
    library.close()
    backup(library.folder, tmp_path / "copy.zip")
    restore(tmp_path / "copy.zip", tmp_path / "other")
    with Library.open(tmp_path / "other", embedder=HashEmbedder()) as again:
        again.bin.recover(told)
        path = Path(str(again.find(told).path))
        assert path.is_relative_to(tmp_path / "other")
        assert [each.status for each in again.add(path)] == ["unchanged"]


WORK = """
import sys
from pathlib import Path
from assistant.keeping.forgetting import remove
from index import Library
from tests.fakes import HashEmbedder
with Library.open(Path(sys.argv[1]), embedder=HashEmbedder()) as library:
    library.warm()
    print("ready", flush=True)
    ids = [each.id for each in library.documents()]
    while True:
        for each in ids:
            remove(library, each)
        for each in ids:
            library.bin.recover(each)
"""


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_a_document_is_there_or_in_the_bin(
    library: Library, told: str, seed: int
) -> None:
    chat = talk(library, QUESTION)
    said, ids = library.get("chat", chat), {each.id for each in library.documents()}
    library.close()
    command = [sys.executable, "-c", WORK, str(library.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(random.Random(seed).uniform(0.0, 0.8))
        process.kill()
        process.communicate()
    with Library.open(library.folder, embedder=HashEmbedder()) as again:
        here, away = ({each.id for each in every} for every in (again.documents(), again.bin.all()))
        assert here | away == ids
        assert here & away == set()
        is_whole(again)
        assert (again.get("chat", chat) == said) == (not away), "it quotes both documents"
        for each in away:
            again.bin.recover(each)
        is_whole(again)
        assert again.get("chat", chat) == said
