"""From recognised lines to a text: as the text layer of a PDF is put in order, word by word.

A reading is what ``index.scans`` has of a page, as JSON: its ``number``, and the ``lines`` of
``scanned.Line``.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from index.data import Page, Recognised
from index.formats.content import Content
from index.formats.pdf import joining, layout, lines, running
from index.formats.pdf.hyphens import Words
from index.formats.pdf.shapes import PLAIN, Box, Sheet, Strip, Word, around
from index.formats.scanned import Line
from index.formats.scanned import Word as Found

_SAME_SIZE = (0.75, 1.3)
"""Sizes of lines beside the usual one that are the same: how high a line is found varies."""
_SAME_LINE = 0.5
"""Share of the letters' size by which the middles of one line's pieces differ at most."""
_BASE = 0.35
"""Share of the letters' size by which a line's base lies below its middle."""
_REACH = 40
"""Letters after the last word that was found within which the next one is looked for."""
_STANDING = 4
"""The turn of lines that run downwards: they are read after the others."""


class Recognition:
    """The sheets of all pages that were recognised, and what is known of each of their words."""

    def __init__(self, readings: Sequence[Any]) -> None:
        pages = {int(number): [_line(each) for each in found] for number, found in readings}
        sizes = Counter[float]()
        for each in (line for page in pages.values() for line in page):
            sizes[round(each.size, 1)] += sum(len(word.text) for word in each.words)
        self._usual = _median(sizes)
        self._known: dict[int, tuple[Box, Found]] = {}
        """By the id of the box, which is kept so that no other box gets it."""
        self._sheets = {number: self._sheet(number, found) for number, found in pages.items()}

    def in_place_of(self, sheet: Sheet) -> Sheet:
        """The page as it was recognised, with its comments; as it was found if it was not."""
        found = self._sheets.get(sheet.number)
        return replace(found, extras=sheet.extras) if found else sheet

    def placed(self, found: Content, pages: Sequence[layout.Read]) -> Content:
        """The content with the recognised words of each page: where they stand in the text."""
        read = {page.number: page for page in pages if page.number in self._sheets}
        return replace(
            found,
            pages=tuple(
                replace(page, words=tuple(self._places(found.text, page, read[page.number])))
                if page.number in read
                else page
                for page in found.pages
            ),
        )

    def _sheet(self, number: int, found: Sequence[Line]) -> Sheet:
        """The page as a text layer would give it."""
        level = [self._strip(line) for line in found if not line.is_standing]
        standing = [self._strip(line) for line in found if line.is_standing]
        for row, each in enumerate(standing):
            each.row = -1 - row
        return Sheet(
            number=number,
            strips=[_joined(level), standing] if standing else [_joined(level)],
            turns=[0, _STANDING] if standing else [0],
            width=0.0,
            height=0.0,
            letters=sum(len(word.text) for line in found for word in line.words),
            pictures=True,
        )

    def _strip(self, line: Line) -> Strip:
        share = line.size / self._usual
        size = self._usual if _SAME_SIZE[0] < share < _SAME_SIZE[1] else round(line.size, 1)
        words = []
        for each in line.words:
            top = each.middle - size / 2
            box = Box(each.left, top, max(each.left, each.right), top + size)
            self._known[id(box)] = box, each
            words.append(Word(((PLAIN, each.text),), box))
        middle = sum(each.middle for each in line.words) / len(line.words)
        return Strip(
            words=words,
            box=around([word.box for word in words if word.box]),
            base=middle + _BASE * size,
            size=size,
            bold=False,
            row=0,
        )

    def _places(self, text: str, page: Page, read: layout.Read) -> Iterator[Recognised]:
        """The words of a page in the order in which they stand in the text."""
        offsets = [at for at in range(page.start, page.end) if _counts(text[at])]
        letters = "".join(text[at] for at in offsets)
        at = 0
        for line in [line for block in read.blocks for line in block.lines] + read.notes:
            bare = "".join(_bare(word.text) for word in line.words)
            there = letters.find(bare, at)
            at = there if there >= 0 else at
            for word in line.words:
                wanted = _bare(word.text)
                known = self._known.get(id(word.box))
                first = letters.find(wanted, at, at + len(wanted) + _REACH)
                if not wanted or first < 0:
                    continue
                at = first + len(wanted)
                if known is not None:
                    start, end = offsets[first], offsets[at - 1] + 1
                    yield Recognised(start, end, *known[1].box, known[1].confidence)


def read(readings: Sequence[Any], pages: int) -> Content:
    """The text of a file whose pages are all pictures."""
    recognition = Recognition(readings)
    empty = Sheet(number=0, strips=[], turns=[], width=0.0, height=0.0)
    sheets = [
        recognition.in_place_of(replace(empty, number=number)) for number in range(1, pages + 1)
    ]
    running.without_running_lines(sheets)
    body = running.usual_size(sheets)
    ordered = [layout.read(sheet, body) for sheet in sheets]
    layout.settle(ordered)
    words = Words(line.text for page in ordered for block in page.blocks for line in block.lines)
    found = recognition.placed(joining.joined(ordered, body, words, ""), ordered)
    return replace(found, remarks=tuple(remarks(found.pages)))


def remarks(pages: Sequence[Page]) -> Iterator[str]:
    """What the reader of the text should know."""
    numbers = [page.number for page in pages if page.words]
    words = [word for page in pages for word in page.words]
    unsure = sum(word.is_unsure for word in words)
    if numbers:
        named = ", ".join(map(str, numbers[:20])) + (", …" if len(numbers) > 20 else "")
        yield (
            f"{'page' if len(numbers) == 1 else 'pages'} {named}: text recognised in pictures, "
            f"{unsure} of {len(words)} words unsure"
        )


def _line(told: Any) -> Line:
    size, is_standing, words = told
    return Line(size, is_standing, [Found._make([*word[:-1], tuple(word[-1])]) for word in words])


def _median(sizes: Counter[float]) -> float:
    """The size of the letter in the middle; 1 where there are none."""
    left = sizes.total() / 2
    for size in sorted(sizes):
        left -= sizes[size]
        if left <= 0:
            return max(size, 0.1)
    return 1.0


def _joined(strips: Sequence[Strip]) -> list[Strip]:
    """The pieces of each printed line, from the top down, those joined that no wide gap parts."""
    rows: list[list[Strip]] = []
    for strip in sorted(strips, key=lambda each: each.base):
        near = rows and strip.base - rows[-1][0].base <= _SAME_LINE * min(
            strip.size, rows[-1][0].size
        )
        if near:
            rows[-1].append(strip)
        else:
            rows.append([strip])
    found: list[Strip] = []
    for number, row in enumerate(rows):
        base = sum(each.base for each in row) / len(row)
        piece: Strip | None = None
        for strip in sorted(row, key=lambda each: each.box.left):
            strip.row, strip.base = number, base
            if piece and strip.box.left - piece.box.right <= lines.CELL_GAP * strip.size:
                piece.words = [*piece.words, *strip.words]
                piece.box = around([piece.box, strip.box])
            else:
                piece = strip
                found.append(piece)
    return found


def _counts(letter: str) -> bool:
    return not letter.isspace() and letter not in "-\u00ad\u2010"


def _bare(text: str) -> str:
    return "".join(filter(_counts, text))
