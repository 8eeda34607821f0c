"""How well scanned pages are read: made pages, drawn as a scanner would see them.

    python -m benchmarks.scans [--texts N] [--fonts NAME...] [--dots N...] [--out DIR] [--fresh]

Texts of the calibration set are drawn in three fonts at 300 and at 150 dots an inch, each page
askew and with grey noise, and are read as a picture that is added is read. Character error: the
letters that must be changed, left out or put in to get the drawn text, as a share of it; white
space counts once. Seconds are of processor time.
"""

import io
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.settings import go_offline
from benchmarks.figures import Result, figure, kept, options, table
from index import scans
from index.data import UNSURE, Page
from index.formats.pdf import recognised

DOCUMENTS = Path(__file__).parents[1] / "assistant" / "evaluation" / "calibration_set" / "documents"
"""Texts of our own."""
FONTS = {"serif": "STIXGeneral", "sans": "DejaVuSans", "mono": "DejaVuSansMono"}
"""Those that come with matplotlib."""
DOTS = (300, 150)
TEXTS = 2
SKEWS = (1.5, -1.0)
"""Degrees against the clock, by turns."""
NOISE = 18.0
"""Standard deviation of the grey noise, of 255."""
PAPER, INK = 240, 35
POINTS = 11
SHEET = (595, 842)
"""A4, in points."""
MARGIN = 60
AT_MOST = {300: 0.02, 150: 0.05}
"""Character error, by dots an inch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A page as a scanner sees it."""

    text: str
    """What stands on it, a space between words."""
    png: bytes


def drawn(
    paragraphs: Sequence[str],
    *,
    font: str = "serif",
    dots: int = 150,
    skew: float = SKEWS[0],
    noise: float = NOISE,
    sheet: tuple[int, int] = SHEET,
) -> Drawn:
    """As many of the paragraphs as there is room for; ``sheet`` in points."""
    import matplotlib
    from PIL import Image, ImageDraw, ImageFont

    scale = dots / 72
    width, height = (round(side * scale) for side in sheet)
    margin = min(MARGIN, sheet[0] // 10) * scale
    file = Path(matplotlib.get_data_path(), "fonts", "ttf", f"{FONTS[font]}.ttf")
    face = ImageFont.truetype(str(file), round(POINTS * scale))
    image = Image.new("L", (width, height), PAPER)
    draw = ImageDraw.Draw(image)
    leading = 1.35 * POINTS * scale
    y = margin
    shown = []
    for paragraph in paragraphs:
        lines = _wrapped(paragraph, lambda line: draw.textlength(line, face), width - 2 * margin)
        if y + leading * len(lines) > height - margin:
            break
        for line in lines:
            draw.text((margin, y), line, font=face, fill=INK)
            y += leading
        y += 0.7 * leading
        shown.append(paragraph)
    image = image.rotate(skew, Image.Resampling.BICUBIC, fillcolor=PAPER)
    greys = np.asarray(image, dtype=np.float64)
    greys = greys + np.random.default_rng(len(shown)).normal(0, noise, greys.shape)
    out = io.BytesIO()
    Image.fromarray(greys.clip(0, 255).astype(np.uint8)).save(out, format="PNG")
    return Drawn(text=" ".join(" ".join(shown).split()), png=out.getvalue())


def _wrapped(text: str, width: Any, room: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def distance(one: str, other: str) -> int:
    """The letters that must be changed, left out or put in to make one text the other."""
    letters = np.array([ord(letter) for letter in other], dtype=np.int64)
    counts: npt.NDArray[np.int64] = np.arange(len(other) + 1)
    steps = np.arange(len(other) + 1)
    for letter in one:
        changed = np.minimum(counts[1:] + 1, counts[:-1] + (letters != ord(letter)))
        # Those put in: the least of what stands before, and a step for each letter since.
        counts = np.minimum.accumulate(np.append(counts[0] + 1, changed) - steps) + steps
    return int(counts[-1])


def paragraphs(name: str) -> list[str]:
    """The paragraphs of a text of the calibration set, without headings and tables."""
    text = (DOCUMENTS / name).read_text(encoding="utf-8")
    found = (" ".join(part.split()) for part in text.split("\n\n"))
    return [part for part in found if part and not part.startswith(("#", "|", "-", "*"))]


def misread(page: Page, text: str, shown: str) -> tuple[int, int, int]:
    """Of the words of a page: how many do not stand in ``shown``, how many of these are unsure,
    and how many unsure words do."""
    known = set(shown.split())
    wrong = caught = false = 0
    for word in page.words:
        is_wrong = text[word.start : word.end] not in known
        wrong += is_wrong
        caught += is_wrong and word.is_unsure
        false += word.is_unsure and not is_wrong
    return wrong, caught, false


def measure(names: Sequence[str], fonts: Sequence[str], dots: Sequence[int]) -> Result:
    """The character error at each resolution, what is found out of it, and seconds a page."""
    figures = []
    details: dict[str, Any] = {"pages": []}
    for each in dots:
        errors, seconds, words = [], [], 0
        counts = np.zeros(3, dtype=np.int64)
        for font, name, made in _pages(names, fonts, each):
            began = time.process_time()
            lines = scans.page_lines(made.png, f"{name}.png", ".png", 1, "en")
            seconds.append(time.process_time() - began)
            found = recognised.read([[1, lines]], 1)
            error = distance(" ".join(found.text.split()), made.text) / len(made.text)
            errors.append(error)
            words += len(found.pages[0].words)
            counts += misread(found.pages[0], found.text, made.text)
            page = {"font": font, "text": name, "dots": each, "error": error, "s": seconds[-1]}
            details["pages"].append(page)
            print(page, flush=True)
        wrong, caught, false = map(int, counts)
        details[f"words at {each}"] = [words, wrong, caught, false]
        wanted = {"at_most": AT_MOST[each]} if each in AT_MOST else {}
        figures += [
            figure(f"character error at {each} dots", "", errors, **wanted),
            figure(f"seconds a page at {each} dots", "s", seconds),
            figure(f"misread words under {UNSURE}% at {each} dots", "", [caught / max(1, wrong)]),
            figure(f"right words under {UNSURE}% at {each} dots", "", [false / max(1, words)]),
        ]
    return Result(figures=figures, details=details)


def _pages(
    names: Sequence[str], fonts: Sequence[str], dots: int
) -> Iterator[tuple[str, str, Drawn]]:
    for font in fonts:
        for number, name in enumerate(names):
            skew = SKEWS[number % len(SKEWS)]
            yield font, name, drawn(paragraphs(name), font=font, dots=dots, skew=skew)


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--texts", type=int, default=TEXTS, help="of the calibration set")
    parser.add_argument("--fonts", nargs="*", choices=FONTS, default=list(FONTS))
    parser.add_argument("--dots", nargs="*", type=int, default=list(DOTS))
    told = parser.parse_args()
    go_offline()
    names = sorted(path.name for path in DOCUMENTS.iterdir())[: told.texts]

    def work() -> Result:
        return measure(names, told.fonts, told.dots)

    print(table(kept(told.out, "scans", work, fresh=told.fresh).figures))


if __name__ == "__main__":
    main()
