"""A claim against a whole source: what is read of it, and what the wording of the rest adds."""

import math

import pytest

from assistant.checking.calibration import Calibration
from assistant.checking.whole_sources import (
    READ_WELL,
    SOURCE_SENTENCES,
    check_source,
    read_source,
    relevant_sentences,
    source_signals,
)
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from index.sentences import sentences
from tests.fakes import HashEmbedder
from tests.scripted import ScriptedModel

QUOTE = "NATO members are expected to meet in the coming days."
STRICT = Calibration(support=0.6, whole=0.6, source=0.6, calibrated=True)


@pytest.fixture(scope="module")
def prompts() -> Prompts:
    return Prompts.load(prompts_folder())


def test_a_source_is_searched_for_the_sentences_that_bear_on_the_claim() -> None:
    filler = " ".join(f"Filler sentence number {n} speaks of nothing." for n in range(40))
    source = f"{filler} {QUOTE} {filler}"
    texts = [source[start:end] for start, end in sentences(source)]
    kept = relevant_sentences(QUOTE, texts, embed=HashEmbedder().encode)
    assert QUOTE in kept
    assert len(kept) == SOURCE_SENTENCES


LONG = " Nothing else happened on that day." * 30
WEIGHED = Calibration(
    source_intercept=-1.0,
    source_weights={"odds": 1.0, "covered": 1.0, "nearest": 1.0, "objections": -1.0},
    calibrated=True,
)


@pytest.mark.parametrize("claim", [QUOTE, "NATO members are expected to meet in 12 days."])
def test_wording_counts_only_where_the_source_is_not_read_whole(
    scripted_model: ScriptedModel, prompts: Prompts, claim: str
) -> None:
    scores = []
    for source in (QUOTE, QUOTE + LONG):
        scripted_model.enqueue_choice("yes", 0.9)
        found, _ = check_source(
            scripted_model,
            prompts,
            claim,
            source,
            calibration=WEIGHED,
            embed=HashEmbedder().encode,
        )
        scores.append(found.probability)
    assert scores[0] == pytest.approx(0.9)
    assert (scores[1] > 0.9) == (claim == QUOTE)


def test_what_is_unread_weighs_by_how_long_the_source_is() -> None:
    claim = "Ben has a brown dog."
    short = source_signals(claim, ["Ben has a brown dog."] * READ_WELL, 0.5, objections=3)
    assert short == {"odds": 0, "covered": 0, "nearest": 0, "objections": 0, "unread": 0}
    twice = source_signals(claim, ["Ben has.", "A brown dog."] * READ_WELL, 0.5, objections=3)
    unread = math.log(2)
    assert twice["covered"] == pytest.approx(unread)
    assert twice["nearest"] == pytest.approx(unread * 2 / 3)
    assert twice["objections"] == pytest.approx(unread * 2)


def test_a_reading_without_probabilities_says_so_and_has_a_score(
    scripted_model: ScriptedModel, prompts: Prompts
) -> None:
    scripted_model.enqueue_choice("yes", None)
    found, _ = read_source(scripted_model, prompts, QUOTE, QUOTE, embed=HashEmbedder().encode)
    assert (found.probability, found.score, found.whole) == (None, 1.0, True)
