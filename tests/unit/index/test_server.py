"""The vectors on a real Chroma server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Library
from index.errors import StoreError
from tests.chroma import chroma, free_port
from tests.fakes import HashEmbedder


@pytest.fixture(scope="module")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Chroma server started for these tests."""
    with chroma(tmp_path_factory.mktemp("server")) as url:
        yield url


def test_a_library_on_a_server(chroma_url: str, tmp_path: Path, seed_path: Path) -> None:
    folder = tmp_path / "library"
    with Library.open(folder, embedder=HashEmbedder(), chroma_url=chroma_url) as library:
        assert [result.status for result in library.add(seed_path)] == ["added"]
        served = library.search("How many North Korean soldiers are deployed?", k=3)
        assert library.check() == []
    assert not (folder / "chroma").exists()
    with Library.open(folder, embedder=HashEmbedder()) as library:
        assert library.search("How many North Korean soldiers are deployed?", k=3) == served
    with Library.open(folder, embedder=HashEmbedder(), chroma_url=chroma_url) as library:
        library.remove(library.documents()[0].id)
        assert library.check() == []


def test_two_libraries_on_one_server_do_not_mix(chroma_url: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The river rose.", encoding="utf-8")
    opened = [
        Library.open(tmp_path / name, embedder=HashEmbedder(), chroma_url=chroma_url)
        for name in ("one", "two")
    ]
    for library in opened:
        assert [result.status for result in library.add(tmp_path / "a.txt")] == ["added"]
        assert library.check() == []
        assert len(library.search("river")) == 1
    opened[0].remove(opened[0].documents()[0].id)
    assert opened[1].check() == []
    for library in opened:
        library.close()


def test_an_absent_server_is_a_failure_of_the_store(tmp_path: Path, seed_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with Library.open(tmp_path / "library", embedder=HashEmbedder(), chroma_url=url) as library:
        with pytest.raises(StoreError, match="Chroma server") as caught:
            list(library.add(seed_path))
        assert "CITEWELL_CHROMA_URL" in caught.value.hint
        assert library.documents() == []
