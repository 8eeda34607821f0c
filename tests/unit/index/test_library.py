"""A library with real Chroma, a real record and a deterministic embedder."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import Library, vectors
from index.data import AddResult, Document, Passage, Span
from index.embedding import Vectors
from index.errors import (
    CancelledError,
    FullDiskError,
    InputError,
    LibraryBusyError,
    StoreError,
)
from index.lock import holder
from index.record import Record
from index.schema import SCHEMA
from index.store import VectorStore
from index.vectors import embedded_text
from tests.fakes import HashEmbedder
from tests.unit.index import files

Write = Callable[[str, str | bytes], Path]
TEXT = "The river rose. The town was flooded.\n\nMany people fled to the hills."
OTHER = "Wheat prices fell. Farmers in the valley protested against the ministry."


def add(library: Library, source: Path | str) -> AddResult:
    (result,) = library.add(source)
    return result


def long_text(passages: int) -> str:
    return "\n\n".join(f"Paragraph {n}. " + "It goes on. " * 60 for n in range(passages))


def old(path: Path) -> Path:
    """The file, last changed a minute ago."""
    past = time.time() - 60
    os.utime(path, (past, past))
    return path


def names(library: Library) -> list[str]:
    return [info.name for info in library.documents()]


# Adding


def test_a_document_is_added_with_its_passages(library: Library, write: Write) -> None:
    result = add(library, write("a.txt", TEXT))
    assert (result.status, result.passages, result.message) == ("added", 1, "1 passage")
    (info,) = library.documents()
    document = library.document(info.id)
    assert document.text == TEXT
    assert (info.characters, info.passages, info.pages) == (len(TEXT), 1, 0)
    assert [passage.text for passage in library.passages(info.id)] == [TEXT]
    assert [document.quote(span) for span in library.sentences(info.id)] == [
        "The river rose.",
        "The town was flooded.",
        "Many people fled to the hills.",
    ]
    assert library.check() == []


def test_an_unchanged_file_is_not_read_again(library: Library, write: Write) -> None:
    path = old(write("a.txt", TEXT))
    add(library, path)
    revision = library.revision
    path.chmod(0)
    facts = path.stat()
    path.write_text("X" * facts.st_size, encoding="utf-8")
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert add(library, path).status == "unchanged"
    assert library.revision == revision


def test_a_file_changed_at_once_is_noticed_though_its_time_did_not_move(
    library: Library, write: Write
) -> None:
    path = write("a.txt", "It was one.")
    add(library, path)
    facts = path.stat()
    path.write_text("It was two.", encoding="utf-8")
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert add(library, path).status == "replaced"


def test_a_touched_file_is_not_embedded_again(tmp_path: Path, write: Write) -> None:
    embedder = HashEmbedder()
    path = write("a.txt", TEXT)
    with Library.open(tmp_path / "library", embedder=embedder) as library:
        add(library, path)
        os.utime(old(path))
        embedder.calls.clear()
        assert add(library, path).status == "unchanged"
        path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
        assert add(library, path).status == "unchanged"
        assert embedder.calls == []


def test_a_changed_file_replaces_its_former_self(library: Library, write: Write) -> None:
    path = write("a.txt", TEXT)
    former = add(library, path).document_id
    path.write_text(OTHER, encoding="utf-8")
    result = add(library, path)
    assert result.status == "replaced"
    assert [info.id for info in library.documents()] == [result.document_id] != [former]
    assert {each.passage.span.document_id for each in library.search("river flood")} == {
        result.document_id
    }
    assert library.check() == []


def test_a_broken_new_version_leaves_the_old_one(library: Library, write: Write) -> None:
    path = write("a.txt", TEXT)
    add(library, path)
    path.write_bytes(bytes(range(256)))
    with pytest.raises(InputError, match="not text"):
        add(library, path)
    assert library.search("river")[0].passage.text == TEXT
    assert library.check() == []


def test_the_same_text_elsewhere_is_a_duplicate(library: Library, write: Write) -> None:
    first = add(library, write("a.txt", TEXT))
    second = add(library, write("b.txt", TEXT))
    assert second.status == "duplicate"
    assert second.document_id == first.document_id
    assert second.message.endswith("files/a.txt")
    assert names(library) == ["a.txt"]


def test_a_document_lives_as_long_as_one_of_its_files_holds_it(
    library: Library, write: Write
) -> None:
    a, b = write("a.txt", TEXT), write("b.txt", TEXT)
    add(library, a)
    add(library, b)
    a.write_text(OTHER, encoding="utf-8")
    assert add(library, a).status == "replaced"
    assert names(library) == ["b.txt", "a.txt"]
    b.write_text(OTHER, encoding="utf-8")
    assert add(library, b).status == "duplicate"
    assert names(library) == ["a.txt"]
    assert library.check() == []


def test_a_folder_gives_a_result_for_each_file(library: Library, write: Write) -> None:
    folder = write("a.txt", TEXT).parent
    write("b.md", "# Wheat\n\n" + OTHER)
    write("c.txt", b"")
    write("d.pdf", files.pdf([[]]))
    write("e.xyz", "of no interest")
    results = list(library.add(folder))
    assert [result.status for result in results] == ["added", "added", "failed", "failed"]
    assert "c.txt is empty" in results[2].message
    assert "no text layer" in results[3].message
    assert names(library) == ["a.txt", "b.md"]


def test_a_damaged_file_does_not_end_its_folder(library: Library, write: Write) -> None:
    folder = write("c.txt", TEXT).parent
    damaged = bytearray(files.word())
    damaged[len(damaged) // 2] ^= 255
    write("a.docx", bytes(damaged))
    (folder / "b.txt").symlink_to(folder / "b.txt")
    results = list(library.add(folder))
    assert [result.status for result in results] == ["failed", "failed", "added"]
    assert "a.docx is broken" in results[0].message
    assert "a link that leads to itself" in results[1].message


def test_pictures_among_the_pages_are_told(library: Library, write: Write) -> None:
    result = add(library, write("a.pdf", files.pdf([[(11, 700, "Some text.")], [], []])))
    assert result.message == "1 passage; 2 of 3 pages have no text (pictures?): 2, 3"


def test_progress_tells_what_is_done(library: Library, write: Write) -> None:
    folder = write("a.txt", TEXT).parent
    write("b.txt", OTHER)
    told: list[tuple[str, int, int]] = []
    list(library.add(folder, progress=lambda *step: told.append(step)))
    assert told == [
        ("Reading a.txt (1 of 2)", 0, 2),
        ("Reading b.txt (2 of 2)", 1, 2),
        ("Embedding b.txt (2 of 2)", 0, 2),
    ]


def test_stopping_keeps_what_was_finished(library: Library, write: Write) -> None:
    folder = write("a.txt", TEXT).parent
    write("b.txt", long_text(300))  # more passages than are taken in at once
    write("c.txt", OTHER)
    adding = library.add(folder, cancelled=lambda: bool(library.documents()))
    assert [next(adding).status, next(adding).status] == ["added", "added"]
    with pytest.raises(CancelledError):
        next(adding)
    assert names(library) == ["a.txt", "b.txt"]
    assert library.check() == []


def test_the_files_of_a_folder_are_embedded_together_the_shortest_passages_first(
    tmp_path: Path, write: Write
) -> None:
    embedder = HashEmbedder()
    folder = write("a.txt", OTHER * 3).parent
    write("b.txt", TEXT)
    write("c.txt", TEXT)
    with Library.open(tmp_path / "library", embedder=embedder) as library:
        statuses = [result.status for result in library.add(folder)]
        assert statuses == ["added", "added", "duplicate"]
        assert embedder.calls == [TEXT, OTHER * 3]
        assert library.check() == []


def test_files_taken_in_together_are_all_or_none(
    library: Library, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write("a.txt", TEXT).parent
    write("b.txt", OTHER)
    save = Record.save

    def failing(self: Record, document: Document, *others: Any) -> str | None:
        if document.name == "b.txt":
            raise StoreError("It failed.", "Try again.")
        return save(self, document, *others)

    monkeypatch.setattr(Record, "save", failing)
    with pytest.raises(StoreError):
        list(library.add(folder))
    assert library.documents() == []
    assert library.check() == []
    monkeypatch.undo()
    assert [result.status for result in library.add(folder)] == ["added", "added"]


def test_stopping_within_a_long_document_leaves_nothing_of_it(
    library: Library, write: Write
) -> None:
    path = write("a.txt", long_text(300))
    steps: list[int] = []

    def progress(message: str, done: int, total: int) -> None:
        steps.append(done)

    with pytest.raises(CancelledError):
        list(library.add(path, progress=progress, cancelled=lambda: max(steps, default=0) > 0))
    assert library.documents() == []
    assert library.check() == []


# Removing


def test_a_removed_document_is_gone_everywhere(library: Library, write: Write) -> None:
    path = write("a.txt", TEXT)
    removed = add(library, path).document_id
    add(library, write("b.txt", OTHER))
    assert removed is not None
    assert library.remove(removed).name == "a.txt"
    assert names(library) == ["b.txt"]
    assert all(each.document_name == "b.txt" for each in library.search("river town flooded"))
    assert library.check() == []
    with pytest.raises(InputError, match="No document is called"):
        library.remove(removed)
    assert path.exists()
    assert add(library, path).status == "added"


# Finding


def test_a_document_is_found_by_any_of_its_names(library: Library, write: Write) -> None:
    path = write("a.txt", TEXT)
    add(library, path)
    (info,) = library.documents()
    for reference in (info.id, info.id[:6], "a.txt", str(path)):
        assert library.find(reference) == info
    for reference in ("b.txt", info.id[:3], "", "~nosuch/x"):
        with pytest.raises(InputError, match="No document is called") as caught:
            library.find(reference)
        assert info.id in caught.value.hint


def test_an_ambiguous_name_tells_the_choices(library: Library, write: Write) -> None:
    add(library, write("one/a.txt", TEXT))
    add(library, write("two/a.txt", OTHER))
    with pytest.raises(InputError, match=r"may be any of: .*one/a\.txt.*two/a\.txt"):
        library.find("a.txt")


def test_search_finds_by_words_and_by_meaning(seed_library: Library) -> None:
    found = seed_library.search("How many North Korean soldiers are deployed?", k=3)
    assert [each.label for each in found] == [1, 2, 3]
    assert [each.score for each in found] == sorted((e.score for e in found), reverse=True)
    assert all(0 <= each.score <= 1 and -1 <= each.similarity <= 1.0001 for each in found)
    assert all(each.document_name.endswith(".txt") for each in found)
    texts = [embedded_text(each.passage) for each in found]
    asked, *vectors = seed_library.embed(["How many North Korean soldiers are deployed?", *texts])
    assert [each.similarity for each in found] == pytest.approx([asked @ v for v in vectors])


def test_search_is_limited_to_chosen_documents(library: Library, write: Write) -> None:
    flood = add(library, write("a.txt", TEXT)).document_id
    wheat = add(library, write("b.txt", OTHER)).document_id
    assert flood is not None
    assert wheat is not None
    for chosen in ({flood}, {wheat}, {flood, wheat}):
        found = library.search("river town wheat prices", documents=chosen)
        assert {each.passage.span.document_id for each in found} == chosen
    assert library.search("river", documents=[]) == []
    assert library.search("river", documents=["unknown"]) == []


def test_a_few_chosen_documents_are_compared_one_by_one(
    library: Library, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = add(library, write("a.txt", TEXT)).document_id
    add(library, write("b.txt", OTHER))
    assert chosen is not None
    asked: list[object] = []
    nearest = VectorStore.nearest
    monkeypatch.setattr(
        VectorStore, "nearest", lambda *given: asked.append(given) or nearest(*given)
    )
    exact = library.search("the ministry", documents=[chosen])
    assert (len(exact), asked) == (1, [])
    monkeypatch.setattr(vectors, "_COMPARED", 0)
    assert library.search("the ministry", documents=[chosen]) == exact
    assert len(asked) == 1


def test_many_chosen_documents_are_found_among_the_nearest_of_all_or_by_a_filter(
    library: Library, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = [add(library, write(f"{n}.txt", f"The ministry closed bridge {n}.")) for n in range(9)]
    chosen = [each.document_id for each in added[::2] if each.document_id]
    asked: list[int | None] = []
    nearest = VectorStore.nearest

    def watched(store: VectorStore, vector: Vectors, limit: int, documents: object) -> list[str]:
        asked.append(None if documents is None else limit)
        return nearest(store, vector, limit, documents)  # type: ignore[arg-type]

    monkeypatch.setattr(VectorStore, "nearest", watched)
    monkeypatch.setattr(vectors, "_COMPARED", 0)
    monkeypatch.setattr("index.searching._CANDIDATES", 2)
    found = library.search("which bridge did the ministry close?", k=2, documents=chosen)
    assert asked == [None]
    monkeypatch.setattr(vectors, "_WIDENED", 0)
    filtered = library.search("which bridge did the ministry close?", k=2, documents=chosen)
    assert asked == [None, 2]
    assert found == filtered
    assert {each.passage.span.document_id for each in found} <= set(chosen)


def test_a_large_library_scores_only_passages_with_one_of_the_rarer_words(
    library: Library, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        add(library, write(f"{number}.txt", f"The council met on day {number}."))
    rare = add(library, write("rare.txt", "The council heard Ottoline.")).document_id
    find = library._record.words.best
    assert len(find("What did the council tell Ottoline?", 50, None)) == 9
    monkeypatch.setattr("index.words.SCORED", 4)
    (found,) = find("What did the council tell Ottoline?", 50, None)
    assert found.startswith(f"{rare}:")
    assert len(find("council", 50, None)) == 9
    assert len(find("What did the council tell Ottoline?", 50, [found[:16]])) == 1
    assert find("Nobody knows Xylophone", 50, None) == {}


@pytest.mark.parametrize("question", ["", "  \n\t"])
def test_an_empty_question_is_refused(library: Library, question: str) -> None:
    with pytest.raises(InputError, match="question is empty"):
        library.search(question)


@pytest.mark.parametrize(
    "question",
    ['"', "AND OR NOT", "a* (b", "NEAR(x, y)", "heading:x", "?", "'; DROP TABLE documents", "\x00",
     "river " * 10_000, " ".join(f"word{n}" for n in range(5_000))],
)  # fmt: skip
def test_no_question_breaks_the_search(library: Library, write: Write, question: str) -> None:
    add(library, write("a.txt", TEXT))
    assert len(library.search(question)) == 1


def test_an_empty_library_has_no_evidence(library: Library) -> None:
    assert library.search("Anything?") == []


def test_several_threads_may_search_while_one_adds(library: Library, write: Write) -> None:
    folder = write("0.txt", TEXT).parent
    for number in range(1, 15):
        write(f"{number}.txt", f"{OTHER} Number {number}.")
    failures: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            try:
                for evidence in library.search("wheat prices in the valley", k=5):
                    document = library.document(evidence.passage.span.document_id)
                    assert document.quote(evidence.passage.span) == evidence.passage.text
            except BaseException as error:  # noqa: BLE001 - reported by the main thread
                failures.append(error)
                return

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert [result.status for result in library.add(folder)] == ["added"] * 15
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []


# Notes


def test_notes_of_other_parts_are_kept(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        library.put("chat", "1", {"title": "Größe"})
        library.put("chat", "2", {"turns": [1, None]})
        library.put("other", "1", {})
        library.put("chat", "1", {"title": "new"})
        library.delete("chat", "none")
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        assert library.get("chat", "1") == {"title": "new"}
        assert library.get("chat", "3") is None
        assert library.items("chat") == [("1", {"title": "new"}), ("2", {"turns": [1, None]})]
        library.delete("chat", "1")
        assert [key for key, _ in library.items("chat")] == ["2"]


# Vectors


def test_vectors_are_made_again_from_the_record_without_embedding(
    tmp_path: Path, write: Write
) -> None:
    embedder = HashEmbedder()
    with Library.open(tmp_path / "library", embedder=embedder) as library:
        add(library, write("a.txt", TEXT))
        add(library, write("b.txt", OTHER))
        strange = Passage(
            id="x:0-1", span=Span(document_id="x", start=0, end=1), text="x", heading=""
        )
        with library._vectors._store() as store:
            for vector in list(store.ids()):
                store.discard([vector])
            store.put([(strange, np.ones(64, dtype=np.float32))])
        assert library.check() == [
            "Chroma lacks the vectors of 2 passages.",
            "Chroma has 1 vector of no passage.",
        ]
        embedder.calls.clear()
        assert library.rebuild_vectors() == 3
        assert library.check() == []
        assert embedder.calls == []


def test_a_lost_chroma_folder_is_made_again(tmp_path: Path, write: Write) -> None:
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        add(library, write("a.txt", TEXT))
    shutil.rmtree(tmp_path / "library" / "chroma")
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        assert len(library.search("river")) == 1
        assert library.check() == []


def test_another_embedder_has_its_own_vectors(tmp_path: Path, write: Write) -> None:
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        add(library, write("a.txt", TEXT))
    other = HashEmbedder("hash-32", 32)
    with Library.open(tmp_path / "library", embedder=other) as library:
        assert library.search("river")[0].similarity > 0
        assert library.embed(["a", "b"]).shape == (2, 32)
        assert library.check() == []
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        assert library.check() == []


# Ownership


def test_a_second_owner_is_told_who_holds_the_library(tmp_path: Path) -> None:
    with Library.open(tmp_path, embedder=HashEmbedder(), owner="page") as library:
        library.announce("http://127.0.0.1:7860")
        noted = holder(tmp_path)
        assert noted is not None
        assert (noted.pid, noted.owner) == (os.getpid(), "page")
        message = rf"in use by page \(process {os.getpid()}, since .*\) at http://127"
        with pytest.raises(LibraryBusyError, match=message):
            Library.open(tmp_path, embedder=HashEmbedder())
    assert holder(tmp_path) is None
    Library.open(tmp_path, embedder=HashEmbedder()).close()


def test_a_library_may_be_closed_twice_and_by_another_thread(tmp_path: Path) -> None:
    library = Library.open(tmp_path, embedder=HashEmbedder())
    thread = threading.Thread(target=library.close)
    thread.start()
    thread.join()
    library.close()
    Library.open(tmp_path, embedder=HashEmbedder()).close()


HOLD = """
import sys, time
from pathlib import Path
from index import Library
from tests.fakes import HashEmbedder
library = Library.open(Path(sys.argv[1]), embedder=HashEmbedder(), owner="index")
print("held", flush=True)
time.sleep(60)
"""


def test_a_killed_owner_leaves_the_library_free(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(LibraryBusyError, match=rf"index \(process {process.pid}"):
            Library.open(tmp_path, embedder=HashEmbedder())
    finally:
        process.kill()
        process.communicate()
    Library.open(tmp_path, embedder=HashEmbedder()).close()


# Failures


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written") as caught:
        Library.open(tmp_path / "file" / "library", embedder=HashEmbedder())
    assert "--library" in caught.value.hint


READ_ONLY = """
import os, sys
from pathlib import Path
from index import Library
from index.errors import InputError
from tests.fakes import HashEmbedder
if os.geteuid() == 0:  # root may write anywhere
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    Library.open(Path(sys.argv[1]), embedder=HashEmbedder())
except InputError as error:
    print(error.message)
"""


@pytest.mark.parametrize("made_before", [False, True])
def test_a_folder_without_write_permission_is_refused(made_before: bool) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "library"
        if made_before:
            Library.open(folder, embedder=HashEmbedder()).close()
        else:
            folder.mkdir()
        folder.chmod(0o555)
        Path(place).chmod(0o755)
        command = [sys.executable, "-c", READ_ONLY, str(folder)]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        folder.chmod(0o755)
    assert output.startswith(f"The library folder {folder} cannot be written")
    assert output.count("\n") == 1


def test_a_full_disk_is_one_clear_error_and_harms_nothing(tmp_path: Path, write: Write) -> None:
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        add(library, write("a.txt", TEXT))
        connection = library._record._file._connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        large = write("b.txt", "\n\n".join(f"{OTHER} Number {number}." for number in range(2000)))
        for source in (large, large.parent):
            with pytest.raises(FullDiskError, match="disk is full"):
                list(library.add(source))
        connection.execute("PRAGMA max_page_count = 1000000")
        assert names(library) == ["a.txt"]
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        assert library.check() == []
        assert add(library, large).status == "added"


def test_a_damaged_record_is_told(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite").write_bytes(b"no database " * 500)
    with pytest.raises(StoreError, match="is damaged"):
        Library.open(tmp_path, embedder=HashEmbedder())
    (tmp_path / "library.sqlite").unlink()
    Library.open(tmp_path, embedder=HashEmbedder()).close()


def test_a_newer_record_is_left_alone(tmp_path: Path) -> None:
    Record(tmp_path / "library.sqlite").close()
    with sqlite3.connect(tmp_path / "library.sqlite") as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    connection.close()
    with pytest.raises(StoreError, match="newer Citewell"):
        Library.open(tmp_path, embedder=HashEmbedder())


def test_a_failing_embedder_leaves_the_library_as_it_was(tmp_path: Path, write: Write) -> None:
    class Failing(HashEmbedder):
        def encode(self, texts):  # type: ignore[no-untyped-def]
            raise StoreError("No model.", "Fetch it.")

    with Library.open(tmp_path / "library", embedder=Failing()) as library:
        with pytest.raises(StoreError, match="No model"):
            add(library, write("a.txt", TEXT))
        assert library.documents() == []
        assert library.check() == []


def test_a_damaged_passage_is_found_by_the_check(library: Library, write: Write) -> None:
    add(library, write("a.txt", TEXT))
    library._record._file._connection.execute("UPDATE passages SET text = 'something else'")
    (problem,) = library.check()
    assert "is not what its document says there" in problem


def test_importing_the_index_is_light() -> None:
    heavy = ["torch", "chromadb", "sentence_transformers", "langchain_core", "trafilatura",
             "pypdfium2", "docx", "httpx", "charset_normalizer"]  # fmt: skip
    code = f"import json, sys, index; print(json.dumps([m for m in {heavy} if m in sys.modules]))"
    output = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(output) == []
