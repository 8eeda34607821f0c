"""Follow-up questions made standalone, without losing or inventing names.

Earlier answers help to understand a question; they are never evidence.
"""

import re
from collections.abc import Sequence

from assistant.data import Turn
from assistant.guards import fold, name_words, unknown_names
from assistant.models.protocol import Model, Usage
from assistant.prompts import Prompts

_LEANS = re.compile(
    r"\b(?:it|its|itself|he|him|his|she|hers?|they|them|their|theirs|this|that|these|those|there|"
    r"then|one|ones|same|former|latter|others?)\b",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"^\s*(?:and|but|or|so|also|why|how so|how come|what about|how about|what else|who else|"
    r"where else|when|really|for example|such as|in what way|since when|by whom|more)\b",
    re.IGNORECASE,
)
_TURNS = 6
_TURN_CHARACTERS = 400


def leans_on_history(question: str) -> bool:
    """Whether a question needs the conversation to be understood: pronouns, fragments, "why?"."""
    words = question.split()
    if len(words) <= 3 or _LEANS.search(question):
        return True
    return bool(_OPENS.match(question)) and not name_words(question)


def standalone(
    model: Model, prompts: Prompts, question: str, history: Sequence[Turn]
) -> tuple[str, Usage]:
    """The question as it can be retrieved alone.

    A rewriting is used only if it keeps every name of the question and brings in no name that
    neither the question nor the conversation has; otherwise the question is kept and the last
    question asked stands before it, so that retrieval still sees its names.

    Raises:
        ModelError: the model gave no answer.
    """
    if not history or not leans_on_history(question):
        return question, Usage()
    recent = history[-_TURNS:]
    conversation = "\n".join(
        f"{'Question' if turn.role == 'user' else 'Answer'}: {turn.content[:_TURN_CHARACTERS]}"
        for turn in recent
    )
    messages = prompts.messages("condense", conversation=conversation, question=question)
    written = model.write(messages, max_tokens=80, stop=("\n",))
    rewritten = written.text.strip().strip('"“”').strip()
    if _faithful(rewritten, question, conversation):
        return rewritten, written.usage
    earlier = [turn.content[:_TURN_CHARACTERS] for turn in recent if turn.role == "user"][-1:]
    return " ".join((*earlier, question)), written.usage


def _faithful(rewritten: str, question: str, conversation: str) -> bool:
    if not rewritten or len(rewritten) > len(question) + _TURN_CHARACTERS:
        return False
    kept = all(fold(name) in fold(rewritten) for name in name_words(question))
    return kept and not unknown_names(rewritten, f"{question} {conversation}")
