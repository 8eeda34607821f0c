"""Every route that the installed Gradio registers is let through or refused by name."""

import gc
from collections.abc import Iterator
from typing import Any

import gradio as gr
import pytest
from gradio.routes import App

from assistant.page.serving import routes
from assistant.page.serving.routes import INSIDE, MCP, OPEN, REFUSED
from tests.unit.page.test_gate import asked, gate

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # as in test_tabs.py
OURS = {"GET /health", "GET /save/{token}/{name}"}


def registered(found: Any, prefix: str = "") -> Iterator[str]:
    """``METHOD /path`` of each route, those of included routers and mounted applications too."""
    for route in found:
        if hasattr(route, "effective_candidates"):  # FastAPI's own kind for an included router
            yield from registered(route.effective_candidates())
        elif hasattr(route, "methods") and route.path is not None:
            yield from (f"{method} {prefix}{route.path}" for method in route.methods)
        else:
            yield f"* {prefix}{route.path}"


def found(mcp: bool) -> set[str]:
    def echo(text: str) -> str:
        """Say it again."""
        return text

    with gr.Blocks() as blocks:
        gr.File()
        gr.api(echo, api_name="echo")
    return set(registered(App.create_app(blocks, mcp_server=mcp).routes))


@pytest.fixture(params=[False, True], ids=["plain", "mcp"])
def installed(request: pytest.FixtureRequest) -> set[str]:
    routes = found(request.param)
    gc.collect()
    return routes


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
