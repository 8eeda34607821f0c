"""Collections and tags: what is in them, what is found by them, and what a new version inherits."""

from pathlib import Path

import pytest

from index import Library
from index.errors import InputError
from index.labels import COLLECTION, LONGEST, TAG
from index.schema import SCHEMA
from tests.fakes import HashEmbedder
from tests.unit.index.older import take_back


@pytest.fixture
def three(library: Library, tmp_path: Path) -> Library:
    """A library with the texts a, b and c."""
    for name in "abc":
        text = f"The bridge {name} was closed."
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
        list(library.add(tmp_path / f"{name}.txt"))
    return library


def ids(library: Library, names: str) -> list[str]:
    return sorted(library.find(f"{name}.txt").id for name in names)


def test_a_document_is_in_any_number_of_them(three: Library) -> None:
    labels = three.labels
    revision = three.revision
    assert labels.give(COLLECTION, "  Roads  and bridges ", ids(three, "ab")) == "Roads and bridges"
    labels.give(COLLECTION, "all", ids(three, "abc"))
    labels.give(TAG, "all", ids(three, "c"))
    labels.give(TAG, "all", ids(three, "c"))
    assert three.revision > revision
    assert labels.of(*ids(three, "a")) == [(COLLECTION, "Roads and bridges"), (COLLECTION, "all")]
    found = [(each.kind, each.name, each.documents) for each in labels.all()]
    assert found == [
        (COLLECTION, "all", 3),
        (COLLECTION, "Roads and bridges", 2),
        (TAG, "all", 1),
    ]


def test_what_is_chosen_by_them(three: Library) -> None:
    labels = three.labels
    labels.give(COLLECTION, "first", ids(three, "ab"))
    labels.give(COLLECTION, "last", ids(three, "c"))
    labels.give(TAG, "odd", ids(three, "ac"))
    assert labels.chosen() is None
    assert labels.chosen(["first"]) == ids(three, "ab")
    assert labels.chosen(["first", "last"]) == ids(three, "abc")
    assert labels.chosen(["first"], ["odd"]) == ids(three, "a")
    assert labels.chosen(tags=["odd"], documents=ids(three, "bc")) == ids(three, "c")
    found = three.search("bridge", documents=labels.chosen(["first"], ["odd"]))
    assert {each.document_name for each in found} == {"a.txt"}
    with pytest.raises(InputError, match="all that is named"):
        labels.chosen(["last"], documents=ids(three, "a"))
    with pytest.raises(InputError, match="No tag is called “first”"):
        labels.chosen(tags=["first"])


def test_they_are_taken_and_an_empty_one_is_no_more(three: Library) -> None:
    labels = three.labels
    labels.change(TAG, "new", ids(three, "abc"), out=False)
    labels.change(TAG, "new", ids(three, "a"), out=True)
    assert labels.chosen(tags=["new"]) == ids(three, "bc")
    labels.change(TAG, "new", [], out=True)
    assert labels.all() == []
    with pytest.raises(InputError, match="no tag yet"):
        labels.change(TAG, "new", [], out=True)


def test_a_removed_document_leaves_them(three: Library) -> None:
    three.labels.give(TAG, "x", ids(three, "ab"))
    three.remove(ids(three, "a")[0])
    assert three.labels.chosen(tags=["x"]) == ids(three, "b")


def test_a_new_version_is_in_what_the_former_was(three: Library, tmp_path: Path) -> None:
    three.labels.give(COLLECTION, "first", ids(three, "a"))
    (tmp_path / "a.txt").write_text("The bridge was opened again.", encoding="utf-8")
    (result,) = three.add(tmp_path / "a.txt")
    assert result.status == "replaced"
    assert three.labels.chosen(["first"]) == [result.document_id]


def test_a_watched_folder_is_a_collection(three: Library, tmp_path: Path) -> None:
    for folder in ("one/papers", "two/papers", "three/news"):
        (tmp_path / folder).mkdir(parents=True)
        text = f"News of {folder}."
        (tmp_path / folder / "new.txt").write_text(text, encoding="utf-8")
        three.folders.watch(tmp_path / folder)
        list(three.add(tmp_path / folder))
    names = {each.name: each.documents for each in three.labels.all()}
    assert names == {"news": 1, **{str(tmp_path / at / "papers"): 1 for at in ("one", "two")}}
    (found,) = three.labels.chosen(["news"]) or ()
    assert three.text(found) == "News of three/news."
    assert three.labels.chosen([str(tmp_path / "three" / "news")]) == [found]
    with pytest.raises(InputError, match="watched folder"):
        three.labels.give(COLLECTION, "news", ids(three, "a"))
    three.labels.give(TAG, "news", ids(three, "a"))
    assert three.labels.chosen(["news"]) == [found]


@pytest.mark.parametrize("name", ["", "  ", "x" * (LONGEST + 1)])
def test_a_name_that_is_none_is_one_line(three: Library, name: str) -> None:
    with pytest.raises(InputError, match="needs a name"):
        three.labels.give(TAG, name, ids(three, "a"))
    with pytest.raises(InputError, match="collection or tag"):
        three.labels.change("pile", "x", [], out=False)


@pytest.mark.parametrize("version", range(1, SCHEMA))
def test_a_library_of_an_older_version_gets_them(tmp_path: Path, version: int) -> None:
    """The tables as they were before there were collections and tags."""
    (tmp_path / "a.txt").write_text("The bridge was closed.", encoding="utf-8")
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        list(library.add(tmp_path / "a.txt"))
    take_back(tmp_path / "library", version)
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        library.labels.give(TAG, "kept", ids(library, "a"))
        assert library.labels.chosen(tags=["kept"]) == ids(library, "a")
        assert library.find("a.txt").outdated == (version == 1)
        assert library.check() == []
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        assert library.labels.chosen(tags=["kept"]) == ids(library, "a")
