"""What it takes from nothing to the page: bytes fetched, size on disk, processor seconds, time.

    python -m benchmarks.installing [--commit COMMIT] [--out DIR] [--fresh]

A clean clone, an empty home and empty caches; then ``bootstrap.py app``, as ``make app`` runs it,
until the page answers. Bytes are what this machine received meanwhile, whoever it was for, and the
wheels that pip took from this disk. Sizes are what the files take up. Linux only.
"""

import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from benchmarks.figures import Result, figure, kept, options, table

ROOT = Path(__file__).resolve().parents[1]
BLOCK = 512
"""Bytes of a block as the system counts them."""
_OPEN = re.compile(r"Citewell is open at (http://\S+)")
_LOCAL = re.compile(r"Processing (/\S+\.whl)")


def received() -> int:
    """Bytes that came in over all networks but loopback since the machine started."""
    lines = Path("/proc/net/dev").read_text(encoding="ascii").splitlines()[2:]
    counts = dict(line.split(":") for line in lines)
    return sum(int(told.split()[0]) for name, told in counts.items() if name.strip() != "lo")


def on_disk(folder: Path) -> int:
    """Bytes that a folder's files take up, a file with several names once."""
    found = [path.lstat() for path in folder.rglob("*")]
    return sum({each.st_ino: each.st_blocks * BLOCK for each in found}.values())


def processor_seconds() -> float:
    """Processor time of all processes that this one has waited for, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def surroundings(place: Path) -> dict[str, str]:
    """The environment of somebody who has nothing yet."""
    ours = ("CITEWELL_", "PIP_CACHE", "XDG_", "PYTHON", "VIRTUAL_ENV")
    others = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    folders = {"HOME": "home", "PIP_CACHE_DIR": "pip", "CITEWELL_MODELS_DIR": "models"}
    made = {key: str(place / name) for key, name in folders.items()}
    return others | made | {"CITEWELL_PORT": "0", "PYTHONUNBUFFERED": "1"}


def measure(place: Path, commit: str) -> Result:
    """All figures of one run, in a folder that is empty."""
    clone = place / "citewell"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    subprocess.run(["git", "-C", clone, "checkout", "--quiet", commit], check=True)
    (place / "home").mkdir()
    python = Path(sys.base_prefix, "bin", "python3")
    before, spent, start = received(), processor_seconds(), time.perf_counter()
    local = 0
    with subprocess.Popen(
        [python, "bootstrap.py", "app"],
        cwd=clone,
        env=surroundings(place),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout
        for line in process.stdout:
            print(f"{time.perf_counter() - start:7.1f}  {line}", end="", flush=True)
            local += sum(os.path.getsize(path) for path in _LOCAL.findall(line))
            if found := _OPEN.search(line):
                break
        else:
            raise SystemExit("The page did not open (see above).")
        with build_opener(ProxyHandler({})).open(found[1]) as page:
            assert b"Citewell" in page.read()
        seconds, fetched = time.perf_counter() - start, received() - before + local
        process.send_signal(signal.SIGINT)
    return Result(
        figures=[
            figure("fetched, weights and all", "MB", [fetched / 1e6]),
            figure("libraries on disk", "MB", [on_disk(clone / ".venv") / 1e6]),
            figure("weights on disk", "MB", [on_disk(place / "models") / 1e6]),
            figure("processor time until the page had ended", "s", [processor_seconds() - spent]),
            figure("from nothing to the page", "s", [seconds]),
        ]
    )


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--commit", default="HEAD", help="what to clone")
    told = parser.parse_args()
    named = ["git", "-C", ROOT, "rev-parse", "--short", told.commit]
    commit = subprocess.run(named, check=True, capture_output=True, text=True).stdout.strip()
    name = f"installing-{commit}"
    with tempfile.TemporaryDirectory() as place:
        result = kept(told.out, name, lambda: measure(Path(place), commit), fresh=told.fresh)
    print(table(result.figures))


if __name__ == "__main__":
    main()
