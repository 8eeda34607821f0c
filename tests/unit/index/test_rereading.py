"""Documents that an older reader read: they are told, and read anew from where they still are."""

import os
import sqlite3
from pathlib import Path

import pytest

from index import Library, reader, schema
from tests.fakes import HashEmbedder
from tests.unit.index import letters
from tests.unit.index.older import take_back
from tests.unit.index.test_protection import PASSWORD, protected_pdf

KEYS = "Currency;EUR\nTax rate;0.25\nHeadcount;212\n"
RECORD = "library.sqlite"


def age(library: Library, name: str, more: str = "") -> None:
    """Let a document be one that the first reader read."""
    document = library.find(name).id
    library._record._file.alone(f"UPDATE documents SET reader = 1 {more} WHERE id = '{document}'")


def swap(path: Path, text: str) -> None:
    """Other bytes of the same size and time: what an older reader made another text of."""
    facts = path.stat()
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def outdated(library: Library) -> list[str]:
    return [info.name for info in library.documents() if info.outdated]


@pytest.fixture
def aged(library: Library, tmp_path: Path) -> Path:
    """A file of fields that was read long ago, with another text."""
    path = tmp_path / "a.csv"
    path.write_text(KEYS.replace("EUR", "NOK"), encoding="utf-8")
    os.utime(path, (1e9, 1e9))
    list(library.add(path))
    swap(path, KEYS)
    age(library, "a.csv")
    return path


def test_only_formats_that_are_read_otherwise_now_are_outdated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert max(reader.EVERY, *reader.CHANGED.values(), reader.FIRST) == reader.VERSION
    assert reader.is_outdated(reader.FIRST, "/a.txt", None)
    assert not reader.is_outdated(reader.VERSION, "/a.txt", None)
    later = reader.VERSION + 1
    monkeypatch.setattr(reader, "CHANGED", {".csv": later})
    for outdated in (("/a.CSV", None), (None, "https://x.org/a.csv?b=1")):
        assert reader.is_outdated(reader.VERSION, *outdated)
        assert not reader.is_outdated(later, *outdated)
    for as_before in (("/a.txt", None), (None, "https://x.org/")):
        assert not reader.is_outdated(reader.VERSION, *as_before)


def test_one_and_several_are_told() -> None:
    assert reader.told(1).startswith("1 document was read by an older reader; `citewell reread`")
    assert reader.told(1200).startswith("1,200 documents were read by an older reader; ")


def test_a_document_is_read_anew_with_all_that_follows(library: Library, aged: Path) -> None:
    assert outdated(library) == ["a.csv"]
    assert [each.status for each in library.add(aged)] == ["unchanged"]
    former = library.find("a.csv").id
    (result,) = library.reread()
    assert result.status == "replaced"
    assert outdated(library) == []
    assert library.text(library.find("a.csv").id).startswith("Currency · EUR")
    assert library.former(library.find("a.csv").id) == {former}
    assert library.check() == []
    assert list(library.reread()) == []


def test_the_same_text_gets_the_parts_that_the_newer_reader_gives(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(KEYS, encoding="utf-8")
    list(library.add(path))
    before = library.document(library.find("a.csv").id)
    passages = library.passages(before.id)
    age(library, "a.csv", ", pages = '[]', headings = '[]'")
    library._record._file.alone("UPDATE passages SET id = id || '0', heading = 'Old'")
    library.rebuild_vectors()
    (result,) = library.reread()
    assert (result.status, result.document_id) == ("unchanged", before.id)
    assert library.document(before.id) == before
    assert library.passages(before.id) == passages
    assert outdated(library) == []
    assert library.check() == []
    assert library.search("currency")[0].passage == passages[0]


def test_what_is_gone_or_broken_or_on_the_web_keeps_its_text(library: Library, aged: Path) -> None:
    text = library.text(library.find("a.csv").id)
    swap(aged, "\0" * 40)
    (result,) = library.reread()
    assert result.status == "failed"
    assert result.message.endswith("Its text is kept as it was read before.")
    aged.unlink()
    (result,) = library.reread()
    assert (result.status, "a.csv is gone" in result.message) == ("gone", True)
    library._record._file.alone(
        "UPDATE documents SET path = NULL, url = 'https://x.org/a.csv'",
        "UPDATE sources SET source = 'https://x.org/a.csv'",
    )
    (result,) = library.reread()
    assert result.status == "kept"
    assert "citewell index https://x.org/a.csv" in result.message
    assert library.text(library.find("a.csv").id) == text
    assert outdated(library) == ["a.csv"]


def test_what_is_attached_to_a_mail_is_read_anew_with_it(library: Library, tmp_path: Path) -> None:
    inner = letters.eml("See the rates.", attached=[("rates.csv", KEYS.encode())], Subject="Rates")
    attached = [("inner.eml", inner), ("report.pdf", protected_pdf())]
    path = tmp_path / "a.eml"
    path.write_bytes(letters.eml("See both.", attached=attached))
    assert {each.status for each in library.add(path, password=PASSWORD)} == {"added"}
    (rates,) = [info.name for info in library.documents() if info.name.endswith("rates.csv")]
    assert rates.count(" › ") == 2
    age(library, rates, ", pages = '[]'")
    results = {each.source.rpartition(" › ")[2]: each for each in library.reread()}
    assert outdated(library) == []
    assert library.document(library.find(rates).id).pages
    kept = library.document(library.find("a.eml › report.pdf").id)
    assert "Hartmoor" in kept.text, "the password is not known any more, and its text is kept"
    assert results["report.pdf"].status == "unchanged"
    assert library.check() == []


def test_a_library_of_before_opens_with_all_that_is_in_it(tmp_path: Path) -> None:
    for name, text in (("a.csv", KEYS), ("b.txt", "The river rose.")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    folder = tmp_path / "library"
    with Library.open(folder, embedder=HashEmbedder()) as library:
        for name in ("a.csv", "b.txt"):
            list(library.add(tmp_path / name))
        before = [library.document(info.id) for info in library.documents()]
    take_back(folder, 1)
    with Library.open(folder, embedder=HashEmbedder()) as library:
        assert [library.document(info.id) for info in library.documents()] == before
        assert outdated(library) == ["a.csv", "b.txt"]
        assert library.check() == []
        assert [each.status for each in library.reread()] == ["unchanged", "unchanged"]
        assert outdated(library) == []


def test_two_processes_may_migrate_at_once(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", embedder=HashEmbedder()):
        pass
    path = tmp_path / "library" / RECORD
    connection = sqlite3.connect(path, isolation_level=None)
    needed = schema.steps(1, str(path.parent))
    schema._migrate(connection, needed)  # as one that looked before the other was done
    connection.execute("PRAGMA user_version = 1")
    with pytest.raises(sqlite3.OperationalError, match="duplicate column"):
        schema._migrate(connection, needed)
    connection.close()
