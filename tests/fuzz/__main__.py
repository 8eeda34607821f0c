"""Fuzz one target:  python -m tests.fuzz TARGET FOLDER SECONDS

Starts from the hostile files and what earlier runs kept in FOLDER. Ends with 0 where nothing was
found; else the input that broke a promise lies in FOLDER, named ``crash-…``.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["index", "assistant.checking.citations"]):
    from tests.fuzz.targets import KINDS, TARGETS

from tests.hostile import corpus

LONGEST = 4_096
"""Bytes of an input: findings are small."""


def main() -> None:
    name, folder, seconds = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    kept = folder / name
    if not kept.exists():
        kept.mkdir(parents=True)
        _start_from_hostile_files(kept, folder / "files")
    atheris.Setup(
        [
            sys.argv[0],
            str(kept),
            f"-max_total_time={seconds}",
            f"-max_len={LONGEST}",
            "-timeout=300",
            "-rss_limit_mb=3000",
            f"-artifact_prefix={folder}/crash-{name}-",
            "-print_final_stats=1",
        ],
        TARGETS[name],
    )
    atheris.Fuzz()


def _start_from_hostile_files(kept: Path, files: Path) -> None:
    for number, path in enumerate(corpus.write(files, large=False)):
        plain = path.suffix in KINDS and path.is_file() and not path.is_symlink()
        if plain and path.stat().st_size <= LONGEST:
            kind = bytes([KINDS.index(path.suffix)])
            (kept / str(number)).write_bytes(kind + path.read_bytes())


if __name__ == "__main__":
    main()
