"""Short versions of the benchmarks, with the real models: each says what it measures."""

from pathlib import Path

from assistant.resources import seeds_folder
from benchmarks import answers, indexing, retrieval, starts


def test_indexing_is_measured_beside_the_plain_way(tmp_path: Path) -> None:
    result = indexing.measure(indexing.made(tmp_path, 3), runs=1)
    found = {figure.name: figure.value for figure in result.figures}
    assert found["indexing throughput beside the plain way"] > 0.5
    assert found["indexing again, unchanged, beside the first time"] < 0.2


def test_retrieval_is_measured_at_each_size(tmp_path: Path) -> None:
    result = retrieval.measure((50, 100), tmp_path, runs=1, count=3)
    assert set(result.details) == {"50", "100"}
    memory = [figure for figure in result.figures if figure.at_most == 1.5]
    assert [figure.reached for figure in memory] == [True]


def test_starts_are_measured(tmp_path: Path, weights: Path) -> None:
    result = starts.measure(tmp_path, runs=1)
    assert [figure.unit for figure in result.figures] == ["s", "s", "s"]
    assert all(0 < figure.value < 120 for figure in result.figures)


def test_our_own_time_of_an_answer_is_measured(weights: Path) -> None:
    (own,) = answers.own_seconds(["Which ammunition was delivered to Moscow?"], seeds_folder())
    assert 0 < own < 10
