"""Which requests reach Gradio at all: those that the page needs, by method and path.

Gradio registers some eighty routes, and more with each version: among them one that fetches web
addresses for whoever asks. The gate lets through what is listed here and nothing else. What is
installed and not needed is listed too, so that a test finds what a new version adds.
"""

import re
from functools import cache

from starlette.routing import compile_path

METRICS = "/metrics"
OPEN = (
    "GET /",
    "HEAD /",
    "GET /health",
    f"GET {METRICS}",
    "POST /login",
    "POST /login/",
    "GET /svelte/{path:path}",
    "GET /static/{path:path}",
    "GET /assets/{path:path}",
    "GET /favicon.ico",
    "GET /theme.css",
    "GET /gradio_api/theme.css",
    "GET /manifest.json",
    "GET /robots.txt",
    "GET /gradio_api/startup-events",  # by which Gradio itself learns that it has started
)
"""The log-in page with its files, the page's health, and its counts where they are served: nobody
has to be logged in."""
INSIDE = (
    "GET /logout",
    "GET /save/{token}/{name}",
    "GET /config",
    "GET /config/",
    "GET /gradio_api/info",
    "GET /gradio_api/info/",
    "GET /gradio_api/login_check",
    "GET /gradio_api/login_check/",
    "GET /gradio_api/app_id",
    "GET /gradio_api/app_id/",
    "GET /gradio_api/heartbeat/{session_hash}",
    "POST /gradio_api/queue/join",
    "GET /gradio_api/queue/data",
    "POST /gradio_api/run/{api_name}",  # what goes past the queue, such as Stop and the source
    "POST /gradio_api/cancel",
    "POST /gradio_api/reset",
    "POST /gradio_api/reset/",
    "POST /gradio_api/upload",
    "GET /gradio_api/upload_progress",
    "POST /gradio_api/call/{api_name}",
    "POST /gradio_api/call/{api_name}/",
    "GET /gradio_api/call/{api_name}/{event_id}",
)
"""What the page and the HTTP API are made of."""
TOOLS = "/gradio_api/mcp"
MCP = tuple(
    f"{method} {TOOLS}{rest}"
    for method in ("GET", "POST", "DELETE")
    for rest in ("", "/{path:path}")
)
"""The tools over MCP, where they are asked for."""
REFUSED = (
    "GET /openapi.json",
    "HEAD /openapi.json",
    "GET /gradio_api/openapi.json",
    "GET /pwa_icon",
    "GET /pwa_icon/{size}",
    "GET /monitoring",
    "GET /monitoring/summary",
    "GET /monitoring/{key}",
    "GET /gradio_api/deep_link",
    "GET /gradio_api/user",
    "GET /gradio_api/user/",
    "GET /gradio_api/token",  # the log-in cookie, which scripts are not to read
    "GET /gradio_api/token/",
    "GET /gradio_api/dev/reload",
    "GET /gradio_api/runs",
    "GET /gradio_api/runs/",
    "POST /gradio_api/run-history/connect",  # saves to the model hub
    "GET /gradio_api/run-history/buckets",
    "GET /gradio_api/run-history/records",
    "GET /gradio_api/run-history/records/{endpoint}/{record_id}/assets/{asset_id}",
    "GET /gradio_api/custom_component/{id}/{environment}/{type}/{file_name}",
    "GET /gradio_api/proxy={url_path:path}",  # fetches for others
    "HEAD /gradio_api/proxy={url_path:path}",
    "GET /gradio_api/file={path_or_url:path}",  # fetches for others, and knows no sessions
    "HEAD /gradio_api/file={path_or_url:path}",
    "GET /gradio_api/file/{path:path}",
    "POST /gradio_api/stream/{event_id}",  # without log-in
    "POST /gradio_api/stream/{event_id}/close",
    "GET /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist.m3u8",
    "GET /gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext}",
    "GET /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist-file",
    "POST /gradio_api/run/{api_name}/",
    "POST /gradio_api/api/{api_name}",
    "POST /gradio_api/api/{api_name}/",
    "POST /gradio_api/call/v2/{api_name}",
    "POST /gradio_api/call/v2/{api_name}/",
    "GET /gradio_api/call/v2/{api_name}/{event_id}",
    "POST /gradio_api/component_server",
    "POST /gradio_api/component_server/",
    "GET /gradio_api/queue/status",
    "POST /gradio_api/process_recording",
    "POST /gradio_api/vibe-edit",  # writes the program's source
    "POST /gradio_api/vibe-edit/",
    "POST /gradio_api/undo-vibe-edit",
    "POST /gradio_api/undo-vibe-edit/",
    "GET /gradio_api/vibe-code",
    "GET /gradio_api/vibe-code/",
    "POST /gradio_api/vibe-code",
    "POST /gradio_api/vibe-code/",
    "POST /gradio_api/vibe-starter-queries",
    "POST /gradio_api/vibe-starter-queries/",
)
"""What the installed Gradio has besides, and this page has not."""


def is_open(method: str, path: str) -> bool:
    """Whether a request is for everybody, logged in or not."""
    return _matches(OPEN, method, path)


def is_let_through(method: str, path: str, *, mcp: bool) -> bool:
    """Whether a request is for something that the page needs."""
    return any(_matches(each, method, path) for each in (OPEN, INSIDE, MCP if mcp else ()))


def named(method: str, path: str) -> str:
    """The route of a request, without what it says: no file's name, nor a session's number.

    Empty where it is none of this page or of Gradio.
    """
    for its_method, route, pattern in _patterns((*OPEN, *INSIDE, *MCP, *REFUSED)):
        if method == its_method and pattern.match(path):
            return route
    return ""


def is_login(path: str) -> bool:
    return path in ("/login", "/login/")


@cache
def _patterns(routes: tuple[str, ...]) -> list[tuple[str, str, "re.Pattern[str]"]]:
    """Method, path and the path's pattern of each."""
    split = (route.partition(" ") for route in routes)
    return [(method, path, compile_path(path)[0]) for method, _, path in split]


def _matches(routes: tuple[str, ...], method: str, path: str) -> bool:
    return any(
        method == its_method and pattern.match(path) for its_method, _, pattern in _patterns(routes)
    )
