"""Sets Citewell up from nothing but Python, and runs it or its tests: what the Makefile calls.

    python3 bootstrap.py setup    .venv with `citewell`, model weights, the example indexed
    python3 bootstrap.py app      the same, then the page
    python3 bootstrap.py check    the same with the tools, then ruff and mypy
    python3 bootstrap.py test     the same with the tools, a browser and a database, then every test
    python3 bootstrap.py bench    as setup, then every benchmark, an hour or more; resumable
    python3 bootstrap.py soak     the same with a fuzzer, then kills, faults, bombs, load, attacks

Standard library only. Every step can be interrupted and run again: a step's stamp is written when
it is complete, and a complete step costs nothing.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class SetupError(Exception):
    """What is missing, and what to do."""


def say(text: str) -> None:
    print(f"==> {text}", flush=True)


def run(*command: str | Path, **environment: str) -> None:
    """Run a command with its output shown.

    Raises:
        SetupError: it failed.
    """
    done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=False)
    if done.returncode:
        shown = " ".join(str(part) for part in command)
        raise SetupError(f"This failed (see above): {shown}\nRun the same make command again.")


def become(*command: str | Path) -> None:
    """Let a command take this process's place, so that whoever stops it stops the command."""
    if os.name == "nt":
        run(*command)
    else:
        os.execv(command[0], [str(part) for part in command])


def works(*command: str | Path) -> bool:
    """Whether a command can be run and succeeds."""
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_environment() -> None:
    """A virtual environment with pip in ``.venv``."""
    if works(BIN / "python", "-m", "pip", "--version"):
        return
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise SetupError(
            f"This Python lacks its own module {' and '.join(missing)}. On Debian or Ubuntu: "
            f"apt-get install python3.{sys.version_info.minor}-venv"
        )
    say(f"Making the virtual environment {VENV} (Python {sys.version.split()[0]})")
    run(sys.executable, "-m", "venv", "--clear", VENV)


def fingerprint() -> str:
    """Changes with anything that makes another installation necessary."""
    digest = hashlib.sha256(f"{ROOT} {sys.version}".encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def once(step: str, work: Callable[[], None]) -> None:
    """Do the work unless it was completed with these pins before."""
    stamp = VENV / f".complete-{step}"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint():
        return
    work()
    stamp.write_text(fingerprint(), encoding="utf-8")


def pip_install(*what: str) -> None:
    """Install with pip, in the pinned versions.

    Python compiles a library when it is first imported. That pip compiles them all takes a minute
    of processor time and a fifth of the disk, most of it for modules that nothing imports.
    """
    pip = (BIN / "python", "-m", "pip", "install", "--disable-pip-version-check", "--no-compile")
    run(*pip, "--constraint", "constraints.txt", *what)


def install(extras: str) -> None:
    """Citewell and its pinned libraries, with those of its extras that are named."""
    say(
        "Installing the pinned libraries: about 0.6 GB to download, 2 GB on disk; with the CUDA "
        "build of PyTorch several GB more (the README says how to take the CPU build)"
    )
    pip_install("--editable", f".[{extras}]")


FETCHERS = (
    "filelock",
    "httpx2",
    "huggingface-hub",
    "langchain-core",
    "numpy",
    "platformdirs",
    "pydantic-settings",
    "rich",
    "typer",
)
"""What ``citewell models fetch`` imports, a tenth of the libraries: it can begin with these."""


def set_up(*, developer: bool = False) -> None:
    """Everything that running Citewell needs, and what developing it needs."""
    make_environment()
    step, extras = ("developer", "dev") if developer else ("user", "ocr")
    once(step, lambda: install_while_fetching(extras))
    fetch_weights()
    once("example", index_example)


def install_while_fetching(extras: str) -> None:
    """Install everything while the weights begin to come.

    What has come by then is kept, and ``fetch_weights`` goes on from there and tells how far it
    is; also of a fault, about which nothing is said here.
    """
    say("Installing what fetches the model weights, 1.2 GB, while the other libraries install")
    once("fetchers", lambda: pip_install(*FETCHERS))
    fetching = subprocess.Popen(
        (BIN / "python", "-m", "assistant", "models", "fetch"),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        install(extras)
    finally:
        fetching.terminate()
        fetching.wait()


def fetch_weights() -> None:
    """The chat model and the embedding model of the settings, verified."""
    run(BIN / "citewell", "models", "fetch")


def index_example() -> None:
    """The example documents, into the user's library."""
    say("Indexing the example in seeds/")
    run(BIN / "citewell", "index", ROOT / "seeds")


def find_browser() -> str | None:
    """A Chromium of the system, or the one that Playwright has downloaded."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return found
    ask = (
        "from playwright.sync_api import sync_playwright as start\n"
        "with start() as playwright: print(playwright.chromium.executable_path)"
    )
    told = subprocess.run([BIN / "python", "-c", ask], capture_output=True, text=True, check=False)
    path = told.stdout.strip()
    return path if path and Path(path).exists() else None


def install_package(package: str, what: str, elsewhere: str, megabytes: int) -> None:
    """A package of Debian's where we may install it.

    Raises:
        SetupError: we may not, or it failed.
    """
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise SetupError(
            f"The tests need {what}, and none was found. Install it (Debian: sudo apt-get install "
            f"{package}{elsewhere}), then run make test again."
        )
    say(f"Installing {what} for the tests: about {megabytes} MB")
    run(apt, "update")
    run(apt, "install", "--yes", "--no-install-recommends", package)


def ensure_browser() -> str:
    """The Chromium to test with, installed if need be."""
    if find_browser() is None:
        elsewhere = "; elsewhere: .venv/bin/playwright install chromium"
        install_package("chromium", "Chromium", elsewhere, 100)
    browser = find_browser()
    if browser is None:
        raise SetupError("Chromium was installed but is not found on the PATH.")
    return browser


def ensure_postgres() -> None:
    """PostgreSQL's programs, installed if need be; the tests start a server of their own."""
    if shutil.which("initdb") is None and not any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        install_package("postgresql", "PostgreSQL", "", 60)


def setup() -> None:
    set_up()
    say("Ready. Ask the example something: .venv/bin/citewell ask 'What is this about?'")


def app() -> None:
    set_up()
    become(BIN / "citewell", "app")


def check() -> None:
    make_environment()
    once("developer", lambda: install("dev"))
    run(BIN / "ruff", "check", ".")
    run(BIN / "ruff", "format", "--check", ".")
    run(BIN / "mypy")


ALONE = (
    "tests/unit/page/test_gate.py",
    "tests/unit/test_watch_command.py",
    "tests/model",
    "tests/ui",
    "tests/browser",
)
"""Tests that have the machine to themselves: the model takes every core, or a time is measured.

The browser's come last. Its driver keeps an event loop running in the process until the session
ends, and a test that starts a loop of its own cannot do so after them.
"""
WORKERS = max(2, min(4, os.cpu_count() or 2))
"""Processes that share the other tests, file by file; each takes up to 1 GB of memory."""
SLOWEST = 20
"""How many of the slowest tests are told."""


def test() -> None:
    set_up(developer=True)
    browser = ensure_browser()
    ensure_postgres()
    say(f"Testing in {WORKERS} processes, then with {browser} in one")
    together = ("-n", str(WORKERS), "--dist", "loadfile", "--no-loadscope-reorder")
    apart = [f"--ignore={path}" for path in ALONE]  # does not hold for a path that is named itself
    run_tests(([*together, *apart, "tests/unit"], ALONE), CITEWELL_CHROMIUM=browser)


def run_tests(parts: Sequence[Sequence[str]], **environment: str) -> None:
    """Run pytest once for each part, with its arguments, and tell what came of all together.

    Raises:
        SetupError: a test failed, a process broke down, or a part had no test.
    """
    began, told, codes = time.monotonic(), Counter[str](), []
    seconds: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for part in parts:
            report = Path(folder, "report.xml")
            report.unlink(missing_ok=True)
            pytest = (BIN / "python", "-m", "pytest", f"--junitxml={report}", *part)
            done = subprocess.run(pytest, cwd=ROOT, env=os.environ | environment, check=False)
            codes.append(done.returncode)
            for suite in ET.parse(report).iter("testsuite") if report.exists() else ():
                told += Counter({key: int(suite.get(key, 0)) for key in OUTCOMES})
                for case in suite.iter("testcase"):
                    name = f"{case.get('classname')}::{case.get('name')}"
                    seconds[name] += float(case.get("time", 0))
    say(f"The {SLOWEST} slowest, in seconds")
    for name, took in seconds.most_common(SLOWEST):
        print(f"{took:8.1f}  {name}")
    failed = {key: told[key] for key in OUTCOMES[1:] if told[key]}
    passed = told["tests"] - sum(failed.values())
    others = "".join(f", {number} {key}" for key, number in failed.items())
    minutes, rest = divmod(round(time.monotonic() - began), 60)
    say(f"{passed} passed{others} in {minutes} min {rest} s")
    if any(codes):
        raise SetupError("Not every test passed (see above).")


OUTCOMES = ("tests", "failures", "errors", "skipped")
"""What pytest's report counts."""


SOAKS = (
    ("tests.soak.hostile",),
    ("tests.soak.kills", "--kills", "200"),
    ("tests.soak.watching", "--kills", "100"),
    ("tests.soak.faults", "--faults", "500"),
    ("tests.soak.shared", "--seconds", "600"),
    ("tests.soak.load", "--clients", "16", "--seconds", "900"),
    ("pytest", "-q", "tests/unit/page/test_routes.py", "tests/ui/test_trust.py"),
    *(("tests.fuzz", name, "fuzz", "1200") for name in ("loading", "chunking", "citations")),
)


def soak() -> None:
    """What takes hours: each trial prints its figures, and fails where one is wrong."""
    set_up(developer=True)
    once("soak", lambda: install("dev,soak"))
    for trial in SOAKS:
        say(f"Trying: {' '.join(trial)}")
        run(BIN / "python", "-m", *trial)


def bench() -> None:
    """Speed and scale, as ratios within one run; what was measured already is kept."""
    set_up()
    run(BIN / "python", "-m", "benchmarks")


COMMANDS = {
    "setup": setup,
    "app": app,
    "check": check,
    "test": test,
    "bench": bench,
    "soak": soak,
}


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036  # said plainly to whoever runs an older one
        print("Citewell needs Python 3.11 or newer; this is", sys.version.split()[0])
        return 2
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print(__doc__)
        return 2
    try:
        COMMANDS[arguments[0]]()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nInterrupted. Run the same command again: it goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
