"""The plots of a report as SVG that takes its colours from the page it stands in."""

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from assistant.evaluation.reports.metrics import quantile

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _FAINT = "#010203", "#010204"
_SERIES = ("#010205", "#010206")
_COLOURS = {
    _INK: "var(--ink)",
    _FAINT: "var(--line)",
    _SERIES[0]: "var(--first)",
    _SERIES[1]: "var(--second)",
}
"""Stand-ins that are written by the plot library, and the style properties they become."""
_STYLE: Any = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": _INK,
    "axes.edgecolor": _FAINT,
    "axes.labelcolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": _FAINT,
    "grid.linewidth": 0.5,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "legend.frameon": False,
}


def risk_coverage_plot(chain: dict[str, Any]) -> str | None:
    """Risk against coverage, with the point at which the program works; None without data."""
    curve = chain["selective"]["risk_coverage"]
    if len(curve) < 2:
        return None
    coverage, risk = chain["selective"]["coverage"], chain["selective"]["risk"]

    def draw(axes: "Axes") -> None:
        axes.step([c for c, _ in curve], [r for _, r in curve], where="post", color=_SERIES[0])
        if risk is not None:
            axes.plot([coverage], [risk], "o", color=_SERIES[1], label="as shipped")
            axes.legend(loc="upper left")
        axes.set(xlabel="share of questions answered", ylabel="share of those wrong")
        axes.set(xlim=(0, 1), ylim=(0, 1))

    return _svg(draw, "risk-coverage")


def calibration_plot(chain: dict[str, Any]) -> str | None:
    """The stated probability against the share that was answerable; None without data."""
    bins = chain["selective"]["calibration"]
    if not bins:
        return None

    def draw(axes: "Axes") -> None:
        axes.plot([0, 1], [0, 1], color=_FAINT, linewidth=1)
        axes.plot([p for p, _, _ in bins], [t for _, t, _ in bins], color=_SERIES[0])
        sizes = [12 + 4 * count for _, _, count in bins]
        axes.scatter([p for p, _, _ in bins], [t for _, t, _ in bins], sizes, color=_SERIES[0])
        axes.set(xlabel="stated answerability", ylabel="share answerable")
        axes.set(xlim=(0, 1), ylim=(0, 1))

    return _svg(draw, "calibration")


def latency_plot(chains: dict[str, dict[str, Any]]) -> str | None:
    """The share of questions done after so many seconds, a line for each chain and event."""
    series = [
        (f"{name}: {label}", colour, style, sorted(values))
        for (name, chain), colour in zip(chains.items(), _SERIES, strict=False)
        for label, style, key in (
            ("first sentence", "dotted", "first_sentence_s"),
            ("all", "solid", "total_s"),
        )
        if (values := _seconds(chain["cases"], key))
    ]
    if not series:
        return None
    longest = max(quantile(values, 0.99) or 0.0 for *_, values in series)

    def draw(axes: "Axes") -> None:
        for label, colour, style, values in series:
            shares = [(rank + 1) / len(values) for rank in range(len(values))]
            axes.step(values, shares, where="post", color=colour, linestyle=style, label=label)
        axes.set(xlabel="seconds", ylabel="share of questions done")
        axes.set(xlim=(0, longest * 1.05 or 1), ylim=(0, 1))
        axes.legend(loc="lower right")

    return _svg(draw, "latency")


def _seconds(cases: Sequence[dict[str, Any]], key: str) -> list[float]:
    return [row[key] for row in cases if row["kind"] == "answer" and row[key] is not None]


def _svg(draw: Callable[["Axes"], None], name: str) -> str:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(_STYLE | {"svg.hashsalt": name}):
        figure = Figure(figsize=(4.2, 3.0), layout="constrained")
        draw(figure.add_subplot())
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    text = out.getvalue()
    for colour, variable in _COLOURS.items():
        text = text.replace(colour, variable)
    return text[text.index("<svg") :].replace("<svg", f'<svg role="img" aria-label="{name}"', 1)
