"""The one real model: any OpenAI-compatible server, reached through a LangChain chat model."""

import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from langchain_core.messages import BaseMessage, HumanMessage

from assistant.errors import ModelError
from assistant.models.options import (
    check_options,
    option_probabilities,
    options_grammar,
    options_schema,
    recognised,
    response_format,
)
from assistant.models.protocol import Capabilities, Choice, Usage, Written

if TYPE_CHECKING:
    import httpx2
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage
    from langchain_core.runnables import RunnableConfig

    from assistant.models.embedded.server import EmbeddedServer

EMBEDDED = Capabilities(grammar=True, json_schema=True, logprobs=True)
EMBEDDED_TOP = 64
EMBEDDED_ADDRESS = "http://embedded.invalid"
"""Stands for the child, whose port changes when it starts again."""
REPLY_SECONDS = 900.0
"""How long a reply may take in whole, unless the settings say otherwise."""
SERVED_SLOTS = 8
"""Requests at once of a server that does not tell: those that batch take many more."""
ATTEMPTS = 3
CHARACTERS_A_TOKEN = 40
"""A server that writes more for each token that it may write does not keep to what is asked."""
MOST_EVENTS = 10_000
"""Of a stream in which nothing is written: a model that thinks has this much time for it."""
SEED = 7


class ServedModel:
    """Implements ``assistant.models.protocol.Model`` over a chat server.

    Raises:
        ModelError: from every method that asks the server, where it does not answer usably.
    """

    def __init__(
        self,
        *,
        name: str,
        digest: str,
        address: str,
        key: str,
        server: "EmbeddedServer | None" = None,
        seconds: float = REPLY_SECONDS,
    ) -> None:
        self.name = name
        self.digest = digest
        """Identifies the model and its weights, or the server, for caches and reports."""
        self._address = address
        self._key = key
        self.server = server
        """The child process that runs the model; None for a server by address."""
        self._seconds = seconds
        """How long one whole reply may take."""
        self._failing = _failing(address, server)

    @cached_property
    def model(self) -> "BaseChatModel":
        """The LangChain chat model itself. Synchronous calls only."""
        from langchain.chat_models import init_chat_model

        model: BaseChatModel = init_chat_model(
            self.name,
            model_provider="openai",
            base_url=f"{self._address}/v1" if self.server else self._address,
            api_key=self._key,
            temperature=0,
            seed=SEED,
            max_retries=0,
            timeout=self._http_client.timeout,
            stream_usage=True,
            use_responses_api=False,
            openai_proxy=None,
            http_client=self._http_client,
        )
        return model

    @cached_property
    def slots(self) -> int:
        """How many requests the server works on side by side.

        llama.cpp tells; of any other server ``SERVED_SLOTS`` is supposed.
        """
        if self.server:
            return self.server.slots
        from assistant.models.probing import slots_told

        return slots_told(self._address) or SERVED_SLOTS

    @property
    def capabilities(self) -> Capabilities:
        return self._probed[0]

    def choose(
        self,
        messages: Sequence[BaseMessage],
        options: Sequence[str],
        *,
        config: "RunnableConfig | None" = None,
    ) -> Choice:
        check_options(options)
        asked, body = self._constrained(messages, options)
        usage = Usage()
        for _ in range(ATTEMPTS):
            message, used = self._ask(asked, body, config=config)
            usage += used
            option = recognised(message.text, options)
            if option is not None:
                return _choice(option, message, options, usage)
            asked = [*asked, message, HumanMessage(_plain_request(options))]
        raise ModelError(
            f"{self._failing[0]} gave none of the answers it was offered.",
            "Use a stronger model, or a server that supports grammars or JSON schemas.",
        )

    def write(
        self,
        messages: Sequence[BaseMessage],
        *,
        max_tokens: int,
        stop: Sequence[str] = (),
        config: "RunnableConfig | None" = None,
    ) -> Written:
        body: dict[str, Any] = {"max_tokens": max_tokens}
        message, usage = self._ask(messages, body, stop=stop, config=config)
        return _written(message, usage, max_tokens)

    def stream(
        self,
        messages: Sequence[BaseMessage],
        *,
        max_tokens: int,
        schema: Mapping[str, Any] | None = None,
    ) -> Iterator[Written]:
        from langchain_core.messages.ai import AIMessageChunk, add_ai_message_chunks

        from assistant.models.failures import RefusedError, UnusableReplyError, translated

        body: dict[str, Any] = {"max_tokens": max_tokens}
        if schema is not None and self.capabilities.json_schema:
            body["response_format"] = response_format(schema)
        started = time.monotonic()
        pieces: list[AIMessageChunk] = []
        text = ""
        try:
            with translated(*self._failing):
                for piece in self.model.stream(list(messages), extra_body=body):
                    pieces.append(piece)
                    text += piece.text
                    if len(text) > CHARACTERS_A_TOKEN * max_tokens:
                        break
                    if not text and len(pieces) > MOST_EVENTS:
                        raise UnusableReplyError("it thinks or waits without an end")
                    yield Written(text=text, finished=False, usage=Usage())
        except (RefusedError, ValueError):  # LangChain's ValueError: not one event was sent
            if pieces:
                raise
        if text:
            whole = add_ai_message_chunks(*pieces)
            yield _written(whole, _usage(whole, time.monotonic() - started), max_tokens)
        else:  # it does not stream
            yield _written(*self._ask(messages, body), max_tokens)

    def warm(self) -> None:
        """Start loading in the background; nothing to do for a server by address."""
        if self.server:
            self.server.warm()

    def status(self) -> str:
        """``ready``, ``loading``, ``stopped`` or the failure; the address of another server."""
        return self.server.status() if self.server else f"at {self._address}"

    def close(self) -> None:
        if self.server:
            self.server.close()
        if "_http_client" in self.__dict__:
            self._http_client.close()
            del self.__dict__["_http_client"]
            self.__dict__.pop("model", None)

    @cached_property
    def _http_client(self) -> "httpx2.Client":
        from assistant.models.endpoint import (
            DueTransport,
            EmbeddedTransport,
            PatientTransport,
            http_client,
        )

        seconds, key = self._seconds, self._key
        if self.server:
            transport: DueTransport = EmbeddedTransport(self.server, seconds, key=key)
        else:
            transport = PatientTransport(seconds, key=key)
        return http_client(transport, seconds=seconds)

    @cached_property
    def _probed(self) -> tuple[Capabilities, int]:
        """What the server can do, and how many alternatives of a token it lists."""
        from assistant.models.probing import probed

        return (EMBEDDED, EMBEDDED_TOP) if self.server else probed(self._probe)

    def _probe(self, messages: Sequence[BaseMessage], body: dict[str, Any]) -> "AIMessage":
        return self._ask(messages, body)[0]

    def _constrained(
        self, messages: Sequence[BaseMessage], options: Sequence[str]
    ) -> tuple[list[BaseMessage], dict[str, Any]]:
        """The messages to send and the extra fields that hold the reply to the options."""
        capabilities, top = self._probed
        body: dict[str, Any] = {"max_tokens": max(len(option) for option in options)}
        if capabilities.logprobs:
            body |= {"logprobs": True, "top_logprobs": top}
        if capabilities.grammar:
            return list(messages), body | {"grammar": options_grammar(options)}
        body["max_tokens"] += 24
        if capabilities.json_schema:
            request = f'Reply as JSON, {{"answer": …}}, with one of: {", ".join(options)}.'
            return _with_request(messages, request), body | {
                "response_format": options_schema(options)
            }
        return _with_request(messages, _plain_request(options)), body

    def _ask(
        self,
        messages: Sequence[BaseMessage],
        body: dict[str, Any],
        *,
        stop: Sequence[str] = (),
        config: "RunnableConfig | None" = None,
    ) -> "tuple[AIMessage, Usage]":
        from assistant.models.failures import translated

        started = time.monotonic()
        with translated(*self._failing):
            message = self.model.invoke(
                list(messages), config, stop=list(stop) or None, extra_body=body
            )
        return message, _usage(message, time.monotonic() - started)


def _failing(address: str, server: "EmbeddedServer | None") -> tuple[str, str]:
    """How a message of failure calls the server, and what it advises."""
    if server:
        return "The model", (
            f"Try again; its log is {server.log}. "
            "Where memory is short, set CITEWELL_SLOTS=1 or use a smaller model."
        )
    return (
        f"The model server at {address}",
        "Is it running? Start it, or correct its address in CITEWELL_MODEL.",
    )


def _choice(option: str, message: "AIMessage", options: Sequence[str], usage: Usage) -> Choice:
    """The option of the highest probability where probabilities are known, else the one written.

    They differ where the model would rather have written an option in another form, such as
    ``Yes`` for ``yes``, which a grammar forbids.
    """
    logprobs = message.response_metadata.get("logprobs") or {}
    shares = option_probabilities(logprobs.get("content") or (), options)
    if shares:
        option = max(options, key=lambda name: (shares[name], name == option))
    return Choice(option=option, probabilities=shares, usage=usage)


def _written(message: "AIMessage", usage: Usage, max_tokens: int) -> Written:
    """What was written, no longer than it could be where the server keeps to ``max_tokens``."""
    text, most = message.text, CHARACTERS_A_TOKEN * max_tokens
    finished = message.response_metadata.get("finish_reason") != "length" and len(text) <= most
    return Written(text=text[:most], finished=finished, usage=usage)


def _usage(message: "AIMessage", seconds: float) -> Usage:
    counted = message.usage_metadata
    if counted is None:
        return Usage(seconds=seconds)
    return Usage(
        prompt_tokens=counted["input_tokens"],
        cached_tokens=counted.get("input_token_details", {}).get("cache_read", 0),
        completion_tokens=counted["output_tokens"],
        seconds=seconds,
    )


def _plain_request(options: Sequence[str]) -> str:
    return f"Reply with exactly one of these and nothing else: {', '.join(options)}."


def _with_request(messages: Sequence[BaseMessage], request: str) -> list[BaseMessage]:
    """The messages with ``request`` added to the last one, so that roles still alternate."""
    *before, last = messages
    return [*before, HumanMessage(f"{last.text}\n\n{request}")]
