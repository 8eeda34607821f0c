"""True and perturbed claims about the example document, judged by the guards alone."""

import json
from collections import Counter
from pathlib import Path

from assistant.checking.guards import objections
from tests.seed import SEED

CLAIMS = Path(__file__).parents[2] / "golden" / "claims_seed.jsonl"
BY_MEANING = {"invention", "role"}
"""Kinds that only reading catches; of roles the guards know the plain swaps."""


def claims() -> list[dict[str, str]]:
    return [json.loads(line) for line in CLAIMS.read_text(encoding="utf-8").splitlines()]


def test_every_claim_quotes_the_document() -> None:
    text = SEED.read_text(encoding="utf-8")
    assert len(claims()) > 100
    assert len({claim["id"] for claim in claims()}) == len(claims())
    for claim in claims():
        assert claim["source"] in text
        assert claim["supported"] == (claim["kind"] == "true")


def test_true_claims_pass_and_perturbed_ones_are_caught() -> None:
    total: Counter[str] = Counter()
    objected: Counter[str] = Counter()
    for claim in claims():
        kind = str(claim["kind"])
        total[kind] += 1
        objected[kind] += bool(objections(claim["claim"], [claim["source"]]))
    assert objected["true"] == 0
    wordings = [kind for kind in total if kind != "true" and kind not in BY_MEANING]
    caught = sum(objected[kind] for kind in wordings) / sum(total[kind] for kind in wordings)
    assert caught >= 0.95, objected
