"""Gradio components in the page's own ways: live HTML and quiet events."""

import inspect
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

from assistant.page.failing import explained
from assistant.page.html.markup import escape


def live(elem_id: str, events: Sequence[str] = (), value: str = "", **options: Any) -> gr.HTML:
    """HTML made by ``markup``; a click on ``data-do="open"`` arrives as its event ``open``.

    ``events`` names the events that Python listens to; ``page.js`` does the rest by itself.
    """
    call = f"wire({json.dumps(elem_id)}, element, trigger, watch, {json.dumps(list(events))})"
    return gr.HTML(
        value,
        elem_id=elem_id,
        apply_default_css=False,
        js_on_load=f"(function go() {{ window.citewell?.{call} ?? setTimeout(go, 20); }})();",
        **options,
    )


def on(
    event: Callable[..., Any],
    fn: Callable[..., Any],
    inputs: Any = None,
    outputs: Any = None,
    **more: Any,
) -> Any:
    """An event that only the page uses: not in the API, and nothing covered while it runs.

    A failure that ``fn`` does not show in its own place is told in a passing notice.
    """
    return event(
        _told(fn),
        inputs,
        outputs,
        api_name=f"page_{fn.__name__}",  # else it would take the name of an endpoint
        api_visibility="private",
        show_progress="hidden",
        concurrency_limit=None,
        **more,
    )


def own_folder() -> Path:
    """The page's own folder for files on their way: ``assistant.keeping.page_files``."""
    folder = Path(get_upload_folder())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _told(fn: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.isgeneratorfunction(fn):

        @wraps(fn)
        def stream(*values: Any, **named: Any) -> Iterator[Any]:
            with _notice():
                yield from fn(*values, **named)

        return stream

    @wraps(fn)
    def call(*values: Any, **named: Any) -> Any:
        with _notice():
            return fn(*values, **named)

    return call


@contextmanager
def _notice() -> Iterator[None]:
    try:
        yield
    except gr.Error:
        raise
    except Exception as error:
        told = " ".join(explained(error)).strip()
        raise gr.Error(escape(told), print_exception=False) from error
