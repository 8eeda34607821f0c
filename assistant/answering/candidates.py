"""Which sentence of the retrieved passages answers the question, and whether any does.

Sentences of the best passages are ranked by meaning and wording. The model writes nothing here:
of the best sentence, and of the next ones only while it is in doubt, it is asked whether the text
states the answer to exactly this question. The probability of "yes" picks the sentence and is the
strongest part of answerability. Asking it to choose among numbered sentences instead cost three
times the tokens and chose no better than the ranking (``docs/measurements.md``).
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.answering.answer_types import has_kind
from assistant.language.names import acronyms, shortened, unknown_names
from assistant.language.numbers import numbers
from assistant.language.words import content_words, flat, fold
from assistant.models.options import odds
from assistant.models.protocol import Message, Model, Usage
from assistant.prompts import Prompts
from index.data import Document, Evidence, Span

PASSAGES = 5
"""How many of the best passages lend their sentences."""
RANKED = 8
"""How many of their sentences, the nearest to the question, are candidates."""
JUDGED = 3
"""How many of those the model is asked about at most."""
SURE = 0.75
"""Probability of "yes" at which no further sentence is asked about."""
WORDING = 0.5
SURROUNDINGS = 0.3
"""Weights, beside the cosine similarity, of the share of the question's words that a sentence
has, and that it has together with the sentence before, its heading and its title."""
RANK = 4.0
"""Weight of a sentence's rank beside the log-odds of its "yes"."""
LONGEST = 600
"""Characters of one sentence that the model reads; the citation is of the whole sentence."""

Embed = Callable[[Sequence[str]], np.ndarray]
"""n texts to unit vectors, shape (n, d)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One sentence of a retrieved passage."""

    span: Span
    text: str
    """The sentence on one line."""
    document_name: str
    title: str
    heading: str
    before: tuple[Span, ...]
    """The sentences before it in the same passage, nearest first: what its pronouns may mean."""
    context: str
    """The sentence before it, on one line, or the empty string."""
    rank: float = 0.0
    """What ``sentence_ranks`` gives it, -1 to 1.8."""


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

    @property
    def score(self) -> float:
        """What picks the sentence: the model's log-odds and the rank together."""
        return odds(self.answers) + RANK * self.candidate.rank


def candidates(
    question: str,
    evidence: Sequence[Evidence],
    document: Callable[[str], Document],
    sentences: Callable[[str], Sequence[Span]],
    embed: Embed,
) -> tuple[Candidate, ...]:
    """The sentences nearest to the question, nearest first, RANKED of them at most."""
    found: list[Candidate] = []
    for item in evidence[:PASSAGES]:
        source = document(item.passage.span.document_id)
        found.extend(_of_passage(item, source, sentences(source.id)))
    if not found:
        return ()
    ranks = sentence_ranks(question, found, embed)
    best = np.argsort(-ranks, kind="stable")[:RANKED]
    return tuple(replace(found[index], rank=float(ranks[index])) for index in best)


def sentence_ranks(question: str, items: Sequence[Candidate], embed: Embed) -> np.ndarray:
    """How near each sentence is to the question, by meaning and by wording; shape (n,).

    The mean cosine similarity of the sentence alone and of the sentence after the one before it,
    plus the weighted share of the question's words in the sentence, and in its surroundings.
    Wording finds the names and figures that embeddings blur.
    """
    alone = [item.text for item in items]
    placed = [f"{item.context} {item.text}".strip() for item in items]
    vectors = embed([question, *alone, *placed])
    similarity = (vectors[1:] @ vectors[0]).reshape(2, len(items)).mean(axis=0)
    short = acronyms(" ".join([question, *alone]))
    wanted = _beginnings(shortened(question, short))
    shared = [
        WORDING * _common(wanted, shortened(item.text, short))
        + SURROUNDINGS
        * _common(
            wanted, shortened(f"{item.context} {item.text} {item.title} {item.heading}", short)
        )
        for item in items
    ]
    return np.asarray(similarity + np.array(shared))


def _common(wanted: set[str], text: str) -> float:
    return len(wanted & _beginnings(text)) / max(1, len(wanted))


def _beginnings(text: str) -> set[str]:
    """Content words cut to six letters, so that inflected forms meet."""
    return {word[:6] for word in content_words(text)}


def _of_passage(item: Evidence, source: Document, sentences: Sequence[Span]) -> list[Candidate]:
    """The statements of one passage; headings are context, not statements."""
    inside = _inside(sentences, item.passage.span, source)
    return [
        Candidate(
            span=span,
            text=flat(source.quote(span)),
            document_name=source.name,
            title=source.title,
            heading=item.passage.heading,
            before=tuple(reversed(inside[:position])),
            context=flat(source.quote(inside[position - 1])) if position else "",
        )
        for position, span in enumerate(inside)
    ]


def _inside(sentences: Sequence[Span], passage: Span, document: Document) -> list[Span]:
    first = bisect_left(sentences, passage.start, key=lambda span: span.start)
    headings = {(heading.start, heading.end) for heading in document.headings}
    inside: list[Span] = []
    for span in sentences[first:]:
        if span.end > passage.end:
            break
        if (span.start, span.end) not in headings and _is_statement(document.quote(span)):
            inside.append(span)
    return inside


_WORD = re.compile(r"[^\W_]+(?:[-'’_.][^\W_]+)*")
_LEADS_IN = 4
"""So many words before a colon say something, whatever follows them."""


def _is_statement(text: str) -> bool:
    """Whether a sentence says something: a lone word, a rule of dashes or a question does not.

    "We are left with one question: how far will they go?" says what the question is.
    """
    lead, colon, _ = text.partition(":")
    said = lead if colon and len(_WORD.findall(lead)) >= _LEADS_IN else text
    return not said.rstrip(" \"'”’)").endswith("?") and len(_WORD.findall(said)) > 1


def judge(model: Model, prompts: Prompts, question: str, candidate: Candidate) -> Judgement:
    """Ask whether the candidate states the answer to exactly this question.

    Raises:
        ModelError: the model gave no answer.
    """
    text = f"{candidate.context} {candidate.text}".strip()[-2 * LONGEST :]
    messages = prompts.messages("answers", title=candidate.title, evidence=text, question=question)
    choice = model.choose(messages, ("yes", "no"))
    return Judgement(
        candidate=candidate,
        probability=choice.probabilities["yes"] if choice.probabilities else None,
        says_yes=choice.option == "yes",
        messages=(*messages, prompts.reply("yes")),
        usage=choice.usage,
    )


def judge_in_turn(
    model: Model, prompts: Prompts, question: str, items: Sequence[Candidate]
) -> Iterator[Judgement]:
    """Judgements of the candidates in order, up to the first that the model is sure of, JUDGED at
    most."""
    for item in items[:JUDGED]:
        judgement = judge(model, prompts, question, item)
        yield judgement
        if judgement.answers >= SURE:
            return


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
    near = f"{chosen.context} {chosen.text} {chosen.title} {chosen.heading}"
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
        "words_found": _share(wanted, fold(everywhere)),
        "names_missing": float(bool(unknown_names(question, everywhere))),
        "names_far": float(bool(unknown_names(question, near))),
        "numbers_missing": float(bool(numbers(question) - numbers(near))),
        "kind_missing": float(not has_kind(question, near)),
    }


def _share(words: Sequence[str], text: str) -> float:
    return sum(word in text for word in words) / len(words) if words else 1.0


_ASKS_FOR_WORDS = re.compile(
    r"\b(?:say|said|state|stated|call|called|describe|described|put it|words?|[Qq]uote|tell|told)\b"
)
"""In small letters: the State Department states nothing."""


def wording_matters(question: str, text: str) -> bool:
    """Whether the question asks what somebody said and the text has the very words."""
    return bool(_ASKS_FOR_WORDS.search(question) and re.search(r"[“\"«„].{8,}", text))
