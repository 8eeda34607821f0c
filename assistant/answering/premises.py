"""False premises: what a question takes for granted and the documents do not share.

"When did South Korea send troops?" names somebody whom the text does not; "Which treaty was not
signed?" denies what it says. Questions of SQuAD 2.0 were made unanswerable in such ways (Rajpurkar,
Jia and Liang 2018, "Know What You Don't Know", table 1).
"""

import re
from collections.abc import Sequence

from assistant.language.names import name_words, unknown_names
from assistant.language.numbers import numbers
from assistant.language.qualifiers import denies_other_words, opposite
from assistant.language.words import content_words, stem
from index import Evidence

_YES_OR_NO = re.compile(
    r"^\W*(?:am|are|can|could|did|do|does|had|has|have|is|may|might|must|should|was|were|will|would)"
    r"(?:n['’]t)?\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"(?<=\w)[ ,]+(?:that|which|who|whom|whose|when|where|while|whether|if|because|although|since)"
    r"\b.*",
    re.IGNORECASE | re.DOTALL,
)
_ASKED_KIND = re.compile(
    r"^(\W*(?:what|which|whose|how many)\s+)(?:(?:kind|sort|type)s? of\s+)?"
    r"(?:dis|im|in|ir|non|un)-?\w+",
    re.IGNORECASE,
)
"""In "Which non-Chinese empire …?" the word tells what is asked for, and need not be said of it."""
_DENIES = re.compile(r"\b(?:cannot|never|no|not|without)\b|n['’]t\b", re.IGNORECASE)
_NEGATIVE = re.compile(
    r"\b(?:absen\w+|apart from|avoid\w*|ban(?:s|ned)?|beyond|cancel\w*|cannot|den(?:y|ies|ied)|"
    r"except|exclud\w*|exempt|fail\w*|forbid\w*|halt\w*|impossib\w*|insignifican\w*|instead|lack\w*|"
    r"missing|negligible|neither|never|no|nobody|none|nor|not|nothing|only|other than|outside|"
    r"outstanding|pending|prevent\w*|prohibit\w*|rather than|refus\w*|reject\w*|stopp\w*|"
    r"suspend\w*|unab\w+|without|yet|\w+less)\b|n['’]t\b|\b(?:un|non-?)\w{4,}",
    re.IGNORECASE,
)
"""What may say that something is not so."""
_CHOICE = re.compile(
    r"^\W*(?:who|what|which) (?:is|are|was|were|has|have|had)\b[^,“]*,[^“]*\bor\b[^,“]*$",
    re.IGNORECASE,
)
"""Of two that differ in something, the text may say it of the other: "more, A or B?"."""
_COUNTED = re.compile(r"\b(\d[\d,.]*|[A-Za-z]+)(?=[ -]([A-Za-z]{3,}))")


def unshared_premise(question: str, evidence: Sequence[Evidence], titles: Sequence[str]) -> str:
    """A name in the question that occurs nowhere in the retrieved evidence, or the empty string.

    "When did South Korea send troops?" asked of a text on North Korea returns "South Korea".
    """
    known = " ".join([*(item.passage.text for item in evidence), *titles])
    unknown = unknown_names(question, known)
    runs = re.findall(r"\b[A-Z][\w’'.-]*(?:\s+[A-Z][\w’'.-]*)*", question)
    for run in runs:
        words = [word for word in run.split() if word.rstrip("?.,!'’") in unknown]
        if words:
            names = set(name_words(question))
            return " ".join(
                word.rstrip("?.,!") for word in run.split() if word.rstrip("?.,!") in names
            )
    return ""


def contradiction(question: str, text: str) -> str:
    """How ``text`` contradicts what the question takes for granted, or the empty string.

    A denial of what the text says, an opposite, or another number of the same thing. A question
    for yes or no takes nothing for granted, and a subordinate clause may deny something else.
    """
    if _YES_OR_NO.search(question):
        return ""
    clause = _CLAUSE.sub("", question)
    if _DENIES.search(clause) and (not _NEGATIVE.search(text) or denies_other_words(clause, text)):
        return "the question denies what this sentence does not deny"
    words = () if _CHOICE.search(clause) else opposite(_ASKED_KIND.sub(r"\1", clause), text)
    if words and not _DENIES.search(f"{clause} {text}"):  # "not known" is no opposite of "unknown"
        return f"the question says “{words[0]}” where this sentence says “{words[1]}”"
    return _other_number(clause, text)


def _other_number(question: str, text: str) -> str:
    """How the text counts four where the question says "three forces", and has no three."""
    counted, given = _counts(text), numbers(text)
    for thing, number in _counts(question):
        others = sorted(its for what, its in counted if what == thing)
        if others and number not in given:
            return f"the question counts {number} where this sentence counts {others[0]}"
    return ""


def _counts(text: str) -> list[tuple[str, str]]:
    """(stem of the thing, canonical number) of each number directly before a word."""
    return [
        (stem(match[2].casefold()), min(value))
        for match in _COUNTED.finditer(text)
        if content_words(match[2]) and len(value := numbers(match[1])) == 1
    ]
