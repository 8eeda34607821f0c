"""Where the page listens, and who may come in."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.page.serving import launch
from assistant.settings import Settings


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])
def test_others_are_let_in_only_with_a_password(host: str) -> None:
    with pytest.raises(SettingsError, match="CITEWELL_PASSWORD"):
        launch.guarded(Settings(host=host))
    door = launch.guarded(Settings(host=host, password="secret"))
    assert door.admits("citewell", "secret")
    assert not door.admits("citewell", "Secret")
    assert not door.admits("ann", "secret")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.1.2.3"])
def test_this_machine_needs_none(host: str) -> None:
    assert launch.guarded(Settings(host=host)).auth() is None


def test_the_next_free_port_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < launch.free_port("127.0.0.1", port) <= port + launch.PORTS_TRIED


def test_an_address_that_is_not_ours_is_said_to_be() -> None:
    with pytest.raises(SettingsError, match="CITEWELL_HOST"):
        launch.free_port("192.0.2.1", 7860)


def test_the_page_brings_its_own_look() -> None:
    look = launch.look()
    assert "@import" not in look["head"]
    assert "http" not in look["head"]


CALLED = """
import os, sys
from pathlib import Path
import httpx2
from assistant.page.serving import launch
import gradio as gr
from assistant.settings import Settings
from tests.soak.load import call
def echo(text: str) -> str:
    return text
launch.SESSIONS = 3
with gr.Blocks() as blocks:
    gr.api(echo, api_name="echo")
address = launch.launch(blocks, Settings(library=Path(sys.argv[1]), port=0)).rstrip("/")
with httpx2.Client(trust_env=False, timeout=60) as client:
    told = [call(client, address, "echo", str(number)) for number in range(8)]
print(*told, len(blocks.app.state_holder.session_data) <= 3, flush=True)
os._exit(0)
"""


def test_the_state_of_few_calls_is_kept(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CALLED, str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout == "0 1 2 3 4 5 6 7 True\n"
