"""What calibration measures of a model: a question looked up, one of several sentences, a claim, a
whole answer that it writes itself.

Everything is measured with thresholds that stop nothing, so that what is learnt does not depend on
what was learnt before; only the guards object as always.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.answering import looking_up, writing
from assistant.answering.choosing import choose
from assistant.answering.questions import checked_question
from assistant.answering.retrieving import retrieve
from assistant.answering.trace import no_trace
from assistant.answering.understanding import understand
from assistant.answering.values import (
    Asked,
    Detail,
    Drafted,
    Judged,
    Kind,
    Published,
    Refused,
    Retrieved,
    Run,
    Weighed,
)
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
    """Its signals, and what became of its draft."""
    judged = returned(looking_up.judge(_found(bench, case, OPEN, "short")))
    drafted = returned(looking_up.draft(judged)) if isinstance(judged, Judged) else judged
    outcome = returned(looking_up.verify(drafted)) if isinstance(drafted, Drafted) else drafted
    claims = outcome.claims if isinstance(outcome, Published) else ()
    said = " ".join(claim.text for claim in claims)
    return {
        "answerable": case.answerable,
        "signals": dict(outcome.grounds.signals),
        "stands": bool(claims),
        "support": outcome.grounds.support,
        "said": said,
        "said_right": case.answerable and metrics.contains_gold(said, case.answers),
    }


def _whole(bench: Bench, case: GoldenCase) -> Row:
    """What tells whether it is answered: with these thresholds it never is."""
    refused = _weighed(bench, case, UNWRITTEN)
    signals = dict(refused.grounds.signals) if isinstance(refused, Refused) else {}
    return {"answerable": case.answerable, "signals": signals}


def written_row(bench: Bench, case: GoldenCase, calibration: Calibration) -> Row:
    """What became of each sentence that the model wrote for a whole question."""
    weighed = _weighed(bench, case, replace(calibration, composes=True, several=-1.0))
    written: list[writing.Checked] = []
    if isinstance(weighed, Weighed):
        sourced = returned(writing.gather(returned(choose(weighed))))

        def is_said(text: str) -> bool:
            return any(writing.repeats(text, each.text) for each in written if each.claim)

        for sentence in writing.checked(sourced, is_said):
            written.append(sentence)
    gold = [flat(quote.quote) for quote in case.evidence]
    return {
        "sentences": [
            {
                "text": each.text,
                "supported": each.claim is not None,
                "copied": each.claim is not None and each.claim.verdict == "verbatim",
                "reason": each.reason,
                "cites_gold": any(
                    item.text in quote or quote in item.text
                    for item in each.cited
                    for quote in gold
                ),
            }
            for each in written
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


def _weighed(bench: Bench, case: GoldenCase, calibration: Calibration) -> Weighed | Refused:
    found = _found(bench, case, calibration, "detailed")
    part = replace(found.part, kind=WHOLE.get(case.kind, "whole"))
    return returned(weigh(replace(found, part=part)))


def _found(bench: Bench, case: GoldenCase, calibration: Calibration, detail: Detail) -> Retrieved:
    """The passages for a question, for the first of its parts if it has several."""
    run = Run(
        library=bench.library,
        model=bench.model,
        prompts=bench.prompts,
        calibration=calibration,
        cancelled=never,
        trace=no_trace,
    )
    asked = Asked(
        run=run,
        question=flat(checked_question(case.question)),
        history=case.history,
        documents=bench.documents(case),
        detail=detail,
    )
    part, *_ = returned(understand(asked))
    return returned(retrieve(part))
