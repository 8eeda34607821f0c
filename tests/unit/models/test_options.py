"""The arithmetic of choosing."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models.options import (
    check_options,
    option_probabilities,
    options_grammar,
    options_schema,
    recognised,
)

LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXY")


def token(text: str, **alternatives: float) -> dict[str, Any]:
    """A token of ``logprobs.content``; spaces of an alternative are written as underscores."""
    listed = [
        {"token": name.replace("_", " "), "logprob": math.log(share)}
        for name, share in alternatives.items()
    ]
    chosen = alternatives.get(text, 0.5)
    return {"token": text, "logprob": math.log(chosen), "top_logprobs": listed}


def test_spellings_of_an_option_are_added_up() -> None:
    tokens = [token("no", no=0.1, No=0.2, _NO=0.1, yes=0.2, The=0.4)]
    assert option_probabilities(tokens, ["yes", "no"]) == pytest.approx({"yes": 1 / 3, "no": 2 / 3})


def test_the_beginning_of_one_option_counts_for_it_and_of_several_for_none() -> None:
    tokens = [token("ye", ye=0.3, n=0.1, s=0.5)]
    shares = option_probabilities(tokens, ["yes", "no", "sure", "slightly"])
    assert shares is not None
    assert shares["yes"] == pytest.approx(3 * shares["no"])
    assert shares["sure"] == shares["slightly"] == shares["no"]


def test_an_option_not_listed_gets_at_most_the_least_listed() -> None:
    shares = option_probabilities([token("A", A=0.9, B=0.05, The=0.01)], ["A", "B", "C"])
    assert shares == pytest.approx({"A": 0.9 / 0.96, "B": 0.05 / 0.96, "C": 0.01 / 0.96})


def test_a_token_forced_by_a_grammar_counts_though_it_is_not_listed() -> None:
    tokens = [{"token": "B", "logprob": math.log(0.001), "top_logprobs": []}]
    assert option_probabilities(tokens, ["A", "B"]) == {"A": 0.5, "B": 0.5}


def test_the_value_decides_in_a_json_reply() -> None:
    tokens = [token(text) for text in ('{"', "answer", '":', ' "')]
    tokens += [token("A", A=0.8, B=0.2), token('"}')]
    assert option_probabilities(tokens, ["A", "B"]) == pytest.approx({"A": 0.8, "B": 0.2})


def test_a_bracket_before_the_option_does_not_decide() -> None:
    tokens = [token("["), token("2", **{"1": 0.25, "2": 0.75}), token("]")]
    assert option_probabilities(tokens, ["[1]", "[2]"]) == pytest.approx({"[1]": 0.25, "[2]": 0.75})


@pytest.mark.parametrize("tokens", [[], [token("The", The=0.9)], [token("\n")]])
def test_no_probabilities_where_nothing_listed_begins_an_option(tokens: list[Any]) -> None:
    assert option_probabilities(tokens, ["yes", "no"]) is None


@given(st.dictionaries(st.sampled_from([*LETTERS, "The", " A", "b"]), st.floats(1e-6, 1)))
def test_probabilities_are_a_distribution_over_the_options(shares: dict[str, float]) -> None:
    listed = [{"token": name, "logprob": math.log(share)} for name, share in shares.items()]
    tokens = [{"token": "A", "logprob": -1.0, "top_logprobs": listed}]
    result = option_probabilities(tokens, LETTERS)
    assert result is not None
    assert tuple(result) == LETTERS
    assert sum(result.values()) == pytest.approx(1)
    assert min(result.values()) > 0


@pytest.mark.parametrize(
    ("reply", "option"),
    [
        ("yes", "yes"),
        (" Yes.\n", "yes"),
        ("**No**", "no"),
        ("No, because it says so.", "no"),
        ('{"answer": "no"}', "no"),
        ('{"answer": "no', "no"),
        ("ye", "yes"),
        ("", None),
        ("none of them", None),
        ("yesterday", None),
        ("The answer is no", None),
    ],
)
def test_recognised(reply: str, option: str | None) -> None:
    assert recognised(reply, ["yes", "no"]) == option


@given(st.sampled_from(LETTERS))
def test_every_option_is_recognised_in_each_form(option: str) -> None:
    for reply in (option, option.lower(), f"[{option}]", json.dumps({"answer": option})):
        assert recognised(reply, LETTERS) == option


@pytest.mark.parametrize("options", [[], [""], [" A"], ["A", "A"], ["a", "A"], ["1", "12"]])
def test_options_that_cannot_be_told_apart(options: list[str]) -> None:
    with pytest.raises(ValueError, match="ption"):
        check_options(options)


def test_constraints_name_the_options() -> None:
    assert options_grammar(["A", 'say "é"']) == 'root ::= "A" | "say \\"é\\""'
    schema = options_schema(["A", "B"])["json_schema"]["schema"]
    assert schema["properties"]["answer"]["enum"] == ["A", "B"]
