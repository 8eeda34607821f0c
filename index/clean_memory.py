"""Memory that is handed out clean, while a library writes more of it than it filled.

Chroma saves its index of vectors with the room for vectors to come. What it never wrote there
is what the memory held before: a document of somebody else, or one that was removed. The C
library of Linux can fill what it hands out (``mallopt`` in its manual); it is asked to do so only
during Chroma's work, for it costs an embedding model a tenth of its time. A block that grows
where it stands is not filled.
"""

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

_M_PERTURB = -6
_ZEROS = 0xFF
"""What is handed out is filled with the other bits of this, so with zeros."""
_turn = threading.Lock()
_at_work = 0


@contextmanager
def clean_memory() -> Iterator[None]:
    """While it is open, in any thread, memory is handed out filled with zeros.

    Elsewhere than with the GNU C library nothing is done.
    """
    _count(1)
    try:
        yield
    finally:
        _count(-1)


def _count(change: int) -> None:
    global _at_work
    with _turn:
        _at_work += change
        tell = _mallopt()
        if tell is not None:
            tell(_M_PERTURB, _ZEROS if _at_work else 0)


@cache
def _mallopt() -> Callable[[int, int], int] | None:
    try:
        return ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # another C library, or another system
        return None
