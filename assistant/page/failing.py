"""What is said of a failure, wherever on the page, over the HTTP API or over MCP it is met."""

import logging
import traceback
from typing import Any

import gradio as gr

from index.errors import CitewellError

log = logging.getLogger(__name__)


def explained(error: BaseException) -> tuple[str, str]:
    """What failed and what to do, for the user; an unforeseen fault goes to the log as well."""
    if isinstance(error, CitewellError):
        return error.message, error.hint
    if isinstance(error, UnicodeEncodeError):  # a lone surrogate, which JSON can carry
        return "The text has a character that is half of one.", "Type it anew."
    note_fault(error)
    return (
        "Something failed inside Citewell.",
        f"Try again; if it stays, report it with the log ({type(error).__name__}).",
    )


def note_fault(error: BaseException) -> None:
    """Where a fault was, for the log: without its message, which may quote what somebody asked."""
    trace = "".join(traceback.format_tb(error.__traceback__))
    log.error("An unforeseen fault on the page: %s\n%s", type(error).__name__, trace)


def payload(error: BaseException | None, show_error: bool) -> dict[str, Any]:
    """In place of Gradio's ``error_payload``, which says nothing of a fault it does not know."""
    if isinstance(error, gr.Error):
        told = {name: getattr(error, name) for name in ("duration", "visible", "title")}
        return {"error": error.message, **told}
    message, hint = explained(error or RuntimeError("no reason"))
    exit_code = error.exit_code if isinstance(error, CitewellError) else CitewellError.exit_code
    return {"error": f"{message} {hint}".strip(), "visible": True, "title": str(exit_code)}
