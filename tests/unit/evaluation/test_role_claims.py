"""The role claims: as many right as wrong of each source, so that no wording gives them away."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.unit.evaluation.test_calibration_set import lines

GOLDEN = Path(__file__).parents[2] / "golden"
FILES = [GOLDEN / "claims_roles.jsonl", GOLDEN / "claims_roles_held.jsonl"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_there_are_a_hundred_one_right_and_one_wrong_of_each_source(path: Path) -> None:
    claims = lines(path)
    assert len(claims) == 100
    assert len({claim["id"] for claim in claims}) == 100
    verdicts: dict[str, list[bool]] = {}
    for claim in claims:
        assert set(claim) == {"id", "claim", "source", "supported", "kind"}
        verdicts.setdefault(claim["source"], []).append(claim["supported"])
    assert {source for source, each in verdicts.items() if sorted(each) != [False, True]} == set()
    assert max(Counter(claim["kind"] for claim in claims).values()) <= 24


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_right_ones_are_reworded_as_much_as_wrong_ones(path: Path) -> None:
    """Within 5 per cent of the words in the mean, and none of them is its source."""

    def shared(claim: dict[str, Any]) -> float:
        words, source = (set(claim[key].lower().split()) for key in ("claim", "source"))
        return len(words & source) / len(words)

    claims = lines(path)
    right, wrong = (
        [shared(claim) for claim in claims if claim["supported"] is supported]
        for supported in (True, False)
    )
    assert abs(sum(right) - sum(wrong)) / len(right) < 0.05
    assert not any(claim["claim"].rstrip(".") in claim["source"] for claim in claims)


def test_the_two_halves_share_no_source() -> None:
    first, second = ({claim["source"] for claim in lines(path)} for path in FILES)
    assert first & second == set()
