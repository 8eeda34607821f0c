"""Fixtures that every layer shares. No test reads or writes the user's own library."""

import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.resources import seeds_folder
from tests.fakes import HashEmbedder
from tests.scripted import ScriptedModel

if TYPE_CHECKING:
    from index import Library


ROOT = Path(__file__).parents[1]
SLOW = tuple(
    f"tests/unit/{place}"
    for place in (
        "index/",
        "evaluation/",
        "exporting/",
        "answering/test_writing.py",
        "summarising/",
        "test_cli.py",
    )
)
"""What takes long begins first: else one process would work on it when the others have ended."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(SLOW))


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what a test starts find its library and log in the test's folder."""
    monkeypatch.delenv("CITEWELL_RECORD_URL", raising=False)
    monkeypatch.setenv("CITEWELL_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("CITEWELL_LOG_DIR", str(tmp_path / "log"))


@pytest.fixture(scope="session")
def seed_path() -> Path:
    """The one document of ``seeds/``."""
    (path,) = seeds_folder().glob("*.txt")
    return path


@pytest.fixture
def library(tmp_path: Path) -> Iterator["Library"]:
    """An empty library with a deterministic embedder."""
    from index import Library

    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as opened:
        yield opened


@pytest.fixture
def seed_library(library: "Library", seed_path: Path) -> "Library":
    """The same with the seed document in it."""
    assert [result.status for result in library.add(seed_path)] == ["added"]
    return library


@pytest.fixture
def scripted_model() -> ScriptedModel:
    return ScriptedModel()


@pytest.fixture(scope="session")
def installed_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of a new environment that has the wheel, and borrows the other libraries."""
    place = tmp_path_factory.mktemp("wheel")
    # By way of the source archive: what an earlier build left behind is not in the wheel then.
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", place, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    environment = place / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    scripts = Path(sysconfig.get_path("scripts", "venv", {"base": str(environment)}))
    pip = [sys.executable, "-m", "pip", "--python", scripts / "python", "install", "--no-index"]
    (wheel,) = place.glob("*.whl")
    subprocess.run([*pip, "--no-deps", "--quiet", wheel], check=True, capture_output=True)
    borrowed = Path(sysconfig.get_path("purelib", "venv", {"base": str(environment)}))
    (borrowed / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return scripts
