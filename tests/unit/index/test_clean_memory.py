"""Chroma's files hold nothing that memory held before, whosever text that was."""

import subprocess
import sys
from pathlib import Path

SECRET = "SEALEDLETTER"
_CHILD = """
import ctypes, sys, threading
from contextlib import nullcontext
from pathlib import Path

import numpy as np

import index.store
from index.data import Passage, Span

folder, as_it_is, secret = Path(sys.argv[1]), sys.argv[2] == "True", sys.argv[3].encode()
if not as_it_is:
    index.store.clean_memory = nullcontext
ONE_HEAP = -8  # M_ARENA_MAX: what one thread gave back is handed to any other
ctypes.CDLL(None).mallopt(ONE_HEAP, 1)


def give_back():
    large = bytearray(secret * 400_000)
    del large  # blocks of up to this size come from the heap from now on
    return [bytearray(secret * 20_000) for _ in range(90)][::2]


def add(number):
    kept.append(give_back())
    store = index.store.VectorStore(folder / str(number), library_id="one", embedder="it")
    span = Span(document_id="d", start=0, end=4)
    passage = Passage(id="d:0-4", span=span, text="Some", heading="")
    store.put([(passage, np.ones(384, np.float32))])
    store.nearest(np.ones(384, np.float32), 1, None)
    store.close()


kept = [give_back()]
for number in range(20):
    each = threading.Thread(target=add, args=(number,))
    each.start()
    each.join()
"""


def _found(folder: Path, *, as_it_is: bool) -> int:
    """How often the freed text stands in what Chroma wrote."""
    command = [sys.executable, "-c", _CHILD, str(folder), str(as_it_is), SECRET]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[3], timeout=120)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return sum(path.read_bytes().count(SECRET.encode()) for path in files)


def test_what_memory_held_before_is_not_written(tmp_path: Path) -> None:
    assert _found(tmp_path / "without", as_it_is=False) > 0  # or this test would show nothing
    assert _found(tmp_path / "with", as_it_is=True) == 0
