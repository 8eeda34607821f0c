"""Several libraries read as one: real SQLite and Chroma, each in a folder of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from index import Evidence, Library
from index.errors import InputError, UnknownDocumentError
from index.labels import COLLECTION
from index.libraries import Libraries, names_of
from index.narrowing import Named
from tests.fakes import HashEmbedder

MODEL = "hash-64"
GOLDEN = Path(__file__).parents[2] / "golden"
DOCUMENTS = sorted(each for each in GOLDEN.glob("**/documents/*") if each.suffix in (".txt", ".md"))
"""Of several subjects, so that the libraries differ in how rare a word is."""
Open = Callable[..., Library]


@pytest.fixture
def library_of(tmp_path: Path) -> Iterator[Open]:
    """Opens a library with these texts, each by the name of its file, or with these files."""
    with ExitStack() as stack:

        def made(name: str, *files: Path, model: str = MODEL, **texts: str) -> Library:
            embedder = HashEmbedder(model, dimension=256)
            opened = stack.enter_context(Library.open(tmp_path / name, embedder=embedder))
            for called, text in texts.items():
                path = tmp_path / f"{name}-{called}.txt"
                path.write_text(text, encoding="utf-8")
                files = (*files, path)
            if files:
                list(opened.add([str(each) for each in files]))
            return opened

        yield made


def told(found: list[Evidence]) -> list[tuple[float, str]]:
    """Scores with passages, best first; without those of the last score, of which others may have
    been left out, and those of one score in the order of their ids."""
    last = round(found[-1].score, 6)
    scored = sorted((-round(each.score, 6), each.passage.id) for each in found)
    return [each for each in scored if each[0] < -last]


def test_the_ranking_is_that_of_one_library_with_all_the_documents(library_of: Open) -> None:
    third = -(-len(DOCUMENTS) // 3)
    parts = [DOCUMENTS[first : first + third] for first in range(0, len(DOCUMENTS), third)]
    several = [library_of(f"part{at}", *files) for at, files in enumerate(parts)]
    one = library_of("one", *DOCUMENTS)
    libraries = Libraries(several, MODEL)
    assert len(several) == 3
    questions = [
        " ".join(text.split()[2:8])
        for info in one.documents()
        for span in one.sentences(info.id)[::9]
        for text in [one.text(info.id)[span.start : span.end]]
        if len(text) > 60
    ]
    assert len(questions) > 20
    places = set()
    for question in questions:
        merged = libraries.search(question, k=12)
        assert told(merged) == told(one.search(question, k=12))
        assert [each.label for each in merged] == list(range(1, 13))
        places |= {each.library for each in merged[:3]}
    assert places == {"part0", "part1", "part2"}


def test_a_chosen_document_is_found_as_in_one_library(library_of: Open) -> None:
    half = len(DOCUMENTS) // 2
    several = [library_of("a", *DOCUMENTS[:half]), library_of("b", *DOCUMENTS[half:])]
    one = library_of("one", *DOCUMENTS)
    chosen = [info.id for info in one.documents()][half - 2 : half + 2]
    for info in one.documents()[:6]:
        found = Libraries(several, MODEL).search(info.title, k=8, documents=chosen)
        assert told(found) == told(one.search(info.title, k=8, documents=chosen))
        assert {each.passage.span.document_id for each in found} <= set(chosen)
    assert Libraries(several, MODEL).search("anything", documents=[]) == []


def test_a_document_of_two_libraries_comes_once_and_is_the_first_ones(library_of: Open) -> None:
    text = "Forty herons nest at the weir."
    first = library_of("first", herons=text)
    second = library_of("second", same=text, owls="Two owls nest in the barn.")
    libraries = Libraries([first, second], MODEL)
    found = libraries.search("what nests where?")
    assert sorted((each.passage.text, each.library) for each in found) == [
        (text, "first"),
        ("Two owls nest in the barn.", "second"),
    ]
    assert [info.name for info in libraries.documents()] == [
        "first-herons.txt",
        "second-owls.txt",
    ]
    assert libraries.find("second-owls.txt").id == second.documents()[1].id


def test_spans_are_exact_and_say_their_library(library_of: Open) -> None:
    first = library_of("first", herons="Forty herons nest. They came in March.")
    second = library_of("second", owls="Two owls nest. Nobody saw them.")
    libraries = Libraries([first, second], MODEL)
    found = libraries.search("which birds nest?")
    assert len(found) == 2
    for each in found:
        span = each.passage.span
        document = libraries.document(span.document_id)
        assert document.library == each.library
        assert document.text[span.start : span.end] == each.passage.text
        assert libraries.passages(span.document_id) == [each.passage]
        assert libraries.sentences(span.document_id)[0].start == 0
        info = libraries.narrowing.info(span.document_id)
        assert info is not None
        assert info.name == each.document_name
    with pytest.raises(UnknownDocumentError, match="herons"):
        libraries.document("0" * 16)


def test_libraries_of_two_embedding_models_are_refused(library_of: Open) -> None:
    first = library_of("first", a="Forty herons nest.")
    other = library_of("other", b="Two owls nest.", model="hash-other")
    with pytest.raises(InputError) as caught:
        Libraries([first, other], MODEL)
    (line,) = str(caught.value).splitlines()
    assert f"{other.folder} is hash-other, and that of {first.folder} is {MODEL}." in line
    empty = library_of("empty")
    with pytest.raises(InputError, match="CITEWELL_EMBEDDING is third"):
        Libraries([first, empty], "third")
    assert Libraries([empty, first], MODEL).search("herons")[0].library == "first"


def test_one_library_names_none(library_of: Open) -> None:
    alone = library_of("alone", a="Forty herons nest.")
    (found,) = alone.search("herons")
    assert found.library == ""
    assert alone.document(found.passage.span.document_id).library == ""


def test_a_collection_of_one_of_them_is_enough(library_of: Open) -> None:
    first = library_of("first", herons="Forty herons nest.", gulls="Gulls nest.")
    second = library_of("second", owls="Two owls nest.")
    herons, owls = first.documents()[0].id, second.documents()[0].id
    first.labels.give(COLLECTION, "water", [herons])
    second.labels.give(COLLECTION, "wood", [owls])
    narrowing = Libraries([first, second], MODEL).narrowing
    assert narrowing.chosen(Named(collections=["water"])) == [herons]
    assert narrowing.chosen(Named(collections=["water", "wood"])) == sorted([herons, owls])
    assert narrowing.chosen(Named(), documents=[owls]) == [owls]
    assert narrowing.chosen(Named()) is None
    with pytest.raises(InputError, match="“air” in any of these"):
        narrowing.chosen(Named(collections=["air"]))
    with pytest.raises(InputError, match="these days and types"):
        narrowing.chosen(Named(types=["pdf"]))


def test_nothing_that_is_kept_reaches_the_libraries(library_of: Open) -> None:
    first = library_of("first", a="Forty herons nest.")
    libraries = Libraries([first, library_of("second", b="Two owls nest.")], MODEL)
    libraries.put("chat", "1", {"title": "a"})
    libraries.put("chat", "2", {"title": "b"})
    assert libraries.get("chat", "1") == {"title": "a"}
    assert [key for key, _ in libraries.items("chat")] == ["2", "1"]
    libraries.delete("chat", "1")
    assert libraries.get("chat", "1") is None
    assert first.items("chat") == []


@pytest.mark.parametrize(
    ("folders", "names"),
    [
        (["/srv/law", "/srv/press"], ["law", "press"]),
        (["/ann/library", "/bob/library"], ["ann/library", "bob/library"]),
    ],
)
def test_a_library_is_called_by_the_end_of_its_path(folders: list[str], names: list[str]) -> None:
    assert names_of([Path(each) for each in folders]) == names
