"""The index with its real parts: the default embedding model and Chroma."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.runtime import open_library
from assistant.settings import Settings
from index import Library


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


def test_record_and_chroma_agree(seeded: Library) -> None:
    assert seeded.check() == []
