"""A model that says what a test tells it to, and remembers what it was asked."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from langchain_core.messages import BaseMessage

from assistant.errors import ModelError
from assistant.models.protocol import Capabilities, Choice, Usage, Written

USAGE = Usage(prompt_tokens=10, cached_tokens=5, completion_tokens=2, seconds=0.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to the model."""

    kind: str
    """``choose`` or ``write``."""
    messages: tuple[BaseMessage, ...]
    options: tuple[str, ...] = ()
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All messages of the request as one text, to search in."""
        return "\n".join(str(message.content) for message in self.messages)


Chooser = Callable[[Call], Choice | str]
Writer = Callable[[Call], Written | str]


class ScriptedModel:
    """Implements ``assistant.models.protocol.Model`` and what ``ServedModel`` adds.

    Enqueued replies are used first, in order; ``chooser`` and ``writer`` answer what no queue
    holds. A request nobody foresaw fails the test, as an ``AssertionError``.
    """

    def __init__(
        self,
        name: str = "scripted",
        *,
        chooser: Chooser | None = None,
        writer: Writer | None = None,
        capabilities: Capabilities | None = None,
    ) -> None:
        self.name = name
        self.digest = f"{name}-digest"
        self.slots = 2
        self.capabilities = capabilities or Capabilities(
            grammar=True, json_schema=True, logprobs=True
        )
        self.calls: list[Call] = []
        self.closed = False
        self.warmed = False
        self.chooser = chooser
        self.writer = writer
        self._choices: deque[tuple[str, float | None] | ModelError] = deque()
        self._texts: deque[Written | ModelError] = deque()

    def enqueue_choice(self, option: str, probability: float | None = 0.9) -> None:
        """The next ``choose`` gives ``option``; the other options share the rest evenly.

        ``probability=None`` plays a server without log-probabilities.
        """
        self._choices.append((option, probability))

    def enqueue_text(self, text: str, *, finished: bool = True) -> None:
        """The next ``write`` gives ``text``."""
        self._texts.append(Written(text=text, finished=finished, usage=USAGE))

    def enqueue_error(self, kind: str, message: str = "The model process died.") -> None:
        """The next ``choose`` (or, for any other ``kind``, ``write``) fails."""
        (self._choices if kind == "choose" else self._texts).append(ModelError(message))

    @property
    def pending(self) -> int:
        """How many enqueued replies nobody has asked for yet."""
        return len(self._choices) + len(self._texts)

    def choose(self, messages: Sequence[BaseMessage], options: Sequence[str]) -> Choice:
        call = self._record(Call(kind="choose", messages=tuple(messages), options=tuple(options)))
        if self._choices:
            reply = self._choices.popleft()
            if isinstance(reply, ModelError):
                raise reply
            return choice(*reply, options=call.options)
        assert self.chooser, f"nothing is enqueued for this choice:\n{call.text}"
        chosen = self.chooser(call)
        return choice(chosen, 0.9, options=call.options) if isinstance(chosen, str) else chosen

    def write(
        self,
        messages: Sequence[BaseMessage],
        *,
        max_tokens: int,
        stop: Sequence[str] = (),
    ) -> Written:
        call = Call(
            kind="write",
            messages=tuple(messages),
            max_tokens=max_tokens,
            stop=tuple(stop),
        )
        return self._written(self._record(call))

    def stream(
        self,
        messages: Sequence[BaseMessage],
        *,
        max_tokens: int,
        schema: Mapping[str, Any] | None = None,
    ) -> Iterator[Written]:
        """What ``write`` would give, in growing pieces of ten characters and then as it is."""
        written = self.write(messages, max_tokens=max_tokens)
        for end in range(10, len(written.text), 10):
            yield replace(written, text=written.text[:end], finished=False, usage=Usage())
        yield written

    def warm(self) -> None:
        self.warmed = True

    def close(self) -> None:
        self.closed = True

    def status(self) -> str:
        return "ready"

    def _record(self, call: Call) -> Call:
        self.calls.append(call)
        return call

    def _written(self, call: Call) -> Written:
        if self._texts:
            reply = self._texts.popleft()
            if isinstance(reply, ModelError):
                raise reply
            return reply
        assert self.writer, f"nothing is enqueued for this text:\n{call.text}"
        text = self.writer(call)
        return Written(text=text, finished=True, usage=USAGE) if isinstance(text, str) else text


def choice(option: str, probability: float | None, *, options: Sequence[str]) -> Choice:
    """A choice of ``option`` among ``options``, with the rest of the probability shared."""
    assert option in options, f"{option!r} is none of {list(options)}"
    if probability is None:
        return Choice(option=option, probabilities=None, usage=USAGE)
    rest = (1 - probability) / max(1, len(options) - 1)
    shares = {name: probability if name == option else rest for name in options}
    return Choice(option=option, probabilities=shares, usage=USAGE)
