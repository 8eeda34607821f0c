"""Words parted at a line's end, and letters that their font does not name.

The document's own words decide first; then a list of the words of its language; then what is most
often so.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files

from index.formats.pdf.shapes import UNKNOWN

SOFT = "\u00ad"
_HYPHENS = "-\u2010"
_DASHES = "–—"
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\w+(?:-\w+)+")
_LIGATURES = ("fi", "fl", "ff", "ffi", "ffl", "ti", "tt", "ft", "Th")
"""What one letter of print most often stands for."""
_JOINING = frozenset("and or to und oder bis et ou y o e ed en of".split())
"""Words before which a hyphen stands for a part left out: “two- and three-year”."""
_COMMON = {
    "en": "the of and to in is for that was with on are by it",
    "de": "der die und das ist nicht den von mit zu ein im auf für",
    "fr": "le la les et des est dans une pour que qui du au pas",
    "es": "el los las y del en una por con para que se es al",
    "it": "il di che la per un è non con sono della dei gli nel",
    "pt": "o os da do em um uma para com não que se dos ao",
    "nl": "de het een van en is dat op te met voor niet zijn aan",
}
"""Words that tell a language: only its list is loaded."""
_MOST_BROKEN = 0.3
"""Share of words with a nameless letter from which on no word list can help."""


class Words:
    """The words of a document."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._counts: Counter[str] = Counter()
        self._starts: Counter[str] = Counter()
        for line in lines:
            for found in _WORD.finditer(line):
                if found.end() == len(line.rstrip(_HYPHENS + SOFT)) < len(line):
                    continue  # the first part of a parted word
                self._counts[found[0].lower()] += 1

    def has(self, word: str) -> bool:
        return word.lower() in self._counts

    @cached_property
    def known(self) -> frozenset[str]:
        """The words of the document's language; empty where it is none of those listed."""
        hits = {
            language: sum(self._counts[word] for word in common.split())
            for language, common in _COMMON.items()
        }
        language = max(hits, key=lambda each: hits[each])
        return _listed(language) if hits[language] else frozenset()

    def joined(self, first: str, second: str) -> str:
        """What a word parted at a line's end into these two is, the hyphen not among them."""
        bare = second.strip(".,;:!?)]}\"'”’»")
        word = first.lstrip("([{\"'“‘«")
        if not word or not bare:
            return f"{first}-{second}"
        if self.has(word + bare) and not self.has(f"{word}-{bare}"):
            return first + second
        if self.has(f"{word}-{bare}"):
            return f"{first}-{second}"
        tail = re.split(r"[-/]", word)[-1]
        if len(tail) == 1:
            return f"{first}-{second}"  # no word is parted after one letter
        if not bare[0].islower() or not tail.isalpha() or (len(tail) > 1 and tail.isupper()):
            return f"{first}-{second}"
        head = re.split(r"\W", bare)[0]
        if (word + head).lower() in self.known or (tail + head).lower() in self.known:
            return first + second
        if self._is_word(tail) and self._is_word(head) and len(tail) + len(head) > 4:
            return f"{first}-{second}"
        return first + second

    def _is_word(self, word: str) -> bool:
        return self.has(word) or word.lower() in self.known or len(word) == 1

    def recovered(self, words: Sequence[str]) -> str | None:
        """What a letter that no font names is, told by the words it stands in; None if unsure."""
        votes: Counter[str] = Counter()
        if len(words) > _MOST_BROKEN * self._counts.total():
            return None
        for word in words:
            for ligature in _LIGATURES:
                for found in _WORD.finditer(word.replace(UNKNOWN, ligature)):
                    lower = found[0].lower()
                    if ligature.lower() in lower and (self.has(lower) or lower in self.known):
                        votes[ligature] += 1
        ranked = votes.most_common(2)
        if not ranked or ranked[0][1] * 2 < len(words):
            return None
        return None if len(ranked) > 1 and ranked[1][1] == ranked[0][1] else ranked[0][0]


def ends_parted(line: str) -> str:
    """The hyphen at a line's end that may part a word; empty where there is none."""
    last = line[-1:]
    if last not in (*_HYPHENS, SOFT, *_DASHES) or len(line) < 2:
        return ""
    before = line[-2]
    if last in _DASHES:
        return last if before.isdigit() else ""
    return last if before.isalnum() else ""


def continued(line: str, following: str, words: Words) -> tuple[str, bool]:
    """The first word of the next line put to the last of this one; whether that was right."""
    mark = ends_parted(line)
    if not mark or not following or not (following[0].isalnum()):
        return line, False
    head, _, first = line[:-1].rpartition(" ")
    start = f"{head} " if head else ""
    if mark == SOFT:
        return f"{start}{first}{following}", True
    if mark in _DASHES:
        return f"{line}{following}", following[0].isdigit()
    if following.lower().strip(",.;") in _JOINING and not words.has(first + following):
        return line, False
    return start + words.joined(first, following), True


@lru_cache(maxsize=2)
def _listed(language: str) -> frozenset[str]:
    """The words of a language as the package of a spell checker lists them."""
    listed = files("spellchecker") / "resources" / f"{language}.json.gz"
    return frozenset(json.loads(gzip.decompress(listed.read_bytes())))
