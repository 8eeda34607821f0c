"""Trains and measures the classifier of question kinds (``assistant.answering.question_kinds``).

    python -m benchmarks.question_kinds SQUAD.json MTRAG/golden.jsonl [GOLDEN.jsonl …]

Learns from the questions of the calibration set that ships, from SQuAD look-ups of half of the
articles, and from whole questions of a third of the conversations. Prints the accuracy on our own
questions, out of fold, and what becomes of the other half, of the other two thirds, of the golden
questions on news and on the seed, and of those of further files; then writes
``assistant/answering/question_kinds.json``.
"""

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.answering.question_kinds import RECKONED, signals, word_runs
from assistant.runtime import EmbedderOnDemand
from assistant.settings import load_settings
from benchmarks.development_sets import Line, read_lines

ROOT = Path(__file__).parents[1]
SETS = ROOT / "assistant" / "evaluation" / "calibration_set"
OUT = ROOT / "assistant" / "answering" / "question_kinds.json"
GOLDEN = (ROOT / "tests/golden/news/news.jsonl", ROOT / "tests/golden/seed.jsonl")
"""Questions of which nearly all are look-ups, and none is learnt from."""
HELD = ROOT / "tests/golden/kinds_held.jsonl"
"""Questions with "what", written before others like them were learnt from."""
SEED = 7
LOOKUPS = 250
"""SQuAD questions that are learnt from."""
SEEN, SOURCES = 4, 2
"""A run of words is used that occurs so often, and in questions of so many sources."""
REGULARISATION, RECKON_REGULARISATION = 1.0, 0.3
FOLDS = 5
RECKON = "reckon"

Labelled = tuple[str, str, str]
"""Question, kind, source."""


def own_questions() -> list[Labelled]:
    """The questions that ship: those by kind, and the answerable ones of the calibration set.

    The kind ``reckon`` is told apart from all others by a classifier of its own: it goes across
    them, for a look-up may be answered by a figure that is stated or by one that is computed.
    """
    questions = read_lines(SETS / "questions.jsonl")
    return [
        *((line["question"], line["kind"], "kinds") for line in read_lines(SETS / "kinds.jsonl")),
        *(
            (line["question"], line["kind"], "questions")
            for line in questions
            if line["answerable"] and not line.get("history")
        ),
    ]


def lookups(squad: Path) -> tuple[list[Labelled], list[Labelled]]:
    """Answerable SQuAD questions of one half of the articles, and of the other."""
    articles = json.loads(squad.read_text(encoding="utf-8"))["data"]
    random.Random(SEED).shuffle(articles)
    half = len(articles) // 2
    halves = []
    for part in (articles[:half], articles[half:]):
        asked = [
            (question["question"], "lookup", "squad")
            for article in part
            for paragraph in article["paragraphs"]
            for question in paragraph["qas"]
            if not question["is_impossible"]
        ]
        halves.append(random.Random(SEED).sample(asked, min(LOOKUPS, len(asked))))
    return halves[0], halves[1]


def tuned(answerable: Iterable[str]) -> set[str]:
    """A third of the conversations, to learn from; of the ids of all answerable questions."""
    names = sorted(set(map(conversation, answerable)))
    random.Random(SEED).shuffle(names)
    return set(names[: len(names) // 3])


def whole_questions(golden: Path) -> tuple[list[Labelled], list[Labelled]]:
    """Answerable questions of a third of the conversations, and of the rest."""
    lines = [line for line in read_lines(golden) if line["answerable"]]
    third = tuned(line["id"] for line in lines)
    learnt = [line for line in lines if conversation(line["id"]) in third]
    rest = [line for line in lines if conversation(line["id"]) not in third]
    return _whole(learnt), _whole(rest)


def golden(path: Path) -> list[Labelled]:
    """The questions of a golden file; what kind they are of is not said there."""
    return [(line["question"], "", path.stem) for line in read_lines(path)]


def conversation(question: str) -> str:
    """The conversation of the question with this id."""
    return question.rsplit("-", 1)[0]


def _whole(lines: Sequence[Line]) -> list[Labelled]:
    return [(line["question"], "whole", "conversations") for line in lines]


def common_runs(items: Sequence[Labelled]) -> dict[str, int]:
    """The runs of words that are about no topic: seen often and in several sources."""
    count: Counter[str] = Counter()
    sources: dict[str, set[str]] = defaultdict(set)
    for question, _, source in items:
        for run in word_runs(question):
            count[run] += 1
            sources[run].add(source)
    kept = sorted(run for run in count if count[run] >= SEEN and len(sources[run]) >= SOURCES)
    return {run: column for column, run in enumerate(kept)}


def reckoning(
    own: Sequence[Labelled],
    others: Sequence[Labelled],
    held: Sequence[tuple[str, Sequence[Labelled]]],
    matrix: Callable[[Sequence[Labelled], dict[str, int]], np.ndarray],
) -> dict[str, Any]:
    """The weights of the classifier of questions that may be reckoned; prints how it does."""
    from sklearn.linear_model import LogisticRegression

    runs = common_runs([*own, *others])
    x, y = matrix(own, runs), np.array([kind == RECKON for _, kind, _ in own])
    more = matrix(others, runs)

    def fitted(x: np.ndarray, y: np.ndarray) -> "LogisticRegression":
        model = LogisticRegression(C=RECKON_REGULARISATION, max_iter=3000, class_weight="balanced")
        return model.fit(np.vstack([x, more]), np.concatenate([y, np.zeros(len(more), bool)]))

    told = np.zeros(len(y))
    for fold in range(FOLDS):
        left = np.arange(len(y)) % FOLDS == fold
        told[left] = fitted(x[~left], y[~left]).predict_proba(x[left])[:, 1]
    model = fitted(x, y)
    found, wrong = (told[y] >= RECKONED).sum(), (told[~y] >= RECKONED).sum()
    print(f"to be reckoned, out of fold: {found} of {y.sum()}, {wrong} of {(~y).sum()} others")
    for name, items in held:
        shares = model.predict_proba(matrix(items, runs))[:, 1]
        print(f"{name}, not learnt from: {(shares >= RECKONED).sum()} of {len(items)} so")
    return {
        "runs": list(runs),
        "weights": np.round(model.coef_[0], 3).tolist(),
        "intercept": round(float(model.intercept_[0]), 3),
    }


def _half_balanced(kinds: np.ndarray) -> dict[str, float]:
    """Half way between kinds that count alike and questions that count alike: the geometric mean.

    With kinds that count alike a quarter of the look-ups on news was taken for lists.
    """
    count = Counter(map(str, kinds))
    return {kind: (len(kinds) / (len(count) * n)) ** 0.5 for kind, n in count.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("squad", type=Path)
    parser.add_argument("conversations", type=Path)
    parser.add_argument("further", type=Path, nargs="*")
    told = parser.parse_args()
    from sklearn.linear_model import LogisticRegression

    embedder = EmbedderOnDemand(load_settings())
    asked = own_questions()
    random.Random(SEED).shuffle(asked)
    own = [item for item in asked if item[1] != RECKON]
    (near, far), (learnt, rest) = lookups(told.squad), whole_questions(told.conversations)
    runs = common_runs([*own, *near, *learnt])

    def matrix(items: Sequence[Labelled], runs: dict[str, int] = runs) -> np.ndarray:
        vectors = embedder.encode([question for question, _, _ in items])
        rows = zip(items, vectors, strict=True)
        return np.stack([signals(item[0], vector, runs) for item, vector in rows])

    def fitted(x: np.ndarray, y: np.ndarray) -> "LogisticRegression":
        weights = _half_balanced(y)
        model = LogisticRegression(C=REGULARISATION, max_iter=3000, class_weight=weights)
        return model.fit(x, y)

    def kinds(items: Sequence[Labelled]) -> np.ndarray:
        return np.array([kind for _, kind, _ in items])

    x, y = matrix(own), kinds(own)
    more_x, more_y = matrix([*near, *learnt]), kinds([*near, *learnt])
    told_kinds = np.empty_like(y)
    for fold in range(FOLDS):
        held = np.arange(len(y)) % FOLDS == fold
        model = fitted(np.vstack([x[~held], more_x]), np.concatenate([y[~held], more_y]))
        told_kinds[held] = model.predict(x[held])
    single = (told_kinds == "lookup") == (y == "lookup")
    print(f"own questions, out of fold: n {len(y)}, kind {np.mean(told_kinds == y):.2f}, ", end="")
    print(f"look-up or not {single.mean():.2f}")
    model = fitted(np.vstack([x, more_x]), np.concatenate([y, more_y]))
    unseen = [(path.stem, golden(path)) for path in (*GOLDEN, *told.further)]
    for kind in ("whole", "lookup"):
        asked_for = [line["question"] for line in read_lines(HELD) if line["kind"] == kind]
        unseen.append((f'"what", {kind}', [(question, kind, "held") for question in asked_for]))
    for name, items in (("SQuAD look-ups", far), ("conversations", rest), *unseen):
        found = Counter(str(kind) for kind in model.predict(matrix(items)))
        print(f"{name}, not learnt from: {dict(found.most_common())}")
    reckoned = reckoning(asked, [*near, *learnt], [("SQuAD", far), ("conversations", rest)], matrix)
    OUT.write_text(
        json.dumps(
            {
                "kinds": [str(kind) for kind in model.classes_],
                "runs": list(runs),
                "weights": np.round(model.coef_, 3).tolist(),
                "intercepts": np.round(model.intercept_, 3).tolist(),
                "reckoned": reckoned,
            }
        )
        + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
