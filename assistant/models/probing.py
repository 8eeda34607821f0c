"""What a server can do, found out by asking it for something it would not say by itself."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from assistant.models.failures import RefusedError
from assistant.models.options import options_grammar, options_schema, recognised
from assistant.models.protocol import Capabilities

Ask = Callable[[Sequence[BaseMessage], dict[str, Any]], AIMessage]

_TELLING_S = 2.0
_TELLING_BYTES = 1_000_000
WORD = "zebra-41"
TOPS = (64, 20, 5)
"""Alternatives of a token to ask for; many servers list 20 at most, and some refuse more."""
_MESSAGES: list[BaseMessage] = [HumanMessage("Say hello.")]


def probed(ask: Ask) -> tuple[Capabilities, int]:
    """The capabilities, and how many alternatives of a token may be asked for.

    Raises:
        ModelError: the server does not answer even a plain request.
    """
    ask(_MESSAGES, {"max_tokens": 1})
    top = next((top for top in TOPS if _lists(ask, top)), 0)
    capabilities = Capabilities(
        grammar=_obeys(ask, {"grammar": options_grammar([WORD])}),
        json_schema=_obeys(ask, {"response_format": options_schema([WORD])}),
        logprobs=top > 0,
    )
    return capabilities, top


def _obeys(ask: Ask, constraint: dict[str, Any]) -> bool:
    try:
        message = ask(_MESSAGES, {"max_tokens": 32, **constraint})
    except RefusedError:
        return False
    return recognised(message.text, [WORD]) == WORD


def _lists(ask: Ask, top: int) -> bool:
    try:
        message = ask(_MESSAGES, {"max_tokens": 1, "logprobs": True, "top_logprobs": top})
    except RefusedError:
        return False
    content = (message.response_metadata.get("logprobs") or {}).get("content") or []
    return len(content) > 0 and len(content[0].get("top_logprobs") or []) > 1


def slots_told(address: str) -> int | None:
    """How many requests a llama.cpp server at an address works on at once; None of any other."""
    import httpx2

    try:
        plain = {"Accept-Encoding": "identity"}
        with (
            httpx2.Client(trust_env=False, timeout=_TELLING_S, headers=plain) as client,
            client.stream("GET", f"{address.removesuffix('/v1')}/props") as reply,
        ):
            told = bytearray()
            for piece in reply.raise_for_status().iter_raw():
                told += piece
                if len(told) > _TELLING_BYTES:
                    return None
        return int(json.loads(told)["total_slots"]) or None
    except (httpx2.HTTPError, ValueError, TypeError, KeyError):
        return None
