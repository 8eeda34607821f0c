"""Results that nobody fetches: Gradio keeps them for two thousand sessions, whatever their size."""

import time
from collections.abc import Mapping, MutableMapping
from typing import Any

AGE_S = 120.0
"""How long a finished result waits to be fetched."""
YOUNG_S = 5.0
"""Whoever waits for a result has it before this."""
MOST = 64
"""Finished results, older than that, which wait at once; the oldest go first."""


class Unfetched:
    """Looks after the results that wait in a Gradio queue; called within its event loop."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[int, float]] = {}

    def sweep(self, queue: Any) -> None:
        """Drop the results that waited for too long, or are too many."""
        now = time.monotonic()
        messages: MutableMapping[str, Any] = queue.pending_messages_per_session
        pending: MutableMapping[str, Any] = queue.pending_event_ids_session
        at_work: Mapping[str, Any] = queue.event_ids_to_events
        waiting: dict[str, tuple[int, float]] = {}
        for session, each in messages.items():
            if each.qsize() and not any(one in at_work for one in pending.get(session, ())):
                known = self._since.get(session, (0, now))
                waiting[session] = known if known[0] == each.qsize() else (each.qsize(), now)
        ages = sorted(((now - at, session) for session, (_, at) in waiting.items()), reverse=True)
        many = sum(age > YOUNG_S for age, _ in ages) - MOST
        for place, (age, session) in enumerate(ages):
            if age > AGE_S or place < many:
                messages.pop(session, None)
                pending.pop(session, None)
                del waiting[session]
        for session in set(pending) - set(messages):
            if not any(one in at_work for one in pending[session]):
                del pending[session]
        self._since = waiting
