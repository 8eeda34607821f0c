"""All benchmarks, one after the other: what ``make bench`` runs.

    python -m benchmarks [--out DIR] [--fresh]

Each is a process of its own and keeps its result in ``DIR/NAME.json``; what is there already is not
measured again, so an interrupted run goes on where it was. At the end: one table, and the plot
``DIR/scale.svg``.
"""

import subprocess
import sys

from benchmarks.figures import Result, kept, options, table
from benchmarks.plot import scale_plot

PARTS = ("starts", "reading", "indexing", "answers", "retrieval")


def main() -> int:
    parser = options(__doc__)
    told = parser.parse_args()
    failed = []
    for part in PARTS:
        print(f"==> {part}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{part}", "--out", str(told.out)]
        if subprocess.run([*command, *(["--fresh"] if told.fresh else [])], check=False).returncode:
            failed.append(part)
    results = {part: kept(told.out, part, _missing) for part in PARTS if part not in failed}
    print(table(figure for result in results.values() for figure in result.figures))
    if "retrieval" in results:
        plot = scale_plot(results["retrieval"].details)
        (told.out / "scale.svg").write_text(plot, encoding="utf-8")
        print(f"The plot is {told.out / 'scale.svg'}")
    for part in failed:
        print(f"{part} failed, see above; run this again to try it again.", file=sys.stderr)
    return 1 if failed else 0


def _missing() -> Result:
    raise AssertionError("a part that succeeded keeps its result")


if __name__ == "__main__":
    sys.exit(main())
