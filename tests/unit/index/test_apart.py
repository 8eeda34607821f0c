"""Readers work in a process of its own: what goes wrong there is a refused file and no more."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.apart import Apart
from index.errors import CancelledError, InputError


@pytest.fixture
def child() -> Iterator[Apart]:
    apart = Apart()
    yield apart
    apart.close()


def measured(content: bytes, name: str, times: int) -> list[object]:
    return [len(content) * times, name]


def refuse(content: bytes, name: str) -> None:
    raise InputError(f"{name} is bad.", "Mend it.")


def fail(content: bytes, name: str) -> None:
    raise ZeroDivisionError("a secret of the file")


def spin(content: bytes, name: str) -> None:
    while True:
        pass


def sleep(content: bytes, name: str) -> None:
    time.sleep(600)


def crash(content: bytes, name: str) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def grow(content: bytes, name: str) -> int:
    return len(bytearray(3_000_000_000))


def nest(content: bytes, name: str) -> None:
    nest(content, name)


def chatter(content: bytes, name: str) -> str:
    print("this is no answer", flush=True)  # noqa: T201
    os.write(1, b"neither is this\n")
    return "an answer"


def test_a_call_gives_what_the_function_returns(child: Apart) -> None:
    assert child.call(measured, b"12345", "a.txt", 2) == [10, "a.txt"]
    first = child.pid
    assert child.call(measured, b"", "ü\n.txt", 2) == [0, "ü\n.txt"]
    assert child.pid == first


def test_what_libraries_print_is_no_answer(child: Apart) -> None:
    assert child.call(chatter, b"", "a") == "an answer"


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (refuse, "a.pdf is bad. Mend it."),
        (fail, r"a\.pdf cannot be read: its reader failed \(ZeroDivisionError\)"),
        (crash, r"a\.pdf cannot be read: its reader broke down"),
        (grow, r"a\.pdf cannot be read: it takes too much memory"),
        (nest, r"a\.pdf cannot be read: it is nested too deeply"),
    ],
)
def test_whatever_happens_the_file_is_refused_and_the_next_one_read(
    child: Apart, function: Callable[..., None], message: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        child.call(function, b"content", "a.pdf")
    assert caught.value.hint
    assert "secret" not in str(caught.value)
    assert child.call(measured, b"1", "b.pdf", 1) == [1, "b.pdf"]


@pytest.mark.parametrize("function", [spin, sleep])
def test_what_takes_too_long_is_ended(child: Apart, function: Callable[..., None]) -> None:
    child.call(measured, b"", "warm", 1)
    with pytest.raises(InputError, match=r"takes longer than 0\.1 s to read"):
        child.call(function, b"", "a.pdf", seconds=0.1)
    assert child.call(measured, b"1", "b.pdf", 1) == [1, "b.pdf"]


@pytest.mark.parametrize("function", [spin, sleep])
def test_a_stop_is_heard_while_a_file_is_read(child: Apart, function: Callable[..., None]) -> None:
    child.call(measured, b"", "warm", 1)
    stopped = threading.Event()
    threading.Timer(0.2, stopped.set).start()
    started = time.monotonic()
    with pytest.raises(CancelledError):
        child.call(function, b"", "a.pdf", cancelled=stopped.is_set)
    assert time.monotonic() - started < 10  # not the 20 s that reading may take
    assert child.call(measured, b"1", "b.pdf", 1) == [1, "b.pdf"]


def test_a_stop_is_heard_while_another_file_is_read(child: Apart) -> None:
    child.call(measured, b"", "warm", 1)
    first, second = threading.Event(), threading.Event()
    ends: list[str] = []

    def read(name: str, stopped: threading.Event) -> None:
        with pytest.raises(CancelledError):
            child.call(sleep, b"", name, cancelled=stopped.is_set)
        ends.append(name)

    threads = [
        threading.Thread(target=read, args=("first", first)),
        threading.Thread(target=read, args=("second", second)),
    ]
    for thread in threads:
        thread.start()
        time.sleep(0.2)
    second.set()
    threads[1].join(10)
    assert ends == ["second"]
    first.set()
    threads[0].join(10)
    assert ends == ["second", "first"]


def test_what_is_left_of_an_interrupted_call_answers_no_other(
    child: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(process: object, request: bytes) -> bytes:
        process.stdin.write(request)  # type: ignore[attr-defined]
        process.stdin.flush()  # type: ignore[attr-defined]
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("index.apart._exchanged", interrupted)
        with pytest.raises(KeyboardInterrupt):
            child.call(measured, b"first", "a", 1)
    assert child.call(measured, b"1", "b", 1) == [1, "b"]


def test_a_child_that_has_left_is_replaced(child: Apart) -> None:
    child.call(measured, b"", "a", 1)
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    time.sleep(0.2)
    assert child.call(measured, b"1", "b", 1) == [1, "b"]


def test_the_child_goes_with_its_parent(tmp_path: Path) -> None:
    work = (
        "import os, signal\nfrom index.apart import CHILD\n"
        "from tests.unit.index import test_apart\n"
        "CHILD.call(test_apart.measured, b'', 'a', 1)\nprint(CHILD.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", work], capture_output=True, text=True, check=False)
    pid = int(done.stdout)
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists():
            return
        time.sleep(0.1)
    raise AssertionError("the child is still there")


def test_a_folder_one_is_in_does_not_lend_its_modules(tmp_path: Path) -> None:
    """A folder of documents may hold a ``json.py`` or an ``index/``; neither is ever imported."""
    (tmp_path / "json.py").write_text("raise SystemExit(9)", encoding="utf-8")
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "__init__.py").write_text("raise SystemExit(9)", encoding="utf-8")
    home = Path(__file__).parents[3]
    work = (
        f"import sys\nsys.path.insert(0, {str(home)!r})\nimport os\n"
        "from index.apart import CHILD\nfrom tests.unit.index import test_apart\n"
        f"os.chdir({str(tmp_path)!r})\nprint(CHILD.call(test_apart.measured, b'123', 'a', 1))"
    )
    done = subprocess.run([sys.executable, "-c", work], capture_output=True, text=True, check=False)
    assert done.stdout == "[3, 'a']\n", done.stderr
