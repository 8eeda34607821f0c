"""How much each sentence of a document matters, and which ones to choose. Pure: numpy only.

Salience is a sentence's share of a document's weight: the shares of one document sum to 1. Six
things make it up. *Centrality*: LexRank (Erkan and Radev 2004), the stationary distribution of a
walk over sentences that are similar by cosine, here of their embeddings; where many say nearly the
same, as the entries of a list do, each of them counts less. *Position*: what comes first matters
more, in the document and under each heading, falling with the square root of the rank (in news the
lead is the strongest single sign there is). *Substance*: names and numbers. *Length*: a sentence of
a few words says little. *Title*: likeness to
what the document is called, and *cues*: words and headings that announce or belittle (both
Edmundson 1969, "New Methods in Automatic Extracting"). Headings, captions, questions and bare
lines weigh nothing unless a document has nothing else.

Sentences are chosen one by one by maximal marginal relevance (Carbonell and Goldstein 1998):
salient, unlike what was chosen before, and from chapters that have had less of a say.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]
Vectors = NDArray[np.float32]

SIMILAR = 0.2
"""Least cosine similarity at which two sentences are neighbours in the walk."""
DAMPING = 0.85
_STEPS = 30
_BLOCK = 1024
"""Rows of the similarity matrix held at once, so that memory grows with n, not with n squared."""
_POSITION = 1.0
_SUBSTANCE = 0.25
_SUBSTANTIAL = 5
"""Names and numbers in one sentence beyond which more of them add nothing."""
_LENGTH = 0.3
_LONG_ENOUGH = 16
"""Words of a sentence that may say something whole; a shorter one says less."""
_CHAPTER_POSITION = 0.6
"""Position in the chapter, beside that in the whole document."""
_TITLE = 0.5
_TWIN = 0.8
"""Cosine similarity from which two sentences say nearly the same."""
_LEAST = 0.02
"""What a sentence weighs at least that could be chosen."""

_RELEVANCE = 0.85
"""The share of salience against novelty in a choice."""
_CROWDING = 0.02
"""What each sentence already chosen from a section takes from the others of that section."""

_NAME_OR_NUMBER = re.compile(r"\d[\d.,]*|(?<!\A)(?<![.!?“\"] )\b[A-Z][\w’'-]+|\b[A-Z]{2,}\b")


def salience(
    texts: Sequence[str],
    vectors: Vectors,
    eligible: Sequence[bool],
    *,
    chapters: Sequence[int] | None = None,
    title: Vectors | None = None,
    cues: Sequence[float] | None = None,
) -> Weights:
    """Shares of one document's n sentences, shape (n,), summing to 1; not eligible ones have 0.

    ``vectors`` are their embeddings of unit length, shape (n, d), in the order of the text. Where
    no sentence is eligible all of them are. ``chapters`` numbers the part of the document that
    each stands in, ``title`` is the embedding of the title, shape (d,), and ``cues`` says what
    wording and heading add to each, or take.
    """
    kept = np.flatnonzero(np.asarray(eligible, dtype=bool))
    if not len(kept):
        kept = np.arange(len(texts))
    own, said = vectors[kept], [texts[int(index)] for index in kept]
    score = (
        _spread(centrality(own) / (1 + twins(own)))
        + _POSITION * _position([chapters[int(each)] if chapters else 0 for each in kept])
        + _SUBSTANCE * np.array([_substance(text) for text in said])
        + _LENGTH * np.array([_length(text) for text in said])
    )
    if title is not None:
        score += _TITLE * np.maximum(0.0, own @ title)
    if cues is not None:
        score += np.asarray(cues, dtype=float)[kept]
    score = np.maximum(score, _LEAST)
    shares = np.zeros(len(texts))
    shares[kept] = score / score.sum() if len(kept) else score
    return shares


def twins(vectors: Vectors) -> Weights:
    """How many other sentences say nearly the same as each, shape (n,)."""
    return _gathered((block >= _TWIN).sum(axis=1) for block in _blocks(vectors))


def _position(chapters: Sequence[int]) -> Weights:
    """1 for the first sentence, less for later ones, a little more for the first of a chapter."""
    within: list[int] = []
    for number, chapter in enumerate(chapters):
        within.append(within[-1] + 1 if number and chapter == chapters[number - 1] else 0)
    whole = 1 / np.sqrt(1.0 + np.arange(len(chapters)))
    first: Weights = np.maximum(whole, _CHAPTER_POSITION / np.sqrt(1.0 + np.array(within)))
    return first


def centrality(vectors: Vectors) -> Weights:
    """LexRank of n sentences, shape (n,), summing to 1."""
    count = len(vectors)
    degree = _gathered(block.sum(axis=1) for block in _blocks(vectors))
    rank = np.full(count, 1.0 / max(1, count))
    for _ in range(_STEPS):
        sent = np.divide(rank, degree, out=np.zeros(count), where=degree > 0)
        arrived = _gathered(block @ sent for block in _blocks(vectors))
        arrived += (1.0 - arrived.sum()) / max(1, count)
        following = (1.0 - DAMPING) / max(1, count) + DAMPING * arrived
        settled = np.abs(following - rank).sum() < 1e-4
        rank = following
        if settled:
            break
    return rank


def choose(
    worth: Weights,
    vectors: Vectors,
    sections: Sequence[int],
    count: int,
    *,
    chosen: Sequence[int] = (),
) -> list[int]:
    """Up to ``count`` numbers of sentences, best first, none of them in ``chosen``.

    ``worth`` has one figure a sentence, 1 for the best; those of 0 and less are never chosen.
    What resembles the ``chosen``, or crowds their ``sections``, loses.
    """
    taken, picked = list(chosen), list[int]()
    likeness = (
        (vectors @ vectors[taken].T).max(axis=1) if taken else np.zeros(len(worth), np.float32)
    )
    places = np.asarray(sections)
    crowd = np.array([sum(sections[one] == place for one in taken) for place in sections])
    open_ = (worth > 0) & ~np.isin(np.arange(len(worth)), taken)
    while open_.any() and len(picked) < count:
        gain = _RELEVANCE * worth - (1 - _RELEVANCE) * likeness - _CROWDING * crowd
        best = int(np.argmax(np.where(open_, gain, -np.inf)))
        picked.append(best)
        open_[best] = False
        likeness = np.maximum(likeness, vectors @ vectors[best])
        crowd = crowd + (places == places[best])
    return picked


def _blocks(vectors: Vectors) -> Iterator[NDArray[np.float32]]:
    """The rows of the similarity matrix without its diagonal, a block at a time."""
    for start in range(0, len(vectors), _BLOCK):
        rows = vectors[start : start + _BLOCK] @ vectors.T
        rows[rows < SIMILAR] = 0.0
        own = np.arange(len(rows))
        rows[own, start + own] = 0.0
        yield rows


def _gathered(parts: Iterable[NDArray[Any]]) -> Weights:
    return np.concatenate([np.zeros(0), *parts])


def _spread(values: Weights) -> Weights:
    """Scaled so that the smallest is 0 and the largest 1."""
    if not len(values) or np.ptp(values) == 0:
        return np.ones(len(values))
    spread: Weights = (values - values.min()) / np.ptp(values)
    return spread


def _length(text: str) -> float:
    return min(1.0, len(text.split()) / _LONG_ENOUGH)


def _substance(text: str) -> float:
    return min(1.0, len(_NAME_OR_NUMBER.findall(text)) / _SUBSTANTIAL)
