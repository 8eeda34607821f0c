"""The page. Gradio is imported here, before any module of the page needs it, without its stubs.

The fault is Gradio's (``gradio/component_meta.py``, ``create_or_modify_pyi``, in 6.31): while it is
imported it parses the source of each of its components and writes a type stub for editors beside
it. That is a third of the import's processor time (6.2 s with it, 3.9 s without), and a change of
the installed package that two starting pages make at once. What has no file it leaves out, so
components are said to have none. ``tests/unit/page/test_imports.py`` fails once Gradio has stopped
doing so; then this goes.
"""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _without_stubs() -> Iterator[None]:
    found = inspect.getfile

    def getfile(item: object) -> str:
        if isinstance(item, type) and item.__module__.startswith("gradio."):
            raise OSError("no stub is wanted")
        return found(item)  # type: ignore[arg-type]

    inspect.getfile = getfile  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = found


with _without_stubs():
    import gradio as gradio
