"""Who may import what: the table of pyproject.toml place by place, and the direction of imports."""

import ast
import fnmatch
import graphlib
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
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

TOOL = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
TABLE: dict[str, list[str]] = TOOL["citewell"]["imports"]
"""Library to the only places that may import it."""
TOP_DOWN = (
    "app.py",
    "assistant/cli.py",
    "assistant/commands",
    "assistant/page",
    "assistant/evaluation",
    "assistant/exporting",
    "assistant/answering",
    "assistant/summarising",
    "assistant/keeping",
    "assistant/checking",
    "assistant/models",
    "assistant/language",
    "index",
)
"""Each imports from those below it alone. Files of ``assistant/`` itself may stand anywhere."""
LONGEST = 400
"""Lines of a file."""
STILL_LONG: set[str] = set()
STILL_CIRCULAR = "assistant/evaluation/"
"""What is being carved, and must not grow: take it from here once it is done."""


@cache
def imported(path: Path) -> tuple[str, ...]:
    """The full name of every module that a file imports, wherever in the file."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += (f"{node.module}.{alias.name}" for alias in node.names)
    return tuple(found)


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_a_library_is_imported_only_in_its_place(path: Path) -> None:
    for module in imported(path):
        allowed = TABLE.get(module.split(".")[0])
        if allowed is not None:
            assert any(fnmatch.fnmatch(place(path), pattern) for pattern in allowed), module


def test_the_linter_knows_the_same_table() -> None:
    """``ruff`` bans each of the libraries, and lets only their places import any."""
    lint = TOOL["ruff"]["lint"]
    assert set(lint["flake8-tidy-imports"]["banned-api"]) == set(TABLE)
    allowed = {name for name, rules in lint["per-file-ignores"].items() if "TID251" in rules}
    ours = {name for name in allowed if name.split("/")[0] in OURS or name == "app.py"}
    assert ours == {pattern for patterns in TABLE.values() for pattern in patterns}


@cache
def modules() -> dict[str, Path]:
    """The full name of each of our modules and packages to its file."""
    named = {place(path).removesuffix(".py").replace("/", "."): path for path in SOURCES}
    return {name.removesuffix(".__init__"): path for name, path in named.items()}


def ours(path: Path) -> Iterator[Path]:
    """The files of ours that a file imports."""
    known = modules()
    for name in imported(path):
        while name and name not in known:
            name = name.rpartition(".")[0]
        if name:
            yield known[name]


@cache
def room(path: Path) -> str:
    """A folder, or a file that stands beside folders."""
    beside = any(each.parent.parent == path.parent for each in SOURCES)
    return place(path) if beside or path.parent == ROOT else place(path.parent)


def test_no_rooms_import_each_other_in_a_circle() -> None:
    doors: dict[str, set[str]] = {}
    for path in SOURCES:
        for other in ours(path):
            here, there = room(path), room(other)
            known = here.startswith(STILL_CIRCULAR) and there.startswith(STILL_CIRCULAR)
            if here != there and not known:
                doors.setdefault(here, set()).add(there)
    try:
        graphlib.TopologicalSorter(doors).prepare()
    except graphlib.CycleError as error:
        raise AssertionError(" imports ".join(error.args[1][::-1])) from None


def floor(path: Path) -> int | None:
    """How far down a file stands, if its folder has a floor."""
    above = [place(path).startswith(name) for name in TOP_DOWN]
    return above.index(True) if any(above) else None


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_imports_point_down(path: Path) -> None:
    here = floor(path)
    for other in ours(path):
        there = floor(other)
        assert here is None or there is None or here <= there, f"it imports {place(other)}"
    if place(path).startswith("index/"):
        assert not [place(other) for other in ours(path) if not place(other).startswith("index/")]


def test_no_file_is_too_long_to_be_read() -> None:
    long = {
        place(path)
        for path in SOURCES
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST
    }
    assert long <= STILL_LONG


def test_every_imported_library_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needed = [
        *project["dependencies"],
        *extras["mcp"],
        *extras["ray"],
        *extras["ocr"],
        *extras["postgres"],
    ]
    declared = {canonicalize_name(Requirement(item).name) for item in needed}
    owners = packages_distributions()
    for path in SOURCES:
        for module in {name.split(".")[0] for name in imported(path)} - OURS:
            if module not in sys.stdlib_module_names:
                distributions = {canonicalize_name(name) for name in owners[module]}
                assert distributions & declared, f"{place(path)} imports {module}"


def test_every_package_is_in_the_wheel() -> None:
    listed = {name for name in TOOL["setuptools"]["packages"] if "_resources" not in name}
    present = {
        place(path.parent).replace("/", ".") for path in SOURCES if path.name == "__init__.py"
    }
    assert listed == present
