"""Prints ``METHOD /path`` of each route that the installed Gradio registers, a line each.

    python -m tests.unit.page.registered plain|mcp

A process of its own: Gradio leaves event loops open when it makes an application.
"""

import sys
from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.routes import App


def registered(found: Any, prefix: str = "") -> Iterator[str]:
    """Those of included routers and mounted applications too; ``*`` is any method."""
    for route in found:
        if hasattr(route, "effective_candidates"):  # FastAPI's own kind for an included router
            yield from registered(route.effective_candidates())
        elif hasattr(route, "methods") and route.path is not None:
            yield from (f"{method} {prefix}{route.path}" for method in route.methods)
        else:
            yield f"* {prefix}{route.path}"


def echo(text: str) -> str:
    """Say it again."""
    return text


def main() -> None:
    with gr.Blocks() as blocks:
        gr.File()
        gr.api(echo, api_name="echo")
    made = App.create_app(blocks, mcp_server=sys.argv[1] == "mcp")
    sys.stdout.writelines(f"{route}\n" for route in sorted(registered(made.routes)))


if __name__ == "__main__":
    main()
