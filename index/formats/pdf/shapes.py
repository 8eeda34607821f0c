"""What a page is made of: letters, words, pieces of lines, and what stands where.

Lengths are in points. Places are in the frame of reading: the text runs to the right and lines
follow each other downwards, however the page or the text on it is turned.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

PLAIN, RAISED, LOWERED = 0, 1, 2
"""How a letter stands on its line."""
UNKNOWN = "\ufffd"
"""Stands for a letter that its font does not name."""


class Glyph(NamedTuple):
    """A printed letter; a ligature is one."""

    text: str
    left: float
    right: float
    base: float
    """The height of its line."""
    size: float
    top: float
    bottom: float
    bold: bool
    source: int
    """Which drawing of text it comes from."""


class Box(NamedTuple):
    """A part of a page."""

    left: float
    top: float
    right: float
    bottom: float


class Word(NamedTuple):
    """Letters without a gap: ``parts`` says which of them are raised or lowered."""

    parts: tuple[tuple[int, str], ...]
    box: Box | None
    """None for what the reader adds."""
    text: str = ""
    """What is read for it, once that is decided."""


@dataclass(slots=True, kw_only=True)
class Strip:
    """A part of a printed line without a wide gap."""

    words: list[Word]
    box: Box
    base: float
    size: float
    bold: bool
    row: int
    """Strips of one printed line have the same."""
    right_to_left: bool = False
    _told: tuple[list[Word], str] | None = field(
        default=None, init=False, repr=False, compare=False
    )
    """The words that were last asked for their letters, and these."""

    @property
    def letters(self) -> str:
        """Its letters with single spaces."""
        told = self._told
        if told is None or told[0] is not self.words:
            bare = [
                word.parts[0][1]
                if len(word.parts) == 1
                else "".join([text for _, text in word.parts])
                for word in self.words
            ]
            told = self._told = self.words, " ".join(bare)
        return told[1]

    @property
    def width(self) -> float:
        return self.box.right - self.box.left


@dataclass(slots=True, kw_only=True)
class Line:
    """A line of the text that is read."""

    words: list[Word]
    size: float
    gap: float = 0.0
    """To the line above, between their bases; 0 for the first of a column."""
    spacing: float = 0.0
    """Usual in its column."""
    bold: bool = False
    right: float = 0.0
    """The share of the column's width at which it ends."""
    is_row: bool = False
    """A row of a table stands for itself."""
    mark: str = ""
    """What the note is called that the line begins."""

    @property
    def text(self) -> str:
        return " ".join([word.text for word in self.words])


@dataclass(slots=True, kw_only=True)
class Table:
    """Rows of cells with the names of their columns."""

    columns: list[tuple[float, float]]
    """Where each lies."""
    heads: list[list[Word]]
    """The name of each column, empty where it has none."""
    rows: list[list[list[Word]]]
    size: float


@dataclass(slots=True, kw_only=True)
class Block:
    """Lines that are read after each other, or a table."""

    lines: list[Line] = field(default_factory=list)
    table: Table | None = None
    is_note: bool = False
    """A footnote."""


@dataclass(slots=True, kw_only=True)
class Sheet:
    """A page as it was found, before it is put in order."""

    number: int
    strips: list[list[Strip]]
    """Those of each direction of writing, the most frequent first."""
    turns: list[int]
    """For each direction its quarter turns against the clock."""
    width: float
    height: float
    extras: list[str] = field(default_factory=list)
    """Comments and the like, each a paragraph."""
    unread: int = 0
    """Letters that no font names."""
    letters: int = 0
    hidden: int = 0
    """Letters that cannot be seen."""
    pictures: bool = False
    rules: list[Box] = field(default_factory=list)


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds them all."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))
