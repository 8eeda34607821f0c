"""The families of rules of the answer path, switched off in turn over a golden file.

    python -m benchmarks.families GOLDEN CORPUS OUT [--limit N] [--seed N] [--family NAME …]

Prints the table of ``benchmarks.rules``. The product has no switches: a family is off where what
asks it is lent a neutral answer instead, while a question is asked. Runs are kept in OUT and go on
after a kill; the model's replies are kept too, so that a family costs only what it changes.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields, make_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from assistant.evaluation.chains import Chain
from assistant.evaluation.evaluate import build_chains, checked_golden, opened_corpus
from assistant.evaluation.golden.cases import GoldenCase
from assistant.evaluation.golden.sampling import stratified
from assistant.evaluation.plan import Plan, Surroundings, lent_model
from assistant.evaluation.reports.results import CaseResult
from assistant.models import ServedModel
from assistant.settings import load_settings
from benchmarks.replaying import ReplayingModel
from benchmarks.rules import effects, table


def _always(value: Any) -> Callable[..., Any]:
    return lambda *arguments, **named: value


def _first(text: Any, *others: Any, **named: Any) -> Any:
    return text


LOOKING_UP, WEIGHING = "assistant.answering.looking_up.", "assistant.answering.weighing."
GUARDS = "assistant.checking.guards."
NO, NONE, EMPTY = _always(""), _always(None), _always(())
FAMILIES: Mapping[str, Mapping[str, Callable[..., Any]]] = {
    "numbers_and_dates": {GUARDS + "numbers": _always(set()), GUARDS + "dates": _always(set())},
    "names": {GUARDS + "_foreign_names": _always(set())},
    "negation": {GUARDS + "_negation": NO},
    "hedge": {GUARDS + "_hedge": NO},
    "attribution": {GUARDS + "_attribution": NO},
    "quantity": {GUARDS + "_quantity_words": NO},
    "condition": {GUARDS + "_condition": NO},
    "opposite": {GUARDS + "_opposite": NO},
    "unit": {GUARDS + "_unit": NO},
    "swapped": {GUARDS + "_swapped": NO},
    "another_doer": {GUARDS + "_another_doer": NO},
    "own_words": {"assistant.checking.support.words_of_its_own": _always([])},
    "unshared_premise": {LOOKING_UP + "unshared_premise": NO, WEIGHING + "unshared_premise": NO},
    "contradiction": {LOOKING_UP + "contradiction": NO},
    "presuppositions": {LOOKING_UP + "unborne": NO, WEIGHING + "unborne": NO},
    "answer_types": {
        LOOKING_UP + name: _always(False if name == "denied" else "")
        for name in ("denied", "nameless", "made_up", "made_up_amount")
    },
    "kind_of_answer": {"assistant.answering.judging.has_kind": _always(True)},
    "metonyms": {LOOKING_UP + "as_the_text_names": _first},
    "adds_to": {LOOKING_UP + "adds_to": _always(True)},
    "wording": {LOOKING_UP + "wording_matters": _always(False)},
    "clarification": {LOOKING_UP + "_asked_back": NONE},
    "conflicts": {
        LOOKING_UP + "disagreeing": EMPTY,
        "assistant.answering.chain.settled": _first,
    },
    "parallels": {"assistant.answering.understanding.parallel": NONE},
    "records": {"assistant.answering.chain.listed": NONE},
    "reckoning": {"assistant.answering.understanding.may_be_reckoned": _always(False)},
    "statements": {"assistant.answering.choosing.is_statement": _always(True)},
}
"""Of each family, where it is asked, and the neutral answer."""


def switches(families: Iterable[str]) -> Any:
    """A switch for each of these families, all on: what ``benchmarks.rules`` takes."""
    return make_dataclass("Families", [(name, bool, True) for name in families], frozen=True)()


@contextmanager
def switched_off(names: Sequence[str]) -> Iterator[None]:
    """While inside, these families object to nothing and change nothing."""
    with ExitStack() as stack:
        for name in names:
            for place, neutral in FAMILIES[name].items():
                module, _, function = place.rpartition(".")
                owner = import_module(module)
                stack.callback(setattr, owner, function, getattr(owner, function))
                setattr(owner, function, neutral)
        yield


@dataclass(frozen=True, slots=True)
class Switched:
    """A chain without some families; implements ``assistant.evaluation.chains.Chain``."""

    chain: Chain
    off: tuple[str, ...]

    @property
    def name(self) -> Any:
        return self.chain.name

    @property
    def depth(self) -> int:
        return self.chain.depth

    def ask(self, case: GoldenCase) -> CaseResult:
        with switched_off(self.off):
            return self.chain.ask(case)

    def passages(self, document_id: str) -> Sequence[tuple[int, int]]:
        return self.chain.passages(document_id)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    for name in ("golden", "corpus", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--family", action="append", choices=list(FAMILIES))
    told = parser.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    plan = Plan(golden=told.golden, corpus=told.corpus, out=told.out, seed=told.seed)

    def progress(message: str, done: int, total: int) -> None:
        print(f"{message}: {done} of {total}", flush=True)

    around = Surroundings(settings=load_settings())
    golden, _ = checked_golden(plan, around)
    cases = stratified(golden.cases, lambda c: c.answerable, limit=told.limit, seed=told.seed)
    rules = switches(told.family or FAMILIES)
    with (
        lent_model(around) as model,
        ReplayingModel(model, told.out / "replies.jsonl") as replaying,
        opened_corpus(plan, golden, around) as corpus,
    ):

        def build(chosen: Any) -> Chain:
            off = tuple(f.name for f in fields(chosen) if not getattr(chosen, f.name))
            (chain,) = build_chains("citewell", corpus, cast(ServedModel, replaying), around)
            return Switched(chain, off)

        found = effects(cases, rules, build, corpus.documents(), told.out, progress)
    print(table(found))
    for effect in found:
        for line in effect.differ:
            print(f"{effect.family}: {line}")


if __name__ == "__main__":
    main()
