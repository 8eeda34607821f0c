"""A model served for pages elsewhere: llama.cpp itself, with a model of a few kilobytes."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage

from assistant.errors import ModelError
from assistant.models import open_model
from tests.unit.models.tiny import write_tiny

COMMAND = (sys.executable, "-u", "-m", "assistant", "models", "serve")
ASKED = [HumanMessage("Who was it?")]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Of the tiny model, whose key is ``open``."""
    write_tiny(tmp_path / "tiny.gguf")
    told = {
        "CITEWELL_API_KEY": "open",
        "CITEWELL_MODEL": str(tmp_path / "tiny.gguf"),
        "CITEWELL_PORT": "0",
    }
    with subprocess.Popen(
        COMMAND, env=os.environ | told, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        found = re.search(r"is served at (http://127\.0\.0\.1:\d+/v1)", process.stdout.readline())
        assert found
        yield found[1]
        process.terminate()


def test_a_page_elsewhere_asks_it_with_its_key(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("open", "wrong"):
        monkeypatch.setenv("CITEWELL_API_KEY", key)
        model = open_model(f"openai:tiny@{address}", models_dir=tmp_path, log_dir=tmp_path)
        try:
            if key == "open":
                assert model.choose(ASKED, ["yes", "no"]).option in ("yes", "no")
                assert model.write(ASKED, max_tokens=4).text
            else:
                with pytest.raises(ModelError, match="refused the key"):
                    model.write(ASKED, max_tokens=4)
        finally:
            model.close()


def test_without_a_key_nothing_is_served() -> None:
    told = os.environ | {"CITEWELL_API_KEY": ""}
    done = subprocess.run(COMMAND, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Set CITEWELL_API_KEY" in done.stderr
