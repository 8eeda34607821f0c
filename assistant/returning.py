"""A generator's items for a loop, and what it returns for what comes after. Standard library."""

from collections import deque
from collections.abc import Generator, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")
Value = TypeVar("Value")


class Returning(Generic[Item, Value]):
    """Passes the items of a generator on; once they are through, ``value`` is what it returned."""

    value: Value

    def __init__(self, generator: Generator[Item, None, Value]) -> None:
        self._generator = generator

    def __iter__(self) -> Iterator[Item]:
        self.value = yield from self._generator


def returned(generator: Generator[Item, None, Value]) -> Value:
    """What a generator returns, its items unseen."""
    items = Returning(generator)
    deque(items, maxlen=0)
    return items.value
