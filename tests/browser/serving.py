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
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
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
    began = time.monotonic()
    with (
        (folder / "page.log").open("w", encoding="utf-8") as log,
        subprocess.Popen(
            [sys.executable, "app.py", "--port", "0"],
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
            _end(process)


def _end(process: "subprocess.Popen[str]") -> None:
    """End the page as Ctrl-C does; by force, and with an error, where that does not help."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


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
