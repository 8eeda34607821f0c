"""Whether a written sentence may stand for its sources, before the model is asked. Pure.

The guards compare a sentence with all that it cites together; here each source must keep its own
hedge: "A fell, and B reportedly rose" is not "A reportedly fell, and B rose".
"""

import re
from collections.abc import Sequence

from assistant.language.numbers import numbers
from assistant.language.qualifiers import HEDGE, is_hedged
from assistant.language.statements import is_loaded, leaning
from assistant.language.words import content_words, root

_SAME = 4
"""Letters in which forms of one word agree: "close" and "closed"."""
_FIRST_PERSON = re.compile(r"\b(?:I|[Ww]e|[Yy]ou|[Mm]y|[Oo]ur|[Yy]our)\b")
_QUOTED = re.compile(r"“[^”]*”?|\"[^\"]*\"")


def may_be_written(sources: Sequence[str]) -> bool:
    """Whether what these say can be said by somebody else: no "I" whose speaker is not there, no
    "it" of a sentence before them."""
    spoken = any(in_first_person(text) for text in sources)
    return not spoken and leaning(sources[0]) < 1.0


def in_first_person(text: str) -> bool:
    """Whether somebody who is not named speaks of himself, outside quotation marks."""
    return bool(_FIRST_PERSON.search(_QUOTED.sub("", text)))


def fault(text: str, sources: Sequence[str], *, own_words: bool = False) -> str:
    """Why a written sentence cannot stand for its sources; empty if nothing was found.

    Without ``own_words`` it may leave out and join, and not say "plans" of a decision: a small
    model's check lets such words pass.
    """
    if any(map(in_first_person, sources)):
        return "its sources are somebody's own words, who is not named there"
    said = {root(word): word for word in content_words(text)}
    known = {root(word) for source in sources for word in content_words(source)}
    if not said or next(iter(said)) not in known:
        return "what it is about is not in the words of its sources"
    forms = {its[:_SAME] for its in known}
    own = [word for its, word in said.items() if its[:_SAME] not in forms and not numbers(word)]
    if own and not own_words:
        return f"its sources do not say “{own[0]}”"
    if is_loaded(text):
        return "it judges in its own voice"
    for source in sources:
        hedges = {root(word) for word in HEDGE.findall(source)}
        if hedges and not hedges & {root(word) for word in HEDGE.findall(text)}:
            return "it leaves out how sure one of its sources is"
        first = {root(word) for word in content_words(source)[:2]}
        if is_hedged(source) and not first & {*said}:
            return "it leaves out who says it"
    return ""
