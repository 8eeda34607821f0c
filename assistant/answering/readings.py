"""Other documents that answer the same question, of something else.

A question that names nothing ("When did he resign?") and that several documents answer of different
matters is given back with those readings. It is rare, and only then is the model asked again.
"""

import re
from collections.abc import Callable, Sequence

from assistant.answering.candidates import Candidate, Embed
from assistant.answering.judging import SURE, Judgement
from assistant.language.disagreement import SAME_MATTER
from assistant.language.names import name_words
from assistant.language.numbers import numbers

_UNNAMED = re.compile(
    r"\b(?:he|him|his|she|hers?|it|its|they|them|theirs?|this|that|these|those|there)\b",
    re.IGNORECASE,
)
_MOST_READINGS = 3

Judge = Callable[[Candidate], Judgement]


def names_nothing(question: str) -> bool:
    """Whether a question points at something without saying what: "When did he resign?"."""
    return bool(_UNNAMED.search(question)) and not name_words(question) and not numbers(question)


def readings(
    question: str, best: Judgement, items: Sequence[Candidate], embed: Embed, judge: Judge
) -> list[Candidate]:
    """The best sentence of each document that answers a question that names nothing, if several do.

    Raises:
        ModelError: from ``judge``.
    """
    if best.answers < SURE or not names_nothing(question):
        return []
    found = [best.candidate]
    for item in elsewhere(best.candidate, items):
        known = {each.span.document_id for each in found}
        if item.span.document_id in known or len(found) == _MOST_READINGS:
            continue
        vectors = embed([item.text, *(each.text for each in found)])
        apart = float((vectors[1:] @ vectors[0]).max()) < SAME_MATTER
        if apart and judge(item).answers >= SURE:
            found.append(item)
    return found if len(found) > 1 else []


def asked_back(found: Sequence[Candidate]) -> str:
    """One short question with the readings, each by its document's title."""
    titles = [f"“{item.title or item.document_name}”" for item in found]
    return f"Do you mean {', '.join(titles[:-1])} or {titles[-1]}?"


def elsewhere(chosen: Candidate, items: Sequence[Candidate]) -> list[Candidate]:
    """Those of other documents."""
    return [item for item in items if item.span.document_id != chosen.span.document_id]
