"""What a program computes of figures, and that it can be computed again."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.checking.reckoned import holds, line
from assistant.data import Citation, Claim, Expression, Operand, Operation
from assistant.json_forms import answer_from_json, answer_json
from assistant.language.figures import amounts, days
from index.data import Span
from tests.unit.test_json_forms import STORED


@pytest.mark.parametrize(
    ("operation", "figures", "said"),
    [
        ("difference", ["51 m", "40.5 m"], "51 m − 40.5 m = 10.5 m"),
        ("difference", ["40 m", "51 m"], "51 m − 40 m = 11 m"),
        ("difference", ["$2,400", "900 dollars"], "$2,400 − 900 dollars = $1,500"),
        ("difference", ["-3 °C", "12 °C"], "12 °C − -3 °C = 15 °C"),
        ("sum", ["1,250 euros", "900 euros", "0.5 million euros"], None),
        ("share", ["40", "64 members"], "40 ÷ 64 members = 62.5%"),
        ("ratio", ["2 km", "3 km"], "2 km ÷ 3 km ≈ 0.67"),
        ("order", ["9 km", "12.5 km"], "12.5 km > 9 km"),
        ("order", ["May 2001", "1994"], "1994 is before May 2001"),
        ("period", ["1994", "2021"], "From 1994 to 2021: 27 years"),
        ("period", ["3 June 2020", "1 May 2021"], None),
        ("period", ["June 2020", "May 2021"], "From June 2020 to May 2021: 11 months"),
        ("period", ["12 March 2020", "1920"], "From 1920 to 12 March 2020: about 100 years"),
    ],
)
def test_figures_are_reckoned_with(
    operation: Operation, figures: list[str], said: str | None
) -> None:
    said = said or {
        "sum": "1,250 euros + 900 euros + 0.5 million euros = 502,150 euros",
        "period": "From 3 June 2020 to 1 May 2021: 10 months and 28 days (332 days)",
    }.get(operation)
    assert line(operation, figures) == said


@pytest.mark.parametrize(
    ("operation", "figures"),
    [
        ("difference", ["51 m", "40 km"]),
        ("difference", ["0.9 kilowatts", "300 watts"]),
        ("difference", ["51 m", "40 euros"]),
        ("difference", ["51 m", "tall"]),
        ("difference", ["51 m"]),
        ("difference", ["51 m", "40 m", "3 m"]),
        ("share", ["40", "0"]),
        ("period", ["51 m", "1994"]),
        ("order", ["1994", "May 1994"]),
        ("order", ["3 May 1994", "51 m"]),
        ("difference", ["9" * 40, "8" * 40]),
    ],
)
def test_what_does_not_go_together_is_not_reckoned_with(
    operation: Operation, figures: list[str]
) -> None:
    assert line(operation, figures) == ""


def test_days_are_no_amounts_and_amounts_are_no_years() -> None:
    text = "In 1994 the lamp of 1950 m burned from 3 May 2001 to 2003-02-11, for 1,800 pounds."
    assert [day.text for day in days(text)] == ["1994", "3 May 2001", "2003-02-11"]
    assert [amount.text for amount in amounts(text)] == ["1950 m", "1,800 pounds"]


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.sampled_from(["m", "euros", "%", "herons"]))
def test_a_difference_is_exact(one: int, other: int, unit: str) -> None:
    shown = [f"{number:,}{'' if unit == '%' else ' '}{unit}" for number in (one, other)]
    said = line("difference", shown)
    (result,) = amounts(said.partition(" = ")[2])
    assert result.value == Decimal(abs(one - other))


@given(st.text())
def test_every_figure_stands_in_its_text(text: str) -> None:
    assert all(each.text in text for each in (*amounts(text), *days(text)))


def computed() -> Claim:
    quotes = ("The tower is 51 m high.", "The mill is 40 m high.")
    citations = tuple(
        Citation(
            span=Span(document_id="a" * 16, start=30 * at, end=30 * at + len(quote)),
            quote=quote,
            document_name="a.txt",
        )
        for at, quote in enumerate(quotes)
    )
    operands = (Operand(text="51 m", citation=0), Operand(text="40 m", citation=1))
    return Claim(
        text="51 m − 40 m = 11 m",
        citations=citations,
        verdict="computed",
        support=0.9,
        expression=Expression(operation="difference", operands=operands),
    )


def test_a_computed_claim_holds_only_as_it_was_computed() -> None:
    claim = computed()
    assert holds(claim)
    told = claim.expression
    assert told is not None
    first, second = told.operands
    for changed in (
        replace(claim, text="51 m − 40 m = 12 m"),
        replace(claim, verdict="verified"),
        replace(claim, expression=None),
        replace(claim, expression=replace(told, operation="sum")),
        replace(claim, expression=replace(told, operands=(first, replace(second, text="0 m")))),
        replace(claim, expression=replace(told, operands=(first, replace(second, citation=0)))),
        replace(claim, expression=replace(told, operands=(first, replace(second, citation=7)))),
        replace(claim, citations=claim.citations[:1]),
    ):
        assert not holds(changed)


def test_a_computed_claim_is_stored_with_its_expression_and_checked_when_read() -> None:
    answer = replace(answer_from_json(STORED["answer"]), claims=(computed(),))
    stored = answer_json(answer)
    (told,) = stored["claims"]
    assert told["expression"] == {
        "operation": "difference",
        "operands": [{"text": "51 m", "citation": 0}, {"text": "40 m", "citation": 1}],
    }
    assert answer_from_json(stored).claims == (computed(),)
    told["text"] = "51 m − 40 m = 12 m"
    with pytest.raises(ValueError, match="is not what its figures come to"):
        answer_from_json(stored)
