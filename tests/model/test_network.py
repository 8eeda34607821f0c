"""No socket leaves the machine while documents are indexed, asked and summarized.

Every Python process that takes part notes each address it resolves, connects or sends to: a
``sitecustomize`` module brings the audit hook into the children too.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOOK = """
import json, os, sys
def hook(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        place = arguments[1] if event in ("socket.connect", "socket.sendto") else arguments[0]
        host = place[0] if isinstance(place, tuple) else place
        with open(os.environ["NOTED"], "a") as file:
            file.write(json.dumps([event, str(host)]) + "\\n")
sys.addaudithook(hook)
"""
OURS = {"127.0.0.1", "::1", "localhost", "None", ""}


def strangers(noted: Path) -> list[str]:
    """The hosts noted that are not this machine; a path is a socket of this machine's."""
    lines = noted.read_text(encoding="utf-8").splitlines()
    hosts = {host for _, host in map(json.loads, lines)}
    return sorted(host for host in hosts - OURS if not host.startswith(("/", "b'")))


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
    nowhere = "http://127.0.0.1:9"
    return os.environ | {
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "hook"), str(ROOT)]),
        "NOTED": str(tmp_path / "noted"),
        "HTTP_PROXY": nowhere,
        "HTTPS_PROXY": nowhere,
        "ALL_PROXY": nowhere,
        # What would send traces away, were it heeded.
        "LANGSMITH_TRACING": "true",
        "LANGSMITH_API_KEY": "none",
        "ANONYMIZED_TELEMETRY": "True",
    }


@pytest.fixture
def standin() -> Iterator[str]:
    """The address of a stand-in model server."""
    command = [sys.executable, ROOT / "tests" / "standin.py"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


def test_nothing_leaves_the_machine(
    environment: dict[str, str], standin: str, seed_path: Path, tmp_path: Path
) -> None:
    environment["CITEWELL_MODEL"] = f"openai:standin@{standin}"
    commands = [
        ["index", seed_path],
        ["search", "sanctions"],
        ["ask", "How many soldiers are deployed?", "--json"],
        ["summarize", seed_path.name, "--length", "brief", "--json"],
        ["doctor"],
    ]
    for command in commands:
        done = subprocess.run(
            [sys.executable, "-m", "assistant", *command],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    noted = tmp_path / "noted"
    assert "127.0.0.1" in noted.read_text(encoding="utf-8"), "the model server was asked"
    assert strangers(noted) == []


def test_the_hook_notes_what_leaves(environment: dict[str, str], tmp_path: Path) -> None:
    """Else the test above would prove nothing; the address is one that leads nowhere."""
    work = "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
    work += "s.connect(('192.0.2.1', 9))"
    subprocess.run([sys.executable, "-c", work], env=environment, check=False, capture_output=True)
    assert strangers(tmp_path / "noted") == ["192.0.2.1"]
