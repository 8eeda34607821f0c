"""Cuts the development sets in two: what thresholds are learnt from, and what is reported on.

    python -m benchmarks.development_sets DATA OUT

``DATA`` holds ``squad2_dev.json``, ``clapnq/`` and ``claims_NAME.jsonl``, none of them part of the
repository. ``OUT`` gets

    calibration/golden.jsonl, corpus/   SQuAD and ClapNQ questions, one pooled corpus
    calibration/claims_NAME.jsonl
    reported/squad/, reported/clapnq/   golden.jsonl and corpus/
    reported/claims_NAME.jsonl

No question, ClapNQ document (under whatever name) or claim source is on both sides; of SQuAD,
other questions of the same articles are. Everything depends on the seed alone.
"""

import argparse
import json
import random
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from assistant.evaluation.golden.cases import GoldenCase, GoldenSet, case_json
from assistant.evaluation.golden.squad import Slice, read_squad, slice_cases

SEED = 7
REPORTED_SQUAD = Slice()
LEARNT_SQUAD = Slice(answerable=60, unanswerable=60, absent=30)
LEARNT_CLAPNQ = 80
LEARNT_CLAIMS = 150
"""Claims of each set that thresholds are learnt from, out of the half that is not reported."""
SMALLEST_REPORTED = 200
"""Claims that stay to be reported on where a set is too small for ``LEARNT_CLAIMS``."""

Item = TypeVar("Item")
Line = dict[str, Any]


def split_by_group(
    items: Sequence[Item], group: Callable[[Item], str], *, learnt: int, seed: int = SEED
) -> tuple[list[Item], list[Item]]:
    """``items`` as (learnt from, reported on): random whole groups until ``learnt`` is reached."""
    names = sorted({group(item) for item in items})
    random.Random(seed).shuffle(names)
    sizes: dict[str, int] = {}
    for item in items:
        sizes[group(item)] = sizes.get(group(item), 0) + 1
    chosen: set[str] = set()
    count = 0
    for name in names:
        if count >= learnt:
            break
        chosen.add(name)
        count += sizes[name]
    return (
        [item for item in items if group(item) in chosen],
        [item for item in items if group(item) not in chosen],
    )


def squad_halves(golden: GoldenSet) -> tuple[list[GoldenCase], list[GoldenCase], list[str]]:
    """Questions (learnt from, reported on) and the articles of their common corpus."""
    reported, names = slice_cases(golden, REPORTED_SQUAD)
    taken = {case.id.removeprefix("absent-") for case in reported}
    others = replace(golden, cases=tuple(case for case in golden.cases if case.id not in taken))
    learnt, _ = slice_cases(others, LEARNT_SQUAD)
    return learnt, reported, names


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    told = parser.parse_args()
    data, out = told.data, told.out

    squad = json.loads((data / "squad2_dev.json").read_text(encoding="utf-8"))["data"]
    golden, problems = read_squad(squad)
    if problems:
        raise SystemExit(f"{len(problems)} SQuAD questions cannot be read: {problems[0]}")
    learnt_squad, reported_squad, articles = squad_halves(golden)
    clapnq = read_lines(data / "clapnq" / "golden.jsonl")
    learnt_clapnq, others = split_by_group(clapnq, clapnq_group, learnt=LEARNT_CLAPNQ)
    texts = {path.name: path.read_bytes() for path in (data / "clapnq" / "corpus").iterdir()}
    known = {texts.get(clapnq_group(line)) for line in learnt_clapnq} - {None}
    reported_clapnq = [line for line in others if texts.get(clapnq_group(line)) not in known]

    for folder in (out / "calibration" / "corpus", out / "reported" / "squad" / "corpus"):
        folder.mkdir(parents=True, exist_ok=True)
        for name in articles:
            (folder / name).write_text(golden.contexts[name], encoding="utf-8", newline="")
    for folder in (out / "calibration" / "corpus", out / "reported" / "clapnq" / "corpus"):
        shutil.copytree(data / "clapnq" / "corpus", folder, dirs_exist_ok=True)
    write_lines(
        out / "calibration" / "golden.jsonl",
        [*(case_json(case) for case in learnt_squad), *learnt_clapnq],
    )
    write_lines(out / "reported" / "squad" / "golden.jsonl", map(case_json, reported_squad))
    write_lines(out / "reported" / "clapnq" / "golden.jsonl", reported_clapnq)

    for path in sorted(data.glob("claims_*.jsonl")):
        claims = read_lines(path)
        half = min(len(claims) // 2, len(claims) - SMALLEST_REPORTED)
        learnt, reported = split_by_group(claims, claim_group, learnt=half)
        few = random.Random(SEED).sample(learnt, min(LEARNT_CLAIMS, len(learnt)))
        write_lines(out / "calibration" / path.name, few)
        write_lines(out / "reported" / path.name, reported)


def clapnq_group(line: Line) -> str:
    """The document that a ClapNQ question was asked of; without marked evidence, its own id."""
    evidence = line.get("evidence") or []
    return str(evidence[0]["document"] if evidence else line["id"])


def claim_group(line: Line) -> str:
    """The claim's source: claims about one text stay on one side."""
    return str(line["source"])


def read_lines(path: Path) -> list[Line]:
    lines = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line.strip()]


def write_lines(path: Path, lines: Iterable[Line]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
