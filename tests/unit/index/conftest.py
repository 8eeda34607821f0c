"""Fixtures of the index's tests."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def seed_text(seed_path: Path) -> str:
    """The seed document's text."""
    return seed_path.read_text(encoding="utf-8")


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file into the test's folder ``files`` and return its path."""

    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return written
