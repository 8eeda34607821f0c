"""Tools over MCP go through the same gate as the page: who asks, from where, how much."""

import json
import subprocess
import sys
from typing import Any

import pytest

from assistant.page.serving.routes import MCP
from tests.unit.page.test_gate import as_user, asked, gate, inside, reading, sent

CALLED = """
import json, os, sys
import httpx2
from assistant.page.serving import launch
import gradio as gr
from assistant.settings import Settings

def whose(text: str, request: gr.Request) -> str:
    return request.client.host

with gr.Blocks() as blocks:
    gr.api(whose, api_name="whose")
settings = Settings(port=0, proxy="127.0.0.1")
address = launch.launch(blocks, settings, mcp=True).rstrip("/")
call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "whose", "arguments": {"text": "x"}}}
accept = {"accept": "application/json, text/event-stream"}

def tool(**headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with httpx2.Client(trust_env=False, timeout=240) as client:
        told = client.post(address + "/gradio_api/mcp/", json=call, headers=accept | named)
    if told.status_code != 200:
        return told.status_code
    data = [line[6:] for line in told.text.splitlines() if line.startswith("data: ")]
    return json.loads(data[-1])["result"]["content"][0]["text"]

asked = [tool(), tool(x_forwarded_for="203.0.113.9"), tool(x_forwarded_for="127.0.0.5"),
         tool(x_forwarded_for="203.0.113.9", x_citewell_for="guess 127.0.0.1"),
         tool(host="evil.example"), tool(origin="http://evil.example")]
call["params"]["arguments"]["text"] = "x" * 2_100_000
print(json.dumps([*asked, tool()]), flush=True)
os._exit(0)
"""


def test_a_tool_is_called_for_whoever_calls_it_and_within_the_pages_limits() -> None:
    """Gradio sends a request of its own for each call, which comes from this machine."""
    done = subprocess.run(
        [sys.executable, "-c", CALLED], check=True, capture_output=True, text=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    assert told == ["127.0.0.1", "203.0.113.9", "unknown", "203.0.113.9", 421, 403, 413]


@pytest.mark.parametrize("route", MCP)
def test_a_tool_wants_a_log_in_where_the_page_does(route: str) -> None:
    method, _, path = route.partition(" ")
    path = path.replace("{path:path}", "")
    door, app = gate(password="secret", mcp=True), inside(good="citewell")
    assert sent(door, path, 10, app=app)[0] == 401
    assert as_user(door, path, "good", app) == 200
    assert asked(door, path, method=method, origin="http://evil.example")[0] == 403


def test_a_tool_takes_no_more_than_a_question_needs() -> None:
    door = gate(mcp=True, behind=reading)
    status, taken = sent(door, "/gradio_api/mcp/", 100_000_000)
    assert status == 413
    assert taken < 3_000_000


def test_whoever_calls_tools_from_another_machine_has_the_same_rate() -> None:
    door = gate(local=False, mcp=True)
    statuses: list[Any] = [asked(door, "/gradio_api/mcp/", "192.0.2.7")[0] for _ in range(605)]
    assert statuses == [200] * 600 + [429] * 5
