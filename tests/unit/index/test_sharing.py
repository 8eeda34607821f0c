"""Two processes on one library folder, whose vectors a Chroma server has."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index import Library
from index.errors import LibraryBusyError
from tests.chroma import chroma
from tests.fakes import HashEmbedder

ROOT = Path(__file__).parents[3]


class Sharer:
    """Another process on the same library."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.heard()

    def told(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def heard(self) -> list[str]:
        assert self.process.stdout
        found: list[str] = json.loads(self.process.stdout.readline())
        return found

    def asked(self, line: str) -> list[str]:
        self.told(line)
        return self.heard()


@contextmanager
def sharer(library: Path, url: str) -> Iterator[Sharer]:
    command = [sys.executable, "-m", "tests.unit.index.sharer", str(library), url]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Sharer(process)
        process.kill()


def written(folder: Path, count: int, word: str) -> Path:
    folder.mkdir()
    for number in range(count):
        text = f"The {word} bridge {number} was closed in May, officials said.\n"
        (folder / f"{word}-{number}.txt").write_text(text, encoding="utf-8")
    return folder


def test_what_one_process_indexes_another_finds_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    file = tmp_path / "bridge.txt"
    file.write_text("The Hartmoor bridge was closed in May.", encoding="utf-8")
    with chroma(tmp_path / "server") as url, sharer(folder, url) as other:
        assert other.asked("search Hartmoor") == []
        with Library.open(folder, embedder=HashEmbedder(), chroma_url=url) as mine:
            before = mine.revision
            assert [result.status for result in mine.add(file)] == ["added"]
            assert other.asked("search Hartmoor") == ["bridge.txt"]
            assert other.asked(f"add {file}") == ["unchanged"]
            assert mine.revision > before
            mine.remove(mine.documents()[0].id)
            assert other.asked("search Hartmoor") == []
            assert other.asked("check") == []


def test_two_processes_add_at_the_same_time_and_one_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    ours, theirs = written(tmp_path / "a", 30, "Hartmoor"), written(tmp_path / "b", 30, "Elbdorf")
    with chroma(tmp_path / "server") as url:
        with (
            sharer(folder, url) as other,
            sharer(folder, url) as killed,
            Library.open(folder, embedder=HashEmbedder(), chroma_url=url) as mine,
        ):
            other.told(f"add {theirs}")
            killed.told(f"add {theirs}")
            adding = mine.add(ours)
            next(adding)
            killed.process.kill()
            assert {result.status for result in adding} == {"added"}
            assert set(other.heard()) <= {"added", "unchanged"}
            assert len(mine.documents()) == 60
        with Library.open(folder, embedder=HashEmbedder(), chroma_url=url) as mine:
            assert len(mine.documents()) == 60
            assert mine.search("Elbdorf bridge 7")
            assert mine.check() == []


def test_a_library_is_owned_or_shared_but_not_both(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with chroma(tmp_path / "server") as url:
        with sharer(folder, url) as other:
            with pytest.raises(LibraryBusyError, match=f"shared by process {other.process.pid}"):
                Library.open(folder, embedder=HashEmbedder())
            assert other.asked("search Hartmoor") == []
        with (
            Library.open(folder, embedder=HashEmbedder(), owner="page"),
            pytest.raises(LibraryBusyError, match="in use by page"),
        ):
            Library.open(folder, embedder=HashEmbedder(), chroma_url=url)
        Library.open(folder, embedder=HashEmbedder(), chroma_url=url).close()
