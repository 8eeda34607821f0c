"""Every route that the installed Gradio registers is let through or refused by name."""

import subprocess
import sys

import pytest

from assistant.page.serving import routes
from assistant.page.serving.routes import INSIDE, MCP, OPEN, REFUSED
from tests.unit.page.test_gate import asked, gate

OURS = {"GET /health", "GET /metrics", "GET /save/{token}/{name}"}


@pytest.fixture(scope="module", params=["plain", "mcp"])
def installed(request: pytest.FixtureRequest) -> set[str]:
    """``METHOD /path`` of every route, with or without the tools over MCP."""
    command = [sys.executable, "-m", "tests.unit.page.registered", request.param]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return set(listed.splitlines())


def test_a_route_of_gradio_that_nobody_has_thought_of_is_found(installed: set[str]) -> None:
    assert len(installed) > 60
    mounted = {each for each in installed if each.startswith("* ")}
    assert mounted <= {"* /gradio_api/mcp"}
    known = {*OPEN, *INSIDE, *REFUSED}
    assert installed - mounted <= known, "let it through in routes.py, or refuse it there by name"


def test_what_is_let_through_is_there(installed: set[str]) -> None:
    assert {*OPEN, *INSIDE} - OURS <= installed


@pytest.mark.parametrize("route", REFUSED)
def test_what_is_refused_never_reaches_gradio(route: str) -> None:
    method, _, path = route.partition(" ")
    for name in ("path_or_url:path", "url_path:path", "path:path"):
        path = path.replace(f"{{{name}}}", "http://127.0.0.1:9/secret")
    path = path.replace("{", "").replace("}", "")
    assert asked(gate(), path, method=method)[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api//file=/etc/passwd",
        "/file=/etc/passwd",
        "/gradio_api/queue/../file=/etc/passwd",
        "/GRADIO_API/queue/join",
        "/docs",
        "/logout/",
        "/login/callback",
        "/gradio_api/mcp/sse",
        "/no/such/place",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS", "TRACE"])
def test_nor_does_anything_else(method: str, path: str) -> None:
    assert asked(gate(), path, method=method)[0] == 404


def test_the_tools_over_mcp_are_there_where_they_are_asked_for() -> None:
    assert asked(gate(mcp=True), "/gradio_api/mcp/sse")[0] == 200
    assert not any(routes.is_let_through("POST", each.split(" ")[1], mcp=False) for each in MCP)
