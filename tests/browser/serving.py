"""The real page in a process of its own: its own library, the real models, a free port."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
STARTS_IN_S = 120
"""Generous: the first start indexes the example, and the machine may be busy."""


@dataclass(frozen=True)
class Served:
    """A running page."""

    address: str
    process: subprocess.Popen[str]
    library: Path
    started_in_s: float

    def model_pids(self) -> list[int]:
        """The processes of the model, which are the page's children."""
        listed = subprocess.run(
            ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        return [int(line.split()[0]) for line in listed.stdout.splitlines() if "serve" in line]

    def kill_model(self) -> None:
        for pid in self.model_pids():
            os.kill(pid, signal.SIGKILL)


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[Served]:
    """The page over the library ``folder``; ``settings`` are ``CITEWELL_`` variables."""
    environment = {
        **os.environ,
        "CITEWELL_LIBRARY": str(folder / "library"),
        "CITEWELL_LOG_DIR": str(folder / "log"),
        "GRADIO_TEMP_DIR": str(folder / "uploads"),
        **{f"CITEWELL_{name.upper()}": value for name, value in settings.items()},
    }
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell lets what runs in the background ignore it, and what that starts inherits this.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    began = time.monotonic()
    with (
        (folder / "page.log").open("w", encoding="utf-8") as log,
        subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "app.py", "--port", "0"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            address = _address(process)
            yield Served(address, process, folder / "library", time.monotonic() - began)
        finally:
            _end(process, folder / "page.log")


def _end(process: "subprocess.Popen[str]", log: Path) -> None:
    """End the page as Ctrl-C does; by force, with its stacks, where that does not help."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        process.wait(30)
        raise AssertionError(f"it does not end:\n{log.read_text(encoding='utf-8')}") from None


def _address(process: "subprocess.Popen[str]") -> str:
    """The address that the page prints when it is open."""
    assert process.stdout
    deadline = time.monotonic() + STARTS_IN_S
    for line in process.stdout:
        found = re.search(r"Citewell is open at (http://\S+)", line)
        if found:
            return found.group(1)
        assert time.monotonic() < deadline, "the page did not open"
    raise AssertionError(f"the page ended with {process.wait()}")
