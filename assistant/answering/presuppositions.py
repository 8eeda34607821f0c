"""What a question takes for granted: said as a statement by the model, and checked as a claim.

"Why was the captain punished?" takes for granted that he was. Where a question asks why, when or
how something was, the model says that something as a sentence, and the support check reads it
beside the sentences nearest to it. Where it asks who or what, such a sentence has a hole ("Somebody
built the tower") which the model fills with an invention, so those are left to ``premises``
(``docs/notebook.md``).
"""

import re

import numpy as np

from assistant.answering.candidates import Sentences, in_order
from assistant.answering.values import Run
from assistant.checking.support import probability_of_support
from assistant.language.drafts import one_sentence

_OF_A_STATEMENT = re.compile(
    r"^\W*(?:why|when|how)\s+(?:am|are|can|could|did|do|does|had|has|have|is|may|might|must|should|"
    r"was|were|will|would)(?:n['’]t)?\b",
    re.IGNORECASE,
)
READ = 5
"""Sentences beside which the statement is checked."""
STATED = 50
"""Tokens of the statement."""


def unborne(run: Run, question: str, near: Sentences) -> str:
    """What the question takes for granted and the sentences do not bear out; empty where they do,
    where nothing is taken for granted, or where the server tells no probabilities.

    Raises:
        ModelError: the model gave no answer.
    """
    if not near.items or not _OF_A_STATEMENT.match(question):
        return ""
    run.go_on()
    written = run.model.write(
        run.prompts.messages("premise", question=question), max_tokens=STATED, stop=("\n",)
    )
    run.spend(written.usage)
    statement = one_sentence(written.text) if written.finished else ""
    if not statement:
        return ""
    best = np.argsort(-near.ranks(statement), kind="stable")[:READ]
    read = [item.text for item in in_order([near.items[int(at)] for at in best])]
    run.go_on()
    probability, _, usage = probability_of_support(run.model, run.prompts, statement, read)
    run.spend(usage)
    run.trace("premise", {"statement": statement, "read": read, "probability": probability})
    if probability is None or probability >= run.calibration.premise:
        return ""
    return statement
