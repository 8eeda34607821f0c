"""A real PostgreSQL server of a test's own, run as an ordinary user."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.chroma import free_port

NOBODY: dict[str, Any] = (
    {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
)
"""PostgreSQL refuses to be root's."""


def programs() -> Path:
    """The folder of PostgreSQL's programs: where Debian puts them, or on the PATH."""
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: int(each.parts[-2]))
    found = shutil.which("initdb")
    if not known and found:
        known = [Path(found).resolve().parent]
    assert known, "Install PostgreSQL (Debian: apt-get install postgresql)."
    return known[-1]


class Server:
    """The server over a folder; it can be stopped hard and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql://citewell:a-secret@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        command = [str(programs() / "postgres"), "-D", str(self._folder), "-p", str(self._port)]
        for setting in (
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
            "full_page_writes=off",
        ):
            command += ["-c", setting]
        self._process = subprocess.Popen(
            command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **NOBODY
        )
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self._process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """At once: every connection is cut."""
        if self._process is not None:
            self._process.send_signal(3)  # SIGQUIT, PostgreSQL's immediate shutdown
            self._process.wait()
            self._process = None


@contextmanager
def postgres() -> Iterator[Server]:
    """A server with a database of its own, for as long as it is needed."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        folder, secret = Path(place) / "data", Path(place) / "secret"
        folder.mkdir(mode=0o700)
        secret.write_text("a-secret", encoding="utf-8")
        if NOBODY:
            shutil.chown(folder, NOBODY["user"], NOBODY["group"])
        command = [str(programs() / "initdb"), "-D", str(folder), "--username", "citewell"]
        command += ["--encoding", "UTF8", "--no-locale", "--no-sync", "--auth", "scram-sha-256"]
        command += ["--pwfile", str(secret)]
        subprocess.run(command, cwd="/", check=True, capture_output=True, **NOBODY)
        server = Server(folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()
