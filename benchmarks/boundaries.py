"""Sentence boundaries found by Citewell and by libraries, beside those that were marked by hand.

    python -m benchmarks.boundaries [FILE...]

A marked file holds one sentence a line. A blank line parts paragraphs, a line that begins with a
backslash began a line of the text, others followed a space; ``## name`` begins a kind.
"""

import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.sentences import sentences

MARKED = Path(__file__).parents[1] / "tests/golden/sentences"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A text and where each of its sentences ends."""

    kind: str
    text: str
    ends: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Boundaries within paragraphs: the last sentence's end is nobody's merit."""

    right: int
    found: int
    marked: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.marked if self.marked else 1.0


def paragraphs(path: Path) -> Iterator[Paragraph]:
    """The marked paragraphs of a file."""
    kind, text, ends = "", "", list[int]()
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        bare = line.strip()
        if bare and not bare.startswith("## "):
            gap = ("\n" if bare[0] == "\\" else " ") if text else ""
            text += gap + bare.removeprefix("\\")
            ends.append(len(text))
        elif text:
            yield Paragraph(kind=kind, text=text, ends=frozenset(ends))
            text, ends = "", []
        if bare.startswith("## "):
            kind = bare[3:]


def score(found: Sequence[Paragraph], split: Callable[[str], list[tuple[int, int]]]) -> Score:
    """What a splitter finds of the marked boundaries."""
    right = count = marked = 0
    for each in found:
        ends = {end for _, end in split(each.text)} - {len(each.text)}
        inner = each.ends - {len(each.text)}
        right, count, marked = right + len(ends & inner), count + len(ends), marked + len(inner)
    return Score(right=right, found=count, marked=marked)


def _nupunkt(text: str) -> list[tuple[int, int]]:
    from nupunkt import sentence_spans

    return list(sentence_spans(text, line_breaks=True))


def _pysbd(text: str) -> list[tuple[int, int]]:
    import pysbd

    spans = pysbd.Segmenter(language="en", clean=False, char_span=True).segment(text)
    return [(s.start, s.start + len(s.sent.rstrip())) for s in spans if s.sent.strip()]


def _blingfire(text: str) -> list[tuple[int, int]]:
    import blingfire

    return list(blingfire.text_to_sentences_and_offsets(text)[1])


SPLITTERS = {"ours": sentences, "nupunkt": _nupunkt, "pysbd": _pysbd, "blingfire": _blingfire}


def main(paths: Sequence[str]) -> None:
    files = [Path(each) for each in paths] or sorted(MARKED.glob("*.txt"))
    marked = [each for path in files for each in paragraphs(path)]
    kinds = list(dict.fromkeys(each.kind for each in marked))
    prose = " ".join(re.sub(r"\s+", " ", each.text) for each in marked) * 20
    for name, split in SPLITTERS.items():
        try:
            split("Warm. Up.")
        except ImportError:
            continue
        begun = time.process_time()
        split(prose)
        speed = len(prose) / (time.process_time() - begun) / 1e6
        parts = {kind: score([m for m in marked if m.kind == kind], split) for kind in kinds}
        parts["all"] = score(marked, split)
        print(
            f"| {name} | "
            + " | ".join(f"{s.precision:.3f} / {s.recall:.3f}" for s in parts.values())
            + f" | {speed:.2f} |"
        )
    print("| | " + " | ".join([*kinds, "all"]))


if __name__ == "__main__":
    main(sys.argv[1:])
