"""Starting and ending the page, with the real parts."""

import json
import os
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from tests.browser.serving import served

SECOND_START_S = 10
STARTS = 4
"""Tries at it: a start takes about five seconds, unless the machine is busy with other things."""
straight = build_opener(ProxyHandler({}))
"""Opens addresses of this machine without a proxy."""


def test_a_second_start_is_quick_and_keeps_the_library(tmp_path: Path) -> None:
    with served(tmp_path) as first, straight.open(first.address) as page:
        assert b"Citewell" in page.read()
    assert first.process.returncode == 0
    assert not (tmp_path / "library" / "holder.json").exists()
    assert any(_start_s(tmp_path) < SECOND_START_S for _ in range(STARTS))


def _start_s(folder: Path) -> float:
    with served(folder) as page:
        return page.started_in_s


def test_the_page_ends_with_its_model(tmp_path: Path) -> None:
    with served(tmp_path) as page:
        pids = page.model_pids()
    assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_it_serves_its_tools_over_mcp_when_asked_to(tmp_path: Path) -> None:
    with (
        served(tmp_path, mcp="1") as page,
        straight.open(f"{page.address}gradio_api/mcp/schema") as reply,
    ):
        tools = {tool["name"] for tool in json.load(reply)}
    for name in ("ask", "search", "documents", "add", "remove", "summarize"):
        assert any(tool.endswith(name) for tool in tools), f"{name} is none of {tools}"
