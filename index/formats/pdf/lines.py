"""From letters to the pieces of printed lines: what stands on a line, raised, lowered, apart."""

import itertools
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from index.formats.pdf import bidi
from index.formats.pdf.shapes import LOWERED, PLAIN, RAISED, Box, Glyph, Strip, Word, around

# Shares of the size of the letters.
_SAME_LINE = 0.2
"""How far the bases of one line's letters differ at most."""
CELL_GAP = 0.9
"""The gap from which on two pieces of a line may belong to two columns."""
_WORD_GAP = 0.17
"""The gap between words, beyond that between letters, where no space is printed."""
_BARE_WORD_GAP = 0.12
"""The same on a line that prints no spaces at all."""
_LETTER_GAP = 0.04
"""A printed space that leaves less than this is none."""
_SMALLER = 0.87
"""The size of a raised or lowered letter beside that of its line, at most."""
_RAISED = (0.12, 0.8)
"""How far above its line a raised letter stands."""
_LOWERED = (0.06, 0.5)
"""How far below its line a lowered letter stands."""
_BESIDE = 0.35
"""How far from its word a raised or lowered letter stands at most."""
_LONGEST_SCRIPT = 24
"""Letters of what is raised or lowered: a longer piece is a line of its own."""
_LEFT, _RIGHT = itemgetter(1), itemgetter(2)
"""Of a glyph, quicker than by name."""
_RAISED_LETTERS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", "0123456789+-=()n", strict=True))
_LOWERED_LETTERS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", "0123456789+-=()", strict=True))


@dataclass(slots=True, eq=False)
class _Run:
    """Letters of one size beside each other on one base."""

    glyphs: list[Glyph]
    left: float
    right: float
    base: float
    size: float
    scripts: "list[tuple[_Run, int]]"
    reach: float = 0.0
    """Its right end with that of what is raised or lowered beside it."""
    count: int = 0
    """Its letters without spaces."""


def strips(glyphs: Sequence[Glyph], first_row: int = 0) -> list[Strip]:
    """The pieces of lines that letters form, from the top down, each line from the left."""
    runs = [run for run in _runs(glyphs) if run.count]
    lines = _lines(_without_scripts(runs))
    text = "".join([glyph.text for glyph in glyphs])
    page_turns = bidi.has_right_to_left(text) and bidi.is_right_to_left(text)
    found: list[Strip] = []
    for number, line in enumerate(lines, start=first_row):
        for piece in _pieces(line):
            if words := _words(piece, page_turns):
                found.append(_strip(piece, words, number, page_turns))
    return found


def _runs(glyphs: Sequence[Glyph]) -> Iterator[_Run]:
    """Runs in the order of drawing."""
    run: list[Glyph] = []
    first_base = first_size = run_left = run_right = within = reach = 0.0
    for glyph in glyphs:
        text, left, right, base, size, _, _, _, _ = glyph
        if not text:
            continue
        if run and (
            -within < base - first_base < within
            and -within < size - first_size < within
            and left - run_right < reach
            and run_left - right < reach
        ):
            run.append(glyph)
            if left < run_left:
                run_left = left
            if right > run_right:
                run_right = right
            continue
        if run:
            yield _run(run)
        run = [glyph]
        first_base, first_size, run_left, run_right = base, size, left, right
        within = 0.04 * (size if size > 1 else 1.0)
        reach = CELL_GAP * size
    if run:
        yield _run(run)


def _run(glyphs: list[Glyph]) -> _Run:
    """A run that ends where its letters do."""
    first = glyphs[0]
    seen = [glyph for glyph in glyphs if glyph[0] != " "] or [first]
    return _Run(
        glyphs,
        min(map(_LEFT, seen)),
        max(map(_RIGHT, seen)),
        first.base,
        first.size,
        [],
        count=0 if seen[0][0] == " " else len(seen),
    )


def _without_scripts(runs: list[_Run]) -> list[_Run]:
    """The runs that lines are made of; what is raised or lowered is with the run beside it."""
    by_base = sorted(runs, key=lambda run: run.base)
    bases = [run.base for run in by_base]
    most = max((run.size for run in runs), default=0.0)
    rest = []
    for run in runs:
        run.reach = run.right
    for run in runs:
        host = _host(run, by_base, bases, most) if run.count <= _LONGEST_SCRIPT else None
        if host is None:
            rest.append(run)
        else:
            host[0].scripts.append((run, host[1]))
            host[0].reach = max(host[0].reach, run.right)
    return rest


def _host(
    run: _Run, by_base: list[_Run], bases: list[float], most: float
) -> tuple[_Run, int] | None:
    """The run that this one is raised or lowered beside, and which of both."""
    reach = _RAISED[1] * min(most, 4 * run.size)
    best: tuple[float, _Run, int] | None = None
    low, high = bisect_left(bases, run.base - reach), bisect_right(bases, run.base + reach)
    for host in by_base[low : min(high, low + 400)]:
        if host is run or (host.scripts and host.count <= 1 and host.size <= run.size):
            continue
        gap = max(host.left - run.right, run.left - host.reach)
        if gap > _BESIDE * host.size:
            continue
        up = (host.base - run.base) / host.size if host.size else 0.0
        smaller = run.size <= _SMALLER * host.size
        # Raised letters of the size of their line are few, or they are a line of their own.
        equal = abs(run.size - host.size) < 0.05 * host.size and run.count <= 3 < host.count
        if not smaller and not equal:
            continue
        if _RAISED[0] <= up <= _RAISED[1] * (1 if smaller else 0.6):
            kind = RAISED
        elif _LOWERED[0] <= -up <= _LOWERED[1] * (1 if smaller else 0.6):
            kind = LOWERED
        else:
            continue
        score = max(gap, 0.0) + abs(up) * host.size * 0.1
        if best is None or score < best[0]:
            best = score, host, kind
    return (best[1], best[2]) if best else None


def _lines(runs: list[_Run]) -> list[list[_Run]]:
    """Runs that stand on the same line, lines from the top."""
    lines: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: run.base):
        if lines:
            first = lines[-1][0]
            if run.base - first.base <= _SAME_LINE * min(run.size, first.size):
                lines[-1].append(run)
                continue
        lines.append([run])
    return lines


def _pieces(line: list[_Run]) -> Iterator[list[_Run]]:
    """A line cut where a column may end."""
    piece: list[_Run] = []
    right = 0.0
    for run in sorted(line, key=lambda run: run.left):
        size = max(run.size, piece[-1].size) if piece else 0.0
        if piece and run.left - right > CELL_GAP * size:
            yield piece
            piece = []
        ends = [run.right, *(script.right for script, _ in run.scripts)]
        right = max(*ends, right if piece else ends[0])
        piece.append(run)
    if piece:
        yield piece


def _strip(piece: list[_Run], words: list[Word], row: int, right_to_left: bool) -> Strip:
    main = max(piece, key=lambda run: run.count)
    bold = sum(glyph.bold for run in piece for glyph in run.glyphs)
    return Strip(
        words=words,
        box=around([word.box for word in words if word.box]),
        base=main.base,
        size=main.size,
        bold=bold * 2 > sum(len(run.glyphs) for run in piece),
        row=row,
        right_to_left=right_to_left,
    )


def _words(piece: list[_Run], right_to_left: bool) -> list[Word]:
    """The words of a piece, as they are read."""
    placed = [(glyph, PLAIN, run.size) for run in piece for glyph in run.glyphs]
    placed += [
        (glyph, kind, run.size)
        for run in piece
        for script, kind in run.scripts
        for glyph in script.glyphs
    ]
    placed.sort(key=lambda each: each[0][1])
    seen = [each for each in placed if each[0][0] != " "]
    spaces = sorted([(g.left + g.right) / 2 for g, _, _ in placed if g[0] == " "])
    letters = [(glyph, kind) for glyph, kind, _ in seen]
    starts = [at for at, gap in enumerate(_gaps(seen, spaces)) if gap]
    words = [letters[a:b] for a, b in itertools.pairwise([0, *starts, len(letters)])]
    if bidi.has_right_to_left("".join([glyph.text for glyph, _ in letters])):
        words = _in_reading_order(words, right_to_left)
    return [_word(word) for word in words if word]


def _in_reading_order(
    words: list[list[tuple[Glyph, int]]], right_to_left: bool
) -> list[list[tuple[Glyph, int]]]:
    kinds = {id(glyph): kind for word in words for glyph, kind in word}
    spaced: list[Glyph | None] = []
    for number, word in enumerate(words):
        spaced += [None] if number else []
        spaced += [glyph for glyph, _ in word]
    ordered: list[list[tuple[Glyph, int]]] = [[]]
    for glyph in bidi.in_reading_order(spaced, right_to_left=right_to_left):
        if glyph is None:
            ordered.append([])
        else:
            ordered[-1].append((glyph, kinds.get(id(glyph), PLAIN)))
    return ordered


def _gaps(seen: list[tuple[Glyph, int, float]], spaces: list[float]) -> list[bool]:
    """Whether a space stands before each letter."""
    between: list[float] = []
    is_spaced: list[bool] = []
    at = 0
    for (before, _, _), (after, _, _) in itertools.pairwise(seen):
        while at < len(spaces) and spaces[at] < before[1]:
            at += 1
        is_spaced.append(at < len(spaces) and spaces[at] <= after[2])
        between.append(after[1] - before[2])
    bare = [gap for gap, spaced in zip(between, is_spaced, strict=True) if not spaced]
    tracking = max(0.0, statistics.median(bare)) if len(bare) >= 4 else 0.0
    wide = _WORD_GAP if spaces else _BARE_WORD_GAP
    found = [False]
    before_kind = seen[0][1] if seen else PLAIN
    for gap, spaced, (_, kind, size) in zip(between, is_spaced, seen[1:], strict=True):
        if spaced:
            least = _LETTER_GAP * size
        elif kind == before_kind == PLAIN:
            least = wide * size + tracking
        else:
            least = _BESIDE * size  # a script may stand off a little
        before_kind = kind
        found.append(gap > least)
    return found if seen else []


def _word(letters: Sequence[tuple[Glyph, int]]) -> Word:
    glyphs = [glyph for glyph, _ in letters]
    texts, lefts, rights, _, _, tops, bottoms, _, _ = zip(*glyphs, strict=True)
    box = Box(min(lefts), min(tops), max(rights), max(bottoms))
    text = "".join(texts)
    kinds = [kind for _, kind in letters]
    if text.isascii() and kinds.count(PLAIN) == len(kinds):
        return Word(((PLAIN, text),), box)
    return Word(_parts(texts, kinds), box)


def _parts(texts: Sequence[str], kinds: Sequence[int]) -> tuple[tuple[int, str], ...]:
    """The letters of a word by how they stand on its line."""
    parts: list[tuple[int, str]] = []
    for text, kind in zip(texts, kinds, strict=True):
        if text in _RAISED_LETTERS:
            kind, text = RAISED, _RAISED_LETTERS[text]
        elif text in _LOWERED_LETTERS:
            kind, text = LOWERED, _LOWERED_LETTERS[text]
        if parts and parts[-1][0] == kind:
            parts[-1] = kind, parts[-1][1] + text
        else:
            parts.append((kind, text))
    return tuple(parts)
