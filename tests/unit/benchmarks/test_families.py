from importlib import import_module

import pytest

from assistant.answering import looking_up as module
from benchmarks.families import FAMILIES, Switched, switched_off, switches
from benchmarks.rules import without
from tests.unit.benchmarks.test_rules import CASES, Ruled, Rules, model


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_asked_where_it_is_said_to_be_and_comes_back(family: str) -> None:
    places = [place.rpartition(".") for place in FAMILIES[family]]
    before = [getattr(import_module(module), name) for module, _, name in places]
    with switched_off([family]):
        off = [getattr(import_module(module), name) for module, _, name in places]
    after = [getattr(import_module(module), name) for module, _, name in places]
    assert all(map(callable, before))
    assert not set(before) & set(off)
    assert after == before


def test_a_family_is_off_only_while_a_question_is_asked() -> None:
    seen = []

    class Watching(Ruled):
        def ask(self, case):  # type: ignore[no-untyped-def]
            seen.append(vars(module)["contradiction"]("Who was not hurt?", "He was hurt."))
            return super().ask(case)

    chain = Switched(Watching(Rules(), model()), ("contradiction",))
    chain.ask(CASES[0])
    assert seen == [""]
    assert vars(module)["contradiction"]("Who was not hurt?", "He was hurt.")


def test_each_family_has_its_switch() -> None:
    assert [name for name, _ in without(switches(FAMILIES))] == list(FAMILIES)
