"""What calibration measures of a model: a question looked up, one of several sentences, a claim, a
whole answer that it writes itself.

Everything is measured with thresholds that stop nothing, so that what is learnt does not depend on
what was learnt before; only the guards object as always.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.answering import writing
from assistant.answering.assistant import Assistant
from assistant.answering.choosing import choose
from assistant.answering.questions import checked_question
from assistant.answering.retrieving import retrieve
from assistant.answering.understanding import understand
from assistant.answering.values import Asked, Kind, Run, Weighed
from assistant.answering.weighing import weigh
from assistant.checking.calibration import Calibration
from assistant.checking.guards import objections
from assistant.checking.support import asked_both_ways
from assistant.evaluation.golden.cases import GoldenCase
from assistant.evaluation.reports import metrics
from assistant.language.numbers import numbers
from assistant.language.words import flat
from assistant.models.protocol import Model
from assistant.prompts import Prompts
from assistant.returning import returned
from index import Library
from index.errors import never
from index.sentences import sentences

Row = dict[str, Any]
WHOLE: Mapping[str, Kind] = {
    "whole": "whole", "list": "list", "compare": "compare", "document": "whole",
    "unanswerable_whole": "whole",
}  # fmt: skip
"""A golden line's ``kind`` to that of a question of several sentences; any other is a look-up."""
OPEN = Calibration(support=0.0, answerable=2.0, doubtful=-1.0, without_kind=-1.0)
"""Stops nothing: every look-up is in doubt, so that its draft is written and checked."""
UNWRITTEN = Calibration(several=2.0)
"""Ends a question of several sentences when it is judged: no draft is needed to learn from it."""
CLAIMS = 60
"""Claims of either kind at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A model with the documents that it is measured on."""

    library: Library
    model: Model
    prompts: Prompts
    find: Callable[[str], str]
    """File name to the id of its document."""

    def documents(self, case: GoldenCase) -> list[str] | None:
        return [self.find(name) for name in case.documents] or None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedClaim:
    """A claim beside quotations that bear it out or do not."""

    id: str
    claim: str
    source: str
    supported: bool


def question_row(bench: Bench, case: GoldenCase) -> Row:
    """The signals of a question: as a look-up, as one of several sentences, or as both where the
    documents have no answer to it and nothing says of which kind it is."""
    row: Row = {"answerable": case.answerable, "kind": case.kind}
    if case.kind not in WHOLE:
        row["look_up"] = _look_up(bench, case)
    if case.kind in WHOLE or not case.answerable:
        row["whole"] = _whole(bench, case)
    return row


def _look_up(bench: Bench, case: GoldenCase) -> Row:
    found: dict[str, dict[str, Any]] = {}
    assistant = Assistant(bench.library, bench.model, bench.prompts, calibration=OPEN, cache=False)
    answer = assistant.answer(
        case.question,
        history=case.history,
        documents=bench.documents(case),
        detail="short",
        trace=lambda step, what: found.update({step: what}),
    )
    judged, checked = found.get("judge", {}), found.get("verify", {})
    return {
        "answerable": case.answerable,
        "signals": judged.get("features", {}),
        "chosen": judged.get("chosen"),
        "stands": answer.status == "answered",
        "support": checked.get("probability"),
        "said": answer.text,
        "said_right": case.answerable and metrics.contains_gold(answer.text, case.answers),
    }


def _whole(bench: Bench, case: GoldenCase) -> Row:
    found: dict[str, dict[str, Any]] = {}
    _weighed(bench, case, UNWRITTEN, lambda step, what: found.update({step: what}))
    signals = found.get("weigh", {}).get("features", {})
    return {"answerable": case.answerable, "signals": signals}


def written_row(bench: Bench, case: GoldenCase, calibration: Calibration) -> Row:
    """What became of each sentence that the model wrote for a whole question."""
    kept: list[dict[str, Any]] = []

    def trace(step: str, what: dict[str, Any]) -> None:
        if step == "write":
            kept.append(what)

    composing = replace(calibration, composes=True, several=-1.0)
    weighed = _weighed(bench, case, composing, trace)
    if isinstance(weighed, Weighed):
        returned(writing.publish(returned(writing.gather(returned(choose(weighed))))))
    gold = [flat(quote.quote) for quote in case.evidence]
    return {
        "sentences": [
            {
                "text": what["text"],
                "supported": what["supported"],
                "copied": what["verdict"] == "verbatim",
                "reason": what["reason"],
                "cites_gold": any(
                    cited in quote or quote in cited for cited in what["cited"] for quote in gold
                ),
            }
            for what in kept
        ]
    }


def claim_row(bench: Bench, claim: PairedClaim) -> Row:
    """What the model says of a claim; nothing where a guard objects, and it is not asked."""
    objected = bool(objections(claim.claim, [claim.source]))
    row: Row = {"supported": claim.supported, "objected": objected, "probability": None}
    if not objected:
        found, option, _ = asked_both_ways(bench.model, bench.prompts, claim.claim, [claim.source])
        row |= {"probability": found, "option": option}
    return row


def paired_claims(cases: Sequence[GoldenCase], seed: int) -> list[PairedClaim]:
    """True and false claims made of golden cases alone, in turn, CLAIMS of either kind at most.

    True are the sentences of a whole question's reference answer, beside the sentences that are
    marked for it. False is a sentence with another's answer in the place of its own, beside both:
    every word is in what it is checked against, and only who or what it is said of is wrong.
    """
    draw = random.Random(seed)
    true, false = list(_references(cases)), list(_exchanged(cases))
    for claims in (true, false):
        draw.shuffle(claims)
    pairs = zip(true[:CLAIMS], false[:CLAIMS], strict=False)
    return [claim for pair in pairs for claim in pair]


def _references(cases: Sequence[GoldenCase]) -> list[PairedClaim]:
    return [
        PairedClaim(
            id=f"{case.id}-said-{start}",
            claim=reference[start:end],
            source=" ".join(flat(quote.quote) for quote in case.evidence),
            supported=True,
        )
        for case in cases
        if case.kind in WHOLE and case.answerable
        for reference in case.answers[:1]
        for start, end in sentences(reference)
    ]


def _exchanged(cases: Sequence[GoldenCase]) -> list[PairedClaim]:
    asked = [case for case in cases if case.kind not in WHOLE and case.evidence and case.answers]
    made: list[PairedClaim] = []
    for case in asked:
        quote, own = flat(case.evidence[0].quote), case.answers[0]
        for other in asked:
            there, theirs = flat(other.evidence[0].quote), other.answers[0]
            same = case.evidence[0].document == other.evidence[0].document
            theirs_alone = theirs in there and theirs not in quote
            own_alone = own in quote and own not in there
            if same and theirs_alone and own_alone and _alike(own, theirs):
                claim, source = quote.replace(own, theirs, 1), f"{quote} {there}"
                name = f"{case.id}-with-{other.id}"
                made.append(PairedClaim(id=name, claim=claim, source=source, supported=False))
                break
    return made


def _alike(one: str, other: str) -> bool:
    """Whether two answers may be of one kind: both have a number or none, a capital or none."""
    return bool(numbers(one)) == bool(numbers(other)) and one[0].isupper() == other[0].isupper()


def _weighed(
    bench: Bench,
    case: GoldenCase,
    calibration: Calibration,
    trace: Callable[[str, dict[str, Any]], None],
) -> Any:
    run = Run(
        library=bench.library,
        model=bench.model,
        prompts=bench.prompts,
        calibration=calibration,
        cancelled=never,
        trace=trace,
    )
    asked = Asked(
        run=run,
        question=flat(checked_question(case.question)),
        history=case.history,
        documents=bench.documents(case),
        detail="detailed",
    )
    part, *_ = returned(understand(asked))
    kind = WHOLE.get(case.kind, "whole")
    return returned(weigh(returned(retrieve(replace(part, kind=kind)))))
