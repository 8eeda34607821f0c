"""Every expected value here was worked out by hand, or by the official SQuAD 2.0 rules."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from assistant.evaluation.reports import metrics


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Cat.", "cat"),
        ("an apple, a day", "apple day"),
        ("theatre and another", "theatre and another"),
        ("U.S.", "us"),
        ("3.5 million", "35 million"),
        ("well-known", "wellknown"),
        ("  many \t spaces\n", "many spaces"),
        ("“Quoted” – dash", "“quoted” – dash"),
        ("Zürich’s", "zürich’s"),
        ("a the an", ""),
        ("", ""),
        ("a's", "as"),
        ("a-b", "ab"),
        ("The/An", "thean"),
    ],
)
def test_normal_form_is_squads(text: str, expected: str) -> None:
    assert metrics.normalise(text) == expected


@pytest.mark.parametrize(
    ("answer", "golds", "expected"),
    [
        ("the Cat", ["cat!"], 1.0),
        ("cats", ["cat"], 0.0),
        ("cat", ["dog", "a cat"], 1.0),
        ("", [], 1.0),
        ("something", [], 0.0),
        ("", ["cat"], 0.0),
        ("the", ["a"], 1.0),
        ("the", ["a", "cat"], 0.0),
        ("cat", ["a", "cat"], 1.0),
    ],
)
def test_exact_match(answer: str, golds: list[str], expected: float) -> None:
    assert metrics.exact_match(answer, golds) == expected


@pytest.mark.parametrize(
    ("answer", "golds", "expected"),
    [
        ("the black cat", ["black cat"], 1.0),
        ("black cat", ["cat"], 2 / 3),  # precision 1/2, recall 1
        ("cat cat", ["cat"], 2 / 3),  # a repeated word counts once
        ("cat", ["cat cat dog"], 0.5),  # precision 1, recall 1/3
        ("red dog", ["black cat", "dog"], 2 / 3),
        ("dog", ["cat"], 0.0),
        ("", [], 1.0),
        ("dog", [], 0.0),
        ("", ["cat"], 0.0),
        ("the", ["an"], 1.0),  # neither has tokens
        ("the", ["cat"], 0.0),
        ("Beyoncé", ["beyoncé"], 1.0),
        ("Beyonce", ["Beyoncé"], 0.0),
    ],
)
def test_f1(answer: str, golds: list[str], expected: float) -> None:
    assert metrics.f1(answer, golds) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "golds", "expected"),
    [
        ("They are estimated to be in the hundreds.", ["in the hundreds"], True),
        ("They are in hundreds.", ["in the hundreds"], True),
        ("hundreds in", ["in hundreds"], False),
        ("hundredsfold", ["hundreds"], False),
        ("one two", ["one two three"], False),
        ("anything", ["the"], False),
        ("", ["cat"], False),
        ("a cat", [], False),
    ],
)
def test_contains_gold(text: str, golds: list[str], expected: bool) -> None:
    assert metrics.contains_gold(text, golds) is expected


def test_token_recall_counts_repeats() -> None:
    assert metrics.token_recall("one two", ["one one two"]) == pytest.approx(2 / 3)
    assert metrics.token_recall("one two", ["three", "two"]) == 1.0
    assert metrics.token_recall("one", []) == 0.0


def test_rouge_l_is_the_longest_common_subsequence() -> None:
    # The example of Lin 2004.
    assert metrics.rouge_l("police kill the gunman", ["police killed the gunman"]) == 3 / 4
    assert metrics.rouge_l("b d", ["b c d e"]) == pytest.approx(2 * 2 / 6)
    assert metrics.rouge_l("d b", ["b d"]) == 0.5
    assert metrics.rouge_l("", ["b"]) == 0.0


def test_auroc_by_hand() -> None:
    assert metrics.auroc([0.9, 0.8, 0.3, 0.1], [True, False, True, False]) == 0.75
    assert metrics.auroc([0.5, 0.5], [True, False]) == 0.5
    assert metrics.auroc([0.7, 0.5, 0.5, 0.2], [True, True, False, False]) == 0.875
    assert metrics.auroc([0.5], [True]) is None
    assert metrics.auroc([], []) is None


scored = st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=30)


@given(scored)
def test_auroc_is_the_share_of_ordered_pairs(pairs: list[tuple[int, bool]]) -> None:
    yes = [score for score, label in pairs if label]
    no = [score for score, label in pairs if not label]
    found = metrics.auroc([float(s) for s, _ in pairs], [label for _, label in pairs])
    if not yes or not no:
        assert found is None
    else:
        wins = sum((y > n) + 0.5 * (y == n) for y in yes for n in no)
        assert found == pytest.approx(wins / (len(yes) * len(no)))


def test_risk_coverage_by_hand() -> None:
    curve, area = metrics.risk_coverage([0.9, 0.8, 0.7, 0.6], [True, False, True, False])
    assert curve == [(0.25, 0.0), (0.5, 0.5), (0.75, pytest.approx(1 / 3)), (1.0, 0.5)]
    assert area == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert metrics.risk_coverage([0.5, 0.5], [True, False]) == ([(1.0, 0.5)], 0.5)
    assert metrics.risk_coverage([], []) == ([], None)


@given(scored, st.randoms())
def test_risk_coverage_does_not_depend_on_the_order_of_ties(pairs, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(pairs)
    random.shuffle(shuffled)
    first = metrics.risk_coverage([float(s) for s, _ in pairs], [r for _, r in pairs])
    again = metrics.risk_coverage([float(s) for s, _ in shuffled], [r for _, r in shuffled])
    assert first[0] == again[0]
    assert first[1] == pytest.approx(again[1]) if pairs else first[1] is None


def test_retrieval_by_hand() -> None:
    found: list[set[int]] = [set(), {0}, {0, 2}]
    assert metrics.recall_at(found, 3, 1) == 0.0
    assert metrics.recall_at(found, 3, 2) == pytest.approx(1 / 3)
    assert metrics.recall_at(found, 3, 10) == pytest.approx(2 / 3)
    assert metrics.reciprocal_rank(found) == 0.5
    assert metrics.reciprocal_rank([set()]) == 0.0
    gain = 1 / math.log2(3) + 1 / math.log2(4)
    assert metrics.ndcg_at(found, 2, 10) == pytest.approx(gain / (1 + 1 / math.log2(3)))
    assert metrics.ndcg_at([{0}], 1, 10) == 1.0
    assert metrics.ndcg_at([], 0, 10) == 0.0


def test_balanced_accuracy_by_hand() -> None:
    predicted, actual = [True, True, False, False], [True, False, False, False]
    assert metrics.balanced_accuracy(predicted, actual) == pytest.approx((1 + 2 / 3) / 2)
    assert metrics.balanced_accuracy([True], [True]) is None


def test_quantile_interpolates() -> None:
    assert metrics.quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert metrics.quantile([1.0, 2.0], 0.95) == pytest.approx(1.95)
    assert metrics.quantile([4.0], 0.95) == 4.0
    assert metrics.quantile([], 0.5) is None


def test_calibration_by_hand() -> None:
    bins = metrics.calibration_bins([0.05, 0.15, 0.16, 1.0], [False, True, False, True])
    assert bins == [(0.05, 0.0, 1), (pytest.approx(0.155), 0.5, 2), (1.0, 1.0, 1)]
    assert metrics.calibration_error(bins) == pytest.approx((0.05 + 2 * 0.345 + 0) / 4)
    assert metrics.calibration_error([]) is None


words = st.lists(st.sampled_from(["the", "cat", "dog", "a", "sat", "Mat."]), max_size=8).map(
    " ".join
)


@given(words, words)
def test_answer_metrics_agree_with_each_other(answer: str, gold: str) -> None:
    exact, overlap = metrics.exact_match(answer, [gold]), metrics.f1(answer, [gold])
    assert 0.0 <= metrics.rouge_l(answer, [gold]) <= 1.0
    assert exact <= overlap <= 1.0
    if metrics.contains_gold(answer, [gold]):
        assert metrics.token_recall(answer, [gold]) == 1.0
    if exact and metrics.tokens(gold):
        assert metrics.contains_gold(answer, [gold])


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = metrics.normalise(text)
    assert " ".join(once.split()) == once
    assert metrics.f1(text, [text]) == 1.0


@given(
    st.text(alphabet="ab1 _.,'-\nAB", max_size=40),
    st.lists(st.text(alphabet="ab1 _.,'-\nAB", max_size=40), min_size=1, max_size=3),
)
def test_rouge_l_is_that_of_the_package_everyone_uses(answer: str, golds: list[str]) -> None:
    scorer = RougeScorer(["rougeL"], use_stemmer=False)
    expected = max(scorer.score(gold, answer)["rougeL"].fmeasure for gold in golds)
    assert metrics.rouge_l(answer, golds) == pytest.approx(expected)


def test_rouge_l_knows_the_words_of_every_script() -> None:
    assert metrics.rouge_l("Привет, мир", ["привет всем"]) == 0.5
    assert metrics.rouge_l("The cat", ["A cat"]) == 0.5  # articles are words


def test_a_pattern_occurs_whatever_the_case_and_the_white_space() -> None:
    assert metrics.occurs(r"two\b.{0,9}cats", "She has TWO\n\n black  cats.")
    assert metrics.occurs("black cats", "black\u00a0\tcats")
    assert not metrics.occurs("two cats", "twocats")
    assert not metrics.occurs("x*", " \n")
