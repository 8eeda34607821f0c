"""The expected answer type: what kind of thing a question asks for, and what a text has of it.

Question answering has long looked for the type first (Li and Roth 2002, "Learning Question
Classifiers"); here a few rules tell names, times and quantities from everything else.
"""

import re

from assistant.language.figures import amounts, days
from assistant.language.names import unknown_names
from assistant.language.numbers import numbers
from assistant.language.words import COMMON_ENDINGS

_HOW_MANY = re.compile(
    r"\bhow (?:many|much|old|long|far|tall|high|large|big)\b|"
    r"\bwhat (?:year|percent\w*|number|date)\b",
    re.I,
)
_AMOUNT = re.compile(r"\bhow (?:many|much|old|far|tall|high|large|big)\b", re.IGNORECASE)
"""Not "how long", which a year answers too: "since 1994"."""
_WHEN = re.compile(r"^\W*when\b|\bwhat (?:year|date|day|month|century)\b", re.IGNORECASE)
_INDEFINITE = re.compile(r"\b(?:several|many|few|some|no|all)\b", re.IGNORECASE)
_OF_A_PHRASE = (
    r"(?!(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|"
    r"must)\b)[\w’'-]+ "
)
"""A word of "which large coastal town"; "what did the town do" asks for something else."""
_NAME_IS = r"what (?:is|was|are|were) (?:the )?(?:full |first |last |real )?names?\b"
_NAME = re.compile(
    r"^\W*(?:(?:by|for|from|in|of|on|to|under|with)\s+)?"
    r"(?:whom?\b|where\b|which (?!of\b)|"
    rf"{_NAME_IS}|"
    rf"what (?:{_OF_A_PHRASE}){{0,2}}(?:"
    r"names?|city|town|country|state|river|company|person|king|queen|general|"
    r"president|university|school|team|band|book|film|treaty|battle)\b)",
    re.IGNORECASE,
)
_NAMED = (
    r"(?:official|person|man|woman|leader|general|officer|spokes\w+|author|singer|actor|actress|"
    r"player|minister|mayor|king|queen|president|director|writer|scientist|city|town|village|"
    r"country|company|river|ship)"
)
"""What surely has a name; that of a kind of tree may be a common word."""
_NAME_OF = re.compile(
    rf"^\W*(?:{_NAME_IS} of (?:the |an? )?|"
    rf"(?:in )?(?:which|what) )(?:{_OF_A_PHRASE}){{0,3}}{_NAMED}\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"(?:no|some|any|every)(?:body|one|where|thing)")
_NOT_STATED = re.compile(
    r"(?:\bnot|n['’]t|\bnever)\s+(?:\w+\s+){0,2}?"
    r"(?:mention|specif(?:y|ied)|state|provide|give|name|disclose|identif(?:y|ied)|known?)"
    r"(?:d|ed|n)?\b|"
    r"\b(?:unknown|unnamed|unspecified)\b",
    re.IGNORECASE,
)


def asks_for_name(question: str) -> bool:
    """Whether the answer should be the name of somebody, something or some place."""
    return bool(_NAME.search(question))


def has_kind(question: str, text: str) -> bool:
    """Whether ``text`` has the kind of thing the question asks for: a quantity, a time."""
    if _WHEN.search(question):
        return bool(numbers(text)) or bool(
            re.search(r"\b(?:day|week|month|year|century|before|after|during|since|until)\w*", text)
        )
    if _HOW_MANY.search(question):
        return bool(numbers(text)) or bool(_INDEFINITE.search(text))
    return True


def denied(draft: str, text: str) -> bool:
    """Whether a drafted answer says that the answer is not given, where ``text`` says no such
    thing itself."""
    return bool(_NOT_STATED.search(draft)) and not _NOT_STATED.search(text)


def nameless(question: str, draft: str) -> bool:
    """Whether the question asks for the name of somebody or some place ("Which country …?") and
    the draft has no name of its own. What opens the draft may be one: "Japan depends on it."."""
    if not _NAME_OF.search(question):
        return False
    first = "".join(re.findall(r"^\w+", draft)).lower()
    common = first.endswith(COMMON_ENDINGS) or _NOBODY.fullmatch(first)
    return not unknown_names(draft if common else f"It is {draft}", question)


def made_up(question: str, draft: str, text: str) -> str:
    """The name that the question asks for and the draft gives, but neither has the text.

    A model asked for a name that its text lacks makes one up: that is a sign that the text does
    not answer the question, however near it comes. The empty string where there is none.
    """
    if not asks_for_name(question):
        return ""
    unknown = unknown_names(draft, f"{text} {question}")
    words = re.findall(r"[^\W_]+(?:[-.’'][^\W_]+)*\.?", draft)
    return " ".join(word for word in words if word.rstrip(".") in unknown).rstrip(".")


def made_up_amount(question: str, draft: str, text: str) -> str:
    """The amount that the question asks for and the draft gives, where the text has none at all:
    the same sign. The empty string where there is none."""
    if not _AMOUNT.search(question) or _INDEFINITE.search(text):
        return ""
    of_days = numbers(" ".join(day.text for day in days(text)))
    if numbers(text) - of_days:
        return ""
    given = [amount.text for amount in amounts(draft) if not numbers(amount.text) <= of_days]
    return next((each for each in given if not numbers(each) <= numbers(question)), "")
