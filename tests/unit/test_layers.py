"""Who may import what: the table of pyproject.toml place by place, and the direction of imports."""

import ast
import fnmatch
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
OURS = {"app", "assistant", "index"}
SOURCES = sorted(
    [*ROOT.glob("app.py"), *(ROOT / "assistant").rglob("*.py"), *(ROOT / "index").rglob("*.py")]
)

LANGCHAIN = (
    "assistant/answering/*",
    "assistant/evaluation/*",
    "assistant/models/*",
    "assistant/prompts.py",
    "assistant/summarising/summaries.py",
    "assistant/checking/support.py",
    "index/retrieval.py",
)
TABLE = {
    "chromadb": ("index/store.py", "assistant/evaluation/stock.py"),
    "docx": ("index/formats/*", "assistant/exporting/word.py"),
    "fpdf": ("assistant/exporting/pdf.py",),
    "gradio": ("app.py", "assistant/page/*"),
    "langchain": LANGCHAIN,
    "langchain_core": LANGCHAIN,
    "langchain_openai": ("assistant/models/*",),
    "langchain_text_splitters": ("assistant/evaluation/stock.py",),
    "openai": ("assistant/models/*", "assistant/evaluation/stock.py"),
    "ray": ("index/cluster.py",),
    "pypdfium2": ("index/formats/*", "assistant/page/html/printed.py"),
    "sentence_transformers": ("index/embedding.py",),
    "torch": ("index/embedding.py",),
    "trafilatura": ("index/formats/*", "index/web.py"),
    "typer": ("assistant/cli.py", "assistant/commands/*"),
    "xllamacpp": ("assistant/models/*",),
}
"""Library to the only places that may import it."""


def imported(path: Path) -> Iterator[str]:
    """The full name of every module that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_a_library_is_imported_only_in_its_place(path: Path) -> None:
    for module in imported(path):
        allowed = TABLE.get(module.split(".")[0])
        if allowed is not None:
            assert any(fnmatch.fnmatch(place(path), pattern) for pattern in allowed), module


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_imports_point_one_way(path: Path) -> None:
    """The page and the command line import the assistant, which imports the index; never back."""
    above = {"index": {"assistant", "app"}, "assistant": {"app"}}.get(place(path).split("/")[0])
    if place(path) == "assistant/commands/machine.py":
        above = set()
    found = {module.split(".")[0] for module in imported(path)}
    assert not found & (above or set())
    if place(path).startswith("assistant/") and not place(path).startswith("assistant/page/"):
        assert not any(module.startswith("assistant.page") for module in imported(path))


def test_every_imported_library_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *extras["mcp"], *extras["ray"]]
    declared = {canonicalize_name(Requirement(item).name) for item in needed}
    owners = packages_distributions()
    for path in SOURCES:
        for module in {name.split(".")[0] for name in imported(path)} - OURS:
            if module not in sys.stdlib_module_names:
                distributions = {canonicalize_name(name) for name in owners[module]}
                assert distributions & declared, f"{place(path)} imports {module}"


def test_every_package_is_in_the_wheel() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    listed = {name for name in tool["setuptools"]["packages"] if "_resources" not in name}
    present = {
        place(path.parent).replace("/", ".") for path in SOURCES if path.name == "__init__.py"
    }
    assert listed == present
