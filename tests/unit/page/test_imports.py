"""What importing the page leaves undone."""

import subprocess
import sys

COUNTED = """
from pathlib import Path
stubs = []
named = Path.with_suffix
def watched(path, suffix):
    if suffix == ".pyi":
        stubs.append(path)
    return named(path, suffix)
Path.with_suffix = watched
{first}
import gradio
print(len(stubs), len(gradio.Textbox.EVENTS) > 3)
"""


def stubs_written(first: str) -> str:
    """How many stubs Gradio writes after this was imported, and whether its events are there."""
    return subprocess.run(
        [sys.executable, "-c", COUNTED.format(first=first)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_gradio_writes_no_type_stubs_while_it_is_imported() -> None:
    assert stubs_written("import assistant.page") == "0 True\n"


def test_gradio_alone_would_write_them() -> None:
    """When this fails, Gradio has mended it: drop ``_without_stubs`` of ``assistant/page``."""
    assert not stubs_written("").startswith("0 ")
