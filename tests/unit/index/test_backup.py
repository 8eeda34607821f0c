"""A library in one file: whole, written beside its owner, and the same again elsewhere."""

import os
import shutil
import sqlite3
import tracemalloc
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index import Library
from index.backup import RECORD, UPLOADS, backup, restore
from index.errors import FullDiskError, InputError
from index.store import VectorStore
from tests.fakes import HashEmbedder


@pytest.fixture
def kept(library: Library, tmp_path: Path) -> Path:
    """A backup that was written while the library is open: a file, an upload, notes, a tag."""
    (tmp_path / "a.txt").write_text("The bridge is open.", encoding="utf-8")
    upload = library.folder / UPLOADS / "0123" / "b.txt"
    upload.parent.mkdir(parents=True)
    upload.write_text("The harbour is closed.", encoding="utf-8")
    for path in (tmp_path / "a.txt", upload):
        list(library.add(path))
    library.labels.give("tag", "kept", [library.find("b.txt").id])
    library.put("chat", "c", {"title": "Talk"})
    backup(library.folder, tmp_path / "kept.zip")
    list(library.add(Path(__file__)))  # comes after it
    return tmp_path / "kept.zip"


def test_a_restored_library_is_the_same(kept: Path, library: Library, tmp_path: Path) -> None:
    restore(kept, tmp_path / "again")
    with Library.open(tmp_path / "again", embedder=HashEmbedder()) as again:
        assert [each.name for each in again.documents()] == ["a.txt", "b.txt"]
        (found, *_) = again.search("Is the harbour closed?", k=1)
        assert found.passage.text == "The harbour is closed."
        assert again.labels.chosen(tags=["kept"]) == [library.find("b.txt").id]
        assert again.items("chat") == [("c", {"title": "Talk"})]
        upload = Path(again.find("b.txt").path or "")
        assert upload == tmp_path / "again" / UPLOADS / "0123" / "b.txt"
        assert upload.read_text(encoding="utf-8") == "The harbour is closed."
        assert again.find("a.txt").path == str(tmp_path / "a.txt")
        assert [each.status for each in again.add(upload)] == ["unchanged"]
        assert again.check() == []
    assert os.stat(kept).st_mode & 0o077 == 0


def test_a_folder_that_holds_a_library_is_left_alone(kept: Path, library: Library) -> None:
    before = library.revision
    with pytest.raises(InputError, match="holds a library already"):
        restore(kept, library.folder)
    assert library.revision == before


def test_what_is_no_backup_is_one_line(tmp_path: Path, kept: Path) -> None:
    (tmp_path / "none.zip").write_bytes(b"none")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    for wrong in ("none.zip", "other.zip"):
        with pytest.raises(InputError, match="no backup"):
            restore(tmp_path / wrong, tmp_path / "again")
    with pytest.raises(InputError, match="cannot be read"):
        restore(tmp_path / "nowhere.zip", tmp_path / "again")
    assert not (tmp_path / "again" / RECORD).exists()
    with pytest.raises(InputError, match="There is no library"):
        backup(tmp_path / "empty", tmp_path / "kept.zip")


def test_a_backup_that_leads_out_of_the_folder_stays_in_it(kept: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(kept, "a") as archive:
        archive.writestr(f"{UPLOADS}/../../escaped.txt", "out")
        archive.writestr("page.sqlite", "none of ours")
    restore(kept, tmp_path / "deep" / "again")
    assert not list(tmp_path.glob("escaped.txt"))
    assert not list((tmp_path / "deep").glob("escaped.txt"))
    assert not (tmp_path / "deep" / "again" / "page.sqlite").exists()


def remade(kept: Path, target: Path, **changed: bytes) -> Path:
    """The backup with other content in the place of some of its files."""
    with zipfile.ZipFile(kept) as before, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as now:
        found = {name: before.read(name) for name in before.namelist()}
        for name, content in {**found, **changed}.items():
            now.writestr(name, content)
    return target


def damaged(kept: Path, target: Path, place: int, value: int) -> Path:
    """The backup with another number at a place of each file's header, here and in the list."""
    content = bytearray(kept.read_bytes())
    for mark, further in ((b"PK\x03\x04", 0), (b"PK\x01\x02", 2)):
        at = content.find(mark)
        while at >= 0:
            content[at + place + further] = value
            at = content.find(mark, at + 4)
    target.write_bytes(content)
    return target


def changed_record(kept: Path, place: Path, *statements: str) -> bytes:
    """The record of the backup after these statements."""
    with zipfile.ZipFile(kept) as archive:
        archive.extract(RECORD, place)
    with closing(sqlite3.connect(place / RECORD)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return (place / RECORD).read_bytes()


def test_what_was_made_to_look_like_a_backup_is_one_line(kept: Path, tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "no record.zip", "w") as archive,
        zipfile.ZipFile(kept) as whole,
    ):
        archive.writestr("backup.json", whole.read("backup.json"))
    deep = {"backup.json": b"[" * 60_000}
    does = "CREATE TRIGGER keeps AFTER DELETE ON documents BEGIN SELECT old.text; END"
    trigger = {RECORD: changed_record(kept, tmp_path / "a", does)}
    view = {RECORD: changed_record(kept, tmp_path / "b", "CREATE VIEW shown AS SELECT 1")}
    wrong = [
        tmp_path / "no record.zip",
        remade(kept, tmp_path / "deep.zip", **deep),
        remade(kept, tmp_path / "trigger.zip", **trigger),
        remade(kept, tmp_path / "view.zip", **view),
        damaged(kept, tmp_path / "encrypted.zip", 6, 1),
        damaged(kept, tmp_path / "packed otherwise.zip", 8, 99),
    ]
    for each in wrong:
        with pytest.raises(InputError, match="no backup"):
            restore(each, tmp_path / "again")
    assert not (tmp_path / "again" / RECORD).exists()


def test_a_manifest_that_unpacks_to_much_takes_no_memory(kept: Path, tmp_path: Path) -> None:
    bomb = b'{"format": "citewell backup 1", "folder": "' + b"a" * 50_000_000 + b'"}'
    made = remade(kept, tmp_path / "bomb.zip", **{"backup.json": bomb})
    del bomb
    tracemalloc.start()
    with pytest.raises(InputError, match="no backup"):
        restore(made, tmp_path / "again")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5_000_000


def test_a_backup_larger_than_the_disk_is_not_unpacked(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked: list[Any] = []
    small = type("Usage", (), {"free": 1_000})
    monkeypatch.setattr(shutil, "disk_usage", lambda place: small)
    monkeypatch.setattr(zipfile.ZipFile, "extract", lambda *each: unpacked.append(each))
    with pytest.raises(FullDiskError):
        restore(kept, tmp_path / "again")
    assert unpacked == []


def test_what_a_backup_says_of_the_machine_is_told_and_no_folder_is_watched(
    kept: Path, library: Library, tmp_path: Path
) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "c.txt").write_text("Not of this library.", encoding="utf-8")
    library.folders.watch(tmp_path / "papers")
    backup(library.folder, tmp_path / "watching.zip")
    restored = restore(tmp_path / "watching.zip", tmp_path / "again")
    assert restored.watched == [str(tmp_path / "papers")]
    assert str(tmp_path / "a.txt") in restored.outside
    assert all("b.txt" not in each for each in restored.outside)
    with Library.open(tmp_path / "again", embedder=HashEmbedder()) as again:
        assert again.folders.all() == []
        assert again.folders.step(lambda _: None, {}).results == ()


def test_a_restored_library_has_vectors_of_its_own_in_one_chroma(
    kept: Path, library: Library, tmp_path: Path
) -> None:
    restore(kept, tmp_path / "again")
    ids = []
    for folder in (library.folder, tmp_path / "again"):
        with closing(sqlite3.connect(folder / RECORD)) as connection:
            ids += connection.execute("SELECT value FROM meta WHERE key = 'library_id'").fetchone()
    first, second = (
        VectorStore(tmp_path / "chroma", library_id=each, embedder="hash-64") for each in ids
    )
    (passage,) = library.passages(library.find("a.txt").id)
    first.put([(passage, HashEmbedder().encode([passage.text])[0])])
    second.forget([passage.span.document_id])
    assert (first.count(), second.count()) == (1, 0)
    first.close()
    second.close()
