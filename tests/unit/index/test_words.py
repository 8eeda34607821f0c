"""Searching by words where not every passage is scored, against plain BM25 of all of them."""

import random
import threading
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from index import Library
from index.words import any_of, terms
from tests.chroma import chroma
from tests.fakes import HashEmbedder
from tests.unit.index.test_sharing import sharer

SCORED = 60
"""Passages that a search scores here, about."""
SYLLABLES = "ba de gi ko lu ma ne pi ro su ta ve wi xo zu".split()
WORDS = [f"{a}{b}{c}" for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES]
"""The first are in most passages, the last in few or none."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Some three hundred passages with words as frequent as those of a language."""
    folder = tmp_path_factory.mktemp("made")
    with Library.open(folder / "library", embedder=HashEmbedder()) as library:
        fill(library, folder / "files", 40)
        yield library


@pytest.fixture(autouse=True)
def few_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.words.SCORED", SCORED)


def drawn(chance: random.Random) -> str:
    """One of the words; the share of the word of rank r falls as 1/r (Zipf)."""
    return WORDS[int(len(WORDS) ** chance.random()) - 1]


def fill(library: Library, folder: Path, documents: int) -> None:
    folder.mkdir()
    chance = random.Random(3)
    for number in range(documents):
        sentences = (" ".join(drawn(chance) for _ in range(12)) for _ in range(60))
        paragraphs = (f"Und {sentence}." for sentence in sentences)
        (folder / f"{number}.txt").write_text("\n\n".join(paragraphs), encoding="utf-8")
    assert {result.status for result in library.add(folder)} == {"added"}


def questions(count: int) -> list[str]:
    """Questions of three frequent and two rarer words."""
    chance = random.Random(5)
    return [
        " ".join([*chance.sample(WORDS[:12], 3), *chance.sample(WORDS[100:400], 2)])
        for _ in range(count)
    ]


def plain(
    library: Library, question: str, documents: Collection[str] | None = None
) -> dict[str, float]:
    """FTS5's own BM25 of every passage with any of the words, best first."""
    rows = library._record._file.rows(
        "SELECT passages.id, document_id, -bm25(lexicon) AS score"
        " FROM lexicon JOIN passages ON passages.number = lexicon.rowid"
        " WHERE lexicon MATCH ? ORDER BY score DESC, lexicon.rowid",
        any_of(terms(question)),
    )
    kept = [row for row in rows if documents is None or row["document_id"] in documents]
    return {row["id"]: row["score"] for row in kept}


def best(library: Library, question: str, documents: Collection[str] | None = None) -> list[str]:
    """The first ten, whose scores must be those of plain BM25."""
    found = library._record.words.best(question, 50, documents)
    wanted = plain(library, question, documents)
    assert found == {each: pytest.approx(wanted[each]) for each in found}
    assert list(found.values()) == sorted(found.values(), reverse=True)
    return list(found)[:10]


def test_the_first_ten_are_those_of_plain_bm25(made: Library) -> None:
    """In nearly all questions: what has only common words is not scored."""
    assert made._record.passage_count() > 4 * SCORED
    asked = questions(60)
    same = [best(made, each) == list(plain(made, each))[:10] for each in asked]
    assert sum(same) >= 57


def test_passages_with_common_words_alone_are_not_walked_through(made: Library) -> None:
    """Each would take SQLite some steps."""
    rare = next(word for word in reversed(WORDS) if len(plain(made, word)) == 1)
    common = [word for word in WORDS[:4] if len(plain(made, word)) > 4 * SCORED]
    assert len(common) == 4
    alone = walked(made, [rare])
    assert walked(made, [rare, *common]) < alone + 4 * SCORED


def walked(library: Library, words: list[str]) -> int:
    """The steps of SQLite's machine that a search takes once its words are counted."""
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    found = library._record
    found._file._connection.set_progress_handler(step, 1)
    found.words._parted(terms(" ".join(words)))
    steps = -2 * steps
    found.words.best(" ".join(words), 50, None)
    found._file._connection.set_progress_handler(None, 1)
    return steps


@pytest.mark.parametrize("few", [slice(1), slice(7, 9), slice(0, None, 10)])
def test_few_chosen_documents_are_ranked_as_by_plain_bm25(made: Library, few: slice) -> None:
    chosen = [info.id for info in made.documents()][few]
    for each in questions(10):
        wanted = plain(made, each, chosen)
        assert best(made, each, chosen) == list(wanted)[:10]


def test_many_chosen_documents_are_ranked_nearly_so(made: Library) -> None:
    """The rarer words are rare in the whole library, so fewer passages of theirs are scored."""
    chosen = [info.id for info in made.documents()][::2]
    asked = questions(60)
    same = [best(made, each, chosen)[:5] == list(plain(made, each, chosen))[:5] for each in asked]
    assert sum(same) >= 57
    assert made._record.words.best(asked[0], 50, ["unknown"]) == {}


@pytest.mark.parametrize(
    ("rare", "common"),
    [
        ("The U.S. and Georgia agreed.", "The U.S. council met."),
        ("The US and Georgia agreed.", "The U.S. council met."),
        ("北京大学很大。", "北京很大。"),
        ("กรุงเทพ", "กรุง"),
    ],
)
def test_phrases_are_found_beyond_what_is_scored(
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rare: str,
    common: str,
) -> None:
    monkeypatch.setattr("index.words.SCORED", 10)
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number}.txt").write_text(f"{common} {number}", encoding="utf-8")
    (folder / "rare.txt").write_text(rare, encoding="utf-8")
    list(library.add(folder))
    question = f"What of {rare}"
    (first, *_) = best(library, question)
    assert library._record.kept([first])[first].document_name == "rare.txt"
    assert [first] == list(plain(library, question))[:1]


def test_a_removed_document_counts_no_more(library: Library, tmp_path: Path) -> None:
    fill(library, tmp_path / "files", 12)
    asked = questions(10)
    before = [best(library, each) for each in asked]
    gone = library.documents()[3].id
    assert any(each.startswith(gone) for found in before for each in found)
    library.remove(gone)
    for each in asked:
        found = best(library, each)
        assert not [one for one in found if one.startswith(gone)]
        assert found[:5] == list(plain(library, each))[:5]


def test_several_threads_search_by_words_while_one_adds(library: Library, tmp_path: Path) -> None:
    fill(library, tmp_path / "first", 12)
    failures: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            try:
                for each in questions(5):
                    scores = list(library._record.words.best(each, 50, None).values())
                    assert scores == sorted(scores, reverse=True)
                    assert scores
            except BaseException as error:  # noqa: BLE001
                failures.append(error)
                return

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    (tmp_path / "later.txt").write_text("\n\n".join(WORDS[:2000]), encoding="utf-8")
    list(library.add(tmp_path / "later.txt"))
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    for each in questions(5):
        best(library, each)


def test_what_another_process_adds_counts_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word that was rare is common now, and another the rare one."""
    monkeypatch.setattr("index.words.SCORED", 10)
    folder, files = tmp_path / "library", tmp_path / "files"
    files.mkdir()
    for number in range(20):
        text = f"The {'weir' if number else 'lock'} of Hartmoor {number} was closed."
        (files / f"{number}.txt").write_text(text, encoding="utf-8")
    with (
        chroma(tmp_path / "server") as url,
        Library.open(folder, embedder=HashEmbedder(), chroma_url=url) as mine,
        sharer(folder, url) as other,
    ):
        first = tmp_path / "first.txt"
        first.write_text("The weir of Hartmoor was closed.", encoding="utf-8")
        assert [result.status for result in mine.add(first)] == ["added"]
        question = "Was the weir or the lock of Hartmoor closed?"
        assert len(mine._record.words.best(question, 50, None)) == 1
        assert set(other.asked(f"add {files}")) == {"added"}
        (found,) = mine._record.words.best(question, 50, None)
        assert mine._record.kept([found])[found].document_name == "0.txt"
        assert best(mine, question) == list(plain(mine, question))[:1]
