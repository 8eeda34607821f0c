"""Indexing on a local Ray cluster of two workers, with a real Chroma server."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.runtime import open_library
from assistant.settings import Settings
from tests.chroma import chroma

FILES = 12
PAST = 1_000_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, seed_path: Path) -> Path:
    """Documents of several formats, two of the same text, and one that cannot be read."""
    place = tmp_path_factory.mktemp("documents")
    paragraphs = [line for line in seed_path.read_text(encoding="utf-8").split("\n") if line]
    for number in range(FILES):
        lines = [f"{number}.{turn}: {each}" for turn in range(4) for each in paragraphs]
        text = "\n\n".join([f"# Report {number}", *lines])
        (place / f"{number:02}.md").write_text(text, encoding="utf-8")
    shutil.copy(place / "03.md", place / "same.md")
    (place / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing else")
    for each in place.iterdir():
        os.utime(each, (PAST, PAST))
    return place


def started(library: Path, url: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "assistant", "index", *arguments],
        env=os.environ | {"CITEWELL_LIBRARY": str(library), "CITEWELL_CHROMA_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_a_cluster_goes_on_after_a_kill_and_makes_what_one_process_makes(
    folder: Path, tmp_path: Path
) -> None:
    on_cluster, alone = tmp_path / "cluster", tmp_path / "alone"
    with chroma(tmp_path / "server") as url:
        with started(on_cluster, url, str(folder), "--ray") as killed:
            assert killed.stdout
            done = [killed.stdout.readline() for _ in range(3)]
            killed.send_signal(signal.SIGKILL)
        assert all(line.startswith("added") for line in done)
        with started(on_cluster, url, "--ray", str(folder)) as again:
            said, complaints = again.communicate(timeout=600)
        assert again.returncode == 1, complaints
        assert "broken.pdf" in complaints
        lines = said.splitlines()
        assert len(lines) == FILES + 1
        assert all(line.startswith("unchanged") for line in lines[:3])
        assert lines[-1].startswith(("duplicate", "unchanged"))

        settings = {"chroma_url": url}
        with open_library(Settings(library=alone, **settings), "tests") as single:
            list(single.add(folder))
            ours = [(info.id, info.name, info.passages) for info in single.documents()]
            passages = {info.id: single.passages(info.id) for info in single.documents()}
            keys = [kept.key for kept in single._record.kept(single._record.passage_ids()).values()]
            vectors = single._record.vectors.of(single._embedder.name, keys)
        with open_library(Settings(library=on_cluster, **settings), "tests") as clustered:
            assert clustered.check() == []
            assert ours == [(info.id, info.name, info.passages) for info in clustered.documents()]
            for document_id, expected in passages.items():
                assert clustered.passages(document_id) == expected
            made = clustered._record.vectors.of(clustered._embedder.name, keys)
            assert made.keys() == vectors.keys()
            assert min(float(np.dot(made[key], vectors[key])) for key in keys) > 0.999


def test_ctrl_c_leaves_the_library_whole(folder: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    with chroma(tmp_path / "server") as url:
        with started(library, url, str(folder), "--ray") as stopped:
            assert stopped.stdout
            assert stopped.stdout.readline().startswith("added")
            stopped.send_signal(signal.SIGINT)
            _, complaints = stopped.communicate(timeout=300)
        assert stopped.returncode == 130, complaints
        assert "Traceback" not in complaints
        with open_library(Settings(library=library, chroma_url=url), "tests") as opened:
            assert opened.documents()
            assert opened.check() == []
