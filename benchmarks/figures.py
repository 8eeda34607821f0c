"""What a benchmark finds: figures with their targets, kept as JSON, shown as a table."""

import argparse
import json
import os
import platform
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

OUT = Path("reports") / "bench"
"""Where results are kept unless told otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: the median of its runs."""

    name: str
    value: float
    unit: str
    """``x`` for a ratio within one run."""
    n: int
    low: float
    high: float
    """The lowest and highest run."""
    at_least: float | None = None
    at_most: float | None = None
    """The target, if there is one."""

    @property
    def reached(self) -> bool | None:
        """Whether the median meets the target; None without one."""
        if self.at_least is not None:
            return self.value >= self.at_least
        return None if self.at_most is None else self.value <= self.at_most


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one benchmark found, and everything its plot needs."""

    figures: list[Figure]
    details: dict[str, Any] = field(default_factory=dict)


def peak_memory_kb(process: str = "self") -> int:
    """The most memory that a process has held, in KiB; ``process`` is its number.

    ``getrusage`` is no use for it: Linux keeps the parent's peak through ``exec``, so a small
    process that a large one starts would be called large.
    """
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    return sum(map(int, re.findall(r"^VmHWM:\s+(\d+)", status, re.MULTILINE)))


def peak_memory_mb() -> float:
    """The most memory that this process has held, in MiB."""
    return peak_memory_kb() / 1024


def figure(name: str, unit: str, runs: Sequence[float], **target: float) -> Figure:
    """The figure of these runs; ``target`` is ``at_least`` or ``at_most``."""
    return Figure(
        name=name,
        value=median(runs),
        unit=unit,
        n=len(runs),
        low=min(runs),
        high=max(runs),
        **target,
    )


def options(doc: str | None) -> argparse.ArgumentParser:
    """What every benchmark may be told: where figures are kept, and whether to measure anew.

    ``doc`` is the benchmark's own docstring, whose first line describes it.
    """
    parser = argparse.ArgumentParser(description=doc.splitlines()[0] if doc else "")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--fresh", action="store_true", help="measure again what is kept")
    return parser


def kept(out: Path, name: str, measure: Callable[[], Result], *, fresh: bool = False) -> Result:
    """The result under this name, measured unless it is there already."""
    path = out / f"{name}.json"
    if path.exists() and not fresh:
        found = json.loads(path.read_text(encoding="utf-8"))
        figures = [Figure(**each) for each in found["figures"]]
        return Result(figures=figures, details=found["details"])
    result = measure()
    path.parent.mkdir(parents=True, exist_ok=True)
    about = {"measured": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine()}
    text = json.dumps(about | asdict(result), indent=1)
    path.with_suffix(".new").write_text(text + "\n", encoding="utf-8")
    path.with_suffix(".new").replace(path)
    return result


def machine() -> dict[str, Any]:
    """The processor and its instructions that matter here; no name, no address."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        lines = []
    facts = {
        key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)
    }
    wanted = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16")
    flags = facts.get("flags", "").split()
    return {
        "processor": facts.get("model name", platform.processor()),
        "cores": os.cpu_count(),
        "instructions": [name for name in wanted if name in flags],
        "python": platform.python_version(),
    }


def table(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = ["| | median | runs (lowest to highest) | target | |", "|---|---|---|---|---|"]
    for each in figures:
        told = {True: "reached", False: "**not reached**", None: ""}[each.reached]
        bound = each.at_least if each.at_least is not None else each.at_most
        sign = "≥" if each.at_least is not None else "≤"
        target = "" if bound is None else f"{sign} {bound:g} {each.unit}"
        spread = f"{each.n} ({each.low:.3g} to {each.high:.3g})"
        lines.append(
            f"| {each.name} | {each.value:.3g} {each.unit} | {spread} | {target} | {told} |"
        )
    return "\n".join(lines)
