"""What another version or another clock wrote: migrated, made anew, or refused with a way back."""

import shutil
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.keeping.chats import Chats, new_chat
from index import Library, schema
from index.errors import StoreError
from index.schema import SCHEMA
from tests.fakes import HashEmbedder

TEXT = "The river rose. The town was flooded.\n\nMany people fled to the hills."
RECORD = "library.sqlite"


def opened(folder: Path) -> Library:
    return Library.open(folder, embedder=HashEmbedder())


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """The folder of a closed library of one document, with one note."""
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    with opened(tmp_path / "library") as library:
        list(library.add(path))
        library.put("chat", "1", {"title": "Floods"})
    return tmp_path / "library"


def change(file: Path, script: str) -> None:
    connection = sqlite3.connect(file)
    connection.executescript(script)
    connection.close()


def version(folder: Path) -> int:
    connection = sqlite3.connect(folder / RECORD)
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    return int(found)


# The record


@pytest.fixture
def next_schema(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[int, str]], None]:
    """Lets this program be the one after this, with these migrations."""

    def become(migrations: dict[int, str]) -> None:
        monkeypatch.setattr(schema, "SCHEMA", SCHEMA + 1)
        monkeypatch.setattr(schema, "MIGRATIONS", migrations)

    return become


def test_an_older_record_is_migrated_with_all_that_is_in_it(
    made: Path, next_schema: Callable[[dict[int, str]], None]
) -> None:
    next_schema({SCHEMA: "ALTER TABLE meta ADD COLUMN remark TEXT; UPDATE meta SET remark = 'x';"})
    with opened(made) as library:
        assert library.text(library.find("a.txt").id) == TEXT
        assert library.get("chat", "1") == {"title": "Floods"}
        assert library.check() == []
        assert library._record._file.rows("SELECT DISTINCT remark FROM meta")[0]["remark"] == "x"
    assert version(made) == SCHEMA + 1


def test_a_migration_that_fails_leaves_the_record_as_it_was(
    made: Path, next_schema: Callable[[dict[int, str]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    next_schema({SCHEMA: "ALTER TABLE meta ADD COLUMN remark TEXT; UPDATE elsewhere SET a = 1;"})
    with pytest.raises(StoreError, match="no such table"):
        opened(made)
    monkeypatch.undo()
    assert version(made) == SCHEMA
    with opened(made) as library:
        assert library.text(library.find("a.txt").id) == TEXT
        assert library.check() == []


def test_a_record_that_is_too_old_is_left_alone(
    made: Path, next_schema: Callable[[dict[int, str]], None]
) -> None:
    before = (made / RECORD).read_bytes()
    next_schema({})
    with pytest.raises(StoreError, match="too old") as caught:
        opened(made)
    assert "Open it with the version that made it" in caught.value.hint
    assert (made / RECORD).read_bytes() == before


def test_a_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    change(tmp_path / RECORD, "CREATE TABLE recipes (name TEXT);")
    with pytest.raises(StoreError, match="another program"):
        opened(tmp_path)
    connection = sqlite3.connect(tmp_path / RECORD)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]
    connection.close()


# Chroma's folder


def garbage(chroma: Path) -> None:
    (chroma / "chroma.sqlite3").write_bytes(b"not a database" * 1000)


def of_another_version(chroma: Path) -> None:
    change(chroma / "chroma.sqlite3", "UPDATE migrations SET hash = '0', sql = 'other';")


def without_a_table(chroma: Path) -> None:
    change(chroma / "chroma.sqlite3", "DROP TABLE embeddings;")


def no_folder(chroma: Path) -> None:
    shutil.rmtree(chroma)
    chroma.write_text("a file", encoding="utf-8")


@pytest.mark.parametrize("damage", [garbage, of_another_version, without_a_table, no_folder])
def test_a_chroma_folder_that_cannot_be_read_is_told_and_made_anew(
    made: Path, damage: Callable[[Path], None]
) -> None:
    damage(made / "chroma")
    with opened(made) as library, pytest.raises(StoreError, match="Chroma failed") as caught:
        library.search("river")
    assert "citewell doctor --repair" in caught.value.hint
    with opened(made) as library:
        assert library.rebuild_vectors() == 1
        assert library.check() == []
        assert len(library.search("river")) == 1


# The clock


class Clock:
    """A clock that can be set: what ``time`` and ``datetime`` tell the library."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead_s = 0.0
        true_time, true_ns = time.time, time.time_ns
        clock = self

        class Told(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:
                return datetime.now(tz or UTC) + timedelta(seconds=clock.ahead_s)

        monkeypatch.setattr(time, "time", lambda: true_time() + self.ahead_s)
        monkeypatch.setattr(time, "time_ns", lambda: true_ns() + int(self.ahead_s * 1e9))
        for module in ("index.notes", "index.lock", "assistant.keeping.chats"):
            monkeypatch.setattr(f"{module}.datetime", Told)


@pytest.mark.parametrize("ahead_s", [-400 * 86_400.0, 400 * 86_400.0])
def test_a_clock_that_was_set_hides_no_change_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ahead_s: float
) -> None:
    clock = Clock(monkeypatch)
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    folder = tmp_path / "library"
    with opened(folder) as library:
        list(library.add(path))
        chats = Chats(library)
        first = new_chat().asking("Who fled?")
        chats.save(first)
        clock.ahead_s = ahead_s
        assert [each.status for each in library.add(path)] == ["unchanged"]
        path.write_text(TEXT.replace("Many", "Some"), encoding="utf-8")
        assert [each.status for each in library.add(path)] == ["replaced"]
        second = new_chat().asking("Where to?")
        chats.save(second)
        assert {each.id for each in chats.all()} == {first.id, second.id}
        assert library.search("people fled")[0].passage.text.count("Some people")
    clock.ahead_s = 0.0
    with opened(folder) as library:
        path.write_text(TEXT.replace("Many", "Four"), encoding="utf-8")
        assert [each.status for each in library.add(path)] == ["replaced"]
        assert Chats(library).open(first.id) is not None
        assert library.check() == []
