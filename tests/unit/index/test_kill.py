"""A process that adds and replaces documents is killed at random moments; nothing is ever half."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index import Library
from tests.fakes import HashEmbedder

WORK = """
import sys
from pathlib import Path
from index import Library
from tests.fakes import HashEmbedder
folder, files, turn = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
with Library.open(folder, embedder=HashEmbedder()) as library:
    library.warm()
    print("ready", flush=True)
    while True:
        for path in sorted(files.iterdir()):
            turn += 1
            changed = folder.parent / "changed.txt"
            text = path.read_text(encoding="utf-8")
            changed.write_text(f"{text} Change {turn}.", encoding="utf-8")
            changed.replace(path)  # whole at any moment: it is the library that is tried here
            for result in library.add(path):
                print(result.status, flush=True)
            if turn % 5 == 0:
                library.remove(result.document_id)
"""


def is_whole(library: Library) -> None:
    """Every document is whole, and no vector is left of any other."""
    assert library.check() == []
    for info in library.documents():
        document = library.document(info.id)
        assert info.passages == len(library.passages(info.id)) > 0
        assert all(document.quote(span).strip() for span in library.sentences(info.id))
        found = library.search(document.text[:200], documents=[info.id])
        assert found[0].passage.span.document_id == info.id


@pytest.mark.parametrize("seed", range(6))
def test_a_kill_at_any_moment_leaves_whole_documents(tmp_path: Path, seed: int) -> None:
    moments = random.Random(seed)
    files = tmp_path / "files"
    files.mkdir()
    for number in range(4):
        text = "\n\n".join(f"Paragraph {n} of file {number}. It goes on. " * 20 for n in range(9))
        (files / f"{number}.txt").write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", WORK, str(tmp_path / "library"), str(files), str(seed * 1000)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(moments.uniform(0.0, 0.6))
        process.kill()
        process.communicate()
    assert process.returncode == -9
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        is_whole(library)
        statuses = [result.status for result in library.add(files)]
        assert set(statuses) <= {"added", "replaced", "unchanged"}
        assert len(library.documents()) == 4
        is_whole(library)
