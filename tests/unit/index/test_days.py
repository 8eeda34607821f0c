"""The day of a document: where it is from, how it is corrected, and what it narrows."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index import DocumentInfo, Library, days
from index.errors import InputError
from index.narrowing import KINDS, Named, marks_of, of_marks
from index.schema import SCHEMA
from tests.fakes import HashEmbedder
from tests.unit.index.older import take_back

Write = Callable[[str, str | bytes], Path]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Leave rules, version 2\nIn force from 1 July 2024. It replaces version 1.", "2024-07-01"),
        ("Rules\nReplaces the version in force from 1 January 2021.\n\nText.", None),
        ("Title\nBy Ann Lee | May 3, 2021\n\nText.", "2021-05-03"),
        ("Jane Doe · 3 May 2024 · 5 min read", "2024-05-03"),
        ("Oslo, 3 May 2021\n\nDear Sir", "2021-05-03"),
        ("Tuesday, 3 May 2021 10:30\n\nDear Sir", "2021-05-03"),
        ("KYIV, 3 May 2024 (Reuters) - Something happened.", "2024-05-03"),
        ("# Rules\n\n**Status:** 3 March 2022", "2022-03-03"),
        ("Handbook v1.2 (2023-05-04)", "2023-05-04"),
        ("Travel rules, edition of March 2022", "2022-03"),
        ("Valid from 01.03.2023", "2023-03-01"),
        ("This policy takes effect on 1 July 2024 and binds all.", "2024-07-01"),
        ("The battle of 6 June 1944\n\nIt was long.", None),
        ("The law was adopted on 3 May 1999 by the council.", None),
        ("The ban, effective 1 January 2025, hits all.", None),
        ("Fee list, valid until 3 March 2022", None),
        ("31 June 2021", None),
        ("a\n\n" * 20 + "Published: 2024-05-01", None),
    ],
)
def test_the_first_lines_of_a_text_tell_its_day(text: str, day: str | None) -> None:
    assert days.said(text) == day


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("minutes-2024-05-01.docx", "2024-05-01"),
        ("scan_20240501.pdf", "2024-05-01"),
        ("minutes 2024-05.md", "2024-05"),
        ("policy-2021.txt", None),
        ("123456789.txt", None),
        ("2024-13-01.txt", None),
    ],
)
def test_a_name_tells_a_day(name: str, day: str | None) -> None:
    assert days.named(name) == day


def test_what_was_saved_comes_after_what_is_said() -> None:
    said = "Issued 3 May 2021"
    assert days.own("2024-01-01", days.METADATA, said, "a.pdf") == ("2021-05-03", days.TEXT)
    assert days.own("2024-01-01", days.MAIL, said, "a.eml") == ("2024-01-01", days.MAIL)
    assert days.own("2024-01-01", days.METADATA, "", "a.pdf") == ("2024-01-01", days.METADATA)
    assert days.own(None, days.METADATA, "", "a-2024-05.pdf") == ("2024-05", days.NAME)
    assert days.own(None, days.METADATA, "", "a.pdf") == (None, None)


@pytest.mark.parametrize(
    ("day", "since", "until", "within"),
    [
        ("2024-05-01", "2024-05-01", "2024-05-01", True),
        ("2024-05-01", "2024", "2024", True),
        ("2024-05-01", "2024-06", "", False),
        ("2024-06-30", "", "2024-06", True),
        ("2024-07-01", "", "2024-06", False),
        ("2024", "2024-06-01", "", True),
        ("2023", "2024-06-01", "", False),
        ("2024-05", "", "2024-04-30", False),
    ],
)
def test_a_span_of_days(day: str, since: str, until: str, within: bool) -> None:
    assert days.is_within(day, since, until) == within


def test_the_newer_of_two_days() -> None:
    assert days.is_newer("2024-05-02", "2024-05-01")
    assert days.is_newer("2025", "2024-12-31")
    assert not days.is_newer("2024-05", "2024-05-01")
    assert not days.is_newer("2024", "2024-05-01")


@pytest.fixture
def three(library: Library, write: Write) -> Library:
    """A note that tells its day, one whose file alone has a time, and a mail."""
    write("note.md", "---\ndate: 2024-05-01\n---\nThe bridge is open.")
    old = write("old.txt", "The bridge was closed.")
    os.utime(old, (0, datetime(2019, 3, 4, 12, tzinfo=UTC).timestamp()))
    mail = "From: a@b.example\nDate: Mon, 3 Jun 2024 10:00:00 +0000\nSubject: Bridge\n\nIt opens."
    write("mail.eml", mail)
    list(library.add(old.parent))
    return library


def named(library: Library, name: str) -> DocumentInfo:
    return library.find(name)


def test_each_document_has_a_day_and_says_where_it_is_from(three: Library) -> None:
    told = {info.name: (info.published, info.day, info.dated) for info in three.documents()}
    assert told == {
        "note.md": ("2024-05-01", "2024-05-01", days.FRONT),
        "old.txt": (None, "2019-03-04", days.FILE),
        "mail.eml": ("2024-06-03", "2024-06-03", days.MAIL),
    }
    assert three.document(named(three, "note.md").id).dated == days.FRONT
    (found, *_) = three.search("Which bridge is open?", documents=[named(three, "note.md").id])
    assert found.published == "2024-05-01"


def test_office_files_tell_when_they_were_saved(library: Library, write: Write) -> None:
    import io

    import docx

    document = docx.Document()
    document.add_paragraph("The bridge is open.")
    file = io.BytesIO()
    document.save(file)
    list(library.add(write("template.docx", file.getvalue())))
    document.add_paragraph("The harbour, too.")
    document.core_properties.modified = datetime(2024, 2, 3)
    file = io.BytesIO()
    document.save(file)
    list(library.add(write("saved.docx", file.getvalue())))
    saved = named(library, "saved.docx")
    assert (saved.published, saved.dated) == ("2024-02-03", days.METADATA)
    assert named(library, "template.docx").dated == days.FILE


def test_a_day_is_corrected_and_taken_back(three: Library, write: Write) -> None:
    note = named(three, "note.md")
    revision = three.revision
    assert three.narrowing.date(note.id, " 2023-02 ").dated == days.YOU
    assert three.revision > revision
    assert named(three, "note.md").published == "2023-02"
    assert three.document(note.id).published == "2023-02"
    assert three.narrowing.date(note.id, None) == note
    for wrong in ("2023-13", "yesterday", "2023-02-30", "23"):
        with pytest.raises(InputError, match="is no day"):
            three.narrowing.date(note.id, wrong)
    with pytest.raises(InputError, match="No document"):
        three.narrowing.date("nowhere", "2024")


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (Named(since="2024"), {"note.md", "mail.eml"}),
        (Named(until="2024-05"), {"note.md", "old.txt"}),
        (Named(since="2024-06-01", until="2024-06-30"), {"mail.eml"}),
        (Named(types=("mail",)), {"mail.eml"}),
        (Named(types=("MD", "mail")), {"note.md", "mail.eml"}),
        (Named(types=("text",), since="2020"), {"note.md"}),
    ],
)
def test_documents_are_narrowed(three: Library, asked: Named, names: set[str]) -> None:
    assert of_marks(marks_of(asked)) == asked
    found = three.narrowing.chosen(asked) or []
    assert {info.name for info in three.documents() if info.id in found} == names


def test_what_cannot_be_narrowed_is_one_line(three: Library) -> None:
    assert three.narrowing.chosen(Named()) is None
    for asked, said in (
        (Named(since="2025"), "No document is of these days"),
        (Named(since="2025", until="2024"), "is after"),
        (Named(since="soon"), "is no day"),
        (Named(types=["leaflet"]), f"There are: {', '.join(KINDS)}"),
    ):
        with pytest.raises(InputError, match=said):
            three.narrowing.chosen(asked)
    note = named(three, "note.md").id
    with pytest.raises(InputError, match="No document is of these days"):
        three.narrowing.chosen(Named(types=["mail"]), documents=[note])
    three.labels.give("tag", "kept", [note])
    assert three.narrowing.chosen(Named(tags=["kept"], since="2024")) == [note]


@pytest.mark.parametrize("version", range(1, SCHEMA))
def test_a_library_of_an_older_version_keeps_its_days(tmp_path: Path, version: int) -> None:
    (tmp_path / "a.md").write_text("---\ndate: 2024-05-01\n---\nOpen.", encoding="utf-8")
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        list(library.add(tmp_path / "a.md"))
    take_back(tmp_path / "library", version)
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        (info,) = library.documents()
        known = version >= 4  # from then on where a day is from is kept with it
        dated = days.FRONT if known else days.METADATA
        assert (info.day, info.dated) == ("2024-05-01", dated)
        library.narrowing.date(info.id, "2022")
        list(library.reread())
        assert library.find("a.md").day == "2022"
        assert library.check() == []
