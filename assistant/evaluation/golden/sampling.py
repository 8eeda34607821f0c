"""A seeded sample that keeps both kinds of case."""

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def stratified(
    items: Sequence[Item], kind: Callable[[Item], bool], *, limit: int | None, seed: int
) -> list[Item]:
    """Up to ``limit`` items, half of either kind where there are enough, in their given order.

    The choice depends on ``seed`` and the items' order alone, and a larger limit only adds
    items, so a run can be widened without repeating what is finished.
    """
    if limit is None or limit >= len(items):
        return list(items)
    draw = random.Random(seed)
    kinds = [[i for i, item in enumerate(items) if kind(item) is value] for value in (True, False)]
    for indexes in kinds:
        draw.shuffle(indexes)
    yes = min(len(kinds[0]), max((limit + 1) // 2, limit - len(kinds[1])))
    chosen = kinds[0][:yes] + kinds[1][: limit - yes]
    return [items[index] for index in sorted(chosen)]
