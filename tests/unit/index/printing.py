"""Pages printed by chance: fonts, sizes, columns, note marks and wording vary with the seed."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import fpdf

FONTS = ("helvetica", "times", "courier")
PLACES = ("Tarn End", "Low Moor", "Ashby", "Whin Gill", "Port Ellery", "Colne Head", "Marrow")
NAMES = ("Haldane", "Okoye", "Trevelyan", "Kessler", "Arnaud", "Okafor", "Brockmere")
THINGS = ("valve", "pump", "ladder", "filter", "gauge", "crane", "boiler", "hatch", "meter")
VERBS = ("was checked", "had been moved", "will be sold", "was found wet", "is kept dry")
WHEN = ("in March", "before the frost", "after the flood", "every spring", "at night", "by day")


class Print:
    """A PDF that is drawn letter by letter and line by line; lengths are in points."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.pdf = fpdf.FPDF(unit="pt", format="a4")
        self.pdf.set_auto_page_break(False)
        self.font = self.chance.choice(FONTS)
        self.size = self.chance.choice((9.5, 10.0, 11.0, 12.0))
        self.leading = self.size * self.chance.uniform(1.15, 1.35)

    def page(self, **options: Any) -> None:
        self.pdf.add_page(**options)

    def text(
        self, x: float, y: float, text: str, *, size: float = 0.0, style: str = "", font: str = ""
    ) -> float:
        """Draw text from ``x`` on the base ``y``; returns where it ends."""
        self.pdf.set_font(font or self.font, style, size or self.size)
        self.pdf.text(x, y, text)
        return x + float(self.pdf.get_string_width(text))

    def width(self, text: str, size: float = 0.0) -> float:
        self.pdf.set_font(self.font, "", size or self.size)
        return float(self.pdf.get_string_width(text))

    def wrapped(self, text: str, width: float, size: float = 0.0) -> list[str]:
        """The text in lines no wider than ``width``."""
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if self.width(longer, size) > width and lines[-1]:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def lines(self, x: float, y: float, lines: Sequence[str], size: float = 0.0) -> float:
        """Draw lines below each other; returns the base of the next one."""
        leading = self.leading * (size or self.size) / self.size
        for line in lines:
            self.text(x, y, line, size=size)
            y += leading
        return y

    def sentence(self) -> str:
        pick = self.chance.choice
        number = self.chance.randint(12, 980)
        return (
            f"The {pick(THINGS)} at {pick(PLACES)} {pick(VERBS)} {pick(WHEN)}, and "
            f"{pick(NAMES)} counted {number} of them."
        )

    def prose(self, sentences: int) -> str:
        return " ".join(self.sentence() for _ in range(sentences))

    def made(self) -> bytes:
        return bytes(self.pdf.output())


def unicode_font(page: Print) -> str:
    """A font that has letters of other scripts, and ligatures."""
    import matplotlib

    file = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
    page.pdf.add_font("dejavu", "", str(file))
    return "dejavu"
