"""A figure that no sentence states, computed by program from figures that sentences do state.

The model says which figures are needed and what is to be done with them; each is looked up as a
question of its own, with all the checks of a look-up, and the program does the sum. Where the plan
or a figure is missing, the question is answered as any other.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import cast, get_args

from assistant.answering import looking_up
from assistant.answering.retrieving import retrieve
from assistant.answering.values import (
    Judged,
    Published,
    Refused,
    Retrieved,
    Run,
    Steps,
    Value,
)
from assistant.checking.reckoned import line, states
from assistant.data import (
    Citation,
    Claim,
    ClaimChecked,
    EvidenceFound,
    Expression,
    Operand,
    Operation,
    Progress,
)
from assistant.language.figures import amounts, days
from assistant.language.names import unknown_names
from assistant.language.numbers import numbers
from assistant.returning import Returning
from index.data import Evidence

PLANNED = 100
"""Tokens of a plan."""
MOST_FIGURES = 4
_PLANNED = [operation for operation in get_args(Operation) if operation != "count"]
_PLAN = re.compile(rf"({'|'.join(_PLANNED)}):\s*(.+)", re.IGNORECASE)
_ENDS = re.compile(r"(?<=\?)\s+")


def reckon(found: Retrieved) -> Steps[Published | None]:
    """What the figures come to, after the sentences that state them; None where it is not known."""
    run = found.run
    first_sentence_s = run.meter.first_sentence_s
    computed = yield from _reckoned(found)
    if computed is None:
        run.meter.first_sentence_s = first_sentence_s  # of what was looked up, nothing is shown
    return computed


def _reckoned(found: Retrieved) -> Steps[Published | None]:
    run = found.run
    yield Progress(message="Planning which figures are needed")
    run.go_on()
    operation, asked = _plan(found)
    told: list[tuple[Claim, str]] = []
    answerability = 1.0
    evidence: list[Evidence] = []
    for question in asked:
        yield Progress(message=f"Looking up: {question}")
        published = yield from _quietly(_looked_up(found, question))
        figure = _figure(run, question, operation, published) if published else ""
        if published is None or not figure:
            run.trace("reckon", {"missing": question})
            return None
        told.append((published.claims[0], figure))
        if published.answerability is not None:
            answerability = min(answerability, published.answerability)
        evidence += published.found.evidence
    computed = _computed(operation, told) if operation else None
    run.trace("reckon", {"operation": operation, "figures": [figure for _, figure in told]})
    if computed is None:
        return None
    claims = tuple(dict.fromkeys([*(claim for claim, _ in told), computed]))
    run.meter.first_sentence_s = run.meter.first_sentence_s or run.meter.clock()
    for claim in claims:
        yield ClaimChecked(claim=claim)
    return Published(
        found=replace(found, evidence=_together(evidence)),
        claims=claims,
        answerability=answerability,
    )


def _together(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The passages that were found for all figures, each once, best first."""
    once: dict[str, Evidence] = {}
    for each in sorted(evidence, key=lambda each: each.label):
        once.setdefault(each.passage.id, each)
    return tuple(replace(each, label=label) for label, each in enumerate(once.values(), start=1))


def _plan(found: Retrieved) -> tuple[Operation | None, list[str]]:
    """What is to be done, and the questions that ask for the figures; none where the model's plan
    is none, or names what the question does not."""
    run, question = found.run, found.part.question
    messages = run.prompts.messages("plan", question=question)
    written = run.model.write(messages, max_tokens=PLANNED, stop=("\n",))
    run.spend(written.usage)
    plan = _PLAN.match(written.text.strip())
    run.trace("plan", {"text": written.text})
    if not plan:
        return None, []
    asked = list(dict.fromkeys(_ENDS.split(plan.group(2).strip())))
    known = all(
        each.endswith("?")
        and not unknown_names(each, question)
        and numbers(each) <= numbers(question)
        for each in asked
    )
    if not known or not 2 <= len(asked) <= MOST_FIGURES or question in asked:
        return None, []
    return cast(Operation, plan.group(1).lower()), asked


def _looked_up(found: Retrieved, question: str) -> Steps[Published | None]:
    """The checked sentence that answers one question; None where none does. Nor does a quotation in
    place of a sentence that fell: it stands near, and what it has a figure of is not known."""
    part = replace(found.part, question=question, earlier="", kind="lookup", reckoned=False)
    judged = yield from looking_up.judge((yield from retrieve(part)))
    if not isinstance(judged, Judged):
        return None
    drafted = yield from looking_up.draft(judged)
    if isinstance(drafted, Refused) or not drafted.text:
        return None
    published = yield from looking_up.verify(drafted)
    return published if isinstance(published, Published) and not published.withheld else None


def _quietly(steps: Steps[Value]) -> Steps[Value]:
    """The same steps without their sentences: these are told when all figures are known."""
    events = Returning(steps)
    for event in events:
        if isinstance(event, Progress | EvidenceFound):
            yield event
    return events.value


def _figure(run: Run, question: str, operation: Operation | None, published: Published) -> str:
    """The figure of the cited text that answers a question, as it stands there; else empty."""
    claim = published.claims[0]
    cited = " ".join(citation.quote for citation in claim.citations)
    there = _figures(cited, operation)
    said = _figures(claim.text, operation)
    asked = numbers(question)
    left = [text for text in there if claim.verdict == "verbatim" or _same(text, said)]
    left = [text for text in left if not numbers(text) <= asked]
    if len(left) < 2:
        return left[0] if left else ""
    run.go_on()
    choice = run.model.choose(
        run.prompts.messages("figure", text=cited, question=question), tuple(left)
    )
    run.spend(choice.usage)
    return choice.option


def _figures(text: str, operation: Operation | None) -> list[str]:
    """The figures of a text that an operation can use, each once: days, or amounts."""
    of_days = [day.text for day in days(text)]
    others = [amount.text for amount in amounts(text)]
    if operation == "period":
        others = [] if of_days else others
    elif operation != "order":
        of_days = []
    return list(dict.fromkeys([*of_days, *others]))


def _same(text: str, others: Sequence[str]) -> bool:
    """Whether a figure is one of others, however they are written."""
    return any(numbers(text) == numbers(other) for other in others)


def _computed(operation: Operation, told: Sequence[tuple[Claim, str]]) -> Claim | None:
    """The line that the program makes of the figures, citing each; None where it can make none."""
    figures = [figure for _, figure in told]
    text = line(operation, figures)
    if not text and operation == "period":  # how long each takes, not when
        operation = "difference"
        text = line(operation, figures)
    if not text:
        return None
    citations: list[Citation] = []
    operands: list[Operand] = []
    for claim, figure in told:
        cited = next((each for each in claim.citations if states(each.quote, figure)), None)
        if cited is None or any(
            _same(figure, [other.text]) and cited.span.meets(citations[other.citation].span)
            for other in operands  # one figure found twice is not two, however it is told
        ):
            return None
        if cited not in citations:
            citations.append(cited)
        operands.append(Operand(text=figure, citation=citations.index(cited)))
    supports = [claim.support for claim, _ in told]
    return Claim(
        text=text,
        citations=tuple(citations),
        verdict="computed",
        support=None if None in supports else min(cast(list[float], supports)),
        expression=Expression(operation=operation, operands=tuple(operands)),
    )
