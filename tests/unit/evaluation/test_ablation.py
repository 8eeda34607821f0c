from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.ablation import Copy, ablate, ablation_figures, compared, without
from assistant.evaluation.golden.cases import GoldenCase
from assistant.evaluation.plan import Surroundings
from assistant.evaluation.reports.results import CaseResult, ChainName
from assistant.settings import Settings
from index import Library
from tests.fakes import HashEmbedder
from tests.unit.evaluation.builders import case, failure, quoted, result

TEXT = "Anna has two cats. Ben has a dog.\n\nThe dog is old."


def test_without_by_hand() -> None:
    assert without("abcdef", [(1, 3), (2, 4)]) == "aef"
    assert without("abcdef", [(0, 6)]) == ""
    assert without("abc", []) == "abc"


@given(st.text(max_size=20), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20))))
def test_without_removes_exactly_the_spans(text: str, pairs: list[tuple[int, int]]) -> None:
    spans = [(min(pair), min(max(pair), len(text))) for pair in pairs if min(pair) <= len(text)]
    gone = {i for start, end in spans for i in range(start, end)}
    assert without(text, spans) == "".join(c for i, c in enumerate(text) if i not in gone)


class Searching:
    """Answers with the words of the best passage, and cites nothing."""

    name: ChainName = "citewell"
    depth = 10

    def __init__(self, library: Library) -> None:
        self._library = library
        self.asked: list[str] = []

    def ask(self, case: GoldenCase) -> CaseResult:
        self.asked.append(case.id)
        if case.question == "crash":
            raise RuntimeError("gone")
        found = self._library.search(case.question)
        text = found[0].passage.text if found else ""
        return result(case.id, text="Ben has a dog." if "Ben has a dog." in text else "")

    def passages(self, document_id: str) -> Sequence[tuple[int, int]]:
        return []


@pytest.fixture
def original(library: Library, tmp_path: Path) -> Library:
    (tmp_path / "pets.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "dog.txt").write_text("Ben has a dog.", encoding="utf-8")
    for name in ("pets.txt", "dog.txt"):
        list(library.add(tmp_path / name))
    return library


def test_answers_that_stand_on_the_cited_words_change(original: Library, tmp_path: Path) -> None:
    pets = original.find("pets.txt").id
    dog = original.find("dog.txt").id
    span = quoted(19, 33)
    both = tuple(
        type(span)(document_id=d, document="x", start=s, end=s + 14, quote="Ben has a dog.")
        for d, s in ((pets, 19), (dog, 0))
    )
    answers = {
        "real": result("real", citations=(both,)),
        "feigned": result("feigned", citations=((both[0],),)),
        "crash": result("crash", citations=((both[0],),)),
    }
    cases = [case("real"), case("feigned"), case("crash", question="crash"), case("refused")]
    copy = Copy(original, tmp_path / "copy")
    around = Surroundings(settings=Settings())
    with Library.open(tmp_path / "copied", embedder=HashEmbedder()) as copied:
        list(copied.add(copy.folder))
        chain = Searching(copied)
        journal = tmp_path / "ablation.jsonl"
        report = ablate(cases, answers, chain, copy, copied, journal, around)
        texts = sorted(copied.document(info.id).text for info in copied.documents())
        again = ablate(cases, answers, chain, copy, copied, journal, around)
    changed = {row["id"]: row["changed"] for row in report["cases"]}
    assert changed == {"real": True, "feigned": False, "crash": False}
    assert (report["n"], report["failures"], report["changed"], report["refused"]) == (2, 1, 1, 1)
    assert report["changed_share"] == 0.5
    assert texts == sorted([TEXT, "Ben has a dog."])
    assert original.document(pets).text == TEXT
    assert chain.asked == ["real", "feigned", "crash", "crash"]
    assert again["n"] == 2


def test_an_answer_changes_with_its_words_or_status_not_with_its_commas() -> None:
    assert not compared(result(text="Ben has a dog."), result(text="Ben has dog")).changed
    assert compared(result(text="Ben has a dog."), result(text="Ben has a cat.")).changed
    assert compared(result(), result(text="")).refused
    assert compared(result(), failure()).error


def test_nothing_cited_gives_no_figure() -> None:
    report = ablation_figures([])
    assert (report["n"], report["changed_share"], report["interval"]) == (0, None, None)
