"""Whether a written sentence may stand for its sources, before the model is asked. Pure.

The guards compare a sentence with all that it cites together. Of several sources each must be kept,
with its own hedge: "A fell, and B reportedly rose" is not "A reportedly fell, and B rose".
"""

import re
from collections.abc import Sequence

from assistant.language.qualifiers import HEDGE, is_hedged
from assistant.language.statements import is_loaded, leaning
from assistant.language.words import content_words, root

KEPT = 0.4
"""Least share that a written sentence has of the content words which one source alone has."""
_FIRST_PERSON = re.compile(r"\b(?:I|[Ww]e|[Yy]ou|[Mm]y|[Oo]ur|[Yy]our)\b")
_QUOTED = re.compile(r"“[^”]*”?|\"[^\"]*\"")


def may_be_written(sources: Sequence[str]) -> bool:
    """Whether what these say can be said by somebody else: no "I" whose speaker is not there, no
    "it" of a sentence before them; and nothing that is said stands before what is so, so that the
    one is not taken for the other.
    """
    hedged = [is_hedged(text) for text in sources]
    spoken = any(_FIRST_PERSON.search(_QUOTED.sub("", text)) for text in sources)
    return not spoken and leaning(sources[0]) < 1.0 and hedged == sorted(hedged)


def says_enough(text: str, sources: Sequence[str]) -> bool:
    """Whether a written sentence is shorter than its sources and says something of each."""
    roots = {root(word) for word in content_words(text)}
    wanted = [{root(word) for word in content_words(source)} for source in sources]
    for number, its in enumerate(wanted):
        own = its.difference(*wanted[:number], *wanted[number + 1 :]) or its
        if len(own & roots) < KEPT * len(own):
            return False
    return len(text.split()) <= sum(len(source.split()) for source in sources)


def fault(text: str, sources: Sequence[str]) -> str:
    """Why a written sentence cannot stand for its sources; empty if nothing was found."""
    roots = [root(word) for word in content_words(text)]
    known = {root(word) for source in sources for word in content_words(source)}
    if not roots or roots[0] not in known:
        return "what it is about is not in the words of its sources"
    if is_loaded(text):
        return "it judges in its own voice"
    for source in sources:
        hedges = {root(word) for word in HEDGE.findall(source)}
        if hedges and not hedges & {root(word) for word in HEDGE.findall(text)}:
            return "it leaves out how sure one of its sources is"
        first = {root(word) for word in content_words(source)[:2]}
        if is_hedged(source) and not first & {*roots}:
            return "it leaves out who says it"
    return ""
