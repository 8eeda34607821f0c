"""Watched folders: what one step takes in, leaves alone and parts with."""

import os
import shutil
import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from index import Library, loading
from index.data import AddResult
from index.errors import CancelledError, InputError, StoreError
from index.folders import AT_ONCE
from index.watched import Step
from tests.fakes import HashEmbedder

LONG_AGO = 1_700_000_000
"""Seconds: files of this time have settled."""


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files count as settled, and as gone, at once; one test waits in earnest."""
    monkeypatch.setattr("index.folders.SETTLED_S", 0.0)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with two texts, and one in a folder within it."""
    folder = tmp_path / "files"
    (folder / "inner").mkdir(parents=True)
    write(folder / "bridge.txt", "The bridge was closed in May.")
    write(folder / "council.txt", "The council met in June.")
    write(folder / "inner" / "river.txt", "The river rose by two metres.")
    return folder


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (LONG_AGO, LONG_AGO + len(text)))


def step(library: Library) -> Step:
    return library.folders.step(library.remove, {})


def names(library: Library) -> list[str]:
    return sorted(info.name for info in library.documents())


def test_a_step_takes_in_what_is_new_and_then_rests(library: Library, files: Path) -> None:
    library.folders.watch(files)
    assert {result.status for result in step(library).results} == {"added"}
    assert names(library) == ["bridge.txt", "council.txt", "river.txt"]
    rested = step(library)
    assert (rested.results, rested.gone, rested.waiting, rested.more) == ((), (), False, False)
    (folder,) = library.folders.all()
    assert (folder.files, folder.error) == (3, "")
    assert folder.changed


def test_a_changed_file_is_the_new_version_of_its_document(library: Library, files: Path) -> None:
    library.folders.watch(files)
    step(library)
    before = library.find("bridge.txt").id
    write(files / "bridge.txt", "The bridge was opened again in August.")
    (result,) = step(library).results
    assert result.status == "replaced"
    assert library.former(str(result.document_id)) == {before}
    assert "August" in library.search("bridge")[0].passage.text


def test_a_renamed_file_keeps_its_document(library: Library, files: Path) -> None:
    library.folders.watch(files)
    step(library)
    before = library.find("bridge.txt")
    (files / "bridge.txt").rename(files / "inner" / "viaduct.txt")
    renamed = step(library)
    assert [(each.status, each.message) for each in renamed.results] == [
        ("renamed", f"was {files / 'bridge.txt'}")
    ]
    assert renamed.gone == ()
    after = library.find("viaduct.txt")
    assert (after.id, after.added, after.gone) == (before.id, before.added, None)
    assert len(library.documents()) == 3
    assert step(library).results == ()
    shutil.copy(files / "inner" / "viaduct.txt", files / "copy.txt")
    assert [each.status for each in step(library).results] == ["duplicate"]


def test_a_file_that_moves_to_another_watched_folder_keeps_its_document(
    library: Library, files: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    write(other / "note.txt", "A note.")
    library.folders.watch(files, gone="remove")
    library.folders.watch(other)
    step(library)
    before = library.find("bridge.txt").id
    (files / "bridge.txt").rename(other / "bridge.txt")
    assert step(library).gone == ()
    assert library.find("bridge.txt").id == before
    assert library.find("bridge.txt").path == str(other / "bridge.txt")


def test_a_deleted_file_leaves_a_mark_until_it_is_there_again(
    library: Library, files: Path
) -> None:
    library.folders.watch(files)
    step(library)
    (files / "bridge.txt").rename(files.parent / "bridge.txt")
    revision = library.revision
    gone = step(library)
    assert gone.gone == (str(files / "bridge.txt"),)
    assert not gone.waiting
    assert library.find("bridge.txt").gone
    assert library.revision > revision
    assert [info.name for info in library.documents() if info.gone] == ["bridge.txt"]
    assert library.search("bridge")
    assert step(library).gone == ()
    (files.parent / "bridge.txt").rename(files / "bridge.txt")
    step(library)
    assert library.find("bridge.txt").gone is None


def test_a_deleted_file_takes_its_document_along_where_that_was_chosen(
    library: Library, files: Path
) -> None:
    library.folders.watch(files, gone="remove")
    step(library)
    (files / "bridge.txt").unlink()
    assert step(library).gone == (str(files / "bridge.txt"),)
    assert names(library) == ["council.txt", "river.txt"]
    write(files / "bridge.txt", "The bridge was closed in May.")
    assert [result.status for result in step(library).results] == ["added"]


def test_a_copy_that_is_deleted_costs_nothing(library: Library, files: Path) -> None:
    write(files / "copy.txt", "The bridge was closed in May.")
    library.folders.watch(files, gone="remove")
    step(library)
    (files / "bridge.txt").unlink()
    assert step(library).gone == ()
    assert names(library) == ["copy.txt", "council.txt", "river.txt"]


def test_a_folder_out_of_reach_costs_nothing(library: Library, files: Path) -> None:
    """The place of a drive that is not there has no files, or is no folder at all."""
    library.folders.watch(files, gone="remove")
    step(library)
    files.rename(files.parent / "away")
    for _ in range(2):
        assert step(library).gone == ()
        assert "cannot be reached" in library.folders.all()[0].error
        files.mkdir(exist_ok=True)
    assert len(library.documents()) == 3
    files.rmdir()
    (files.parent / "away").rename(files)
    assert step(library).results == ()
    assert library.folders.all()[0].error == ""


def test_a_file_that_is_still_written_waits(
    library: Library, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.folders.SETTLED_S", 0.4)
    library.folders.watch(files)
    time.sleep(0.5)
    (files / "bridge.txt").write_text("The bridge was cl", encoding="utf-8")
    first = step(library)
    assert first.waiting
    assert names(library) == ["council.txt", "river.txt"]
    time.sleep(0.5)
    assert not step(library).waiting
    assert names(library) == ["bridge.txt", "council.txt", "river.txt"]


def test_a_file_that_a_program_writes_anew_is_not_taken_for_gone(
    library: Library, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.folders.watch(files, gone="remove")
    step(library)
    monkeypatch.setattr("index.folders.SETTLED_S", 0.2)
    missing: dict[str, float] = {}
    (files / "bridge.txt").rename(files / "bridge.bak")
    assert library.folders.step(library.remove, missing).waiting
    assert list(missing) == [str(files / "bridge.txt")]
    (files / "bridge.bak").rename(files / "bridge.txt")
    time.sleep(0.3)
    library.folders.step(library.remove, missing)
    assert missing == {}
    assert len(library.documents()) == 3


def test_ignored_and_hidden_files_stay_out(library: Library, files: Path) -> None:
    write(files / ".draft.txt", "A hidden draft.")
    write(files / "inner" / "old.md", "An old note.")
    library.folders.watch(files, ignore=["*.md", "inner/riv*", " "])
    step(library)
    assert names(library) == ["bridge.txt", "council.txt"]
    library.folders.watch(files, ignore=["inner/"])
    assert step(library).results == ()
    library.folders.watch(files, gone="remove")
    assert step(library).results == ()
    library.folders.watch(files, ignore=[])
    step(library)
    assert names(library) == ["bridge.txt", "council.txt", "old.md", "river.txt"]


def test_an_unreadable_file_is_told_and_tried_again_when_it_changes(
    library: Library, files: Path
) -> None:
    (files / "broken.pdf").write_bytes(b"no PDF at all")
    library.folders.watch(files)
    failed = [result for result in step(library).results if result.status == "failed"]
    assert [Path(result.source).name for result in failed] == ["broken.pdf"]
    (unread,) = library.folders.unread()
    assert unread.message == failed[0].message
    assert step(library).results == ()
    (files / "broken.pdf").rename(files / "broken.txt")
    step(library)
    assert library.folders.unread() == []
    assert "broken.txt" in names(library)


def test_what_the_user_removed_stays_out_until_it_is_added_again(
    library: Library, files: Path
) -> None:
    library.folders.watch(files)
    step(library)
    removed = library.find("bridge.txt")
    library.folders.leave_out(removed.id)
    library.remove(removed.id)
    assert step(library).results == ()
    list(library.add(files / "bridge.txt"))
    step(library)
    write(files / "bridge.txt", "The bridge was opened again in August.")
    assert [result.status for result in step(library).results] == ["replaced"]


def test_another_file_under_the_name_of_a_removed_one_comes_in(
    library: Library, files: Path
) -> None:
    library.folders.watch(files)
    step(library)
    removed = library.find("bridge.txt")
    library.folders.leave_out(removed.id)
    library.remove(removed.id)
    (files / "bridge.txt").unlink()
    step(library)
    write(files / "bridge.txt", "Another bridge was built.")
    assert [result.status for result in step(library).results] == ["added"]


def test_a_step_takes_in_so_many_files_and_says_that_there_are_more(
    library: Library, files: Path
) -> None:
    for number in range(AT_ONCE):
        write(files / f"{number}.txt", f"Text {number}.")
    library.folders.watch(files)
    first = step(library)
    assert (len(first.results), first.more) == (AT_ONCE, True)
    assert not step(library).more
    assert len(library.documents()) == AT_ONCE + 3


def test_large_files_are_taken_in_a_few_at_a_time(
    library: Library, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.folders.BYTES_AT_ONCE", 1)
    library.folders.watch(files)
    for more in (True, True, False):
        done = step(library)
        assert (len(done.results), done.more) == (1, more)


def test_a_rename_among_many_new_files_is_still_one(library: Library, files: Path) -> None:
    library.folders.watch(files, gone="remove")
    step(library)
    before = library.find("bridge.txt")
    for number in range(AT_ONCE):
        write(files / f"{number}.txt", f"Text {number}.")
    (files / "bridge.txt").rename(files / "zenith.txt")
    assert step(library).more
    assert library.holds(before.id)
    step(library)
    assert library.find("zenith.txt").added == before.added


def test_a_step_that_fails_is_told_and_one_that_is_stopped_goes_on_later(
    library: Library, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.folders.watch(files)
    with pytest.raises(CancelledError):
        library.folders.step(library.remove, {}, cancelled=lambda: True)
    assert library.folders.all()[0].error == ""

    def fail(*_: object, **__: object) -> None:
        library.folders.watch(files, gone="remove")  # by the user, meanwhile
        raise StoreError("Chroma failed.")

    with monkeypatch.context() as failing:
        failing.setattr(library.folders, "_add", fail)
        with pytest.raises(StoreError):
            step(library)
    (folder,) = library.folders.all()
    assert (folder.error, folder.gone) == ("Chroma failed.", "remove")
    assert len(step(library).results) == 3
    assert library.folders.all()[0].error == ""


def test_a_folder_that_is_left_during_a_step_stays_left(
    library: Library, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.folders.watch(files)

    def leave(*_: object, **__: object) -> list[AddResult]:
        library.folders.leave(files)
        return []

    monkeypatch.setattr(library.folders, "_add", leave)
    step(library)
    assert library.folders.all() == []


def test_a_renamed_mail_keeps_its_attachment(library: Library, files: Path) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "The harbour", "ann@example.org"
    mail.set_content("The plan of the harbour is attached.")
    mail.add_attachment("The harbour is to be dredged.", filename="plan.txt")
    (files / "first.eml").write_bytes(bytes(mail))
    library.folders.watch(files, gone="remove")
    step(library)
    plan = library.find("first.eml › plan.txt").id
    write(files / "copy.txt", library.text(plan))
    step(library)
    (files / "copy.txt").unlink()
    assert step(library).gone == ()  # the mail has it still
    (files / "first.eml").rename(files / "second.eml")
    assert step(library).gone == ()
    assert library.holds(plan)
    (files / "second.eml").unlink()
    assert step(library).gone == (str(files / "second.eml"),)
    assert not library.holds(plan)


def test_the_librarys_own_files_are_not_watched(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "note.txt", "A note.")
    (library.folder / "uploads").mkdir()
    write(library.folder / "uploads" / "upload.txt", "An upload.")
    library.folders.watch(tmp_path)
    step(library)
    assert names(library) == ["note.txt"]
    with pytest.raises(InputError, match="own folder"):
        library.folders.watch(library.folder / "uploads")


def test_a_folder_that_cannot_be_watched_is_one_line(library: Library, tmp_path: Path) -> None:
    for folder in (tmp_path / "none", "", " "):
        with pytest.raises(InputError, match="no folder"):
            library.folders.watch(folder)
    with pytest.raises(InputError, match="keep or remove"):
        library.folders.watch(tmp_path, gone="burn")
    with pytest.raises(InputError, match="not watched"):
        library.folders.leave(tmp_path)


def test_a_folder_that_is_left_keeps_its_documents(library: Library, files: Path) -> None:
    (files / "broken.pdf").write_bytes(b"no PDF at all")
    library.folders.watch(files)
    step(library)
    assert library.folders.leave(files).path == str(files)
    assert (library.folders.all(), library.folders.unread()) == ([], [])
    (files / "bridge.txt").unlink()
    assert step(library).gone == ()
    assert len(library.documents()) == 3


def test_watched_folders_outlive_the_process(tmp_path: Path, files: Path) -> None:
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        library.folders.watch(files, ignore=["*.md"], gone="remove")
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        (folder,) = library.folders.all()
    assert (folder.path, folder.ignore, folder.gone) == (str(files), ("*.md",), "remove")


def test_a_file_that_is_called_like_an_attachment_is_a_file(library: Library, files: Path) -> None:
    write(files / "notes › bridge.txt", "The bridge was closed in May.")
    library.folders.watch(files, gone="remove")
    step(library)
    (files / "bridge.txt").unlink()
    assert step(library).gone == ()
    assert names(library) == ["council.txt", "notes › bridge.txt", "river.txt"]


def test_a_link_that_takes_the_place_of_a_file_is_not_followed(
    library: Library, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the folder and the reading there are seconds, if others come first."""
    secret = tmp_path / "key"
    write(secret, "The Quorvath treaty.")
    known = loading.stamp

    def swapped(path: Path, most: int) -> tuple[int, int]:
        if path.name == "bridge.txt" and not path.is_symlink():
            path.unlink()
            path.symlink_to(secret)
        return known(path, most)

    monkeypatch.setattr(loading, "stamp", swapped)
    library.folders.watch(files)
    assert [each.status for each in step(library).results] == ["failed", "added", "added"]
    assert names(library) == ["council.txt", "river.txt"]
    files.joinpath("bridge.txt").unlink()
    write(files / "bridge.txt", "The bridge was closed in May.")
    results = list(library.add(files))
    assert [each.status for each in results] == ["failed", "unchanged", "unchanged"]
    assert "leads out of" in results[0].message
