"""How long a piece of work will still take, from how fast its present stage goes."""

import time
from collections.abc import Callable


class Pace:
    """The pace of one stage of a work, not counting what was finished before it began.

    ``steps`` must be done before the time left is told; ``clock`` gives seconds.
    """

    def __init__(self, *, steps: int = 1, clock: Callable[[], float] | None = None) -> None:
        self._steps = steps
        self._clock = clock or time.monotonic
        self._stage = ""
        self._began = 0.0
        self._first = 0

    def left_s(self, message: str, done: int, total: int) -> float | None:
        """Seconds left of the stage called ``message``; None before enough steps of it are done.

        ``done`` of ``total`` steps are; a ``total`` of 0 is unknown.
        """
        stage = message if total else ""
        if stage != self._stage or done < self._first:
            self._stage, self._began, self._first = stage, self._clock(), done
        if not total or done - self._first < self._steps:
            return None
        return (self._clock() - self._began) / (done - self._first) * (total - done)

    def told(self, message: str, done: int, total: int) -> str:
        """``message`` with the time left, where it is known."""
        left = self.left_s(message, done, total)
        return message if left is None or done >= total else f"{message}, about {words(left)} left"


def words(seconds: float) -> str:
    """Seconds as one tells them: "72 s", "3 min", "1.5 h"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
