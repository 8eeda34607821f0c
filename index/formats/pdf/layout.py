"""A page read: its pieces in order, its notes apart, its tables as rows."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from index.formats.pdf import scripts, tables
from index.formats.pdf.columns import blocks
from index.formats.pdf.shapes import RAISED, Block, Line, Sheet, Table, Word

_SMALL = 0.93
"""Size of a note's letters beside those of the body, at most."""
_MARK = re.compile(r"(?:\d{1,3}|[*†‡§¶#]{1,3}|[a-z])[.)]?")


@dataclass(slots=True, kw_only=True)
class Read:
    """What a page says: its text, and its notes, which stand at its foot."""

    number: int
    blocks: list[Block]
    notes: list[Line] = field(default_factory=list)
    """The first line of each begins with ``Note``."""
    extras: list[str] = field(default_factory=list)
    is_right_to_left: bool = False


def read(sheet: Sheet, body: float) -> Read:
    """The page in reading order; what is written in another direction comes after the rest."""
    found: list[Block] = []
    for number, strips in enumerate(sheet.strips):
        found += blocks(strips, sheet.rules if number == 0 else ())
    page = Read(number=sheet.number, blocks=[], extras=sheet.extras)
    for block in found:
        kept, notes = _without_notes(block, body)
        if kept.lines or kept.table:
            page.blocks.append(kept)
        page.notes += notes
    page.is_right_to_left = any(s.right_to_left for same in sheet.strips for s in same)
    return page


def marks(page: Read) -> set[str]:
    """What the notes of a page are called."""
    found = {line.mark for line in page.notes}
    for block in page.blocks:
        found |= {scripts.starting_mark(line.words) for line in block.lines}
    return found - {""}


def settle(pages: Sequence[Read]) -> None:
    """Decide how every word is read, and what the columns of tables that run on are called."""
    everywhere = {mark for page in pages for mark in marks(page)}
    last: Table | None = None
    for page in pages:
        for block in page.blocks:
            if block.table is not None:
                _carry_heads(last, block.table)
                last = block.table
                block.lines = tables.rendered(block.table)
            for line in block.lines:
                line.words = scripts.resolved(line.words, everywhere)
        for line in page.notes:
            line.words = _note_words(line, everywhere)


def _carry_heads(before: Table | None, table: Table) -> None:
    """A table without heads goes on with those of the page before, if its columns are the same."""
    if before is None or any(table.heads) or len(before.columns) != len(table.columns):
        return
    if all(a[0] < b[1] and b[0] < a[1] for a, b in zip(before.columns, table.columns, strict=True)):
        table.heads = [[], *before.heads[1:]]


def _without_notes(block: Block, body: float) -> tuple[Block, list[Line]]:
    """A block without the notes at its foot: smaller lines, from one that a mark begins."""
    lines = block.lines
    first = len(lines)
    for number in range(len(lines) - 1, -1, -1):
        if lines[number].size > _SMALL * body:
            break
        if _starting(lines[number]):
            first = number
    last = 0
    for line in lines[first:]:
        mark = _starting(line)
        # A number that does not follow that of the note before is a line's first word.
        is_raised = bool(scripts.starting_mark(line.words))
        if is_raised or not mark.isdigit() or not last or int(mark) == last + 1:
            line.mark = mark
        last = int(line.mark) if line.mark.isdigit() else last
    return Block(lines=lines[:first], table=block.table), lines[first:]


def _starting(line: Line) -> str:
    """The mark of the note that a line begins; empty where it begins none."""
    raised = scripts.starting_mark(line.words)
    if raised or len(line.words) < 2:
        return raised
    first = "".join(text for _, text in line.words[0].parts)
    return first.rstrip(".)") if _MARK.fullmatch(first) else ""


def _note_words(line: Line, notes: Set[str]) -> list[Word]:
    mark = line.mark
    if not mark:
        return scripts.resolved(line.words, notes)
    first = line.words[0]
    rest = first.parts[1:] if first.parts[0][0] == RAISED else ()
    named = [Word((), first.box, "Note"), Word((), first.box, f"{mark}:")]
    words = [first._replace(parts=rest), *line.words[1:]] if rest else line.words[1:]
    return [*named, *scripts.resolved(words, notes)]
