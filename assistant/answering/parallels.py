"""The sentence that a fragment asks for: "And the yellow one?" after "What does the red one cost?".

A small model cannot complete such a fragment, nor judge whether a sentence answers it
(``docs/notebook.md``). Where the sentence stands tells it. The sentence that answered before is the
anchor, and what is named now either stands in the anchor's paragraph, and then is another thing
that this says, or it leads to a paragraph or row of its own, and then the sentence there that is to
it what the anchor is to its own is the answer: by what sets the anchor apart from its neighbours.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.answering.candidates import Candidate, Sentences, read_sentences
from assistant.answering.follow_ups import fragment
from assistant.answering.retrieving import RETRIEVED, nearest
from assistant.answering.stating import quotation, told
from assistant.answering.values import Published, Retrieved, Run, Steps
from assistant.checking.citations import cite
from assistant.data import Turn
from assistant.language.numbers import words_and_numbers
from assistant.language.words import content_words, root
from index.data import Document
from index.formats.rows import MARK

PARALLEL = 0.25
"""Least parallelism of a sentence in another paragraph (from -1 to 2). Of 12 right sentences of the
fragments it was made with all have 0.28 or more; where the right one is taken out, the best of the
rest has 0.24 or less in 9 of 11."""
ANSWERED = 0.5
"""Share of the words of the answer before that the anchor has: else it is not known what was said
before."""
_BLANK_LINE = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class _Placed:
    """A sentence in its place."""

    item: Candidate
    words: frozenset[str]
    section: tuple[str, int]
    """Its document, and where the heading above it begins."""
    block: tuple[str, int]
    """Its document, and where its paragraph begins; a row of a table is one by itself."""
    over: frozenset[str]
    """Words of the heading above it."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What was said before: which sentence it is from, and the words of question and answer."""

    anchor: int
    words: frozenset[str]


def parallel(
    run: Run,
    question: str,
    history: Sequence[Turn],
    documents: Collection[str] | None,
) -> Candidate | None:
    """The sentence that a fragment asks for; None if it is no fragment, or none is found.

    Its heading is empty unless it is the heading alone that names what is asked for.
    """
    said = fragment(question)
    asked = [turn.content for turn in history if turn.role == "user"]
    answered = [turn.content for turn in history if turn.role == "assistant"]
    if not said or not asked or not answered:
        return None
    before = f"{asked[-1]} {answered[-1]}"
    library = run.library
    queries = [said, f"{asked[-1]} {said}", before]
    evidence = nearest(library, queries, documents, k=RETRIEVED)
    read = read_sentences(evidence, library.document, library.sentences, library.embed)
    placed = [_placed(item, library.document(item.span.document_id)) for item in read.items]
    anchor = _anchor(read, placed, before, answered[-1])
    if anchor is None:
        return None
    wanted = words_and_numbers(said)
    spoken = frozenset(map(root, content_words(before)))
    found = _found(read, placed, _Said(anchor, spoken), wanted)
    run.trace(
        "parallel",
        {
            "anchor": placed[anchor].item.text,
            "found": placed[found].item.text if found is not None else None,
        },
    )
    if found is None:
        return None
    at = placed[found]
    item = at.item
    return item if wanted & at.over - at.words else replace(item, heading="")


def _placed(item: Candidate, document: Document) -> _Placed:
    start = item.span.start
    heading = max((h.start for h in document.headings if h.start <= start), default=0)
    breaks = [match.end() for match in _BLANK_LINE.finditer(document.text, heading, start)]
    is_row = MARK in item.text or item.columns is not None
    block = start if is_row else max(breaks, default=heading)
    return _Placed(
        item,
        frozenset(words_and_numbers(item.read)),
        (document.id, heading),
        (document.id, block),
        frozenset(words_and_numbers(item.heading)),
    )


def _anchor(read: Sentences, placed: Sequence[_Placed], before: str, answer: str) -> int | None:
    """Which sentence gave the answer before; None if none has most of its words."""
    said = words_and_numbers(answer)
    if not placed or not said:
        return None
    shares = np.array([len(said & each.words) / len(said) for each in placed])
    at = int(np.argmax(read.ranks(before) + shares))
    return at if shares[at] >= ANSWERED else None


def _found(read: Sentences, placed: Sequence[_Placed], said: _Said, wanted: set[str]) -> int | None:
    """Which sentence is asked for by the words ``wanted``."""
    own = placed[said.anchor]
    sections = len({each.section for each in placed}) > 1
    headed = [
        at
        for at, each in enumerate(placed)
        if sections and wanted <= each.over and each.section != own.section
    ]
    if headed:
        return _most_parallel(read, placed, said, headed)
    here = _that_say(placed, wanted, [at for at, e in enumerate(placed) if e.block == own.block])
    if here:
        return _nearest(read, here, said.anchor)
    for near in (
        [at for at, each in enumerate(placed) if each.section == own.section],
        list(range(len(placed))),
    ):
        saying = _that_say(placed, wanted, near)
        blocks = {placed[at].block for at in saying}
        best = _most_parallel(read, placed, said, [at for at in near if placed[at].block in blocks])
        if best is not None:
            return best
        if saying and placed[saying[0]].section == own.section:
            return _nearest(read, saying, said.anchor)
    return None


def _that_say(placed: Sequence[_Placed], wanted: set[str], among: Sequence[int]) -> list[int]:
    return [at for at in among if wanted <= placed[at].words]


def _nearest(read: Sentences, among: Sequence[int], anchor: int) -> int:
    """The one most like the anchor."""
    likeness = read.vectors[list(among)] @ read.vectors[anchor]
    return among[int(np.argmax(likeness))]


def _most_parallel(
    read: Sentences, placed: Sequence[_Placed], said: _Said, among: Sequence[int]
) -> int | None:
    """The sentence that is to its paragraph what the anchor is to its own.

    By likeness to the anchor less that to the anchor's nearest neighbour, and by the share of the
    words that set the anchor apart, of those that were said of it if any were.
    """
    own = placed[said.anchor]
    beside = [at for at, e in enumerate(placed) if e.block == own.block and at != said.anchor]
    among = [at for at in among if at != said.anchor and at not in beside]
    if not among:
        return None
    vectors = read.vectors[: len(placed)]
    likeness = vectors[among] @ vectors[said.anchor]
    if beside:
        likeness = likeness - (vectors[among] @ vectors[beside].T).max(axis=1)
    telling = own.words.difference(*(placed[at].words for at in beside))
    telling = telling & said.words or telling
    shares = [len(telling & placed[at].words) / max(1, len(telling)) for at in among]
    parallelism = likeness + np.array(shares)
    best = int(np.argmax(parallelism))
    return among[best] if parallelism[best] >= PARALLEL else None


def beside(found: Retrieved, item: Candidate) -> Steps[Published]:
    """The sentence that a fragment asks for, quoted with the heading that says what it is of."""
    claim = quotation(found.run, item)
    document = found.run.library.document(item.span.document_id)
    over = [h for h in document.headings if h.start <= item.span.start]
    if item.heading and over:
        claim = replace(
            claim, citations=(*claim.citations, cite(document, over[-1].start, over[-1].end))
        )
    yield from told(found.run, (claim,))
    return Published(found=found, claims=(claim,), answerability=None)
