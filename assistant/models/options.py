"""Choosing one of a few options: the grammar, the reply, and the probabilities. Pure."""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_SCHEMA_LEAD = re.compile(r'\s*\{\s*"answer"\s*:\s*"?')
_ORNAMENT = " \t\r\n\"'`*[](){}.:,;▁"


def check_options(options: Sequence[str]) -> None:
    """Raise ValueError unless the options can be told apart as they are being written."""
    folded = [option.casefold() for option in options]
    if not options or not all(option.strip() == option != "" for option in options):
        raise ValueError(f"Options must be trimmed and not empty: {list(options)}.")
    for number, option in enumerate(folded):
        others = folded[:number] + folded[number + 1 :]
        if any(other.startswith(option) for other in others):
            raise ValueError(f"An option is the beginning of another one: {list(options)}.")


def options_grammar(options: Sequence[str]) -> str:
    """GBNF that allows exactly the options."""
    return "root ::= " + " | ".join(json.dumps(option, ensure_ascii=False) for option in options)


def options_schema(options: Sequence[str]) -> dict[str, Any]:
    """OpenAI's ``response_format`` for ``{"answer": one of the options}``."""
    return response_format(
        {
            "type": "object",
            "properties": {"answer": {"type": "string", "enum": list(options)}},
            "required": ["answer"],
            "additionalProperties": False,
        }
    )


def response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    """OpenAI's ``response_format`` for JSON that keeps to a schema."""
    return {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema}}


def recognised(reply: str, options: Sequence[str]) -> str | None:
    """The option that ``reply`` gives, as JSON, bare, or as its first word; None if none."""
    text = _bare(_SCHEMA_LEAD.sub("", reply, count=1))
    first_word = re.split(r"\W", text, maxsplit=1)[0]
    for candidate in (text, first_word):
        for option in options:
            if candidate == _bare(option):
                return option
    return _begun(text, options)


def option_probabilities(
    tokens: Sequence[Mapping[str, Any]], options: Sequence[str]
) -> dict[str, float] | None:
    """Probability of each option from the log-probabilities of the deciding token.

    ``tokens`` is ``logprobs.content`` of the OpenAI form: the deciding token is the first that
    is more than a bracket or a quotation mark, or in a JSON reply the first such of the value.
    The probabilities of the tokens that begin exactly one option are added up, with or without
    a leading space and in any case. An option that no listed token begins gets the least
    probability listed, which is the most it can have. The result is renormalised over the
    options. None where no listed token begins any option.
    """
    listed = _deciding_tokens(tokens)
    mass = dict.fromkeys(options, 0.0)
    for text, probability in listed:
        option = _begun(_bare(text), options)
        if option is not None:
            mass[option] += probability
    if not any(mass.values()):
        return None
    floor = min(probability for _, probability in listed)
    total = sum(max(value, floor) for value in mass.values())
    return {option: max(value, floor) / total for option, value in mass.items()}


def odds(probability: float) -> float:
    """The log-odds of a probability, held between -7 and 7."""
    held = min(max(probability, 1e-3), 1 - 1e-3)
    return math.log(held / (1 - held))


def probability_of(log_odds: float) -> float:
    """The probability that has these log-odds, held between -30 and 30."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def _bare(text: str) -> str:
    return text.strip(_ORNAMENT).casefold()


def _begun(text: str, options: Iterable[str]) -> str | None:
    """The only option that begins with the bare ``text``, None if none or several."""
    found = [option for option in options if text and _bare(option).startswith(text)]
    return found[0] if len(found) == 1 else None


def _deciding_tokens(tokens: Sequence[Mapping[str, Any]]) -> list[tuple[str, float]]:
    """Text and probability of each token that could have stood where the choice was made."""
    written = ""
    for token in tokens:
        text = str(token["token"])
        before = _SCHEMA_LEAD.sub("", written)
        if not _bare(before) and "{" not in before + text and _bare(text):
            return _distribution([token, *(token.get("top_logprobs") or ())])
        written += text
    return []


def _distribution(alternatives: Iterable[Mapping[str, Any]]) -> list[tuple[str, float]]:
    logs = {str(item["token"]): float(item["logprob"]) for item in alternatives}
    return [(text, math.exp(value)) for text, value in logs.items()]
