"""Documents made from a seed: with the lengths, word frequencies and names of news, without sense.

Sentences are those of the documents in this repository, in which every name, every number and half
of the longer words are others: of a long-tailed choice of words that all documents share, and of a
few words and names that a document has to itself. So a word is as rare, a sentence as long and a
passage as many tokens as in real news, at any size of library.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.resources import seeds_folder
from index.sentences import sentences

SEED = 7
_GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "documents"
_WORD = re.compile(r"[^\W\d_]+|\d+")
_LONG = 5
"""Letters from which on a word may be another."""
_NAMES = 20_000
"""Names that all documents draw from; the first are in hundreds, the last in one or none."""
_STARTS = "Al Bar Ber Cal Dar El Fen Gar Hal Ir Jor Kel Lam Mor Nor Os Pel Ros Sal Tor Ul Var Wen"
_MIDDLES = "a e i o u an el in or us and erl ing old ush ast emb iv"
_ENDS = "by den ell field gate ham ian lin mar ner ova rick sen ter ton ville wick worth zek"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One made document, and a question that one of its sentences bears on."""

    name: str
    text: str
    question: str


def document(number: int, seed: int = SEED) -> Made:
    """The document of this number: the same for the same seed, whichever others are made."""
    chance = random.Random(f"{seed}-{number}")
    own = [_name(chance), _name(chance)]
    theme = [_drawn(chance, _words()) for _ in range(25)]
    paragraphs = [
        " ".join(_sentence(chance, own, theme) for _ in range(chance.randint(2, 6)))
        for _ in range(min(40, 3 + int(chance.expovariate(1 / 9))))
    ]
    title = f"{own[0]} {chance.choice(theme)} {chance.choice(theme)}"
    return Made(
        name=f"{number:07}.txt",
        text=title + "\n\n" + "\n\n".join(paragraphs) + "\n",
        question=f"What did {own[0]} say about the {chance.choice(theme)} and the "
        f"{chance.choice(theme)} in {own[1]} last year?",
    )


def written(folder: Path, numbers: range, seed: int = SEED) -> Path:
    """The folder, with the documents of these numbers written into it."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        made = document(number, seed)
        (folder / made.name).write_text(made.text, encoding="utf-8")
    return folder


def _sentence(chance: random.Random, own: list[str], theme: list[str]) -> str:
    def other(match: re.Match[str]) -> str:
        word = match[0]
        if word.isdigit():
            return str(chance.randrange(10 ** (len(word) - 1), 10 ** len(word)))
        if match.start() and word[0].isupper():
            return chance.choice(own) if chance.random() < 0.3 else _drawn(chance, _names())
        if len(word) < _LONG or not word.islower() or chance.random() < 0.5:
            return word
        return chance.choice(theme) if chance.random() < 0.3 else _drawn(chance, _words())

    return _WORD.sub(other, chance.choice(_sentences()))


def _drawn(chance: random.Random, words: tuple[str, ...]) -> str:
    """One of the words; the share of the word of rank r falls as 1/r (Zipf)."""
    return words[int(len(words) ** chance.random()) - 1]


@cache
def _sentences() -> tuple[str, ...]:
    """Whole sentences of the example and of the documents of the tests."""
    paths = [*sorted(seeds_folder().glob("*.txt")), *sorted(_GOLDEN.iterdir())]
    found: list[str] = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        spans = (" ".join(text[start:end].split()) for start, end in sentences(text))
        found += [each for each in spans if len(each) > 40 and each[-1] in ".!?"]
    return tuple(found)


@cache
def _words() -> tuple[str, ...]:
    """The longer words of those sentences, in an order that is no sentence's."""
    words = {word for each in _sentences() for word in _WORD.findall(each)}
    kept = sorted(word for word in words if word.islower() and len(word) >= _LONG)
    random.Random(SEED).shuffle(kept)
    return tuple(kept)


@cache
def _names() -> tuple[str, ...]:
    chance = random.Random(SEED)
    return tuple(_name(chance) for _ in range(_NAMES))


def _name(chance: random.Random) -> str:
    parts = (_STARTS, _MIDDLES, _ENDS)
    return "".join(chance.choice(part.split()) for part in parts)


def questions(numbers: range, count: int, seed: int = SEED) -> Iterator[str]:
    """Questions on documents spread evenly over these numbers."""
    for number in random.Random(seed).sample(numbers, count):
        yield document(number, seed).question
