"""Salience is a share of the whole, and choices are salient, different and spread."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.summarising.salience import centrality, choose, salience, twins
from tests.fakes import HashEmbedder

TEXTS = [
    "The council raised the water tax.",
    "The water tax rises by 4 percent in Ghent.",
    "The council also planted trees.",
    "A dog slept.",
]


def vectors(texts: list[str]) -> np.ndarray:
    return HashEmbedder().encode(texts)


@settings(deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=30), st.randoms())
def test_shares_sum_to_one(texts: list[str], random: object) -> None:
    eligible = [random.random() < 0.6 for _ in texts]  # type: ignore[attr-defined]
    shares = salience(texts, vectors(texts), eligible)
    assert shares.shape == (len(texts),)
    assert shares.sum() == pytest.approx(1.0)
    assert (shares >= 0).all()
    if any(eligible):
        assert all(share == 0 for share, may in zip(shares, eligible, strict=True) if not may)


def test_centrality_does_not_depend_on_the_block_size(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = centrality(vectors(TEXTS))
    monkeypatch.setattr("assistant.summarising.salience._BLOCK", 2)
    assert centrality(vectors(TEXTS)) == pytest.approx(whole)
    assert whole.sum() == pytest.approx(1.0)
    assert whole.argmin() == 3  # nothing is like the dog


def test_the_lead_and_figures_weigh_more() -> None:
    same = np.ones((4, 1), np.float32)
    shares = salience(["it is so"] * 3 + ["it is so in Rome 1999"], same, [True] * 4)
    assert shares[0] > shares[1] > shares[2]
    assert shares[3] > shares[2]


def test_what_was_said_is_not_chosen_again() -> None:
    texts = ["tax tax tax", "tax tax tax", "trees grow"]
    worth = np.array([1.0, 0.9, 0.75])
    assert choose(worth, vectors(texts), [0, 0, 0], 2) == [0, 2]
    assert choose(worth, vectors(texts), [0, 0, 0], 5, chosen=[0]) == [2, 1]


def test_sections_that_said_less_come_first() -> None:
    apart = np.eye(4, dtype=np.float32)
    worth = np.array([1.0, 0.9, 0.89, 0.0])
    assert choose(worth, apart, [0, 0, 1, 1], 2) == [0, 2]


@settings(deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=20), st.integers(0, 30))
def test_choices_are_distinct_and_worth_something(figures: list[float], count: int) -> None:
    worth = np.array(figures)
    picked = choose(worth, np.eye(len(worth), dtype=np.float32), [0] * len(worth), count)
    assert len(set(picked)) == len(picked) == min(count, int((worth > 0).sum()))
    assert (worth[picked] > 0).all()


def test_entries_of_a_list_weigh_less_than_what_is_said_once() -> None:
    listed = [f"the village has a mill and a ford {number}" for number in "ABCDEF"]
    texts = ["lead", *listed, "the dam burst because of the drains"]
    alike = np.eye(8, dtype=np.float32)
    alike[7] += 0.8 * alike[1]
    alike[1:7] = 0.99 * alike[1] + 0.1 * alike[1:7]
    alike /= np.linalg.norm(alike, axis=1, keepdims=True)
    assert (twins(alike)[1:7] == 5).all()
    shares = salience(texts, alike, [True] * 8)
    assert shares[7] > shares[5]


def test_cues_the_title_and_the_start_of_a_chapter_count() -> None:
    apart = np.eye(4, dtype=np.float32)
    texts = ["it is so"] * 4
    plain = salience(texts, apart, [True] * 4)
    assert plain[3] < plain[2]
    assert salience(texts, apart, [True] * 4, chapters=[0, 0, 0, 1])[3] > plain[3]
    assert salience(texts, apart, [True] * 4, title=apart[3])[3] > plain[3]
    lifted = salience(texts, apart, [True] * 4, cues=[0, 0, -9, 0.3])
    assert lifted[3] > plain[3]
    assert 0 < lifted[2] < 0.02
