"""Every failure a user can meet in the index, each with one line on how to mend it."""

import errno
import shutil
from pathlib import Path

_TOO_LITTLE = 65_536
"""Bytes free below which a failed write is put down to the disk."""


class CitewellError(Exception):
    """A failure with a message for the user: what is wrong, and a hint on how to mend it."""

    exit_code = 3

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InputError(CitewellError):
    """The user can mend it: a bad file, a bad question, a missing permission."""

    exit_code = 2


class ProtectedError(InputError):
    """A file opens with its password alone: none was given, or another one."""


class UnknownDocumentError(InputError):
    """There is no such document, or none any more."""


class LibraryBusyError(InputError):
    """Another process owns the library."""


class StoreError(CitewellError):
    """The record or the vector store failed."""


class CancelledError(CitewellError):
    """The user stopped the work; what was finished is kept."""


class FullDiskError(InputError):
    """The disk is full: what was finished is kept, but nothing more can be added."""

    def __init__(self) -> None:
        super().__init__(
            "The disk is full, or may not be written further.",
            "Free some space and try again; nothing that was finished is lost.",
        )


def never() -> bool:
    """The answer to "was this cancelled?" where nothing can be."""
    return False


def is_full(folder: Path, error: BaseException) -> bool:
    """Whether this error, met while writing below a folder, means that the disk is full.

    Libraries report it in many ways.
    """
    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
        return True
    if "disk is full" in str(error) or "No space left" in str(error):
        return True
    try:
        return shutil.disk_usage(folder).free < _TOO_LITTLE
    except OSError:
        return False
