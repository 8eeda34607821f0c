"""Whether a sentence answers the question: the model's judgement, and the signals around it.

Of the best sentence the model is asked whether the text states the answer to exactly this question.
While that is in doubt it answers from the nearest sentences read together, and is asked the same of
the sentence that its answer points at: ranking by the words of a question misses a sentence that
answers in other words (the idea of hypothetical documents, Gao et al. 2022, "Precise Zero-Shot
Dense Retrieval without Relevance Labels"). The probability of "yes" picks the sentence and is the
strongest part of answerability. Choosing among numbered sentences instead cost three times the
tokens and chose no better than the ranking (``docs/notebook.md``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.answering.answer_types import has_kind
from assistant.answering.candidates import RANKED, Candidate, Sentences, in_order, leaning
from assistant.language.names import unknown_names
from assistant.language.numbers import numbers
from assistant.language.words import content_words, flat, fold
from assistant.models.options import odds
from assistant.models.protocol import Message, Model, Usage
from assistant.prompts import Prompts
from index.data import Document, Evidence

if TYPE_CHECKING:
    from assistant.answering.values import Retrieved

SURE = 0.75
"""Probability of "yes" from which a further sentence, of another reading or another document, is
taken to answer too."""
POINTED = 0.6
"""Probability of "yes" from which no answer points at another sentence: that takes as long as three
judgements, and from here on mended one of 59 questions."""
_POINTING = 60
"""Tokens of the answer that points at a sentence."""
LONGEST = 600
"""Characters of one sentence that the model reads, and as many of the one before it; the citation
is of the whole sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the model says of one candidate."""

    candidate: Candidate
    probability: float | None
    """Of "yes, this states the answer"; None where the server gives no log-probabilities."""
    says_yes: bool
    messages: tuple[Message, ...]
    """The conversation so far, ending with the reply: what follows reuses its cache."""
    usage: Usage

    @property
    def answers(self) -> float:
        """The probability, or where it is unknown a firm but not certain yes or no."""
        if self.probability is not None:
            return self.probability
        return 0.8 if self.says_yes else 0.2


def judge(model: Model, prompts: Prompts, question: str, candidate: Candidate) -> Judgement:
    """Ask whether the candidate states the answer to exactly this question.

    Raises:
        ModelError: the model gave no answer.
    """
    text = f"{candidate.context} {candidate.read}".strip()[-2 * LONGEST :]
    place = placed(candidate.title, candidate.heading)
    messages = prompts.messages("answers", title=place, evidence=text, question=question)
    choice = model.choose(messages, ("yes", "no"))
    return Judgement(
        candidate=candidate,
        probability=choice.probabilities["yes"] if choice.probabilities else None,
        says_yes=choice.option == "yes",
        messages=(*messages, prompts.reply("yes")),
        usage=choice.usage,
    )


def judgement_of(found: "Retrieved", candidate: Candidate) -> Judgement:
    """``judge`` as a step of an answer: it can be stopped before, and the tokens are counted.

    Raises:
        ModelError, CancelledError: as ``judge`` and ``Run.go_on``.
    """
    run = found.run
    run.go_on()
    judgement = judge(run.model, run.prompts, found.part.question, candidate)
    run.spend(judgement.usage)
    return judgement


def placed(title: str, heading: str) -> str:
    """A title with the heading below it, which may say whose "Cost: 445 pounds" is."""
    return title if not heading or heading in title else f"{title}, {heading}"


def pointed_at(
    model: Model,
    prompts: Prompts,
    question: str,
    near: Sentences,
    document: Callable[[str], Document],
) -> tuple[Candidate | None, str, Usage]:
    """The sentence nearest to what the model answers from the best of ``near``, that answer, and
    the usage; None where the model finds no answer there. A sentence that leans on the one before
    it is read after that.

    Raises:
        ModelError: the model gave no answer.
    """
    parts: list[str] = []
    for item in in_order(near.items[:RANKED]):
        leans = leaning(item, document(item.span.document_id).text)
        parts += [item.context, item.read] if leans else [item.read]
    evidence = " ".join(dict.fromkeys(parts))
    messages = prompts.messages("point", evidence=evidence, question=question)
    written = model.write(messages, max_tokens=_POINTING)
    text = flat(written.text)
    if not text or text.casefold().startswith("none"):
        return None, text, written.usage
    return near.items[int(np.argmax(near.ranks(text)))], text, written.usage


def features(
    question: str,
    best: Judgement | None,
    items: Sequence[Candidate],
    evidence: Sequence[Evidence],
) -> dict[str, float]:
    """Named signals of answerability: the model's judgement, the ranks, the question's wording."""
    if best is None:
        return {}
    chosen = best.candidate
    near = f"{chosen.context} {chosen.read} {chosen.title} {chosen.heading}"
    everywhere = " ".join([near, *(item.passage.text for item in evidence)])
    wanted = content_words(question)
    ranks = sorted((item.rank for item in items), reverse=True)
    return {
        "answers": best.answers,
        "answers_odds": odds(best.answers),
        "rank": chosen.rank,
        "lead": ranks[0] - ranks[1] if len(ranks) > 1 else 0.0,
        "similarity": max((item.similarity for item in evidence), default=0.0),
        "words_near": _share(wanted, fold(near)),
        "names_missing": float(bool(unknown_names(question, everywhere))),
        "names_far": float(bool(unknown_names(question, near))),
        "numbers_missing": float(bool(numbers(question) - numbers(near))),
        "kind_missing": float(not has_kind(question, near)),
    }


def _share(words: Sequence[str], text: str) -> float:
    return sum(word in text for word in words) / len(words) if words else 1.0
