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
import assistant.page
import gradio
print(len(stubs), len(gradio.Textbox.EVENTS) > 3)
"""


def test_gradio_writes_no_type_stubs_while_it_is_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-c", COUNTED], check=True, capture_output=True, text=True
    )
    assert done.stdout == "0 True\n"
