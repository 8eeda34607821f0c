"""The search of one library, or of several at once: by meaning and by words, fused by score.

Several are searched as if all passages were in one. A similarity is the same wherever a passage
is, if the embedding model is. A BM25 score is not: how rare a word is, and how long passages are,
differ from library to library. So both are counted over all of them first, and each scores its
passages by that.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from index.bm25 import WordCounts, together
from index.data import Evidence
from index.embedding import Vectors
from index.errors import InputError
from index.fusion import fuse
from index.record import Record
from index.record_rows import Kept
from index.vectors import PassageVectors

_CANDIDATES = 50
"""How many passages each ranking contributes, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The candidates of one library."""

    library: str
    passages: Mapping[str, Kept]
    """By their ids, as below."""
    similarities: Mapping[str, float]
    near: Sequence[str]
    """Nearest first."""
    worded: Mapping[str, float]
    """BM25 scores, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searching:
    """What the search asks of one library. Raises StoreError where its stores fail."""

    record: Record
    vectors: PassageVectors
    library: str = ""
    """What it is called in the evidence, where several are searched."""

    def holds(self, document_id: str) -> bool:
        return self.record.info(document_id) is not None

    def found(
        self,
        question: str,
        asked: Vectors,
        limit: int,
        documents: Collection[str] | None,
        counts: tuple[WordCounts, WordCounts] | None,
    ) -> _Found:
        """The ``limit`` nearest to the vector ``asked``, and as many by words.

        ``counts`` are this library's own and those of all that are searched; None of one alone.
        """
        words = self.record.words
        near = self.vectors.nearest(asked, limit, documents)
        if counts is None:
            worded = words.best(question, limit, documents)
        else:
            worded = words.weighed(limit, documents, *counts)
        passages = self.record.kept([*near, *worded])
        return _Found(
            library=self.library,
            passages=passages,
            similarities=self.vectors.similarities(asked, passages.values()),
            near=[each for each in near if each in passages],
            worded={each: score for each, score in worded.items() if each in passages},
        )


def search(
    libraries: Sequence[Searching],
    embed: Callable[[Sequence[str]], Vectors],
    question: str,
    *,
    k: int,
    documents: Collection[str] | None,
) -> list[Evidence]:
    """The ``k`` passages of the libraries most likely to answer a question, best first.

    A document that several have is found in the first of them. ``documents`` are ids.

    Raises:
        InputError: the question is empty.
        StoreError: a record, Chroma or the embedding model failed.
    """
    if not question.strip():
        raise InputError("The question is empty.", "Type a question.")
    filled = [each for each in libraries if not each.record.is_empty]
    if (documents is not None and not documents) or not filled:
        return []
    asked = embed([question])[0]
    limit = max(_CANDIDATES, k)
    found = []
    for each, counts in zip(filled, _counts(filled, question, documents), strict=True):
        found.append(each.found(question, asked, limit, documents, counts))
    holders = _holders(filled, found)
    scores = _best(holders, found, limit)
    return [
        _evidence(name, label, scores[name], holders[name])
        for label, name in enumerate(list(scores)[:k], start=1)
    ]


def _evidence(name: str, label: int, score: float, found: _Found) -> Evidence:
    kept = found.passages[name]
    return Evidence(
        label=label,
        passage=kept.passage,
        document_name=kept.document_name,
        score=score,
        similarity=found.similarities.get(name, 0.0),
        published=kept.published,
        library=found.library,
    )


def _counts(
    libraries: Sequence[Searching], question: str, documents: Collection[str] | None
) -> list[tuple[WordCounts, WordCounts] | None]:
    """Each library's own counts, and those of all; none of one alone."""
    if len(libraries) == 1:
        return [None]
    own = [each.record.words.counts(question, documents) for each in libraries]
    total = together(own)
    return [(each, total) for each in own]


def _holders(libraries: Sequence[Searching], found: Sequence[_Found]) -> dict[str, _Found]:
    """Whose each passage is: the first library's that has its document."""
    holders = {}
    for number, each in enumerate(found):
        documents = {kept.passage.span.document_id for kept in each.passages.values()}
        before = {one for one in documents if any(lib.holds(one) for lib in libraries[:number])}
        for name, kept in each.passages.items():
            if kept.passage.span.document_id not in before:
                holders[name] = each
    return holders


def _best(holders: Mapping[str, _Found], found: Sequence[_Found], limit: int) -> dict[str, float]:
    """The scores of the best candidates, best first: those that would be candidates of one library
    with all the passages."""
    similarities = {i: score for each in found for i, score in each.similarities.items()}
    near = {i: similarities.get(i, 0.0) for each in found for i in each.near if i in holders}
    worded = {i: score for each in found for i, score in each.worded.items() if i in holders}
    nearest = sorted(near, key=lambda i: -near[i])[:limit]
    wordiest = sorted(worded, key=lambda i: -worded[i])[:limit]
    candidates = {*nearest, *wordiest}
    return fuse(
        {i: score for i, score in similarities.items() if i in candidates},
        {i: worded[i] for i in wordiest},
    )
