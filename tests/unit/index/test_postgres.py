"""What PostgreSQL alone can do wrong: it goes away, refuses, and is shared by many at once."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from index import Library, schema
from index.engines import Address, opened
from index.errors import InputError, LibraryBusyError, StoreError
from index.postgres import Postgres
from index.record import Record
from tests.chroma import chroma
from tests.fakes import HashEmbedder
from tests.postgres import Server, postgres

PASSWORD = "a-secret"
TEXT = "The river rose at Hartmoor.\n\nMany people fled to the hills."


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as running:
        yield running


@pytest.fixture
def address(server: Server, request: pytest.FixtureRequest) -> Address:
    return Address(url=server.url, namespace=f"n{abs(hash(request.node.name))}")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.postgres._PATIENCE_S", 3.0)


def database(address: Address) -> Postgres:
    return Postgres(address.url, address.namespace)


def test_a_database_that_comes_back_is_used_again(server: Server, address: Address) -> None:
    with closing(Record(address)) as record:
        record.notes.put("chat", "1", {"title": "a"})
        server.stop()
        back = threading.Timer(1.0, server.start)
        back.start()
        assert record.notes.get("chat", "1") == {"title": "a"}
        back.join()
        server.stop()
        server.start()
        record.notes.put("chat", "2", {"title": "b"})
        assert len(record.notes.items("chat")) == 2


def test_one_that_stays_away_is_told_in_time_and_without_its_password(
    server: Server, address: Address
) -> None:
    with closing(Record(address)) as record:
        server.stop()
        try:
            began = time.monotonic()
            for _ in range(3):  # who comes later does not wait again
                with pytest.raises(StoreError, match="cannot be reached") as caught:
                    record.infos()
            assert time.monotonic() - began < 6
            assert PASSWORD not in f"{caught.value}{caught.value.__cause__}"
            assert "127.0.0.1" in caught.value.message
        finally:
            server.start()
        assert record.infos() == []


def test_a_change_whose_connection_breaks_is_made_wholly_or_not_at_all(
    server: Server, address: Address
) -> None:
    with closing(Record(address)) as record:

        def change() -> None:
            with record.at_once():
                record.notes.put("chat", "1", {})
                server.stop()
                server.start()
                record.notes.put("chat", "2", {})

        with pytest.raises(StoreError):
            change()
        assert record.notes.items("chat") == []


def test_one_at_a_time_has_the_turn_and_who_dies_gives_it_back(address: Address) -> None:
    with closing(database(address)) as first, closing(database(address)) as second:
        with first.change(0) as had, second.change(0) as other:
            assert had
            assert not other
            assert second.rows("SELECT 1 AS n")[0]["n"] == 1
        with second.change(0) as other:
            assert other

        def change() -> None:
            with first.change(0) as had:
                assert had
                assert first._connection
                kill = "SELECT pg_terminate_backend(?)"
                second.rows(kill, first._connection.info.backend_pid)
                with second.change(5) as other:
                    assert other
                    assert first.rows("SELECT 1 AS n")[0]["n"] == 1
                    with first.transaction():
                        first.execute("INSERT INTO unfinished VALUES ('x')")

        with pytest.raises(StoreError, match="broke during a change"):
            change()
        assert first.rows("SELECT * FROM unfinished") == []
        with first.transaction():
            first.execute("INSERT INTO unfinished VALUES ('y')")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("postgresql://citewell:pa@ss@127.0.0.1/x", "is not postgresql://"),
        ("postgresql://citewell:pa%zzss@127.0.0.1/x", "is not postgresql://"),
        ("postgresql://citewell:pass@127.0.0.1/x?unknown=1", "is not postgresql://"),
    ],
)
def test_an_address_that_is_none_is_told_and_not_quoted(wrong: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        Record(Address(url=wrong))
    assert "ss" not in str(caught.value).replace("address", "").replace("password", "")
    assert "pass" not in repr(Address(url=wrong))


def test_a_refusal_is_told_at_once_and_without_the_password(server: Server) -> None:
    for url in (server.url.replace(PASSWORD, "another"), f"{server.url}_unknown"):
        began = time.monotonic()
        with pytest.raises(StoreError, match="FATAL") as caught:
            Record(Address(url=url))
        assert time.monotonic() - began < 2
        assert PASSWORD not in str(caught.value)
        assert "another" not in str(caught.value)


def test_tls_that_the_address_asks_for_is_asked_for(server: Server) -> None:
    with pytest.raises(StoreError, match="SSL"):
        Record(Address(url=f"{server.url}?sslmode=require"))


def test_a_database_of_another_encoding_is_refused(server: Server) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(InputError, match="encoded in LATIN1"):
        Record(Address(url=server.url.replace("/postgres", "/latin")))


def test_who_may_not_write_is_told(server: Server) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE reader LOGIN PASSWORD 'a-secret'")
    with pytest.raises(InputError, match="cannot be written"):
        Record(Address(url=server.url.replace("citewell:", "reader:")))


def test_versions_of_the_program_beside_each_other(
    address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(database(address)) as older:
        with monkeypatch.context() as newer:
            more = "ALTER TABLE documents ADD COLUMN remark TEXT;"
            newer.setattr(schema, "MIGRATIONS", {schema.SCHEMA: more})
            newer.setattr(schema, "SCHEMA", schema.SCHEMA + 1)
            with closing(Record(address)) as record:
                record.notes.put("chat", "1", {})
                assert record.database.rows("SELECT remark FROM documents") == []
        with pytest.raises(StoreError, match="newer Citewell"):
            Record(address)
        with pytest.raises(StoreError, match="another version"), older.change(0):
            pass


def test_libraries_in_one_database_do_not_see_each_other(server: Server, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    place = Address(url=server.url)
    with (
        chroma(tmp_path / "server") as url,
        Library.open(
            tmp_path / "library", embedder=HashEmbedder(), chroma_url=url, place=place
        ) as mine,
        mine.beside(tmp_path / "library" / "users" / "ann", "page") as anns,
        mine.beside(tmp_path / "library" / "users" / "ben", "page") as bens,
    ):
        (added,) = anns.add(tmp_path / "a.txt")
        anns.put("chat", "1", {"title": "a"})
        anns.labels.give("tag", "flood", [str(added.document_id)])
        assert [found.document_name for found in anns.search("Hartmoor")] == ["a.txt"]
        for other in (mine, bens):
            assert other.documents() == []
            assert other.search("Hartmoor river people") == []
            assert other.items("chat") == []
            assert other.labels.all() == []
            assert not other.holds(str(added.document_id))
        (again,) = bens.add(tmp_path / "a.txt")
        bens.remove(str(again.document_id))
        assert anns.check() == []
        assert anns.search("Hartmoor")
        with (
            Library.open(
                tmp_path / "elsewhere",
                embedder=HashEmbedder(),
                chroma_url=url,
                place=place.beside(tmp_path / "ann"),
            ) as elsewhere,
            pytest.MonkeyPatch.context() as patch,
        ):
            patch.setattr("index.lock.PATIENCE_S", 0.2)
            with anns._writing, pytest.raises(LibraryBusyError, match="Another process"):
                elsewhere.remove(str(added.document_id))
            elsewhere.remove(str(added.document_id))
        assert anns.documents() == []


def test_vectors_in_the_folder_do_not_go_with_a_record_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Chroma server"):
        Library.open(tmp_path, embedder=HashEmbedder(), place=Address(url="postgresql://x"))


# Copies


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Library]:
    """A library in a folder with a bit of everything."""
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number}.txt").write_text(f"{TEXT} {number}", encoding="utf-8")
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        ids = [str(result.document_id) for result in library.add(folder)]
        library.remove(ids[3])
        library.labels.give("tag", "flood", ids[:2])
        library.put("chat", "1", {"title": "50% “so”"})
        yield library


def test_a_copy_is_the_same_and_goes_on_as_a_library(
    full: Library, address: Address, tmp_path: Path
) -> None:
    moved = full.copies.move(address)
    assert moved.differences == full.copies.compare(address).differences == []
    assert moved.rows["documents"] == 29
    embedder = HashEmbedder()
    with (
        chroma(tmp_path / "server") as url,
        Library.open(tmp_path / "other", embedder=embedder, chroma_url=url, place=address) as copy,
    ):
        assert copy.documents() == full.documents()
        assert copy.revision == full.revision
        assert copy.get("chat", "1") == {"title": "50% “so”"}
        question = "Who fled to the hills, number 7?"
        assert copy.search(question)[0] == full.search(question)[0]
        (tmp_path / "lent").mkdir()
        copy.copies.lend(tmp_path / "lent" / "library.sqlite")
        assert embedder.calls == [question]
        assert copy.check() == []
        (tmp_path / "new.txt").write_text("A new one.", encoding="utf-8")
        assert [result.status for result in copy.add(tmp_path / "new.txt")] == ["added"]
        assert copy.documents()[-1].name == "new.txt"
    with Library.open(tmp_path / "lent", embedder=HashEmbedder()) as lent:
        assert lent.documents() == full.documents()
        assert lent.search(question) == full.search(question)
        assert lent.get("chat", "1") is None
        assert lent.check() == []
    assert full.copies.compare(address).differences == [
        "29 documents became 30",
        *("29 passages became 30", "29 sources became 30", "29 vectors became 30"),
    ]
    with pytest.raises(InputError, match="already"):
        full.copies.move(address)


def test_a_copy_that_is_stopped_is_not_used_and_goes_on(
    full: Library, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.moving._AT_ONCE", 10)
    monkeypatch.setattr("index.moving._LARGE", {})
    told: list[tuple[str, int]] = []

    def stop(what: str, done: int, _total: int) -> None:
        told.append((what, done))
        if (what, done) == ("Copying passages", 20):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        full.copies.move(address, stop)
    with pytest.raises(StoreError, match="not all there yet"):
        Record(address)
    told.clear()
    full.put("chat", "2", {"title": "later"})
    moved = full.copies.move(address, lambda what, done, _total: told.append((what, done)))
    assert moved.differences == []
    assert told[0] == ("Copying passages", 20)
    assert moved.rows["notes"] == 2
    with closing(opened(address)[0]) as copy, copy.transaction():
        copy.execute("UPDATE documents SET title = 'Else' WHERE number = 1")
    assert full.copies.compare(address).differences == ["the documents are not the same"]


def test_a_copy_of_what_has_changed_since_begins_anew(
    full: Library, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(what: str, _done: int, _total: int) -> None:
        if what == "Copying vectors":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        full.copies.move(address, stop)
    full.remove(full.documents()[0].id)
    assert full.copies.move(address).differences == []
    with closing(Record(address)) as copy:
        assert copy.infos() == full.documents()


def test_a_document_of_a_database_is_removed_recovered_and_purged(
    address: Address, tmp_path: Path
) -> None:
    path = tmp_path / "river.txt"
    path.write_text(TEXT, encoding="utf-8")
    with (
        chroma(tmp_path / "vectors") as url,
        Library.open(
            tmp_path / "library", embedder=HashEmbedder(), chroma_url=url, place=address
        ) as library,
    ):
        (added,) = library.add(path)
        known = str(added.document_id)
        library.labels.give("tag", "floods", [known])
        before = library.document(known), library.passages(known), library.sentences(known)
        library.remove(known)
        assert library.documents() == library.labels.all() == library.search("river") == []
        library.bin.recover(known)
        after = library.document(known), library.passages(known), library.sentences(known)
        assert after == before
        assert library.labels.of(known) == [("tag", "floods")]
        assert library.check() == []
        library.remove(known)
        library.bin.purge([known])
        assert library._record.database.rows("SELECT * FROM removed") == []
