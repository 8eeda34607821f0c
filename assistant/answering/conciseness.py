"""The part of a checked sentence that its question does not already say. Pure.

"The term for a Turing machine with random bits is a probabilistic Turing machine." answers its
question in four words; the rest repeats it. Nothing is rewritten: words are left out at the
beginning and at the end, and only such as the question has or that carry no content.
"""

import re

from assistant.language.numbers import numbers
from assistant.language.qualifiers import hedges, is_hedged
from assistant.language.words import content_words, stem

_WORD = re.compile(r"[$€£]?[^\W_]+(?:[-'’.,&/][^\W_]+)*[%°]?", re.UNICODE)
_YES_NO = re.compile(
    r"^\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might)\b",
    re.IGNORECASE,
)
_EXPLANATION = re.compile(
    r"^\W*(?:why|how)\b(?!\s+(?:many|much|old|long|far|tall|high|large|big))", re.IGNORECASE
)
_ASKS = re.compile(
    r"^\W*(?:who(?: else)? (\w+)|(?:what|which) (\w+)(?= (?:an?|the|his|her|its|their|our)\b))",
    re.IGNORECASE,
)
"""What follows "who", or stands between "what" and an article, is the question's verb and no part
of a name: "What *offers* a definition?", but "What *military* technology does it gain?"."""
_ASKS_FOR_SUBJECT = re.compile(
    r"\b(?:[Ww]hat|[Ww]hich) [\w-]+ (?!of\b)([a-z][\w-]*)(?: ([a-z][\w-]*))?"
)
"""Where the question has no auxiliary, its verb comes soon: "What power sources *overtook* it?"."""
_AUXILIARIES = "is|are|was|were|has|have|had|do|does|did|will|would|can|could|may|might|must|should"
_AUXILIARY = re.compile(rf"\b(?:{_AUXILIARIES})\b", re.IGNORECASE)
_CLAUSE = re.compile(rf"\b(?:{_AUXILIARIES}|i|we|you|he|she|it|they)\b", re.IGNORECASE)
"""A part with one of these says something of its own, and is cut best not at all."""
_ARTICLES = frozenset("a an the".split())
_AMOUNTS = frozenset(
    "about around over under than more less least most almost nearly some only up".split()
)
_PREPOSITIONS = frozenset(
    "in on at by from to for between into during since until after before through".split()
)
_ENDS = (
    _PREPOSITIONS
    | _ARTICLES
    | frozenset(
        "is are was were be been being do does did has have had will would can could may might "
        "must should shall of that which who whom but as than then with when where while".split()
    )
)
"""Words at which a noun phrase ends."""
_OPENING_VERBS = frozenset("include includes included including called named".split())
_LEAST_LEFT_OUT = 3
"""Fewer words than these are not worth a fragment."""
_LONGEST_TAIL = 2
"""Words of the question that may end a noun phrase: "probabilistic" *Turing machine*."""
_LONGEST_BETWEEN = 2
"""Words of the question that may stand among the new ones; more make a clause of the part."""
_OF_A_PASSIVE = frozenset("is are was were be been being get gets got".split())


def concise(sentence: str, question: str) -> str:
    """``sentence`` without the words at either end that only repeat ``question``.

    The sentence itself where the question asks why, how or whether, where a hedge, a denial or
    a witness would be lost, or where little would be left out.
    """
    if _YES_NO.match(question) or _EXPLANATION.match(question):
        return sentence
    words = list(_WORD.finditer(sentence))
    asked = {stem(word) for word in content_words(question)}
    new = [number for number, word in enumerate(words) if _is_new(word.group(), asked, question)]
    if new and words[new[0]].group().lower() in _OPENING_VERBS:
        new = new[1:]
    if not new:
        return sentence
    first = _start_of_phrase(sentence, words, new[0])
    last = _end_of_phrase(sentence, words, new[-1], question)
    if last is None or _is_predicate(words, first):
        return sentence
    if _asked_between(words[new[0] : new[-1] + 1], asked) > _LONGEST_BETWEEN:
        return sentence
    left_out = f"{sentence[: words[first].start()]} {sentence[words[last].end() :]}"
    if len(words) - (last - first + 1) < _LEAST_LEFT_OUT:
        return sentence
    if hedges(left_out) or (is_hedged(left_out) and not is_hedged(question)):
        return sentence
    if re.search(r"\b(?:not|no|never|none|without)\b|n['’]t\b", left_out, re.IGNORECASE):
        return sentence
    if _CLAUSE.search(sentence, words[first].start(), words[last].end()):
        return sentence
    part = _closed(sentence, words[first].start(), words[last].end())
    return f"{part[0].upper()}{part[1:].rstrip('.')}."


def _is_new(word: str, asked: set[str], question: str) -> bool:
    """Whether a word carries content, or a number, that the question does not have."""
    if numbers(word):
        return not numbers(word) <= numbers(question)
    return any(not _asked(stem(each), asked) for each in content_words(word))


def _asked(word: str, asked: set[str]) -> bool:
    """Whether the question has the word in some form: "hides" of "hide"."""
    return word in asked or any(
        min(len(word), len(other)) >= 3
        and abs(len(word) - len(other)) <= 3
        and (word.startswith(other) or other.startswith(word))
        for other in asked
    )


def _start_of_phrase(sentence: str, words: list[re.Match[str]], first: int) -> int:
    """Back over "more than", an article and one preposition that belong to the new part."""
    for kind in (_AMOUNTS, _ARTICLES, _AMOUNTS, _PREPOSITIONS):
        while first and words[first - 1].group().lower() in kind:
            if not _adjacent(sentence, words[first - 1], words[first]):
                return first
            first -= 1
            if kind is _PREPOSITIONS:
                break
    return first


def _verbs(question: str) -> set[str]:
    """Words of the question, in small letters, that are its verb."""
    asks = _ASKS.match(question)
    return {word.lower() for word in asks.groups() if word} if asks else set()


def _may_be_verbs(question: str) -> set[str]:
    """Words of the question that are its verb, or belong to the noun before that."""
    asks = None if _AUXILIARY.search(question) else _ASKS_FOR_SUBJECT.search(question)
    return {word for word in asks.groups() if word} if asks else set()


def _is_predicate(words: list[re.Match[str]], first: int) -> bool:
    """Whether the part opens with what its subject did, and not with what was done to it."""
    if not first or not words[first].group().endswith("ed"):
        return False
    return words[first - 1].group().lower() not in _OF_A_PASSIVE


def _asked_between(words: list[re.Match[str]], asked: set[str]) -> int:
    """How many words of the question stand among ``words``."""
    contents = [each for word in words for each in content_words(word.group())]
    return sum(_asked(stem(word), asked) for word in contents)


def _end_of_phrase(
    sentence: str, words: list[re.Match[str]], last: int, question: str
) -> int | None:
    """The end of the noun phrase that ``last`` stands in: "probabilistic" *Turing machine*.

    None where it cannot be told: a long run of the question's words follows, unless a name goes on
    ("a senior State" *Department official*), or a word that may be its verb, or an "and".
    """
    verbs, may_be = _verbs(question), _may_be_verbs(question)
    if words[last].group().endswith(("'s", "’s")):
        return last
    tail: list[str] = []
    for number in range(last + 1, len(words)):
        word = words[number].group().lower()
        if word in ("and", "or"):
            return None
        if word in _ENDS or word in verbs or word.endswith("ed"):
            break
        if word in may_be:
            if not tail:
                return None
            break
        if not _adjacent(sentence, words[number - 1], words[number]):
            break
        tail.append(word)
    if len(tail) <= _LONGEST_TAIL:
        return last + len(tail)
    in_a_name = all(words[number].group()[0].isupper() for number in (last + 1, last + 2))
    return last + len(tail) if in_a_name else None


def _adjacent(sentence: str, left: re.Match[str], right: re.Match[str]) -> bool:
    return not sentence[left.end() : right.start()].strip()


def _closed(sentence: str, start: int, end: int) -> str:
    """``sentence[start:end]`` with the bracket or quotation mark around it on both sides."""
    for opening, closing in ("()", "“”", '""'):
        part = sentence[start:end]
        lone = (
            part.count(opening) % 2
            if opening == closing
            else part.count(opening) > part.count(closing)
        )
        if lone and sentence[end : end + 1] == closing:
            end += 1
        elif sentence[start - 1 : start] == opening and sentence[end : end + 1] == closing:
            start, end = start - 1, end + 1
    return sentence[start:end].strip(" ,;:")
