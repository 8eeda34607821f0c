"""What the model wrote, made one sentence fit to be checked. Pure."""

import re

from assistant.language.words import flat
from index.sentences import sentences

_PREAMBLE = re.compile(
    r"^((?:yes|no)[,.:] )?(?:according to the (?:text|passage|sentence)[, ]+|"
    r"the (?:text|passage|sentence|article|answer) (?:states?|says?|mentions?|indicates?|is)"
    r"(?: that)?[,: ]+)",
    re.IGNORECASE,
)
_SPEAKS_OF_TEXT = re.compile(r"the (?:text|passage)\b", re.IGNORECASE)
_INITIALS = re.compile(r"\b([A-Z])\. (?=[A-Z]\.)")
"""The model writes "U. S." for "U.S."."""


def one_sentence(text: str) -> str:
    """The first sentence of a draft without "the text states that"; empty where none is left."""
    line = _PREAMBLE.sub(r"\1", _INITIALS.sub(r"\1.", flat(text)))
    spans = sentences(line)
    if not spans:
        return ""
    first = _unquoted(line[spans[0][0] : spans[0][1]])
    if len(first.split()) < 3 or _SPEAKS_OF_TEXT.match(first):
        return ""
    return first[0].upper() + first[1:]


def _unquoted(text: str) -> str:
    """The text without quotation marks around all of it; those of a part of it stay."""
    inner = text[1:-1]
    if len(text) > 1 and text[0] in '"“' and text[-1] in '"”' and not re.search('["“”]', inner):
        return inner
    return text


_ASKS_FOR_WORDS = re.compile(
    r"\b(?:say|said|state|stated|call|called|describe|described|put it|words?|[Qq]uote|tell|told)\b"
)
"""In small letters: the State Department states nothing."""


def wording_matters(question: str, text: str) -> bool:
    """Whether the question asks what somebody said and the text has the very words."""
    return bool(_ASKS_FOR_WORDS.search(question) and re.search(r"[“\"«„].{8,}", text))
