"""Documents made ready elsewhere: the same library as one process makes."""

import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from index import Library, cluster, loading
from index.embedding import Vectors
from index.errors import CancelledError, InputError
from index.loading import Parted, Raw
from tests.fakes import HashEmbedder


class Threads:
    """Workers that are threads; they keep what they were given."""

    width = 2

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(self.width)
        self.embedder = HashEmbedder()
        self.parted: list[str] = []

    def part(self, raw: Raw) -> "Future[Parted]":
        self.parted.append(loading.name_of(raw.source))
        return self.pool.submit(loading.part, raw)

    def encode(self, texts: Sequence[str]) -> "Future[Vectors]":
        return self.pool.submit(self.embedder.encode, texts)


def written(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def test_what_workers_made_is_taken_in_in_order(library: Library, tmp_path: Path) -> None:
    folder = written(tmp_path / "a", a="The river rose. " * 900, b="Ships left.", c="Ships left.")
    (folder / "d.pdf").write_bytes(b"no PDF")
    workers = Threads()
    results = list(library.add(folder, workers=workers))
    assert [each.status for each in results] == ["added", "added", "duplicate", "failed"]
    assert library.check() == []
    assert workers.embedder.calls
    own = library._vectors._embedder
    assert isinstance(own, HashEmbedder)
    assert own.calls == [], "nothing is embedded where workers do it"
    statuses = [each.status for each in library.add(folder, workers=workers)]
    assert statuses == ["unchanged"] * 3 + ["failed"]


def test_of_a_changed_document_only_new_passages_are_embedded(
    library: Library, tmp_path: Path, seed_path: Path
) -> None:
    text = seed_path.read_text(encoding="utf-8")
    folder = written(tmp_path / "a", a=text)
    list(library.add(folder, workers=Threads()))
    written(folder, a=f"{text}\n\nA last paragraph says that the river rose.")
    workers = Threads()
    (result,) = library.add(folder, workers=workers)
    assert result.status == "replaced"
    assert 0 < len(workers.embedder.calls) < result.passages
    assert library.check() == []


def test_a_stop_is_heard_while_workers_work(library: Library, tmp_path: Path) -> None:
    class Deaf(Threads):
        def part(self, raw: Raw) -> "Future[Parted]":
            return Future()

    folder = written(tmp_path / "a", a="The river rose.")
    with pytest.raises(CancelledError):
        list(library.add(folder, workers=Deaf(), cancelled=lambda: True))


def test_without_ray_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with (
        pytest.raises(InputError, match="pip install 'citewell\\[ray\\]'"),
        cluster.opened(cluster.LOCAL, HashEmbedder, "hash"),
    ):
        pass


def test_a_cluster_that_does_not_answer_is_one_clear_line() -> None:
    with (
        pytest.raises(InputError, match=r"No Ray cluster answers at 127\.0\.0\.1:1 "),
        cluster.opened("127.0.0.1:1", HashEmbedder, "hash"),
    ):
        pass


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("auto", True),
        ("head:6379", True),
        ("ray://head:10001", True),
        ("[::1]:6379", True),
        ("papers", False),
        ("papers/", False),
        ("https://example.org/a", False),
        ("C:/papers", False),
        ("a:b", False),
    ],
)
def test_what_names_a_cluster(text: str, named: bool) -> None:
    assert cluster.is_address(text) is named
