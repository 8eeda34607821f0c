"""The model's line: which one, in what state, and where it runs."""

from urllib.parse import urlsplit

from assistant.page.html.markup import element, escape

PASSING = {"loading"}
"""States that soon give way to another."""
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
WORDS = {
    "ready": "ready",
    "loading": "loading, passages can be found already",
    "stopped": "starts with the first question",
}


def line(model: str, state: str) -> str:
    """``state`` is ``ready``, ``loading``, ``stopped``, ``at ADDRESS``, or what went wrong."""
    server = state.removeprefix("at ") if state.startswith("at ") else None
    kind = "ready" if server else state if state in WORDS else "failed"
    words = f"on {server}" if server else WORDS.get(state, state)
    return element(
        "p",
        element("span", "", class_="dot", aria_hidden="true"),
        element("span", escape(model), class_="model"),
        element("span", escape(words), class_="state"),
        element("span", escape(where(server)), class_="where"),
        class_="status",
        data_state=kind,
        role="status",
        title=state if kind == "failed" else None,
    )


def where(server: str | None) -> str:
    """Where questions and passages go."""
    host = urlsplit(server).hostname if server else None
    if host is None or host in LOOPBACK:
        return "Runs on this machine; nothing leaves it"
    return f"Questions and passages go to {host}"
