"""Which document a user means."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from index.errors import InputError, UnknownDocumentError
from index.loading import absolute

_LEAST = 4
"""Characters of an id that name a document."""
NOTHING = "The library is empty."


class Nameable(Protocol):
    """What a document is called by."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def path(self) -> str | None: ...

    @property
    def url(self) -> str | None: ...


_Line = TypeVar("_Line", bound=Nameable)


def meant(
    reference: str,
    infos: Sequence[_Line],
    empty: str = NOTHING,
    removed: Callable[[], Sequence[Nameable]] = tuple,
) -> _Line:
    """The document meant by an id, the beginning of an id, a file name, a path or an address.

    ``empty`` is what to say where there are no documents. ``removed`` are those in the bin: the
    error says so if one of them is meant.

    Raises:
        InputError: none is meant, or several; the message names the choices.
    """
    found = _matching(reference, infos)
    if len(found) == 1:
        return found[0]
    if found:
        choices = ", ".join(f"{info.id} ({info.path or info.url})" for info in found)
        raise InputError(f"“{reference}” may be any of: {choices}.", "Give the id.")
    if put_away := _matching(reference, removed()):
        raise UnknownDocumentError(
            f"{put_away[0].name} was removed, and lies in the bin.",
            f"To bring it back: citewell recover {put_away[0].id}, or Restore on the page.",
        )
    raise unknown(reference, infos, empty)


def _matching(reference: str, infos: Sequence[_Line]) -> list[_Line]:
    """Those that are called so in the first of the ways in which any is."""
    path = str(absolute(reference))
    tests: list[Callable[[_Line], bool]] = [
        lambda info: info.id == reference,
        lambda info: reference in (info.path, info.url) or info.path == path,
        lambda info: info.name == reference,
        lambda info: len(reference) >= _LEAST and info.id.startswith(reference),
    ]
    called = ([info for info in infos if test(info)] for test in tests)
    return next(filter(None, called), [])


def unknown(
    reference: str, infos: Sequence[Nameable], empty: str = NOTHING
) -> UnknownDocumentError:
    """The error that says which documents there are instead."""
    names = [f"{info.id} ({info.name})" for info in infos]
    shown = ", ".join(names[:10]) + (", …" if len(names) > 10 else "")
    hint = f"There are: {shown}." if names else empty
    return UnknownDocumentError(f"No document is called “{reference}”.", hint)
