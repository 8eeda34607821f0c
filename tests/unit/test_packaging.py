"""The wheel, installed alone outside the repository, and the sources: both find their resources."""

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

from assistant.resources import prompts_folder, seeds_folder

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints, outside the repository."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_is_what_runs(installed_wheel: Path, tmp_path: Path) -> None:
    where = "import assistant, index, app; print(assistant.__file__, index.__file__, app.__file__)"
    for path in run(installed_wheel / "python", "-c", where, cwd=tmp_path).split():
        assert Path(path).is_relative_to(installed_wheel.parent)


def test_the_wheel_has_the_prompts_and_the_example(installed_wheel: Path, tmp_path: Path) -> None:
    code = (
        "import json\n"
        "from assistant.prompts import Prompts\n"
        "from assistant.resources import prompts_folder, seeds_folder\n"
        "texts = {path.name: path.read_text('utf-8') for path in seeds_folder().iterdir()}\n"
        "print(json.dumps([Prompts.load(prompts_folder()).digests, texts]))"
    )
    digests, texts = json.loads(run(installed_wheel / "python", "-c", code, cwd=tmp_path))
    assert set(digests) == {path.stem for path in (ROOT / "prompts").glob("*.md")}
    assert texts == {
        path.name: path.read_text(encoding="utf-8") for path in (ROOT / "seeds").iterdir()
    }


def test_the_wheel_has_the_calibration_set(installed_wheel: Path, tmp_path: Path) -> None:
    code = (
        "import json\n"
        "from pathlib import Path\n"
        "import assistant.evaluation\n"
        "folder = Path(assistant.evaluation.__file__).parent / 'calibration_set'\n"
        "files = [path for path in folder.rglob('*') if path.is_file()]\n"
        "print(json.dumps({p.relative_to(folder).as_posix(): p.read_text('utf-8') for p in files}))"
    )
    found = json.loads(run(installed_wheel / "python", "-c", code, cwd=tmp_path))
    source = ROOT / "assistant" / "evaluation" / "calibration_set"
    assert found == {
        path.relative_to(source).as_posix(): path.read_text(encoding="utf-8")
        for path in source.rglob("*")
        if path.is_file()
    }
    assert len(found) >= 13


def test_the_console_script_runs(installed_wheel: Path, tmp_path: Path) -> None:
    assert "documents" in run(installed_wheel / "citewell", "--help", cwd=tmp_path)
    listed = json.loads(run(installed_wheel / "citewell", "models", "list", "--json", cwd=tmp_path))
    assert "qwen2.5-coder-1.5b" in {entry["name"] for entry in listed}


def test_without_weights_the_page_says_how_to_fetch_them(
    installed_wheel: Path, tmp_path: Path
) -> None:
    nothing = {"CITEWELL_MODELS_DIR": str(tmp_path), "CITEWELL_LIBRARY": str(tmp_path / "library")}
    done = subprocess.run(
        [installed_wheel / "citewell", "app", "--port", "0"],
        cwd=tmp_path,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | nothing,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    for name in ("qwen2.5-coder-1.5b", "all-MiniLM-L6-v2"):
        assert f"citewell models fetch {name}" in done.stderr


def test_the_sources_have_the_prompts_and_the_example() -> None:
    assert prompts_folder() == ROOT / "prompts"
    assert seeds_folder() == ROOT / "seeds"


def test_the_lock_has_the_pinned_versions_each_with_its_hashes() -> None:
    """``requirements.lock`` is made anew with every change of the pins: see SECURITY.md."""
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)$", read("constraints.txt"), re.MULTILINE))
    entries = re.split(r"\n(?=\w)", read("requirements.lock"))[1:]
    locked = {}
    for entry in entries:
        name, version = entry.split()[0].split("==")
        assert "--hash=sha256:" in entry, name
        locked[name] = version
    pinned = {canonical(name): version for name, version in pins.items()}
    assert {n: v for n, v in locked.items() if pinned.get(n, v) != v} == {}
    needed = tomllib.loads(read("pyproject.toml"))["project"]["dependencies"]
    assert {canonical(re.split(r"[<>=;\[ ]", each)[0]) for each in needed} <= set(locked)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def canonical(name: str) -> str:
    """A project's name as indexes write it."""
    return re.sub(r"[-_.]+", "-", name).lower()
