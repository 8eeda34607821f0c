"""The support check: guards and the model must both agree."""

import pytest

from assistant.checking.calibration import Calibration
from assistant.checking.support import check
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from tests.scripted import USAGE, ScriptedModel

QUOTE = "NATO members are expected to meet in the coming days."
STRICT = Calibration(support=0.6, whole=0.6, source=0.6, calibrated=True)


@pytest.fixture(scope="module")
def prompts() -> Prompts:
    return Prompts.load(prompts_folder())


@pytest.mark.parametrize(("probability", "supported"), [(0.9, True), (0.6, True), (0.55, False)])
def test_the_threshold_decides(
    scripted_model: ScriptedModel, prompts: Prompts, probability: float, supported: bool
) -> None:
    scripted_model.enqueue_choice("yes", probability)
    scripted_model.enqueue_choice("yes", probability)
    found, _ = check(scripted_model, prompts, QUOTE, [QUOTE], calibration=STRICT)
    assert found.supported is supported
    assert found.probability == pytest.approx(probability)
    assert bool(found.reason) is not supported


def test_what_only_one_order_supports_falls(
    scripted_model: ScriptedModel, prompts: Prompts
) -> None:
    scripted_model.enqueue_choice("yes", 0.95)
    scripted_model.enqueue_choice("no", 0.7)
    found, usage = check(scripted_model, prompts, QUOTE, [QUOTE], calibration=STRICT)
    assert not found.supported
    text_first, claim_first = (call.text for call in scripted_model.calls)
    assert text_first.index("Text:") < text_first.index("Claim:")
    assert claim_first.index("Claim:") < claim_first.index("Text:")
    assert usage.prompt_tokens == 2 * USAGE.prompt_tokens


def test_a_guard_overrules_the_model_without_asking_it(
    scripted_model: ScriptedModel, prompts: Prompts
) -> None:
    claim = "NATO members are expected to meet in 12 days."
    found, usage = check(scripted_model, prompts, claim, [QUOTE], calibration=STRICT)
    assert not found.supported
    assert "12" in found.reason
    assert scripted_model.calls == []
    assert usage.prompt_tokens == 0


@pytest.mark.parametrize("replies", [("yes", "yes"), ("yes", "no"), ("no", "yes"), ("no", "no")])
def test_without_probabilities_the_words_decide(
    scripted_model: ScriptedModel, prompts: Prompts, replies: tuple[str, str]
) -> None:
    for reply in replies:
        scripted_model.enqueue_choice(reply, None)
    found, _ = check(scripted_model, prompts, QUOTE, [QUOTE], calibration=STRICT)
    assert found.supported is (replies == ("yes", "yes"))
    assert found.probability is None


def test_only_the_cited_text_is_put_before_the_model(
    scripted_model: ScriptedModel, prompts: Prompts
) -> None:
    scripted_model.enqueue_choice("yes")
    scripted_model.enqueue_choice("yes")
    check(scripted_model, prompts, QUOTE, [QUOTE], calibration=STRICT, context=["Secret title"])
    for call in scripted_model.calls:
        assert QUOTE in call.text
        assert "Secret title" not in call.text


def test_a_title_that_lends_a_name_is_put_before_the_model(
    scripted_model: ScriptedModel, prompts: Prompts
) -> None:
    scripted_model.enqueue_choice("yes")
    scripted_model.enqueue_choice("yes")
    claim, quote = "12 companies were registered in Warsaw.", "12 companies were registered there."
    context = ["Warsaw", "Warsaw", "Economy"]
    check(scripted_model, prompts, claim, [quote], calibration=STRICT, context=context)
    for call in scripted_model.calls:
        assert f"From “Warsaw”:\n{quote}" in call.text
        assert call.text.count("From “") == 1
