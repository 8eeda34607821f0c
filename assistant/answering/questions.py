"""What counts as a question that can be asked, and as the conversation before it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.answering.values import Detail
from assistant.data import Turn
from index.errors import InputError

LONGEST = 4000
"""Characters; a longer text is a document, and no retrieval would find what it asks."""


def checked_question(question: str) -> str:
    """The question without surrounding white space.

    Raises:
        InputError: it is empty or longer than ``LONGEST`` characters.
    """
    stripped = question.strip()
    if not any(character.isalnum() for character in stripped):
        raise InputError("The question is empty.", "Ask something in words.")
    if len(stripped) > LONGEST:
        raise InputError(
            f"The question has {len(stripped):,} characters; {LONGEST:,} are the most.",
            "Ask in fewer words, and add long texts to the library as documents.",
        )
    return stripped


def checked_detail(detail: str) -> Detail | None:
    """``short`` or ``detailed``; None where it is empty.

    Raises:
        InputError: it is something else.
    """
    if detail == "short":
        return "short"
    if detail == "detailed":
        return "detailed"
    if not detail:
        return None
    raise InputError(f"There is no detail “{detail}”.", "Use short or detailed.")


def read_history(messages: Sequence[Any]) -> tuple[Turn, ...]:
    """The turns of a conversation, from messages with a role (user or assistant) and a content.

    Raises:
        InputError: one of them is no such message.
    """
    turns = []
    for number, message in enumerate(messages, start=1):
        role = message.get("role") if isinstance(message, dict) else None
        content = message.get("content") if isinstance(message, dict) else None
        if role not in ("user", "assistant") or not isinstance(content, str):
            raise InputError(
                f"Message {number} of the conversation is not one of a user or an assistant.",
                'Give each as {"role": "user" or "assistant", "content": its text}.',
            )
        turns.append(Turn(role=role, content=content))
    return tuple(turns)


def history_file(path: Path) -> tuple[Turn, ...]:
    """The turns in a JSON file: a list of messages.

    Raises:
        InputError: the file cannot be read, or holds something else.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"The conversation {path} cannot be read: {error.strerror}.", "Name another file."
        ) from error
    except ValueError as error:
        raise InputError(
            f"The conversation {path} is not JSON.",
            'Write a list of {"role": …, "content": …} into it.',
        ) from error
    if not isinstance(told, list):
        raise InputError(
            f"The conversation {path} is not a list of messages.",
            'Write a list of {"role": …, "content": …} into it.',
        )
    return read_history(told)
