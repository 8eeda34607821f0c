"""What the sources of weights have in common."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with what is being done, the bytes done and the bytes in all."""


class SourceError(Exception):
    """A source cannot give the files now; the message says why."""


def reporter(progress: Progress, message: str, before: int, total: int) -> Callable[[int], None]:
    """Reports the bytes of one file as bytes of the whole, ``before`` of them done already."""
    return lambda written: progress(message, before + written, total)
