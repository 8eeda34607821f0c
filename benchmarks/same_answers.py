"""Do two runs of an evaluation give the same answers, case by case?

    python -m benchmarks.same_answers RUN_A RUN_B

A run is the folder that ``citewell evaluate --out`` made, or its ``cases.jsonl``. Every case whose
status, text or citations differ is listed with both, and every case that only one run has. Exit
codes: 0 all the same, 1 some differ, 2 a run that cannot be read. Times, tokens and probabilities
are not compared: a machine's load, or a prompt cache, changes them and no answer.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from json import loads
from pathlib import Path

from assistant.evaluation.reports.results import (
    CaseFailure,
    ChainName,
    Outcome,
    Quoted,
    outcome_from_json,
)

Key = tuple[str, ChainName]


class UnreadableRunError(Exception):
    """A run without cases that can be read; the message says which and why."""


def outcomes(run: Path) -> dict[Key, Outcome]:
    """What a run's cases gave, the latest of each; a row that a kill cut short is left out.

    Raises:
        UnreadableRunError: there is no such file, it holds something else, or no case.
    """
    path = run / "cases.jsonl" if run.is_dir() else run
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
        found = [outcome_from_json(loads(line)) for line in lines]
    except OSError as error:
        raise UnreadableRunError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableRunError(f"{path} holds no cases of an evaluation: {error}") from error
    if not found:
        raise UnreadableRunError(f"{path} holds no cases")
    return {(outcome.id, outcome.chain): outcome for outcome in found}


def said(outcome: Outcome | None) -> dict[str, str]:
    """What is compared, by name and as it is printed."""
    if outcome is None:
        return {"status": "(not asked)"}
    if isinstance(outcome, CaseFailure):
        return {"status": f"failed: {outcome.error}: {outcome.message}"}
    return {
        "status": outcome.status,
        "text": " / ".join(part for part in (outcome.text, outcome.note) if part),
        "citations": "; ".join(
            ", ".join(map(_place, cited)) or "none" for cited in outcome.citations or ()
        ),
    }


def _place(quoted: Quoted) -> str:
    return f"{quoted.document} {quoted.start}-{quoted.end} {quoted.quote!r}"


def differences(before: Mapping[Key, Outcome], now: Mapping[Key, Outcome]) -> Iterator[str]:
    """A paragraph for each case that differs, in the order of the first run, then the second."""
    for key in dict.fromkeys([*before, *now]):
        old, new = said(before.get(key)), said(now.get(key))
        changed = [
            name for name in ("status", "text", "citations") if old.get(name) != new.get(name)
        ]
        if changed:
            yield "\n".join(
                [
                    f"{' '.join(key)}: {', '.join(changed)}",
                    *(
                        f"  {sign} {name}: {values.get(name) or '(none)'}"
                        for name in changed
                        for sign, values in (("-", old), ("+", new))
                    ),
                ]
            )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what differs; 1 where anything does."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.same_answers", description=__doc__)
    parser.add_argument("before", type=Path, metavar="RUN_A")
    parser.add_argument("now", type=Path, metavar="RUN_B")
    chosen = parser.parse_args(arguments)
    try:
        before, now = outcomes(chosen.before), outcomes(chosen.now)
    except UnreadableRunError as error:
        parser.error(str(error))
    found = list(differences(before, now))
    for paragraph in found:
        print(paragraph, end="\n\n")
    asked = len(before.keys() | now.keys())
    print(f"{len(found)} of {asked} cases differ." if found else f"All {asked} cases are the same.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
