"""How much of a summary is written, shortened or quoted."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal, get_args

from assistant.data import Claim, Summary
from assistant.language.words import WORD, fold, longest_common
from index.sentences import sentences

Wording = Literal["written", "shortened", "quoted"]
OWN = 0.7
"""A written sentence keeps no source sentence in more than this share of its words, in order."""


def wording(claim: Claim) -> Wording:
    """Quoted as it stands; shortened if it only leaves words out, or keeps most of those of one
    source sentence in their order; else written."""
    if claim.verdict == "verbatim":
        return "quoted"
    words = _words(claim.text)
    quotes = [" ".join(citation.quote.split()) for citation in claim.citations]
    if longest_common(words, _words(" ".join(quotes))) == len(words):
        return "shortened"
    sources = [_words(text[start:end]) for text in quotes for start, end in sentences(text)]
    kept = max((longest_common(words, each) / len(each) for each in sources if each), default=1.0)
    return "written" if kept <= OWN else "shortened"


def shares(claims: Sequence[Claim]) -> dict[str, float]:
    """The share of each wording among these sentences; they sum to 1 if there are any."""
    of_each = Counter(map(wording, claims))
    return {name: of_each[name] / max(1, len(claims)) for name in get_args(Wording)}


def said(summary: Summary) -> tuple[Claim, ...]:
    """Every sentence of a summary."""
    items = [item for section in summary.sections for item in section.items]
    return (summary.headline, *summary.points, *items)


def told(of_each: dict[str, float]) -> str:
    """The shares in words: "40% written, 20% shortened, 40% quoted"."""
    return ", ".join(f"{share:.0%} {name}" for name, share in of_each.items())


def _words(text: str) -> list[str]:
    return WORD.findall(fold(text))
