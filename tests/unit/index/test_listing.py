"""The list of many documents: what a page of it holds, and that no page needs the whole record."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from index import Library
from index.entries import _ENTRIES, Entry
from index.listing import PAGE, Arrangement, arranged, grouped
from index.narrowing import Named
from tests.unit.index.made import save


@pytest.fixture
def many(library: Library) -> Library:
    """A library of two pages and one document."""
    with library._record.at_once():
        for number in range(2 * PAGE + 1):
            save(library, number)
    return library


def numbers(ids: Sequence[str]) -> list[int]:
    return [int(each, 16) for each in ids]


def entry(number: int, **values: object) -> Entry:
    known: dict[str, object] = {
        "id": str(number),
        "title": f"Title {number}",
        "name": "a.txt",
        "path": "/home/a.txt",
        "url": None,
        "day": "2024-01-01",
        "passages": 1,
        "outdated": False,
    }
    return Entry(**(known | values))  # type: ignore[arg-type]


def test_a_page_holds_no_more_than_it_shows(many: Library) -> None:
    first = many.listing.listed(Arrangement())
    assert numbers([info.id for info in first.shown]) == list(range(PAGE))
    assert (len(first.ids), len(first.found)) == (2 * PAGE + 1, 2 * PAGE + 1)
    last = many.listing.listed(Arrangement(number=3))
    assert numbers([info.id for info in last.shown]) == [2 * PAGE]
    beyond = many.listing.listed(Arrangement(number=99))
    assert (beyond.arrangement.number, beyond.shown) == (3, last.shown)
    before = many.listing.listed(Arrangement(number=-1))
    assert (before.arrangement.number, before.shown) == (1, first.shown)


def test_a_line_says_what_the_whole_list_says(many: Library) -> None:
    pages = [many.listing.listed(Arrangement(number=number)) for number in (1, 2, 3)]
    listed = [info for page in pages for info in page.shown]
    assert listed == many.documents()
    told = [(e.id, e.title, e.name, e.path, e.day, e.outdated) for e in many.listing.entries()]
    assert told == [(i.id, i.title, i.name, i.path, i.day, i.outdated) for i in listed]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("added", "0123"),
        ("latest", "3210"),
        ("title", "2013"),
        ("newest", "1302"),
        ("oldest", "0213"),
        ("longest", "3012"),
        ("unknown", "0123"),
    ],
)
def test_the_orders(sort: str, order: str) -> None:
    entries = [
        entry(0, title="beta", day="2020", passages=2),
        entry(1, title="Gamma", day="2024-05-01"),
        entry(2, title="Alpha", day="2020"),
        entry(3, title="Émile", day="2024-05-01", passages=9),
    ]
    found = arranged(entries, Arrangement(sort=sort))
    assert "".join(each.id for each in found) == order


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", "012"),
        ("  ", "012"),
        ("LEASE", "0"),
        ("lease papers", "0"),
        ("papers/2", "01"),
        ("écluse", "1"),
        ("example.org", "2"),
        ("nowhere", ""),
        ("lease nowhere", ""),
    ],
)
def test_all_words_stand_in_title_path_or_address(words: str, found: str) -> None:
    entries = [
        entry(0, title="The lease", path="/home/papers/2024/a.pdf"),
        entry(1, title="L'ÉCLUSE", path="/home/papers/2025/b.pdf"),
        entry(2, title="News", path=None, url="https://example.org/a"),
    ]
    told = arranged(entries, Arrangement(words=words))
    assert "".join(each.id for each in told) == found


def test_the_groups() -> None:
    entries = [
        entry(0, name="a.pdf", path="/home/b/a.pdf", day="2019-01-01"),
        entry(1, name="a", path=None, url="https://example.org/a", day="2024"),
        entry(2, name="b.PDF", path="/home/b/b.PDF", day="2024-05"),
        entry(3, name="c.zzz", path="/home/A/c.zzz", day="2019"),
    ]
    assert grouped(entries, "") == {"": ["0", "1", "2", "3"]}
    assert list(grouped(entries, "year").items()) == [("2024", ["1", "2"]), ("2019", ["0", "3"])]
    assert grouped(entries, "type") == {"pdf": ["0", "2"], "web": ["1"], "zzz": ["3"]}
    folders = grouped(entries, "folder")
    assert list(folders) == ["/home/A", "/home/b", "example.org"]
    assert folders["/home/b"] == ["0", "2"]


def test_a_group_goes_on_on_the_next_page(many: Library) -> None:
    (even,) = many.listing.listed(Arrangement(group="folder")).groups
    assert (even.name, len(even.ids), len(even.shown)) == ("/home/even", PAGE + 1, PAGE)
    rest, odd = many.listing.listed(Arrangement(group="folder", number=2)).groups
    assert (rest.ids, len(rest.shown)) == (even.ids, 1)
    assert (odd.name, len(odd.shown)) == ("/home/odd", PAGE - 1)


def test_what_changes_is_in_the_list_at_once(many: Library) -> None:
    ids = many.listing.ids()
    assert ids == [info.id for info in many.documents()]
    assert many.listing.ids(without=ids[1:]) == ids[:1]
    many.narrowing.date(ids[0], "1999")
    assert many.listing.entries()[0].day == "1999"
    many.remove(ids[0])
    assert many.listing.ids() == ids[1:]
    assert many.listing.infos([ids[2], ids[0]]) == [many.find(ids[2])]


def test_a_file_that_was_touched_has_its_new_day(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("A note.", encoding="utf-8")
    for day, seconds in (("2001-09-09", 1e9), ("2014-05-13", 1.4e9)):
        os.utime(path, (seconds, seconds))
        list(library.add(path))
        assert [each.day for each in library.listing.entries()] == [day]
        assert library.narrowing.chosen(Named(since=day)) == library.listing.ids()


def test_lines_are_read_once_for_each_revision(many: Library) -> None:
    first = many.listing.entries()
    assert many.listing.entries() is first
    many.rest()
    assert many.listing.entries() == first


def test_lines_are_read_without_the_texts(many: Library) -> None:
    """Else ten thousand long documents are read whole for a list of their names."""
    plan = [row["detail"] for row in many._record._file.rows(f"EXPLAIN QUERY PLAN {_ENTRIES}")]
    assert "SCAN documents USING COVERING INDEX documents_listed" in plan
    assert not any("TEMP B-TREE" in step for step in plan)


def test_days_and_types_narrow_as_before(many: Library) -> None:
    odd = many.narrowing.chosen(Named(since="2021", types=["text"]))
    assert odd is not None
    assert [number % 2 for number in numbers(odd)] == [1] * PAGE
