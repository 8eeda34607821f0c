"""A library in one file: whole, written beside its owner, and the same again elsewhere."""

import os
import zipfile
from pathlib import Path

import pytest

from index import Library
from index.backup import RECORD, UPLOADS, backup, restore
from index.errors import InputError
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
