"""The record in both of its engines, by the same tests: a file of SQLite, a real PostgreSQL."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.bm25 import together
from index.chunking import passages as cut
from index.data import Document, Page
from index.engines import Address
from index.errors import StoreError
from index.labels import COLLECTION, TAG
from index.record import Record
from index.record_rows import Kept
from index.sources import Source
from tests.postgres import Server, postgres

TEXT = "The river rose at Hartmoor. The town was flooded.\n\nMany people fled to the hills."
OTHER = "Wheat prices fell. Farmers in the valley protested against the ministry."


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | Address:
    """Where a new record may be."""
    if request.param == "sqlite":
        return tmp_path / "library.sqlite"
    running: Server = request.getfixturevalue("server")
    name = hashlib.sha256(request.node.name.encode()).hexdigest()[:8]
    return Address(url=running.url, namespace=f"record_{name}")


@pytest.fixture
def record(place: Path | Address) -> Iterator[Record]:
    opened = Record(place)
    yield opened
    opened.close()


def document(text: str, pages: tuple[Page, ...] = ()) -> Document:
    return Document(
        id=hashlib.sha256(text.encode()).hexdigest()[:16],
        title=text[:9],
        name="a.txt",
        path="/files/a.txt",
        url=None,
        published=None,
        added="2026-01-01T00:00:00+00:00",
        text=text,
        pages=pages,
        headings=(),
    )


def kept(of: Document) -> list[Kept]:
    return [
        Kept(passage=each, key=hashlib.sha256(each.text.encode()).hexdigest(), document_name="a")
        for each in cut(of)
    ]


def source(of: Document, path: str = "/files/a.txt", modified: int = 7) -> Source:
    return Source(
        source=path, document_id=of.id, digest="0", size=3, modified=modified, noted=2**60
    )


def save(record: Record, text: str, path: str = "/files/a.txt") -> Document:
    made = document(text)
    record.save(made, [(0, len(text))], kept(made), source(made, path))
    return made


def test_a_document_comes_back_as_it_was_saved(record: Record) -> None:
    text = "Ünïcode, 50% of it? 'Quoted' \\ and “so”.\n" * 60
    made = document(text, (Page(number=1, start=0, end=5, kind="slide"),))
    before = record.revision
    assert record.save(made, [(0, 5), (5, 9)], kept(made), source(made)) is None
    assert record.document(made.id) == made
    assert [(span.start, span.end) for span in record.sentences(made.id)] == [(0, 5), (5, 9)]
    assert record.passages(made.id) == cut(made)
    assert record.sources.get("/files/a.txt") == source(made)
    (info,) = record.infos()
    assert (info.pages, info.parts, info.passages) == (1, "slide", len(cut(made)))
    assert record.revision == before + 1
    assert record.problems() == []
    assert record.info("unknown") is record.document("unknown") is None


def test_a_new_version_takes_the_place_of_the_former(record: Record) -> None:
    former = save(record, TEXT)
    record.labels.give(TAG, "flood", [former.id])
    now = document(OTHER)
    assert record.save(now, [], kept(now), source(now)) == former.id
    assert [info.id for info in record.infos()] == [now.id]
    assert record.former(now.id) == {former.id}
    assert record.labels.of(now.id) == [(TAG, "flood")]
    assert record.unfinished.documents() == [former.id]
    assert record.words.best("Was the river flooded?", 5, None) == {}
    record.unfinished.finish([former.id])
    assert record.unfinished.documents() == []
    assert record.problems() == []


def test_two_sources_of_a_document_and_its_end(record: Record) -> None:
    made = save(record, TEXT)
    record.point(source(made, "/other/b.txt"))
    assert record.part_with(["/files/a.txt"]) == []
    assert record.info(made.id).name == "b.txt"  # type: ignore[union-attr]
    assert record.delete(made.id) == [made.id]
    assert record.is_empty
    assert record.unfinished.remains
    record.unfinished.cleared()
    assert not record.unfinished.remains
    record.scrub()
    record.rewrite()
    assert record.problems() == []


def test_a_document_is_renewed(record: Record) -> None:
    text = "The river rose. " * 90
    made = save(record, text)
    first, *rest = kept(made)
    assert record.renew(made, [(0, 3)], [first]) == sorted(each.passage.id for each in rest)
    assert record.passages(made.id) == [first.passage]
    assert list(record.words.best("river", 9, None)) == [first.passage.id]
    assert record.problems() == []


def test_a_change_that_fails_changes_nothing(record: Record) -> None:
    save(record, TEXT)
    before = record.revision

    def half() -> None:
        with record.at_once():
            save(record, OTHER, "/files/b.txt")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert record.passage_count() == 1
    assert record.revision == before
    assert record.words.best("wheat", 5, None) == {}
    with pytest.raises(StoreError):
        save(record, TEXT, "/files/c.txt")
    assert record.passage_count() == record.words.count() == 1


def test_files_in_folders_are_told_apart_by_every_character(record: Record) -> None:
    paths = ["/f/a/1.txt", "/f/A/2.txt", "/f/ä/3.txt", "/f/a-b/4.txt", "/f/a.txt", "/f/a/x/5.txt"]
    for path in paths:
        save(record, f"{TEXT} {path}", path)
    assert [each.source for each in record.sources.below("/f/a")] == ["/f/a/1.txt", "/f/a/x/5.txt"]
    record.notes.put("watched", "/f/a", {})
    assert record.labels.documents(COLLECTION, "a") == record.labels.documents(COLLECTION, "/f/a")
    assert len(record.labels.documents(COLLECTION, "a")) == 2


def test_labels_and_notes(record: Record) -> None:
    one, two = save(record, TEXT), save(record, OTHER, "/files/b.txt")
    record.labels.give(COLLECTION, "all", [one.id, two.id, one.id])
    record.labels.give(COLLECTION, "all", [one.id])
    assert [(each.name, each.documents) for each in record.labels.all()] == [("all", 2)]
    assert record.labels.take(COLLECTION, "all", [two.id]) == "all"
    assert record.labels.documents(COLLECTION, "all") == [one.id]
    record.notes.put("chat", "1", {"title": "50% “so” \u0000?", "turns": [1, None]})
    record.notes.put("chat", "2", {"title": "b"})
    record.notes.put("chat", "1", {"title": "50% “so” \u0000!", "turns": [1, None]})
    assert [key for key, _ in record.notes.items("chat")] == ["1", "2"]
    assert record.notes.get("chat", "1") == {"title": "50% “so” \u0000!", "turns": [1, None]}
    record.notes.discard("chat", "1")
    assert record.notes.get("chat", "1") is None
    record.mark_gone(one.id, {"since": "2026-01-02"})
    assert [each.gone for each in record.infos()] == ["2026-01-02", None]


def test_vectors_are_kept_and_chosen_by_document(record: Record) -> None:
    one, two = save(record, TEXT), save(record, OTHER, "/files/b.txt")
    (mine,), (other,) = kept(one), kept(two)
    vector = np.arange(4, dtype=np.float32)
    record.vectors.keep("e", {mine.key: vector, other.key: vector + 1, "unused": vector})
    record.vectors.keep("e", {mine.key: vector + 2})
    found = record.vectors.within("e", [one.id], 9)
    assert found is not None
    assert {each: list(kept) for each, kept in found.items()} == {mine.passage.id: [2, 3, 4, 5]}
    assert record.vectors.within("e", [one.id, two.id], 1) is None
    assert record.within([mine.passage.id, other.passage.id], [two.id]) == [other.passage.id]
    assert list(record.kept([other.passage.id, "unknown"])) == [other.passage.id]
    assert record.share([one.id]) == 0.5
    record.unfinished.finish([])
    assert set(record.vectors.of("e", [mine.key, "unused"])) == {mine.key}


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Who protested in the valley?", "protest"),
        ("Did the U.S. agree?", "us"),
        ("Did the US agree?", "us"),
        ("北京大学", "beijing"),
        ("Was it a café in Zürich?", "zurich"),
        ("What did the farmers' wheat cost?", "protest"),
    ],
)
@pytest.mark.parametrize("scored", [3, 5000])
def test_words_find_the_same_passage(
    record: Record, monkeypatch: pytest.MonkeyPatch, question: str, wanted: str, scored: int
) -> None:
    monkeypatch.setattr("index.words.SCORED", scored)
    texts = {
        "protest": OTHER,
        "us": "The U.S. agreed with Georgia.",
        "they": "They told us of Georgia. We agreed.",
        "beijing": "北京大学很大。",
        "south": "北方很大。京都也大。",
        "zurich": "The cafe of Zurich was shut. " + "Nobody came. " * 30,
        "flood": TEXT,
        "flooded": TEXT * 3,
    }
    found = {name: save(record, text, f"/files/{name}") for name, text in texts.items()}
    best = record.words.best(question, 5, None)
    assert next(iter(best)).startswith(found[wanted].id)
    assert list(best.values()) == sorted(best.values(), reverse=True)
    ids = [each.id for each in found.values() if each.id != found[wanted].id]
    assert not [
        one for one in record.words.best(question, 5, ids) if one in best and one[:16] not in ids
    ]
    assert record.words.best("?!", 5, None) == record.words.best("absent", 5, None) == {}


@pytest.mark.parametrize("scored", [3, 5000])
def test_words_of_several_records_are_scored_as_those_of_one(
    place: Path | Address, monkeypatch: pytest.MonkeyPatch, scored: int
) -> None:
    monkeypatch.setattr("index.words.SCORED", scored)
    floods = [f"The flood of {year} took the weir and {year % 7} mills." for year in range(9)]
    others = [OTHER, "The weir of Georgia. " * 9, "Wheat " * 200, "The U.S. mills agreed. A weir?"]
    with ExitStack() as stack:
        first, second, one = (
            stack.enter_context(closing(Record(another(place, name)))) for name in "ab1"
        )
        for record, texts in ((first, floods), (second, others), (one, floods + others)):
            for text in texts:
                save(record, text, f"/files/{len(text)}-{text[:20]}")
        for question in ("the weir in the US?", "Which mills took wheat?", "flood 3 weir", "?!"):
            for documents in (None, [info.id for info in one.infos()][4:11]):
                own = [each.words.counts(question, documents) for each in (first, second)]
                total = together(own)
                assert total == one.words.counts(question, documents)
                found: dict[str, float] = {}
                for record, counts in zip((first, second), own, strict=True):
                    found |= record.words.weighed(50, documents, counts, total)
                assert found == pytest.approx(one.words.best(question, 50, documents))


def another(place: Path | Address, name: str) -> Path | Address:
    """Where another record of that engine may be."""
    if isinstance(place, Path):
        return place.with_name(f"{name}.sqlite")
    return replace(place, namespace=f"{place.namespace}_{name}")


def test_a_word_of_any_length_is_indexed(record: Record) -> None:
    save(record, f"See {'x' * 5000} and weir.")
    assert len(record.words.best("weir", 5, None)) == 1
