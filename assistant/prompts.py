"""Prompts read from ``prompts/*.md`` and checked before anything is asked.

A prompt file has sections headed ``## system`` and ``## user``, and ``## assistant`` for replies
that show the form; what stands before the first is a note for readers and is not sent. ``{name}``
marks a placeholder, and nothing else in braces is allowed. Document text is only ever a
placeholder's value: it is put in once and never read for placeholders again, so a brace in a
document cannot reach the template.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from assistant.errors import SettingsError

_SECTION = re.compile(r"^## (\w+)[ \t]*\n", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_MESSAGES = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}

PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "answers": frozenset({"title", "evidence", "question"}),
    "claim_first": frozenset({"evidence", "claim"}),
    "condense": frozenset({"conversation", "question"}),
    "first_draft": frozenset({"evidence", "earlier", "question"}),
    "digest": frozenset({"text", "count"}),
    "headline": frozenset({"sentences", "words"}),
    "copy": frozenset({"evidence", "earlier", "question"}),
    "join": frozenset({"first", "second"}),
    "plan": frozenset({"question"}),
    "figure": frozenset({"text", "question"}),
    "point": frozenset({"evidence", "question"}),
    "premise": frozenset({"question"}),
    "repair": frozenset({"evidence", "question", "claim", "reason"}),
    "say": frozenset(),
    "stock": frozenset({"context", "question"}),
    "stock_condense": frozenset({"question"}),
    "stock_long": frozenset({"context", "question"}),
    "support": frozenset({"evidence", "claim"}),
    "write": frozenset({"sentences", "earlier", "question", "words"}),
    "write_json": frozenset({"sentences", "earlier", "question", "words"}),
}
"""The prompts the program uses, and exactly the placeholders each must have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Template:
    sections: tuple[tuple[str, str], ...]
    digest: str

    @property
    def placeholders(self) -> set[str]:
        return {name for _, text in self.sections for name in _PLACEHOLDER.findall(text)}


class Prompts:
    """The checked templates of one folder."""

    def __init__(self, templates: Mapping[str, _Template]) -> None:
        self._templates = dict(templates)

    @classmethod
    def load(cls, folder: Path) -> "Prompts":
        """Read and check every template of ``folder``.

        Raises:
            SettingsError: a prompt is missing or unreadable, has no sections, or has other
                placeholders than the program fills.
        """
        templates = {path.stem: _read(path) for path in sorted(folder.glob("*.md"))}
        for name, expected in PLACEHOLDERS.items():
            if name not in templates:
                raise SettingsError(
                    f"The prompt {name}.md is missing from {folder}.", "Restore the file."
                )
            found = templates[name].placeholders
            if found != expected:
                raise SettingsError(
                    f"The prompt {name}.md has the placeholders {sorted(found)}.",
                    f"It must have exactly {sorted(expected)}.",
                )
        return cls(templates)

    @property
    def digests(self) -> dict[str, str]:
        """Name to SHA-256 of the file, as reports and cache keys carry it."""
        return {name: template.digest for name, template in self._templates.items()}

    def messages(self, name: str, **values: str) -> list[BaseMessage]:
        """The messages of prompt ``name`` with its placeholders filled.

        Raises:
            KeyError: no such prompt, or a placeholder without a value.
        """
        return [
            _MESSAGES[role](_PLACEHOLDER.sub(lambda found: values[found.group(1)], text))
            for role, text in self._templates[name].sections
        ]

    @staticmethod
    def reply(text: str) -> BaseMessage:
        """What the model said, as a message, to go on from in the same conversation."""
        return AIMessage(text)


def _read(path: Path) -> _Template:
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The prompt {path.name} cannot be read: {error}.", "Restore the file."
        ) from error
    parts = _SECTION.split(text)[1:]
    sections = tuple(
        (role, body.strip()) for role, body in zip(parts[::2], parts[1::2], strict=True)
    )
    unknown = [role for role, _ in sections if role not in _MESSAGES]
    if not sections or unknown:
        raise SettingsError(
            f"The prompt {path.name} needs sections headed '## system' or '## user'"
            + (f", not {unknown}." if unknown else "."),
            "See prompts/support.md for the form.",
        )
    return _Template(sections=sections, digest=hashlib.sha256(raw).hexdigest())
