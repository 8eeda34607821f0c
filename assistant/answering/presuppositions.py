"""What a question takes for granted: said as a statement by the model, and checked as a claim.

"Why was the captain punished?" takes for granted that he was. Where a question asks why, when or
how something was, the model says that something as a sentence, and the support check reads it
beside the sentence nearest to it, and if that does not bear it out, beside the nearest together.
Where it asks who or what, such a sentence has a hole ("Somebody built the tower") which the model
fills with an invention, so those are left to ``premises`` (``docs/notebook.md``).
"""

import re

import numpy as np

from assistant.answering.candidates import Candidate, Sentences, in_order
from assistant.answering.judging import placed
from assistant.answering.values import Run
from assistant.checking.citations import LEANS
from assistant.checking.support import probability_of_support
from assistant.language.drafts import one_sentence

_OF_A_STATEMENT = re.compile(
    r"^\W*(?:why\s+(?:am|are|can|could|did|do|does|had|has|have|is|may|might|must|should|was|were|"
    r"will|would)|(?:when|how)\s+(?:did|had|was|were))(?:n['’]t)?\b",
    re.IGNORECASE,
)
"""Questions of a statement that is whole without what they ask; English. "When do I pay?" and "How
can I …?" ask what to do, and take little for granted."""
AROUND = 5
"""Sentences nearest to the statement that are read together where the nearest alone does not bear
it out."""
STATED = 50
"""Tokens of the statement."""


def unborne(run: Run, question: str, near: Sentences) -> str:
    """What the question takes for granted and the sentences do not bear out; empty where they do,
    where nothing is taken for granted, or where the model's thresholds do not tell when.

    Raises:
        ModelError: the model gave no answer.
    """
    least = run.calibration.premise
    if not least or not near.items or not _OF_A_STATEMENT.match(question):
        return ""
    run.go_on()
    written = run.model.write(
        run.prompts.messages("premise", question=question), max_tokens=STATED, stop=("\n",)
    )
    run.spend(written.usage)
    statement = one_sentence(written.text) if written.finished else ""
    if not statement:
        return ""
    best = np.argsort(-near.ranks(statement), kind="stable")[:AROUND]
    around = in_order([near.items[int(at)] for at in best])
    for items in ([near.items[int(best[0])]], around):
        run.go_on()
        read = [f"From “{placed(items[0].title, items[0].heading)}”:", *map(_alone, items)]
        probability, _, usage = probability_of_support(run.model, run.prompts, statement, read)
        run.spend(usage)
        run.trace("premise", {"statement": statement, "read": read, "probability": probability})
        if probability is None or probability >= least:
            return ""
    return statement


def _alone(item: Candidate) -> str:
    """A sentence as it can be read alone."""
    return f"{item.context} {item.read}" if LEANS.match(item.text) else item.read


def not_said(statement: str) -> str:
    """The refusal for a reader."""
    return f"The question takes this for granted, and your documents don't say it: “{statement}”"
