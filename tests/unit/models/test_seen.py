"""Weights that are opened are the released ones, and are hashed only where they may not be."""

import hashlib
import os
from pathlib import Path

import pytest

from assistant.errors import WeightsError
from assistant.models import CATALOGUE, opened_weights
from assistant.models.weights import fetching, seen
from assistant.models.weights.catalogue import Entry, File
from assistant.models.weights.seen import first_wrong

WEIGHTS = bytes(range(256)) * 1_000
SHA256 = hashlib.sha256(WEIGHTS).hexdigest()


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(WEIGHTS)
    return path


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were hashed."""
    hashed: list[Path] = []
    whole = seen.hashed

    def noting(path: Path) -> str:
        hashed.append(path)
        return whole(path)

    monkeypatch.setattr(seen, "hashed", noting)
    return hashed


def test_a_file_is_hashed_once_and_again_where_it_may_have_changed(
    weights: Path, read: list[Path], tmp_path: Path
) -> None:
    notes = tmp_path / "state" / "weights.json"
    for _ in range(3):
        assert first_wrong({weights: SHA256}, notes) is None
    assert read == [weights]
    assert (notes.stat().st_mode & 0o777, notes.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    fresh = tmp_path / "fresh"
    fresh.write_bytes(WEIGHTS)
    fresh.replace(weights)
    assert first_wrong({weights: SHA256}, notes) is None
    assert read == [weights, weights]


@pytest.mark.parametrize("way", ["written into", "replaced"])
def test_bytes_of_another_are_found_though_size_and_time_are_the_same(
    weights: Path, tmp_path: Path, way: str
) -> None:
    notes = tmp_path / "weights.json"
    assert first_wrong({weights: SHA256}, notes) is None
    known, changed = weights.stat(), WEIGHTS[:-1] + b"x"
    if way == "replaced":
        other = tmp_path / "other"
        other.write_bytes(changed)
        other.replace(weights)
    else:
        weights.write_bytes(changed)
    os.utime(weights, ns=(known.st_atime_ns, known.st_mtime_ns))
    assert weights.stat().st_mtime_ns == known.st_mtime_ns
    for _ in range(2):  # what is wrong is not noted
        assert first_wrong({weights: SHA256}, notes) == weights


@pytest.mark.parametrize("noted", ["", "{", "[1]", '{"x": 1}', "\x00"])
def test_notes_that_are_none_are_made_anew(
    weights: Path, read: list[Path], tmp_path: Path, noted: str
) -> None:
    notes = tmp_path / "weights.json"
    notes.write_text(noted, encoding="utf-8")
    for _ in range(2):
        assert first_wrong({weights: SHA256}, notes) is None
    assert read == [weights]


def test_notes_that_cannot_be_kept_cost_a_hash_each_time(
    weights: Path, read: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    for _ in range(2):
        assert first_wrong({weights: SHA256}, tmp_path / "file" / "weights.json") is None
    assert len(read) == 2


def test_a_model_whose_weights_were_changed_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = Entry(
        name="tiny",
        kind="chat",
        summary="",
        licence="Apache-2.0",
        repository="owner/repo",
        revision="abc",
        files=(File(name="tiny.gguf", size=len(WEIGHTS), sha256=SHA256),),
        wheels=(),
        packing="parts",
    )
    monkeypatch.setitem(CATALOGUE, "tiny", entry)
    notes = tmp_path / "weights.json"
    monkeypatch.setattr(fetching, "first_wrong", lambda files: first_wrong(files, notes))
    path = entry.path(tmp_path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(WEIGHTS)
    assert opened_weights("tiny", tmp_path) == path
    path.write_bytes(WEIGHTS[:-1] + b"x")
    with pytest.raises(WeightsError, match="not the released file any more"):
        opened_weights("tiny", tmp_path)
