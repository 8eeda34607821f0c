"""What a word is, and when two are one: the pieces every rule compares texts by.

They read English best: the endings that are cut and the words without content are English ones.
Pure: standard library only.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

WORD = re.compile(r"[^\W_]+(?:[-'’.&][^\W_]+)*", re.UNICODE)
OPENERS = frozenset(
    (
        "a an the this that these those it its they their he his she her we our you your i "
        "in on at by for from to of with as and but or so if when while where who whom "
        "whose what which why how after before since during under over about there here "
        "then also both each every some many most all no not yes more less few several "
        "other another such one two three it's according however although though because "
        "despite between among through into upon within without is are was were do does did "
        "has have had can could may might will would shall should must only"
    ).split()
)
COMMON_ENDINGS = ("s", "ing", "ly", "ion", "ment", "ity", "ness")
"""A word with one of these at the start of a sentence is hardly a name."""


def fold(text: str) -> str:
    """Lower case without accents, possessives or typographic quotes: how names are compared."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‘", "'"))
    plain = "".join(char for char in plain if not unicodedata.combining(char)).casefold()
    return re.sub(r"'s?\b", "", plain)


def stem(word: str) -> str:
    """A crude stem, so that ``Russian`` meets ``Russia`` and ``Koreans`` meets ``Korea``."""
    for ending in ("ians", "ian", "ans", "an", "ese", "ish", "es", "s", "n"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)].rstrip("aei")
    return word.rstrip("aei") if len(word) > 4 else word


def root(word: str) -> str:
    """A crude root, so that ``including`` meets ``included``."""
    return stem(word)[:6]


def content_words(text: str) -> list[str]:
    """Folded words that carry content, in order."""
    return [word for word in WORD.findall(fold(text)) if word not in OPENERS and len(word) > 1]


def flat(text: str) -> str:
    """Text on one line: runs of white space become one space."""
    return " ".join(text.split())


_BETWEEN_CLAUSES = re.compile(r"(?<=[.!?;])\s+")


def clauses(text: str) -> list[str]:
    """A text cut behind full stops and semicolons: what one rule looks at by itself."""
    return _BETWEEN_CLAUSES.split(text)


_ENGLISH = 0.25
"""Share of a text's words without content from which it reads as English."""


def is_english(texts: Iterable[str]) -> bool:
    """Whether rules for English can read these texts: enough of their words are common ones."""
    words = [word for text in texts for word in WORD.findall(text.casefold())]
    return sum(word in OPENERS for word in words) >= _ENGLISH * len(words)


def longest_common(left: Sequence[str], right: Sequence[str]) -> int:
    """Length of the longest common subsequence of two lists of words."""
    row = [0] * (len(right) + 1)
    for word in left:
        diagonal = 0
        for column, other in enumerate(right, start=1):
            above = row[column]
            row[column] = diagonal + 1 if word == other else max(above, row[column - 1])
            diagonal = above
    return row[-1]
