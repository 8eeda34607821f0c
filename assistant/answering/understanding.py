"""What is asked: each question that a question holds, standing alone, and its kind."""

import re
from dataclasses import replace

from assistant.answering.follow_ups import leans_on_history, standalone
from assistant.answering.question_kinds import kind_of, may_be_reckoned
from assistant.answering.values import Asked, Kind, Steps, Understood
from assistant.data import Progress, Turn

MOST_PARTS = 4
"""Questions that one question may hold; more are answered as one."""
_LEAST_WORDS = 2
"""A part of fewer words is no question of its own: "where and why"."""
_JOINT = re.compile(
    r"(?:[?;]\s+(?:and\s+)?|,?\s+and\s+)(?=(?:who|whom|whose|what|when|where|why|how|which)\b)",
    re.IGNORECASE,
)
"""Where one question ends and the next begins, in English."""


def understand(asked: Asked) -> Steps[tuple[Understood, ...]]:
    """The parts of a question; one where it is not several."""
    run, history = asked.run, asked.history
    leans = bool(history) and leans_on_history(asked.question)
    kind = _asked_for(asked) or kind_of(asked.question, run.library.embed)
    earlier = next((turn.content for turn in reversed(history) if turn.role == "user"), "")
    question = asked.question
    if leans and kind == "lookup":
        yield Progress(message="Reading the conversation")
        run.go_on()
        question, usage = standalone(run.model, run.prompts, asked.question, history)
        run.spend(usage)
    whole = Understood(
        asked=asked,
        question=question,
        earlier=earlier if leans or kind != "lookup" else "",
        kind=kind,
    )
    parts = split(question) if kind not in ("compare", "document") else [question]
    run.trace("understand", {"question": asked.question, "parts": parts, "kind": kind})
    if len(parts) == 1:
        reckoned = kind != "document" and may_be_reckoned(question, run.library.embed)
        return (replace(whole, reckoned=reckoned),)
    understood = []
    for at, part in enumerate(parts):
        leans_on_before = at > 0 and leans_on_history(part)
        kind = whole.kind  # a fragment does not tell what it asks for
        if not leans_on_before:
            kind = _asked_for(asked) or kind_of(part, run.library.embed)
        elif kind == "lookup":
            run.go_on()
            before = tuple(Turn(role="user", content=each) for each in parts[:at])
            part, usage = standalone(run.model, run.prompts, part, before)
            run.spend(usage)
        understood.append(
            replace(
                whole,
                question=part,
                earlier=question,
                of=len(parts),
                first=at == 0,
                kind=kind,
                reckoned=may_be_reckoned(part, run.library.embed),
            )
        )
    return tuple(understood)


def split(question: str) -> list[str]:
    """The questions that a question holds, each with its question mark; itself where it is one."""
    parts = [part.strip(" ,;?") for part in _JOINT.split(question)]
    if not 1 < len(parts) <= MOST_PARTS or any(len(p.split()) < _LEAST_WORDS for p in parts):
        return [question]
    return [f"{part[0].upper()}{part[1:]}?" for part in parts]


def _asked_for(asked: Asked) -> Kind | None:
    """The kind that a reader has asked for, whatever the question looks like."""
    if asked.exhaustive:
        return "list"
    return {"short": "lookup", "detailed": "whole"}.get(asked.detail or "")  # type: ignore[return-value]
