"""The support check: do the cited spans say what the claim says?

Two independent judges must agree: the model's probability of "yes" (read from its first token,
the zero-shot form of Kadavath et al. 2022, "Language Models (Mostly) Know What They Know") and the
rules of ``assistant.checking.guards``. The model is asked twice, with the text first and with the
claim first: of claims that join two sentences wrongly, or drop a condition, the first way alone
lets as many pass as of the right ones (``docs/notebook.md``). The threshold comes from labelled
claims, see ``assistant.checking.calibration``.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from assistant.checking.calibration import Calibration
from assistant.checking.guards import objections, words_of_its_own
from assistant.language.names import unknown_names
from assistant.models.options import odds, probability_of
from assistant.models.protocol import Model, Usage
from assistant.prompts import Prompts

CLAIM_FIRST = 0.7
"""Weight of the log-odds with the claim first, beside those with the text first: of 0.3, 0.5 and
0.7, and of either way alone, it lets the fewest wrong claims pass for as many right ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """What the check found; ``reason`` says in words why a claim fell."""

    supported: bool
    probability: float | None
    """Probability of "yes", 0 to 1; None where the server gives no log-probabilities."""
    reason: str = ""


def check(
    model: Model,
    prompts: Prompts,
    claim: str,
    quotes: Sequence[str],
    *,
    calibration: Calibration,
    context: Collection[str] = (),
    question: str | None = None,
) -> tuple[Support, Usage]:
    """Check ``claim`` against exactly the cited ``quotes``.

    ``context`` (titles, headings) may lend names but no facts; the model reads what lends one that
    the quotes lack: "the city" is Warsaw under the title "Warsaw". An answer to ``question`` must
    not be in words of its own. The model is not asked where a guard already objects.

    Raises:
        ModelError: the model gave no answer.
    """
    own = [] if question is None else _own_words(claim, question, (*quotes, *context))
    objected = own or objections(claim, quotes, context=context)
    if objected:
        return Support(supported=False, probability=None, reason="; ".join(objected)), Usage()
    read = [*_lending(claim, quotes, context), *quotes]
    probability, option, usage = asked_both_ways(model, prompts, claim, read)
    supported = option == "yes" if probability is None else probability >= calibration.support
    reason = "" if supported else "the support check found the cited text does not say this"
    return Support(supported=supported, probability=probability, reason=reason), usage


def _lending(claim: str, quotes: Sequence[str], context: Iterable[str]) -> list[str]:
    """The texts of ``context`` that have a name of the claim which the quotes have not."""
    evidence = " ".join(quotes)
    missing = unknown_names(claim, evidence)
    lending = (text for text in context if missing - unknown_names(claim, f"{evidence} {text}"))
    return [f"From “{text}”:" for text in dict.fromkeys(lending)]


def _own_words(claim: str, question: str, known: Iterable[str]) -> list[str]:
    """The objection to a claim in words of its own; none where it keeps to those that are known."""
    own = words_of_its_own(claim, question, " ".join(known))
    listed = ", ".join(own)
    return [f"what it says (“{listed}”) is not in the words of the cited text"] if own else []


def asked_both_ways(
    model: Model, prompts: Prompts, claim: str, quotes: Sequence[str]
) -> tuple[float | None, str, Usage]:
    """The same as ``probability_of_support``, of the text first and the claim first together; "yes"
    if both say so.

    Raises:
        ModelError: the model gave no answer.
    """
    first, option, usage = probability_of_support(model, prompts, claim, quotes)
    second, other, further = probability_of_support(
        model, prompts, claim, quotes, prompt="claim_first"
    )
    both = option if option == other else "no"
    if first is None or second is None:
        return None, both, usage + further
    return joint(first, second), both, usage + further


def joint(text_first: float, claim_first: float) -> float:
    """One probability of the two: the weighted mean of their log-odds."""
    return probability_of((1 - CLAIM_FIRST) * odds(text_first) + CLAIM_FIRST * odds(claim_first))


def probability_of_support(
    model: Model, prompts: Prompts, claim: str, quotes: Sequence[str], *, prompt: str = "support"
) -> tuple[float | None, str, Usage]:
    """The model's probability of "yes, the quotes support the claim", its reply, and the usage.

    The probability is None where the server gives no log-probabilities; no guard is asked.

    Raises:
        ModelError: the model gave no answer.
    """
    messages = prompts.messages(prompt, evidence="\n".join(quotes), claim=claim)
    choice = model.choose(messages, ("yes", "no"))
    probability = choice.probabilities["yes"] if choice.probabilities is not None else None
    return probability, choice.option, choice.usage
