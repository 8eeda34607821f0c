"""Which document a user means."""

from collections.abc import Callable, Sequence

from index.data import DocumentInfo
from index.errors import InputError, UnknownDocumentError
from index.loading import absolute

_LEAST = 4
"""Characters of an id that name a document."""


def meant(reference: str, infos: Sequence[DocumentInfo]) -> DocumentInfo:
    """The document meant by an id, the beginning of an id, a file name, a path or an address.

    Raises:
        InputError: none is meant, or several; the message names the choices.
    """
    path = str(absolute(reference))
    tests: list[Callable[[DocumentInfo], bool]] = [
        lambda info: info.id == reference,
        lambda info: reference in (info.path, info.url) or info.path == path,
        lambda info: info.name == reference,
        lambda info: len(reference) >= _LEAST and info.id.startswith(reference),
    ]
    for test in tests:
        found = [info for info in infos if test(info)]
        if len(found) == 1:
            return found[0]
        if found:
            choices = ", ".join(f"{info.id} ({info.path or info.url})" for info in found)
            raise InputError(f"“{reference}” may be any of: {choices}.", "Give the id.")
    raise unknown(reference, infos)


def unknown(reference: str, infos: Sequence[DocumentInfo]) -> UnknownDocumentError:
    """The error that says which documents there are instead."""
    names = [f"{info.id} ({info.name})" for info in infos]
    shown = ", ".join(names[:10]) + (", …" if len(names) > 10 else "")
    hint = f"There are: {shown}." if names else "The library is empty."
    return UnknownDocumentError(f"No document is called “{reference}”.", hint)
