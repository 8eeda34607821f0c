"""The plot of how a library grows."""

import io
from typing import Any

from assistant.evaluation.reports.metrics import quantile

_LINES = (
    ("all_s", "all documents", "#1f5f8b", "o"),
    ("one_document_s", "one document", "#2a8c5a", "s"),
    ("half_of_the_documents_s", "half of them", "#b3541e", "^"),
)


def scale_plot(details: dict[str, Any]) -> str:
    """Searching times (p95) and opening against the number of passages, as SVG."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    sizes = sorted(int(size) for size in details)
    style: Any = {"svg.fonttype": "none", "svg.hashsalt": "scale", "font.size": 9}
    with rc_context(style):
        drawn = Figure(figsize=(7.2, 2.8), layout="constrained")
        search, memory = drawn.subplots(1, 2)
        for key, label, colour, mark in _LINES:
            p95 = [
                1000
                * (quantile(sorted(t for run in _runs(details, n) for t in run[key]), 0.95) or 0)
                for n in sizes
            ]
            search.plot(sizes, p95, color=colour, marker=mark, label=label)
        search.set(xscale="log", xlabel="passages", ylabel="search, p95 (ms)", ylim=(0, None))
        search.legend(frameon=False)
        for key, label, colour, mark in (
            ("memory_mb", "resident memory", "#1f5f8b", "o"),
            ("disk_mb", "disk", "#b3541e", "^"),
        ):
            most = [max(run[key] for run in _runs(details, n)) for n in sizes]
            memory.plot(sizes, most, color=colour, marker=mark, label=label)
        memory.set(xscale="log", xlabel="passages", ylabel="MB", ylim=(0, None))
        memory.legend(frameon=False)
        out = io.StringIO()
        drawn.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def _runs(details: dict[str, Any], size: int) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = details[str(size)]["runs"]
    return runs
