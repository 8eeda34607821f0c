"""The index with its real parts: the default embedding model and Chroma."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.models import DEFAULT_EMBEDDING, weights_path
from assistant.runtime import open_library
from assistant.settings import Settings
from index import Library, embedding
from index.bert import Bert
from index.embedding import SentenceEmbedder


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory, seed_path: Path) -> Iterator[Library]:
    """A library that holds the seed, with the embedding model of the settings."""
    folder = tmp_path_factory.mktemp("index") / "library"
    with open_library(Settings(library=folder), "tests") as library:
        assert [result.status for result in library.add(seed_path)] == ["added"]
        yield library


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many North Korean soldiers are estimated to be deployed?", "in the hundreds"),
        ("What did the State Department say about the troops?", "reckless provocation"),
        ("Which ammunition was delivered to Moscow?", "artillery shells"),
        ("What does Kim hope to gain in return?", "humanitarian aid"),
    ],
)
def test_the_passage_with_the_answer_is_among_the_first_two(
    seeded: Library, question: str, said: str
) -> None:
    found = seeded.search(question, k=2)
    assert any(said in evidence.passage.text for evidence in found)


def test_vectors_have_unit_length_and_do_not_depend_on_their_neighbours(seeded: Library) -> None:
    document = seeded.documents()[0].id
    texts = [passage.text for passage in seeded.passages(document)]
    together = seeded._embedder._embedder.encode(texts)
    alone = np.concatenate([seeded._embedder._embedder.encode([text]) for text in texts])
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert (together * alone).sum(axis=1).min() > 0.99


def test_a_few_texts_are_embedded_without_loading_pytorch(seed_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from assistant.runtime import EmbedderOnDemand
from assistant.settings import Settings
EmbedderOnDemand(Settings()).encode(["Who said so?"] * 40)
assert "torch" not in sys.modules
assert "sentence_transformers" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_both_ways_of_embedding_give_the_same_vectors(seeded: Library, models_dir: Path) -> None:
    embedder = SentenceEmbedder(weights_path(DEFAULT_EMBEDDING, models_dir), DEFAULT_EMBEDDING)
    document = seeded.documents()[0].id
    texts = [seeded.document(document).quote(span) for span in seeded.sentences(document)]
    texts += ["", "é", "北朝鮮の兵士", "Ähnlich? <b>&amp;</b>", "word " * 600]
    quick = embedder.encode(texts)
    assert embedder._bert is not None
    loaded = embedder.encode(["word " * 5_000, *texts])[1:]
    assert embedder._model is not None
    assert np.abs(quick - loaded).max() < (1e-5 if embedding.float_kind() == "float32" else 0.02)


def test_bfloat16_finds_what_float32_finds(
    seeded: Library, models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "float_kind", lambda: "bfloat16")
    rough = SentenceEmbedder(weights_path(DEFAULT_EMBEDDING, models_dir), DEFAULT_EMBEDDING)
    document = seeded.documents()[0].id
    texts = [passage.text for passage in seeded.passages(document)]
    exact = Bert(weights_path(DEFAULT_EMBEDDING, models_dir)).encode(texts)
    found = rough.encode([*texts, "word " * 5_000])[:-1]
    assert (exact * found).sum(axis=1).min() > 0.999


def test_record_and_chroma_agree(seeded: Library) -> None:
    assert seeded.check() == []
