"""What else belongs to the answer of a question that may want more than the one fact.

The kind of some questions is not sure ("What could follow for the town?"). Such a one is answered
as a look-up, and then by the other sentences that the model copies for it: of 17 such sentences ten
belong to the answer, and for 12 of 14 questions that one sentence answers it copies no other
(``docs/notebook.md``).
"""

from dataclasses import replace

from assistant.answering import composing
from assistant.answering.candidates import Candidate, Sentences, in_order
from assistant.answering.choosing import cited_spans, may_follow
from assistant.answering.values import Chosen, Composed, Published, Steps
from assistant.answering.weighing import near_sentences
from assistant.answering.whole_drafts import READ, copied, new_ones

WORDS = 60
"""How long such an answer may grow: half of a whole one."""


def continued(published: Published) -> Steps[Published]:
    """The answer of a look-up with what else belongs to it; the same where that is nothing, or the
    answer itself is in doubt."""
    found = published.found
    run = found.run
    answerability = published.answerability
    if answerability is None or answerability < run.calibration.answerable:
        return published
    held = found.held()
    near = near_sentences(found, held)
    pointed = yield from copied(found, held[:READ], near)
    further = _further(published, pointed.named, near)
    chosen = Chosen(
        found=found,
        claims=published.claims,
        withheld=(),
        told=True,
        sentences=tuple(further),
        answerability=answerability,
        passages=published.passages,
        of=published.of,
    )
    groups = tuple((item,) for item in further)
    whole = yield from composing.publish(Composed(chosen=chosen, groups=groups))
    return replace(published, claims=whole.claims)


def _further(
    published: Published, named: tuple[Candidate, ...], near: Sentences
) -> list[Candidate]:
    """The sentences that are cited by nothing yet and say something new, in the order of the text,
    as many as there is room for."""
    cited = cited_spans(published.claims)
    uncited = [item for item in dict.fromkeys(named) if may_follow(item, cited, near.items)]
    said = [claim.text for claim in published.claims]
    new = new_ones(published.found.run, [item.text for item in uncited], said) if uncited else []
    room = WORDS - sum(len(text.split()) for text in said)
    kept: list[Candidate] = []
    for item in uncited:
        room -= len(item.text.split())
        if item.text in new and room >= 0:
            kept.append(item)
    return in_order(kept)
