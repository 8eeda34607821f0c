"""How long a run will still take, from how fast its present stage goes."""

import time


class Pace:
    """The pace of one stage of a run, not counting what was finished before it began."""

    def __init__(self) -> None:
        self._stage = ""
        self._began = 0.0
        self._first = 0

    def left_s(self, message: str, done: int, total: int) -> float | None:
        """Seconds left of the stage called ``message``; None before a step of it is done.

        ``done`` of ``total`` steps are; a ``total`` of 0 is unknown.
        """
        stage = message if total else ""
        if stage != self._stage:
            self._stage, self._began, self._first = stage, time.monotonic(), done
        if not total or done <= self._first:
            return None
        return (time.monotonic() - self._began) / (done - self._first) * (total - done)

    def told(self, message: str, done: int, total: int) -> str:
        """``message`` with the time left, where it is known."""
        left = self.left_s(message, done, total)
        return message if left is None or done >= total else f"{message}, about {_words(left)} left"


def _words(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
