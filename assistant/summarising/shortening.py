"""Shorter sentences by leaving words out: nothing is added, and the order stays.

Sentence compression by deletion (Jing 2000, "Sentence Reduction for Automatic Text
Summarization"; Knight and Marcu 2002) with a few rules for English. Whether the shorter sentence
still holds the model is asked afterwards. Pure: standard library only.
"""

import re

from assistant.language.numbers import numbers
from assistant.language.statements import is_loaded

ENOUGH = 18
"""Words: a sentence no longer than this keeps what it says beside its main clause."""
_SHORTEST_CLAUSE = 6
"""Words that must be left before a clause that is dropped."""

_OPENING = re.compile(
    r"(?:However|Moreover|Meanwhile|Furthermore|Additionally|Nevertheless|Indeed|In addition|"
    r"In fact|Of course|Besides|Therefore|Thus|Consequently|As a result|Also), "
)
_ASIDE = re.compile(
    r"(?:With [^,“\"]{3,60}? [a-z]+ing [^,“\"]+|As the (?:situation|story) [^,]+), "
)
_LOADED_OPENING = re.compile(r"(?:In|Amid|With|As|Following|Despite) [^,“\"]+, ")
_TAIL = re.compile(
    r", (?:(?:further|thus|thereby|also|particularly|especially) )?"
    r"(?:(?P<ing>[a-z]+ing)|[a-z]+ed (?:by|with|in|at)|which|as|with [^,]{3,40}? [a-z]+ing)\b"
    r"[^,“”\"]*[.!]\Z"
)
_WITHIN = re.compile(r", (?:which|who|whose|where) [^,“”\";:]{3,80}, (?!and |or )")
_NO_PARTICIPLE = frozenset(
    "including during following according regarding concerning excluding considering being "
    "spring morning evening thing something anything nothing everything king wing ring "
    "stating saying adding warning noting claiming arguing suggesting meaning notwithstanding "
    "pending assuming providing bearing barring".split()
)
_CONDITION = re.compile(
    r"\b(?:if|unless|until|only|except|but|not|no|never|without|reportedly|allegedly|may|might|"
    r"could|possibl[ey]|likely|estimated|suspected)\b"
)
_FILLER = re.compile(r"\b(?:has|have|is|are|was|were) (also|now|already) (?=[a-z])")


def shorten(sentence: str) -> str:
    """The sentence without connectives, loaded openings and side remarks.

    Unchanged where no rule applies. Numbers, quotations, hedges and conditions are never dropped.
    """
    shorter = _without_opening(sentence)
    shorter = _without_clause(_without_tail(shorter))
    if shorter != sentence:
        shorter = _FILLER.sub(lambda found: found.group().replace(f"{found[1]} ", ""), shorter)
    return shorter[:1].upper() + shorter[1:]


def _without_opening(sentence: str) -> str:
    found = _OPENING.match(sentence) or _ASIDE.match(sentence)
    if not found:
        found = _LOADED_OPENING.match(sentence)
        if not found or not is_loaded(found.group()) or numbers(found.group()):
            return sentence
    rest = sentence[found.end() :]
    return rest if len(rest.split()) >= _SHORTEST_CLAUSE else sentence


def _without_tail(sentence: str) -> str:
    """Without a last clause such as ", stressing the importance of …"."""
    found = _TAIL.search(sentence)
    if found and _may_go(sentence[: found.start()], found.group(), found["ing"]):
        return sentence[: found.start()] + "."
    return sentence


def _without_clause(sentence: str) -> str:
    """Without a clause within such as ", which runs the route, "."""
    found = _WITHIN.search(sentence)
    if not found or len(sentence.split()) <= ENOUGH:
        return sentence
    if numbers(found.group()) or _CONDITION.search(found.group()):
        return sentence
    return f"{sentence[: found.start()]} {sentence[found.end() :]}"


def _may_go(kept: str, tail: str, participle: str | None) -> bool:
    if participle in _NO_PARTICIPLE or len(kept.split()) < _SHORTEST_CLAUSE:
        return False
    if numbers(tail) or _CONDITION.search(tail) or kept.count("“") != kept.count("”"):
        return False
    last_part = kept.rsplit(",", 1)[-1] if "," in kept else ""
    in_a_list = participle and (
        0 < len(last_part.split()) <= 3 or re.match(r" (?:and |or )?[a-z]+ing\b", last_part)
    )
    too_long = len((kept + tail).split()) > ENOUGH
    return not in_a_list and (too_long or is_loaded(tail))
