"""What the rest of the program asks of a language model.

Few things only: choose one of a few options, write a few words or a whole answer, and say what it
can do.
``assistant.models`` has the one real implementation, over any OpenAI-compatible server; tests
have a scripted one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from langchain_core.messages import BaseMessage

Message = BaseMessage
"""One message of a conversation with a model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one call as the server counted them; ``cached`` were reused from its cache."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            seconds=self.seconds + other.seconds,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An option the model chose, with a probability for each option where the server tells."""

    option: str
    probabilities: dict[str, float] | None
    """Option to probability, renormalised over the options (sum 1); None without log-probs."""
    usage: Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Text the model wrote."""

    text: str
    finished: bool
    """False where it ran into ``max_tokens``."""
    usage: Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What the server was found to be able to do when it was first asked."""

    grammar: bool
    json_schema: bool
    logprobs: bool


class Model(Protocol):
    """A chat model that can choose among options and write."""

    @property
    def name(self) -> str:
        """The name that reports and the page show."""

    @property
    def digest(self) -> str:
        """Identifies the model with its weights: a part of the keys of what is kept."""

    @property
    def capabilities(self) -> Capabilities:
        """Probed once, on first use.

        Raises:
            ModelError: the server cannot be reached.
        """

    def choose(self, messages: Sequence[BaseMessage], options: Sequence[str]) -> Choice:
        """One of ``options``, which must each be told apart by their first token (A, B, yes…).

        Constrained by a grammar where the server has one, else by a JSON-schema enumeration,
        else by asking and validating.

        Raises:
            ModelError: no answer, or an answer that is none of the options.
        """

    def write(
        self,
        messages: Sequence[BaseMessage],
        *,
        max_tokens: int,
        stop: Sequence[str] = (),
    ) -> Written:
        """Text at temperature 0.

        Raises:
            ModelError: no answer.
        """

    def stream(
        self,
        messages: Sequence[BaseMessage],
        *,
        max_tokens: int,
        schema: Mapping[str, Any] | None = None,
    ) -> Iterator[Written]:
        """All that is written so far, each time that there is more; the last as ``write`` gives it.

        ``schema`` holds the reply to a JSON schema where the server has such. Closing the iterator
        ends the writing. A server that does not stream gives its reply at once.

        Raises:
            ModelError: no answer.
        """
