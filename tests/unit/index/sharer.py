"""A process that shares a library: does what each line of its input says, and tells what it found.

python -m tests.unit.index.sharer LIBRARY URL
"""

import json
import sys
from pathlib import Path

from index import Library
from tests.fakes import HashEmbedder


def main() -> None:
    folder, url = sys.argv[1:]
    with Library.open(Path(folder), embedder=HashEmbedder(), chroma_url=url) as library:
        tell([])
        for line in sys.stdin:
            act, _, rest = line.strip().partition(" ")
            if act == "add":
                tell([result.status for result in library.add(rest)])
            elif act == "search":
                tell([found.document_name for found in library.search(rest, k=3)])
            elif act == "check":
                tell(library.check())


def tell(found: list[str]) -> None:
    sys.stdout.write(f"{json.dumps(found)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
