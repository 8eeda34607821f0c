"""The whole hostile corpus, with its bombs and giants.

    python -m tests.soak.hostile

Each file is loaded in a process that is watched: its processor time, the most memory it held, and
whether every span is exact.
"""

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.hostile import corpus
from tests.hostile.trial import tried


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        paths = corpus.write(Path(folder), large=True)
        outcomes = []
        for outcome in tried(paths):
            outcomes.append(outcome)
            if outcome.fault:
                print(f"{outcome.fault}: {outcome.path.name!r} {outcome.detail}", flush=True)
    figures = {
        "files": len(outcomes),
        "kinds": dict(Counter(outcome.kind for outcome in outcomes)),
        "faults": sum(bool(outcome.fault) for outcome in outcomes),
        "longest_s": max(outcome.seconds for outcome in outcomes),
        "most_mb": max(outcome.peak_mb for outcome in outcomes),
    }
    print(json.dumps(figures))
    return int(figures["faults"] > 0)


if __name__ == "__main__":
    sys.exit(main())
