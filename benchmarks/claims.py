"""How many right and wrong claims pass the check of what is published.

    python -m benchmarks.claims CLAIMS.jsonl...

Reads claim lines (``{"id","claim","source","supported"}``), each source as what the claim cites.
Prints for each file how many the guards object to, and of the others how many pass with the text
first, with the claim first, and by both together, which is what is shipped.
"""

import argparse
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from assistant.checking.calibration import load
from assistant.checking.guards import objections
from assistant.checking.support import joint, probability_of_support
from assistant.models.protocol import Model
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.runtime import open_model
from assistant.settings import load_settings
from benchmarks.development_sets import Line, read_lines

TEXT_FIRST = 0.75
"""Least probability with the text first, as it was before the claim was read first too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What one claim got."""

    supported: bool
    scores: tuple[float, float, float]
    """Probabilities with the text first, with the claim first, and of both."""


def judged(model: Model, prompts: Prompts, line: Line) -> Judged:
    """The claim of a line judged each way.

    Raises:
        ModelError: the model gave no answer.
    """
    first, second = (
        probability_of_support(model, prompts, line["claim"], [line["source"]], prompt=prompt)[0]
        or 0.0
        for prompt in ("support", "claim_first")
    )
    return Judged(supported=bool(line["supported"]), scores=(first, second, joint(first, second)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("claims", type=Path, nargs="+")
    asked = parser.parse_args()
    prompts = Prompts.load(prompts_folder())
    with closing(open_model(load_settings())) as model:
        least = load(model.name).support
        for file in asked.claims:
            lines = read_lines(file)
            left = [line for line in lines if not objections(line["claim"], [line["source"]])]
            rows = [judged(model, prompts, line) for line in left]
            right = sum(row.supported for row in rows)
            print(
                f"{file.stem}: {len(lines)} claims, the guards object to {len(lines) - len(left)}"
            )
            print(f"  left: {right} right, {len(rows) - right} wrong")
            ways = (("text first", TEXT_FIRST), ("claim first", least), ("both", least))
            for way, (name, at) in enumerate(ways):
                passed = [row.supported for row in rows if row.scores[way] >= at]
                wrong = len(passed) - sum(passed)
                print(f"  {name}, from {at}: {sum(passed)} right, {wrong} wrong", flush=True)


if __name__ == "__main__":
    main()
