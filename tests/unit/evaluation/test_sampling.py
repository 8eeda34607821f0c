from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.golden.sampling import stratified
from assistant.evaluation.reports.resampling import bootstrap_interval, falls


def _kind(item: tuple[int, bool]) -> bool:
    return item[1]


items = st.lists(st.booleans(), max_size=40).map(lambda kinds: list(enumerate(kinds)))


@given(items, st.integers(0, 50), st.integers(0, 5))
def test_a_sample_is_as_large_and_as_even_as_can_be(
    all_items: list[tuple[int, bool]], limit: int, seed: int
) -> None:
    chosen = stratified(all_items, _kind, limit=limit, seed=seed)
    assert len(chosen) == min(limit, len(all_items))
    assert chosen == sorted(set(chosen))
    assert chosen == stratified(all_items, _kind, limit=limit, seed=seed)
    yes = sum(map(_kind, chosen))
    no = len(chosen) - yes
    rest_yes = sum(map(_kind, all_items)) - yes
    rest_no = len(all_items) - len(chosen) - rest_yes
    assert abs(yes - no) <= 1 or (yes > no and not rest_no) or (no > yes and not rest_yes)


@given(items, st.integers(0, 40), st.integers(0, 5))
def test_a_larger_sample_keeps_the_smaller(
    all_items: list[tuple[int, bool]], limit: int, seed: int
) -> None:
    smaller = stratified(all_items, _kind, limit=limit, seed=seed)
    larger = stratified(all_items, _kind, limit=limit + 1, seed=seed)
    assert set(smaller) <= set(larger)


def test_another_seed_gives_another_sample() -> None:
    many = [(number, number % 2 == 0) for number in range(100)]
    assert stratified(many, _kind, limit=20, seed=1) != stratified(many, _kind, limit=20, seed=2)


def test_intervals_hold_the_mean_and_repeat() -> None:
    values = [1.0] * 30 + [0.0] * 10
    found = bootstrap_interval(values, lambda some: sum(some) / len(some))
    assert found is not None
    low, high = found
    # The normal approximation gives 0.75 ± 1.96 * sqrt(0.75 * 0.25 / 40) = 0.62 to 0.88.
    assert abs(low - 0.62) < 0.03
    assert abs(high - 0.88) < 0.03
    assert found == bootstrap_interval(values, lambda some: sum(some) / len(some))


def test_no_interval_of_nothing() -> None:
    assert bootstrap_interval([], len) is None
    assert bootstrap_interval([1.0], lambda some: None) is None


def test_falls_by_hand() -> None:
    assert falls([]) == 1.0
    assert falls([0.0, 0.0]) == 1.0
    assert falls([-1.0]) == 0.5  # one of two flips is as low
    assert falls([-1.0] * 3) == 0.125
    assert falls([-1.0] * 5) == 1 / 32
    assert falls([1.0] * 5) == 1.0
    assert falls([-1.0, 1.0]) == 0.75  # sums -2, 0, 0, 2: three are at most 0
    assert falls([0.0] * 100 + [-1.0] * 5) == 1 / 32


def test_falls_with_many_changes_is_drawn_and_near_the_exact_value() -> None:
    # 10 falls and 10 rises: by symmetry a little over one half.
    assert 0.5 < falls([-1.0] * 10 + [1.0] * 10) < 0.7
    assert falls([-1.0] * 20) < 0.001


def test_cases_of_one_group_are_drawn_together() -> None:
    # Ten conversations of four turns, all right or all wrong, say no more than ten cases do.
    cases = [(number, float(number < 7)) for number in range(10) for _ in range(4)]

    def mean(some: Sequence[tuple[int, float]]) -> float:
        return sum(value for _, value in some) / len(some)

    alone = bootstrap_interval(cases, mean)
    together = bootstrap_interval(cases, mean, lambda case: case[0])
    of_ten = bootstrap_interval([(n, float(n < 7)) for n in range(10)], mean)
    assert alone is not None
    assert together == of_ten
    assert together is not None
    assert together[1] - together[0] > 1.5 * (alone[1] - alone[0])


def test_equal_cases_are_not_taken_for_one() -> None:
    # As any other, the interval of five of ten equal cases has a width.
    found = bootstrap_interval([True] * 5 + [False] * 5, lambda some: sum(some) / len(some))
    assert found is not None
    assert found[1] - found[0] > 0.3
