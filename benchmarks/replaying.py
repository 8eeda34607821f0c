"""A model whose replies are kept, so that what was asked once is not asked again.

To see what one rule does, the same questions are asked with it and without. Most requests to the
model are the same both times. Replaying them saves nearly all of the time, and nothing but the rule
can differ then: a server's replies change a little with what its prompt cache holds.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from langchain_core.messages import BaseMessage

from assistant.evaluation.journal import Journal, read_rows
from assistant.models.protocol import Capabilities, Choice, Model, Usage, Written


class ReplayingModel:
    """Implements ``assistant.models.protocol.Model`` over another, whose replies it keeps.

    A reply is kept under the model's digest and all of its request. One that failed is not kept.
    """

    def __init__(self, model: Model, kept: Path) -> None:
        self._model = model
        self.name = model.name
        self.digest = model.digest
        self.asked = 0
        """Requests that had to be made of the model."""
        self.replayed = 0
        self._kept = {row["key"]: row["reply"] for row in read_rows(kept)}
        self._journal = Journal(kept)

    @property
    def capabilities(self) -> Capabilities:
        return self._model.capabilities

    def choose(self, messages: Sequence[BaseMessage], options: Sequence[str]) -> Choice:
        """As the model's; a replayed one has the tokens and seconds of its first time."""
        key = self._key("choose", messages, options=list(options))
        if (kept := self._replay(key)) is not None:
            return Choice(**{**kept, "usage": Usage(**kept["usage"])})
        reply = self._model.choose(messages, options)
        self._keep(key, asdict(reply))
        return reply

    def write(self, messages: Sequence[BaseMessage], **options: Any) -> Written:
        """As the model's, whose options it takes."""
        key = self._key("write", messages, **options)
        if (kept := self._replay(key)) is not None:
            return Written(**{**kept, "usage": Usage(**kept["usage"])})
        reply = self._model.write(messages, **options)
        self._keep(key, asdict(reply))
        return reply

    def stream(self, messages: Sequence[BaseMessage], **options: Any) -> Iterator[Written]:
        """The model's whole reply, in one piece."""
        key = self._key("stream", messages, **options)
        if (kept := self._replay(key)) is not None:
            yield Written(**{**kept, "usage": Usage(**kept["usage"])})
            return
        *_, reply = self._model.stream(messages, **options)
        self._keep(key, asdict(reply))
        yield reply

    def _key(self, kind: str, messages: Sequence[BaseMessage], **options: Any) -> str:
        said = [[message.type, message.content] for message in messages]
        request = json.dumps([self.digest, kind, said, options], sort_keys=True)
        return hashlib.sha256(request.encode()).hexdigest()

    def _replay(self, key: str) -> dict[str, Any] | None:
        kept = self._kept.get(key)
        self.replayed += kept is not None
        return kept

    def _keep(self, key: str, reply: dict[str, Any]) -> None:
        self.asked += 1
        self._kept[key] = reply
        self._journal.append({"key": key, "reply": reply})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._journal.__exit__(kind, error, trace)
