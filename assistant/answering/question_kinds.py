"""What kind of answer a question asks for, told by a small classifier.

Multinomial logistic regression over the question's embedding and its short runs of common words
("how many", "what happens if"). ``python -m benchmarks.question_kinds`` trains and measures it;
``question_kinds.json`` holds the weights. Asked itself, the default model calls nearly every
question the same, whichever way it is put (``docs/notebook.md``).
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np

from assistant.answering.values import Kind
from assistant.models.options import probability_of

LONGEST_RUN = 3
"""Words of the longest run that is looked at."""
MANY_WORDS = 30
"""Length, in words, from which a longer question counts the same."""
EMBEDDING_WEIGHT = 2.0
"""Of the embedding beside the runs: its coordinates are small."""
SURE = 0.6
"""Probability from which a question is taken to be about a document as a whole, or to ask for a
list: a summary or a list is the worst answer to any other."""
SURE_LOOK_UP = 0.7
"""Probability from which a look-up wants the one fact and no more: four of five look-ups of SQuAD
reach it, and half of ClapNQ's questions that are taken for look-ups."""
RECKONED = 0.5
"""Probability from which it is tried whether figures of the documents answer a question: three of
250 look-ups of SQuAD reach it. Where no plan comes of it, the question is answered as its kind."""
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_WEIGHTS = Path(__file__).with_name("question_kinds.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Classifier:
    """Weights of one classifier: k kinds, n runs of words, d coordinates of an embedding."""

    kinds: tuple[Kind, ...]
    runs: dict[str, int]
    """Run of words to its column."""
    weights: np.ndarray
    """Shape (k, d + n + 1)."""
    intercepts: np.ndarray
    """Shape (k,)."""

    @property
    def dimension(self) -> int:
        """d: the length of an embedding it was trained with."""
        return int(self.weights.shape[1]) - len(self.runs) - 1

    def shares(self, question: str, embedding: np.ndarray) -> np.ndarray:
        """The probability of each kind, of a question with this embedding, shape (d,); (k,)."""
        scores = self.weights @ signals(question, embedding, self.runs) + self.intercepts
        shares = np.exp(scores - scores.max())
        return np.asarray(shares / shares.sum())

    def kind(self, question: str, embedding: np.ndarray) -> Kind:
        """The likeliest kind of a question with this embedding, shape (d,)."""
        shares = self.shares(question, embedding)
        for at, kind in enumerate(self.kinds):
            if kind in ("document", "list") and shares[at] < SURE:
                shares[at] = 0.0
        return self.kinds[int(np.argmax(shares))]


def signals(question: str, embedding: np.ndarray, runs: dict[str, int]) -> np.ndarray:
    """What the classifier weighs: the embedding, which runs occur, the length; (d + n + 1,)."""
    found = np.zeros(len(runs) + 1)
    for run in word_runs(question):
        if run in runs:
            found[runs[run]] = 1.0
    found[-1] = min(len(question.split()), MANY_WORDS) / 10
    return np.concatenate([EMBEDDING_WEIGHT * embedding, found])


def word_runs(question: str) -> set[str]:
    """Every run of up to LONGEST_RUN words; ``^`` stands for the beginning."""
    words = ["^", *re.findall(r"\w+|\?", question.lower())]
    return {
        " ".join(words[at : at + size])
        for size in range(1, LONGEST_RUN + 1)
        for at in range(len(words) - size + 1)
    }


def kind_of(question: str, embed: Callable[[Sequence[str]], np.ndarray]) -> Kind:
    """The kind of a question; a look-up where the embedding model is another than it knows, or
    the question is in another script than the Latin one: it has learnt English."""
    embedding = _embedded(question, embed)
    return "lookup" if embedding is None else _shipped().kind(question, embedding)


def may_want_more(question: str, embed: Callable[[Sequence[str]], np.ndarray]) -> bool:
    """Whether a question taken for a look-up may want more than the one fact; never where the
    embedding model or the script is another than is known."""
    classifier, embedding = _shipped(), _embedded(question, embed)
    if embedding is None:
        return False
    sure = classifier.shares(question, embedding)[classifier.kinds.index("lookup")]
    return bool(sure < SURE_LOOK_UP)


def _embedded(question: str, embed: Callable[[Sequence[str]], np.ndarray]) -> np.ndarray | None:
    """The embedding of a question, shape (d,); None of what the classifier has not learnt."""
    (embedding,) = embed([question])
    known = len(embedding) == _shipped().dimension and _LATIN.search(question)
    return embedding if known else None


def may_be_reckoned(question: str, embed: Callable[[Sequence[str]], np.ndarray]) -> bool:
    """Whether a question may ask for what figures come to: "How much higher is …?"; never where
    the embedding model is another than is known."""
    runs, weights, intercept = _reckoned()
    (embedding,) = embed([question])
    found = signals(question, embedding, runs)
    if len(found) != len(weights):
        return False
    return probability_of(float(found @ weights) + intercept) >= RECKONED


@cache
def _reckoned() -> tuple[dict[str, int], np.ndarray, float]:
    """Run of words to its column, weights of shape (d + n + 1,), and the intercept."""
    told = _known()["reckoned"]
    runs = {run: column for column, run in enumerate(told["runs"])}
    return runs, np.array(told["weights"]), told["intercept"]


@cache
def _known() -> dict[str, Any]:
    known: dict[str, Any] = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
    return known


@cache
def _shipped() -> Classifier:
    known = _known()
    return Classifier(
        kinds=tuple(cast(Kind, kind) for kind in known["kinds"]),
        runs={run: column for column, run in enumerate(known["runs"])},
        weights=np.array(known["weights"]),
        intercepts=np.array(known["intercepts"]),
    )
