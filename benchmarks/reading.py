"""Reading PDF pages beside embedding what was read of them, in one run.

    python -m benchmarks.reading [--pages N] [--runs N] [--folder DIR] [--out DIR] [--fresh]

The pages are made documents, printed in one column and in two, by turns, with a running head and
page numbers. Reading is all that happens in the process apart: the letters, their order, the
sentences and passages. The two take turns, both ready before. ``--folder`` takes your own PDF files
instead of made ones.
"""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import fpdf

from assistant.models import DEFAULT_EMBEDDING, weights_path
from assistant.settings import Settings, go_offline
from benchmarks import texts
from benchmarks.figures import Result, figure, kept, options, table
from index import loading
from index.embedding import Embedder, SentenceEmbedder
from index.loading import Parted
from index.vectors import embedded_text

PAGES = 120
RUNS = 3
A_FILE = 24
"""Pages of a made file."""
_READY = "ready " * 5_000
"""Enough to load the model for many texts."""


def measure(folder: Path, embedder: Embedder, runs: int) -> Result:
    """Pages read a second, and the share of the time of embedding that reading takes."""
    files = [loading.read_file(path, 50) for path in sorted(folder.glob("*.pdf"))]
    loading.part(files[0])
    embedder.encode([_READY])
    rates, shares = [], []
    pages = characters = 0
    for _ in range(runs):
        began = time.perf_counter()
        read = [loading.part(file) for file in files]
        middle = time.perf_counter()
        embedder.encode(_embedded(read))
        embedding = time.perf_counter() - middle
        pages = sum(len(each.document.pages) for each in read)
        characters = sum(len(each.document.text) for each in read)
        rates.append(pages / (middle - began))
        shares.append((middle - began) / embedding)
    return Result(
        figures=[
            figure("PDF pages read a second", "/s", rates),
            figure("reading PDF pages beside embedding them", "x", shares, at_most=0.5),
        ],
        details={"pages": pages, "characters": characters},
    )


def _embedded(read: Sequence[Parted]) -> list[str]:
    """The passages in the order of their length, as a library embeds them."""
    return sorted((embedded_text(each) for one in read for each in one.passages), key=len)


def printed(folder: Path, pages: int) -> Path:
    """The folder, with made documents printed into PDF files of so many pages in all."""
    folder.mkdir(parents=True, exist_ok=True)
    for first in range(0, pages, A_FILE):
        pdf = fpdf.FPDF(format="a4")
        pdf.set_auto_page_break(False)
        for number in range(first, min(pages, first + A_FILE)):
            _print(pdf, texts.document(number), number - first)
        (folder / f"{first:05}.pdf").write_bytes(bytes(pdf.output()))
    return folder


def _print(pdf: fpdf.FPDF, made: texts.Made, number: int) -> None:
    """One page of a document: what does not fit on it is left out."""
    pdf.add_page()
    pdf.set_font("times", size=9)
    pdf.text(20, 12, "A yearbook of made documents")
    pdf.text(105, 287, str(number + 1))
    pdf.set_font("times", size=10)
    columns = 1 + number % 2
    width = 170 / columns - 4 * (columns - 1)
    words = made.text.encode("latin-1", "ignore").decode("latin-1").split()
    for column in range(columns):
        y = 25.0
        while words and y < 275:
            line = words.pop(0)
            while words and pdf.get_string_width(f"{line} {words[0]}") <= width:
                line = f"{line} {words.pop(0)}"
            pdf.text(20 + column * (width + 8), y, line)
            y += 4.6


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--folder", type=Path, default=None, help="instead of made documents")
    told = parser.parse_args()
    go_offline()

    def work() -> Result:
        weights = weights_path(DEFAULT_EMBEDDING, Settings().models_dir)
        embedder = SentenceEmbedder(weights, DEFAULT_EMBEDDING)
        if told.folder:
            return measure(told.folder, embedder, told.runs)
        with tempfile.TemporaryDirectory() as place:
            return measure(printed(Path(place), told.pages), embedder, told.runs)

    print(table(kept(told.out, "reading", work, fresh=told.fresh).figures))


if __name__ == "__main__":
    main()
