"""What quoted a removed document: set aside, so that nobody reads it, until all it quotes is back.

It is a part of a note (an answer of a conversation) or a whole note (a kept summary, a mark). It
returns to its place when none of the documents that it quotes is removed any more, and is erased
when one of them is purged.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from index.notes import Notes

ASIDE = "aside"
"""The kind of the notes that hold what is set aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """One thing that is set aside."""

    kind: str
    key: str
    """Of the note that it is, or is a part of."""
    was: Any
    """The whole note, or the part."""
    part: tuple[str, int] | None = None
    """Where the part stands: the name of a list in the note, and its number there; None: whole."""
    instead: Any = None
    """What stands there meanwhile; a whole note is not there."""
    documents: tuple[str, ...] = ()
    """Ids that it goes by besides those that stand in it."""

    @property
    def place(self) -> str:
        """Names it among all; begins with kind and key."""
        return f"{self.kind}/{self.key}/{self.part[1] if self.part else ''}"

    def concerns(self, documents: Iterable[str]) -> bool:
        """Whether it quotes one of these documents, or goes by it."""
        return mentions([self.was, self.documents], documents)


class Asides:
    """All that is set aside in one record. Raises as ``Database`` does."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def all(self) -> list[Aside]:
        """Everything that is set aside."""
        return [
            Aside(
                **value
                | {
                    "part": tuple(value["part"]) if value["part"] else None,
                    "documents": tuple(value["documents"]),
                }
            )
            for _, value in self._notes.items(ASIDE)
        ]

    def put(self, asides: Iterable[Aside]) -> None:
        """Set aside what stands in notes now; within a transaction."""
        for each in asides:
            self._notes.put(ASIDE, each.place, asdict(each))
            note = self._notes.get(each.kind, each.key)
            if each.part is None:
                self._notes.discard(each.kind, each.key)
            elif note is not None:
                name, number = each.part
                note[name][number] = each.instead
                self._notes.put(each.kind, each.key, note)

    def settle(self, removed: Collection[str]) -> None:
        """Put back what quotes none of the removed documents any more; within a transaction.

        Where something else stands in its place by now, that stays.
        """
        for each in self.all():
            if not each.concerns(removed):
                self._notes.discard(ASIDE, each.place)
                self._put_back(each)

    def erase(self, documents: Collection[str]) -> None:
        """Erase what quotes one of these documents; within a transaction."""
        for each in self.all():
            if each.concerns(documents):
                self._notes.discard(ASIDE, each.place)

    def _put_back(self, aside: Aside) -> None:
        note = self._notes.get(aside.kind, aside.key)
        if aside.part is None:
            if note is None:
                self._notes.put(aside.kind, aside.key, aside.was)
        elif note is not None:
            name, number = aside.part
            if note[name][number : number + 1] == [aside.instead]:
                note[name][number] = aside.was
                self._notes.put(aside.kind, aside.key, note)


def forget_aside(notes: Any, kind: str, key: str) -> None:
    """Erase what is set aside of one note: the user deletes it. ``notes`` has the notes of a
    library: ``items`` and ``delete``."""
    for place, _ in notes.items(ASIDE):
        if place.startswith(f"{kind}/{key}/"):
            notes.delete(ASIDE, place)


def mentions(value: Any, documents: Iterable[str]) -> bool:
    """Whether one of these ids stands anywhere in a JSON value."""
    text = json.dumps(value)
    return any(f'"{each}"' in text for each in documents)
