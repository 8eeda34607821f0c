"""What is asked: each question that a question holds, standing alone, and its kind."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.candidates import Embed
from assistant.answering.follow_ups import leans_on_history, points_back, rewritten, standalone
from assistant.answering.parallels import parallel
from assistant.answering.question_kinds import kind_of, may_be_reckoned, may_want_more
from assistant.answering.retrieving import finds_its_topic
from assistant.answering.values import Asked, Kind, Steps, Understood
from assistant.data import Progress, Turn

MOST_PARTS = 4
"""Questions that one question may hold; more are answered as one."""
_LEAST_WORDS = 2
"""A part of fewer words is no question of its own: "where and why"."""
_ASKS = (
    r"(?:(?:since|until|by|at|in|on|from|for|to|with|of|under) )?"
    r"(?:who|whom|whose|what|when|where|why|how|which)\b"
    r"(?!\s+(?:I|you|he|she|it|we|they|the|an?|this|that|these|those|my|your|his|her|its|our|their)\b)"
)
"""What a question begins with, in English. If its subject follows at once ("… and what they did")
it is a clause, and no question."""
_ASKING = re.compile(_ASKS, re.IGNORECASE)
_JOINT = re.compile(rf"(?:[?;]\s+(?:and\s+)?|,?\s+and\s+)(?={_ASKS})", re.IGNORECASE)
"""Where one question ends and the next begins, in English: "… and since when …"."""
_LISTED = re.compile(rf",\s+(?={_ASKS})", re.IGNORECASE)
"""The same within several questions of which the last is joined by "and"."""


def understand(asked: Asked) -> Steps[tuple[Understood, ...]]:
    """The parts of a question; one where it is not several."""
    run, embed = asked.run, asked.run.library.embed
    leans = bool(asked.history) and _leans(asked)
    before = [turn.content for turn in reversed(asked.history) if turn.role == "user"]
    after_a_look_up = leans and _is_look_up(before, embed)
    wanted = _asked_for(asked)
    kind = wanted or kind_of(asked.question, embed)
    whole = Understood(
        asked=asked, question=asked.question, earlier=before[0] if before else "", kind=kind
    )
    if after_a_look_up and wanted != "whole":
        beside = parallel(run, asked.question, asked.history, asked.documents)
        if beside is not None:
            return (replace(whole, kind="lookup", parallel=beside),)
    if leans:
        whole = yield from _alone(whole, after_a_look_up=after_a_look_up and not wanted)
    elif kind == "lookup":
        whole = replace(whole, earlier="")
    question, kind = whole.question, whole.kind
    parts = split(question) if kind not in ("compare", "document") else [question]
    run.trace("understand", {"question": asked.question, "parts": parts, "kind": kind})
    if len(parts) == 1:
        reckoned = kind != "document" and may_be_reckoned(question, embed)
        open_ = kind == "lookup" and not wanted and may_want_more(question, embed)
        return (replace(whole, reckoned=reckoned, open=open_),)
    return tuple(_part(whole, parts, at, wanted) for at in range(len(parts)))


def _alone(whole: Understood, *, after_a_look_up: bool) -> Steps[Understood]:
    """A follow-up as the model completes it. After a look-up that tells its kind too; else one of
    several sentences is searched for beside the question before it, and stays as it is."""
    run, history = whole.run, whole.asked.history
    if whole.kind == "lookup":
        yield Progress(message="Reading the conversation")
        run.go_on()
        question, usage = standalone(run.model, run.prompts, whole.question, history)
        run.spend(usage)
        return replace(whole, question=question)
    if after_a_look_up:
        yield Progress(message="Reading the conversation")
        run.go_on()
        completed, usage = rewritten(run.model, run.prompts, whole.question, history)
        run.spend(usage)
        if completed:
            return replace(whole, question=completed, kind=kind_of(completed, run.library.embed))
    return whole


def _part(whole: Understood, parts: Sequence[str], at: int, wanted: Kind | None) -> Understood:
    """One of several questions in one. A fragment of the others has their kind, and if that is
    a look-up the model completes it."""
    run, question, kind = whole.run, parts[at], whole.kind
    if not (at > 0 and leans_on_history(question)):
        kind = wanted or kind_of(question, run.library.embed)
    elif kind == "lookup":
        run.go_on()
        before = tuple(Turn(role="user", content=each) for each in parts[:at])
        question, usage = standalone(run.model, run.prompts, question, before)
        run.spend(usage)
    return replace(
        whole,
        question=question,
        earlier=whole.question,
        of=len(parts),
        first=at == 0,
        kind=kind,
        reckoned=may_be_reckoned(question, run.library.embed),
    )


def _leans(asked: Asked) -> bool:
    """Whether a question needs the conversation: it points back, or names nothing and does not find
    its topic in the documents by itself."""
    if not leans_on_history(asked.question) or points_back(asked.question):
        return leans_on_history(asked.question)
    return not finds_its_topic(asked.run.library, asked.question, asked.documents)


def _is_look_up(before: Sequence[str], embed: Embed) -> bool:
    """Whether a follow-up comes after a look-up: "And for the other one?" may ask for one fact
    too, and how it would stand alone tells that. Of the questions ``before``, the
    latest first, the first that stands alone is the one."""
    alone = (each for each in before if not leans_on_history(each))
    meant = next(alone, next(iter(before), ""))
    return bool(meant) and kind_of(meant, embed) == "lookup"


def split(question: str) -> list[str]:
    """The questions that a question holds, each with its question mark; itself where it is one."""
    parts = _JOINT.split(question.strip().removesuffix("."))
    if len(parts) > 1:
        parts = [each for part in parts for each in _listed(part)]
    parts = [part.strip(" ,;?") for part in parts]
    if not 1 < len(parts) <= MOST_PARTS or any(len(p.split()) < _LEAST_WORDS for p in parts):
        return [question]
    return [f"{part[0].upper()}{part[1:]}?" for part in parts]


def _listed(part: str) -> list[str]:
    """The questions between the commas of one, if each asks: "In English law, when …" is one."""
    pieces = _LISTED.split(part)
    return pieces if all(_ASKING.match(piece) for piece in pieces) else [part]


def _asked_for(asked: Asked) -> Kind | None:
    """The kind that a reader has asked for, whatever the question looks like."""
    if asked.exhaustive:
        return "list"
    return {"short": "lookup", "detailed": "whole"}.get(asked.detail or "")  # type: ignore[return-value]
