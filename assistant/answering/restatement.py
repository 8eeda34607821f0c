"""What the cited text says of an answer's few words, asked without the question in sight.

"In track and field." leaves it to its question to say of what. Where the question takes a detail
of the text for another thing's, the drafted sentence has the text's words and the support check
lets it pass: the model repeats what a question takes for granted. So the model says once more what
the text says of just these words, and the draft must follow from that. Asking back is how Wang et
al. 2020 ("Asking and Answering Questions to Evaluate the Factual Consistency of Summaries") check
a summary; a small model writes statements better than questions.
"""

from collections.abc import Iterable, Sequence

from assistant.checking.support import probability_of_support
from assistant.language.drafts import one_sentence
from assistant.language.words import content_words, flat, root
from assistant.models.protocol import Model, Usage
from assistant.prompts import Prompts

CERTAIN = 0.8
"""Answerability from which nothing is restated."""
_LONGEST = 60
"""Tokens of a restatement."""
_SAME = 5
"""Letters of a root in which forms of one word agree."""


def is_due(part: str, claim: str, question: str, known: Iterable[str], certainty: float) -> bool:
    """Whether ``part`` of ``claim``, published alone, is to be restated.

    Not where it is all of the claim, where the answerability ``certainty`` (0 to 1) is high, or
    where the ``known`` texts have every word of the question: they speak of the same.
    """
    if part == claim or certainty >= CERTAIN:
        return False
    return not _roots(question) <= _roots(" ".join(known))


def restated_support(
    model: Model, prompts: Prompts, part: str, claim: str, quotes: Sequence[str]
) -> tuple[float, str, Usage]:
    """How far what ``quotes`` say of ``part`` supports ``claim``, 0 to 1; that restatement; usage.

    0 where the model restated nothing. Without log-probabilities a "yes" is 1.

    Raises:
        ModelError: the model gave no answer.
    """
    words = _as_written(part, claim)
    messages = prompts.messages("restate", evidence=flat(" ".join(quotes)), words=words)
    written = model.write(messages, max_tokens=_LONGEST)
    restated = one_sentence(written.text) if written.finished else ""
    if not restated:
        return 0.0, "", written.usage
    probability, option, usage = probability_of_support(model, prompts, claim, [restated])
    support = float(option == "yes") if probability is None else probability
    return support, restated, written.usage + usage


def _as_written(part: str, claim: str) -> str:
    """The words as the claim has them: "at the weir" for "At the weir."."""
    words = part.rstrip(".").strip('"“”')
    at = claim.lower().find(words.lower())
    return claim[at : at + len(words)] if at >= 0 else words


def _roots(text: str) -> set[str]:
    return {root(word)[:_SAME] for word in content_words(text)}
