"""What each user's library costs a page: resident memory and open files, with the example in each.

    python -m benchmarks.libraries --users 30

The page keeps the vectors of some in memory (``assistant/page/serving/assistants.py``); so does
this.
"""

import argparse
import json
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from assistant.page.serving.assistants import AWAKE
from assistant.resources import seeds_folder
from assistant.runtime import open_library
from assistant.settings import Settings, go_offline


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--users", type=int, default=30)
    given = parser.parse_args()
    go_offline()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        shared = stack.enter_context(open_library(Settings(library=Path(folder) / "library")))
        libraries = []
        for number in range(given.users + 1):
            if number:
                beside = shared.beside(Path(folder) / str(number), "page")
                libraries.append(stack.enter_context(beside))
            library = libraries[-1] if libraries else shared
            list(library.add(seeds_folder()))
            library.search("How many soldiers are there?")
            if number > AWAKE:
                libraries[number - AWAKE - 1].rest()
            line = {"users": number, "resident_mb": _resident_mb(), "files": _files()}
            print(json.dumps(line), flush=True)


def _resident_mb() -> float:
    """Of this process, on Linux."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def _files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


if __name__ == "__main__":
    main()
