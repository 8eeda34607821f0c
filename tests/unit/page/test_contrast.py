"""Colours that stand on each other have the contrast of WCAG 2.2 AA, light and dark."""

import re

import pytest

from assistant.page.serving import launch

CSS = (launch.STATIC / "page.css").read_text(encoding="utf-8")
TEXT, CONTROL = 4.5, 3.0
"""The least contrast of text, and of the borders that tell what can be used."""
PAIRS = [
    ("ink", "paper", TEXT),
    ("ink", "side", TEXT),
    ("ink", "bad-wash", TEXT),
    ("ink", "warn-wash", TEXT),
    ("soft", "paper", TEXT),
    ("soft", "side", TEXT),
    ("accent", "paper", TEXT),
    ("accent", "side", TEXT),
    ("accent", "wash", TEXT),
    ("on-accent", "accent-fill", TEXT),
    ("good", "paper", TEXT),
    ("good", "side", CONTROL),
    ("bad", "paper", TEXT),
    ("bad", "side", TEXT),
    ("bad", "bad-wash", TEXT),
    ("mark-ink", "mark", TEXT),
    ("control", "paper", CONTROL),
    ("control", "side", CONTROL),
]


def colours(scheme: str) -> dict[str, str]:
    start = CSS.index(
        {"light": "\n.gradio-container {", "dark": "\n.dark .gradio-container"}[scheme]
    )
    block = CSS[start : CSS.index("}", start)]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("upper", "lower", "least"), PAIRS)
def test_contrast(scheme: str, upper: str, lower: str, least: float) -> None:
    named = colours(scheme)
    assert contrast(named[upper], named[lower]) >= least
