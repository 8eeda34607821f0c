"""How sure a figure is: bootstrap intervals and a paired test, both seeded and repeatable."""

import random
from collections.abc import Callable, Hashable, Sequence
from itertools import chain
from typing import TypeVar

from assistant.evaluation.reports.metrics import quantile

Case = TypeVar("Case")

RESAMPLES = 1_000
PERMUTATIONS = 10_000
SEED = 20_250_101
"""Fixed, so that one report is the same however often it is made."""


def bootstrap_interval(
    cases: Sequence[Case],
    statistic: Callable[[Sequence[Case]], float | None],
    group: Callable[[Case], Hashable] | None = None,
) -> tuple[float, float] | None:
    """The 95% percentile bootstrap interval of ``statistic`` over the cases (Efron 1979).

    Cases of one ``group`` are drawn together (the cluster bootstrap, Davison and Hinkley 1997):
    questions of one conversation rise and fall with it. Each case is its own where none is given.
    Resamples for which the statistic is None are left out; None without cases or values.
    """
    if not cases:
        return None
    together: dict[Hashable, list[Case]] = {}
    for number, case in enumerate(cases):
        together.setdefault(group(case) if group else number, []).append(case)
    groups = list(together.values())
    draw = random.Random(SEED)
    values = [
        value
        for _ in range(RESAMPLES)
        if (value := statistic(list(chain(*draw.choices(groups, k=len(groups)))))) is not None
    ]
    low, high = quantile(values, 0.025), quantile(values, 0.975)
    return None if low is None or high is None else (low, high)


def falls(differences: Sequence[float]) -> float:
    """One-sided p-value that a paired metric fell: sign-flip permutation test (Fisher 1935).

    ``differences`` are new minus old, a case each. Under the hypothesis that nothing changed a
    difference is as likely to be positive as negative, so their signs are flipped at random and
    the p-value is the share of flips whose sum is at most the observed one. Cases without a
    difference say nothing; without any differing case it is 1.0. With few differing cases it is
    exact in spirit where a paired bootstrap is too sure: three of three falling is p = 1/8.
    """
    changed = [value for value in differences if value]
    if not changed:
        return 1.0
    observed = sum(changed) + 1e-12
    if len(changed) <= 13:
        return _every_flip(changed, observed)
    draw = random.Random(SEED)
    hits = sum(
        sum(value if draw.getrandbits(1) else -value for value in changed) <= observed
        for _ in range(PERMUTATIONS)
    )
    return (hits + 1) / (PERMUTATIONS + 1)


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values adjusted for having made that many tests (Holm 1979), in the given order."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    adjusted = [1.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def _every_flip(changed: Sequence[float], observed: float) -> float:
    sums = [0.0]
    for value in changed:
        sums = [total + sign * value for total in sums for sign in (1, -1)]
    return sum(total <= observed for total in sums) / len(sums)
