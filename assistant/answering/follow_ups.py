"""Follow-up questions made standalone, without losing or inventing names.

Earlier answers help to understand a question; they are never evidence.
"""

import re
from collections.abc import Iterable, Sequence

from assistant.data import Turn
from assistant.language.names import name_words, unknown_names
from assistant.language.words import content_words, fold, root
from assistant.models.protocol import Model, Usage
from assistant.prompts import Prompts

_LEANS = re.compile(
    r"\b(?:it|its|itself|he|him|his|she|hers?|they|them|their|theirs|this|that|these|those|there|"
    r"then|one|ones|same|former|latter|others?)\b",
    re.IGNORECASE,
)
_CONTINUES = re.compile(
    r"^\s*(?:and|but|or|so|also|what about|how about|what else|who else|where else|such as|"
    r"for example)\b",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"^\s*(?:why|how so|how come|when|really|in what way|since when|by whom|more)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    rf"\b(?:that|this|these|those|such|same)\s+\w+|{_LEANS.pattern}",
    re.IGNORECASE,
)
"""Words of a question for which others may stand: "it", "that country"."""
_DECIDE = re.compile(
    r"\b(?:not|no|never|none|before|after|since|until|all|every|each|any|few|fewer|some|many|most|"
    r"more|less|least|only|first|last|without)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Small words that turn a question round where they are lost."""
_ASK = re.compile(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE)
_ASK_OR_DECIDE = re.compile(rf"{_ASK.pattern}|{_DECIDE.pattern}", re.IGNORECASE)
_FRAGMENT = 3
"""Words up to which a question without a name is no whole one: "And the mayor?"."""
_NAMES = 6
"""Words that name what a fragment is about, at most: "And the deposit for a pedal boat?"."""
_TURNS = 6
_TURN_CHARACTERS = 400
"""The last turns that a follow-up is read with, and how much of each: enough to name its topic."""


def points_back(question: str) -> bool:
    """Whether a question shows that it goes on from what came before: by a pronoun, an "and" at its
    beginning, or as a fragment."""
    if _LEANS.search(question) or _CONTINUES.match(question):
        return True
    short = len(question.split()) <= _FRAGMENT
    return short and (bool(_OPENS.match(question)) or not name_words(question))


def fragment(question: str) -> str:
    """What a fragment names: "the other boat" of "And the other boat?"; empty where a question is
    none: it asks something itself, points at something by a pronoun, or is long."""
    said = _CONTINUES.sub("", question).strip(" ,?.!")
    most = _NAMES if _CONTINUES.match(question) else _FRAGMENT
    if len(said.split()) > most or _ASK.search(said) or _LEANS.search(said):
        return ""
    return said if content_words(said) else ""


def leans_on_history(question: str) -> bool:
    """Whether a question may need the conversation to be understood: it points back, or asks when
    or why of what has no name ("When was the bridge opened?")."""
    return points_back(question) or (bool(_OPENS.match(question)) and not name_words(question))


def standalone(
    model: Model, prompts: Prompts, question: str, history: Sequence[Turn]
) -> tuple[str, Usage]:
    """The question as it can be retrieved alone: rewritten, or where that fails after which
    question it was asked, so that its names are there; with that question before it, a sentence
    that answers the other one is taken for the answer. Asked what a pronoun stands for, a small
    model is wrong as often as right.

    Raises:
        ModelError: the model gave no answer.
    """
    if not history or not leans_on_history(question):
        return question, Usage()
    text, clear, usage = _rewriting(model, prompts, question, history)
    earlier = [turn.content[:_TURN_CHARACTERS] for turn in _recent(history) if turn.role == "user"]
    if clear or not earlier:
        return text, usage
    asked = text.rstrip("? ")
    mark = "?" if text.endswith("?") else ""
    told = [each for each in earlier if not leans_on_history(each)] or earlier
    return f"{asked}, asked after “{told[-1]}”{mark}", usage


def rewritten(
    model: Model, prompts: Prompts, question: str, history: Sequence[Turn]
) -> tuple[str | None, Usage]:
    """The question as the model makes it stand alone; None where it does not.

    Raises:
        ModelError: the model gave no answer.
    """
    text, clear, usage = _rewriting(model, prompts, question, history)
    return text if clear else None, usage


def _recent(history: Sequence[Turn]) -> Sequence[Turn]:
    return history[-_TURNS:]


def _rewriting(
    model: Model, prompts: Prompts, question: str, history: Sequence[Turn]
) -> tuple[str, bool, Usage]:
    """What the model makes of a question, or that itself where it does worse; and whether it
    stands alone.

    A rewriting is used only if it keeps every name of the question and every word that carries
    something, but for those that point back, and brings in none that neither the question nor the
    conversation has.
    """
    recent = _recent(history)
    conversation = "\n".join(
        f"{'Question' if turn.role == 'user' else 'Answer'}: {turn.content[:_TURN_CHARACTERS]}"
        for turn in recent
    )
    messages = prompts.messages("condense", conversation=conversation, question=question)
    written = model.write(messages, max_tokens=80, stop=("\n",))
    text = written.text.strip().strip('"“”').strip()
    said = " ".join(turn.content[:_TURN_CHARACTERS] for turn in recent)
    asked_before = text in [turn.content for turn in recent]
    if asked_before or not _faithful(text, question, said):
        return question, False, written.usage
    return text, text != question and not points_back(text), written.usage


def _faithful(rewritten: str, question: str, said: str) -> bool:
    """Whether a rewriting asks what the question asks, in its words and those ``said`` before."""
    if not rewritten or len(rewritten) > len(question) + _TURN_CHARACTERS:
        return False
    if question.endswith("?") and not rewritten.endswith("?"):
        return False
    kept = _DECIDE if _CONTINUES.match(question) else _ASK_OR_DECIDE
    if not _found(kept, question) <= _found(kept, rewritten):
        return False
    if any(fold(name) not in fold(rewritten) for name in name_words(question)):
        return False
    own = content_words(_POINTS_BACK.sub(" ", question))
    return (
        _has(rewritten, own)
        and _has(f"{question} {said}", content_words(rewritten))
        and not unknown_names(rewritten, f"{question} {said}")
    )


def _found(pattern: re.Pattern[str], text: str) -> set[str]:
    return {match.group().lower() for match in pattern.finditer(text)}


def _has(text: str, words: Iterable[str]) -> bool:
    """Whether a text has every word in some form: "visit" of "visited"."""
    found = content_words(text)
    return all(
        any(
            word.startswith(other) or other.startswith(word) or root(word) == root(other)
            for other in found
        )
        for word in words
    )
