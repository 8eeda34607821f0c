"""The benchmarks' own parts, and a short version of those that need no weights."""

import itertools
from pathlib import Path

import pytest

from benchmarks import reading, texts
from benchmarks.answers import covered
from benchmarks.figures import Figure, Result, figure, kept, table
from benchmarks.indexing import made
from benchmarks.plot import scale_plot
from benchmarks.retrieval import MixingEmbedder, asked, grow
from index import Library
from tests.fakes import HashEmbedder


def test_a_made_document_depends_on_its_number_and_seed_alone() -> None:
    assert texts.document(5) == texts.document(5)
    assert texts.document(5) != texts.document(6)
    assert texts.document(5, seed=1) != texts.document(5, seed=2)


def test_made_documents_have_the_lengths_of_news(tmp_path: Path) -> None:
    folder = made(tmp_path, 40)
    words = [len(path.read_text(encoding="utf-8").split()) for path in folder.iterdir()]
    assert 200 < sum(words) / len(words) < 1_500


def test_a_library_grows_to_the_size_that_is_measured(tmp_path: Path) -> None:
    embedder = MixingEmbedder(HashEmbedder())
    with Library.open(tmp_path / "library", embedder=embedder) as library:
        grown = grow(library, embedder, 100, tmp_path / "files")
        assert library.check() == []
        assert grow(library, embedder, 100, tmp_path / "files")["written_a_second"] == 0
    assert grown["passages"] >= 100
    found = asked(tmp_path / "library", embedder, 5, seed=1)
    assert all(len(found[name]) == 5 for name in found if name.endswith("documents_s"))
    assert found["disk_mb"] > 0.1
    plot = scale_plot({str(size): {"runs": [found]} for size in (100, 200)})
    assert plot.lstrip().startswith("<?xml")


@pytest.mark.parametrize(
    ("spans", "seconds"),
    [([], 0), ([(0, 2), (5, 6)], 3), ([(0, 4), (1, 2), (3, 5)], 5), ([(1, 2), (1, 2)], 1)],
)
def test_times_that_run_side_by_side_count_once(
    spans: list[tuple[float, float]], seconds: float
) -> None:
    for order in itertools.permutations(spans):
        assert covered(order) == seconds


def test_reading_is_measured_beside_embedding(tmp_path: Path) -> None:
    folder = reading.printed(tmp_path, reading.A_FILE + 1)
    assert len(list(folder.iterdir())) == 2
    result = reading.measure(folder, HashEmbedder(), runs=2)
    rate, share = result.figures
    assert (rate.n, rate.unit) == (2, "/s")
    assert rate.value > 0
    assert (share.unit, share.at_most) == ("x", 0.5)
    assert result.details["pages"] == reading.A_FILE + 1
    assert result.details["characters"] > 500 * result.details["pages"]


def test_what_was_measured_is_not_measured_again(tmp_path: Path) -> None:
    asked: list[int] = []

    def measure() -> Result:
        asked.append(1)
        return Result(figures=[figure("speed", "x", [3.0, 1.0, 2.0], at_least=2.0)])

    first = kept(tmp_path, "speed", measure)
    assert kept(tmp_path, "speed", measure) == first
    assert len(asked) == 1
    assert kept(tmp_path, "speed", measure, fresh=True) == first
    assert len(asked) == 2
    assert "| speed | 2 x | 3 (1 to 3) | ≥ 2 x | reached |" in table(first.figures)


@pytest.mark.parametrize(
    ("bound", "reached"),
    [({"at_most": 1.0}, False), ({"at_most": 2.0}, True), ({"at_least": 3.0}, False), ({}, None)],
)
def test_a_target_is_reached_or_not(bound: dict[str, float], reached: bool | None) -> None:
    found: Figure = figure("speed", "x", [2.0], **bound)
    assert found.reached is reached
