"""The chain from a question to a checked answer: understand, retrieve, judge, draft, verify,
conclude.

It is one LangChain runnable, so that callbacks and tracers attach to it. Between its steps flow
events for whoever watches and the values of ``assistant.answering.values``, one for each part of
the question. A step works on the values it is for and lets the others pass: what was refused or
asked back goes through to the end. No drafted word leaves the chain before its check.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any, TypeVar

from langchain_core.runnables import Runnable, RunnableGenerator

from assistant.answering import composing, looking_up, writing
from assistant.answering.about_a_document import sum_up
from assistant.answering.choosing import choose
from assistant.answering.concluding import conclude
from assistant.answering.continuing import continued
from assistant.answering.parallels import beside
from assistant.answering.reckoning import reckon
from assistant.answering.records import listed
from assistant.answering.retrieving import retrieve
from assistant.answering.sections import said_in_section
from assistant.answering.stating import told
from assistant.answering.superseding import settled
from assistant.answering.understanding import understand
from assistant.answering.values import (
    AbandonedError,
    Asked,
    AskedBack,
    Composed,
    Drafted,
    Judged,
    Outcome,
    Published,
    Refused,
    Retrieved,
    Sourced,
    Steps,
    Weighed,
)
from assistant.answering.weighing import weigh
from assistant.data import AnswerEvent, Claim

Taken = TypeVar("Taken")
Made = TypeVar("Made")
_Judged = Judged | Weighed | Published | Refused | AskedBack
_Written = Drafted | Sourced | Composed | Published | Refused | AskedBack


def build() -> Runnable[Asked, AnswerEvent]:
    """The chain, top to bottom."""
    return (
        _step("understand", understand)
        | _step("retrieve", _each(retrieve))
        | _step("judge", _each(_judge))
        | _step("draft", _each(_draft))
        | _step("verify", _verify_all)
        | _step("conclude", conclude)
    )


def _judge(found: Retrieved) -> Steps[_Judged]:
    """What one part of a question is answered by; the first of these that fits.

    A fragment by the sentence that is placed as the one before was. A question about a numbered
    section by what that says, or by nothing if it is empty. A question for all members of
    a list by the records of the documents, read by a program. One for what figures come to by
    reckoning. These are answers already. Else a look-up by one sentence, a question about a
    document by its summary, and any other by several sentences, of which a first draft is written.
    """
    if found.part.parallel is not None:
        return (yield from beside(found, found.part.parallel))
    if (told_there := (yield from said_in_section(found))) is not None:
        return told_there
    if (complete := listed(found)) is not None:
        yield from told(found.run, complete.claims)
        return complete
    if found.part.reckoned and (computed := (yield from reckon(found))):
        return computed
    if found.part.kind == "lookup":
        return (yield from looking_up.judge(found))
    if found.part.kind == "document":
        return (yield from sum_up(found))
    return (yield from weigh(found))


def _draft(value: _Judged) -> Steps[_Written]:
    """What the model writes of it, and the sentences that fill it up."""
    if isinstance(value, Judged):
        return (yield from looking_up.draft(value))
    if isinstance(value, Weighed):
        chosen = yield from choose(value)
        step = writing.gather if value.found.part.composed else composing.compose
        return (yield from step(chosen))
    return value


def _verify_all(parts: tuple[_Written, ...]) -> Steps[tuple[Outcome, ...]]:
    """Every part checked in turn, so that a later one does not repeat an earlier one."""
    done: list[Outcome] = []
    for part in parts:
        published = [each for each in done if isinstance(each, Published)]
        said = [claim for each in published for claim in each.claims]
        done.append((yield from _verify(part, said)))
    return tuple(done)


def _verify(value: _Written, said: Sequence[Claim]) -> Steps[Outcome]:
    """It checked; no older version of a document contradicts a newer one any more."""
    if isinstance(value, Drafted):
        answer = yield from looking_up.verify(value)
        if isinstance(answer, Published) and answer.found.part.open:
            return (yield from continued(answer))
        return answer
    if isinstance(value, Sourced):
        return settled((yield from writing.publish(value, said)))
    if isinstance(value, Composed):
        return settled((yield from composing.publish(value, said)))
    return value


def _each(
    work_on: Callable[[Taken], Steps[Made]],
) -> Callable[[tuple[Taken, ...]], Steps[tuple[Made, ...]]]:
    """The step that works on every part of a question in turn."""

    def all_parts(parts: tuple[Taken, ...]) -> Generator[AnswerEvent, None, tuple[Made, ...]]:
        done = []
        for part in parts:
            done.append((yield from work_on(part)))
        return tuple(done)

    return all_parts


def _step(name: str, work_on: Callable[[Any], Steps[Any]]) -> Runnable[Any, Any]:
    """A step of the chain: passes events on, and works on the value that follows them."""

    def transform(items: Iterator[Any]) -> Iterator[Any]:
        for item in items:
            if not isinstance(item, Asked | tuple):
                yield item
                continue
            try:
                made = yield from work_on(item)
            except AbandonedError:
                return
            yield made

    return RunnableGenerator(transform, name=name)
