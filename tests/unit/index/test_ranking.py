"""Words, fusion, embedding and the LangChain retriever."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Library
from index.embedding import CachedEmbedder, SentenceEmbedder
from index.errors import StoreError
from index.fusion import fuse
from index.retrieval import PassageRetriever
from index.words import any_of, terms
from tests.fakes import HashEmbedder


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many North Korean soldiers?", '"North" OR "Korean" OR "soldiers"'),
        ("Who is it?", '"Who" OR "is" OR "it"'),
        ("What did the US do?", '"US" OR "U S"'),
        ("the U.N. and us", '"UN" OR "U N"'),
        ("Kim Jong-un’s 3.5 tanks", '"Kim" OR "Jong" OR "un" OR "3.5" OR "tanks"'),
        ('say "NOT" or *', '"NOT" OR "N O T"'),
        ("北京大学", '"北 京" OR "京 大" OR "大 学"'),
        ("我", '"我"'),
        ("?!", '""'),
        ("tank tank", '"tank"'),
    ],
)
def test_a_question_becomes_quoted_terms(question: str, expected: str) -> None:
    assert any_of(terms(question)) == expected


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The U.S. has warned Moscow.", "What has the US done?"),
        ("The US has warned Moscow.", "the U.S. reaction"),
        ("Soldiers were deployed.", "deploying a soldier"),
        ("Der Präsident schwieg.", "prasident"),
        ("北京大学很大。", "大学"),
        ("It cost 3.5 million.", "3.5"),
        ("İstanbul’da yağmur", "istanbul"),
    ],
)
def test_words_find_their_other_forms(
    library: Library, tmp_path: Path, text: str, question: str
) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    list(library.add(tmp_path / "a.txt"))
    (score,) = library._record.words.best(question, 5, None).values()
    assert score > 0


SCORES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-1, 1), max_size=8)


@given(SCORES, st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.001, 50), max_size=8))
def test_fused_scores_are_ordered_and_within_bounds(
    similarities: dict[str, float], words: dict[str, float]
) -> None:
    fused = fuse(similarities, words)
    assert set(fused) == {*similarities, *words}
    assert list(fused.values()) == sorted(fused.values(), reverse=True)
    assert all(0 <= score <= 1 + 1e-9 for score in fused.values())


def test_what_both_rankings_like_comes_first() -> None:
    assert list(fuse({"a": 0.9, "b": 0.8, "c": 0.1}, {"b": 9.0, "c": 1.0})) == ["b", "a", "c"]


def test_the_cache_encodes_each_text_once() -> None:
    embedder = HashEmbedder()
    cached = CachedEmbedder(embedder, size=3)
    first = cached.encode(["a", "b", "a"])
    assert embedder.calls == ["a", "b"]
    assert np.array_equal(first, HashEmbedder().encode(["a", "b", "a"]))
    assert np.array_equal(cached.encode(["b"]), first[1:2])
    assert embedder.calls == ["a", "b"]
    cached.encode(["c", "d"])
    cached.encode(["a"])
    assert embedder.calls == ["a", "b", "c", "d", "a"]
    assert cached.encode([]).shape == (0, 64)


def test_a_missing_model_is_a_clear_failure(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no embedding model") as caught:
        SentenceEmbedder(tmp_path, "none").encode(["a"])
    assert "citewell models fetch" in caught.value.hint


def test_the_retriever_gives_the_evidence_of_a_search(seed_library: Library) -> None:
    question = "How many North Korean soldiers are deployed?"
    found = PassageRetriever(library=seed_library, k=2).invoke(question)
    evidence = seed_library.search(question, k=2)
    assert [each.metadata["evidence"] for each in found] == evidence
    assert [(each.id, each.page_content) for each in found] == [
        (each.passage.id, each.passage.text) for each in evidence
    ]
    none = PassageRetriever(library=seed_library, documents=["unknown"]).invoke(question)
    assert none == []


def test_vectors_of_one_document_are_not_sought_among_all(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan that begins with the vectors looks at every one: 0.8 s of 100,000 passages."""
    path = tmp_path / "herons.txt"
    path.write_text("Herons nest at the weir.", encoding="utf-8")
    (added,) = library.add(path)
    file = library._record._file
    asked: list[str] = []
    rows = file.rows

    def watched(statement: str, *values: object) -> list[sqlite3.Row]:
        asked.append(rows(f"EXPLAIN QUERY PLAN {statement}", *values)[0]["detail"])
        return rows(statement, *values)

    monkeypatch.setattr(file, "rows", watched)
    assert added.document_id
    assert library.search("Where do herons nest?", documents=[added.document_id])
    assert "SEARCH passages USING INDEX passages_by_document (document_id=?)" in asked
    assert not [plan for plan in asked if plan.startswith("SEARCH vectors") and "key" not in plan]
