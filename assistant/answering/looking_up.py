"""A look-up: one fact, answered by one checked sentence, in three steps.

``judge`` finds the sentence that states the answer, ``draft`` lets the model say it in a sentence
of its own in the same conversation, and ``verify`` checks that sentence against what it cites; the
source's own sentence stands where it falls.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answering.answer_types import denied, made_up, made_up_amount, nameless
from assistant.answering.candidates import (
    PASSAGES,
    RANKED,
    Candidate,
    Sentences,
    read_sentences,
)
from assistant.answering.judging import POINTED, Judgement, features, judgement_of, pointed_at
from assistant.answering.premises import contradiction, unshared_premise
from assistant.answering.presuppositions import not_said, unborne
from assistant.answering.readings import asked_back, readings
from assistant.answering.stating import quotation, quoted_with, stated, written_anew
from assistant.answering.superseding import disagreeing, newest, note
from assistant.answering.values import (
    AskedBack,
    Drafted,
    Grounds,
    Judged,
    Published,
    Refused,
    Retrieved,
    Run,
    Steps,
)
from assistant.checking.citations import LEANS, cite_all, sufficient
from assistant.checking.guards import adds_to
from assistant.checking.support import Support
from assistant.data import Claim, ClaimChecked, Conflict, Progress, SentenceWithheld, Withheld
from assistant.language.drafts import one_sentence, wording_matters
from assistant.language.metonyms import as_the_text_names
from assistant.language.words import flat
from index.data import Document, Span

DRAFTED = 80
"""Tokens of a drafted sentence."""
NOT_STATED = "No sentence of the passages states this."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """What was found of a look-up before anything is decided."""

    best: Judgement | None
    candidates: tuple[Candidate, ...]
    near: Sentences
    """The sentences that were read, the candidates among them."""
    signals: Mapping[str, float]


def _look(found: Retrieved) -> Steps[_Looked]:
    """The best sentence, the others, and the signals of answerability."""
    run, question = found.run, found.part.question
    held = found.held()
    library = run.library
    read = read_sentences(held[:PASSAGES], library.document, library.sentences, library.embed)
    near = read.nearest([question])
    items = near.items[:RANKED]
    yield Progress(message="Reading the sentences nearest to your question")
    run.go_on()
    judged = [judgement_of(found, items[0])] if items else []
    if judged and judged[0].answers < POINTED:
        yield Progress(message="Looking for the sentence that answers")
        run.go_on()
        pointed, said, usage = pointed_at(run.model, run.prompts, question, near, library.document)
        run.spend(usage)
        run.trace("point", {"text": said, "at": pointed.text if pointed else None})
        if pointed is not None and pointed != items[0]:
            # First, for it is taken if they are alike.
            judged.insert(0, judgement_of(found, pointed))
    best = max(judged, key=lambda judgement: judgement.answers, default=None)
    signals = features(question, best, items, found.evidence)
    run.trace(
        "judge",
        {
            "candidates": [[item.text, item.rank] for item in items],
            "judged": [[each.candidate.text, each.probability] for each in judged],
            "chosen": best.candidate.text if best else None,
            "features": signals,
        },
    )
    return _Looked(best=best, candidates=items, near=near, signals=signals)


def judge(found: Retrieved) -> Steps[Judged | Refused | AskedBack]:
    """The sentence that answers, if one does."""
    run, question = found.run, found.part.question
    looked = yield from _look(found)
    best, items, signals = looked.best, looked.candidates, looked.signals
    answerability = run.calibration.answerability(signals)
    grounds = Grounds(signals=signals)
    if best is None:
        return Refused(
            found=found,
            answerability=None,
            kind="not_stated",
            text=NOT_STATED,
            grounds=grounds,
        )
    premise = unshared_premise(question, found.evidence, [item.title for item in items]) or None
    refused = Refused(
        found=found,
        answerability=answerability,
        kind="made_up_name" if premise else "not_stated",
        text=premise or NOT_STATED,
        premise=premise,
        grounds=grounds,
    )
    decision = run.calibration.decision(signals)
    if decision == "refuse":
        if signals.get("kind_missing") and not premise:
            return replace(refused, kind="kind_missing", text="The nearest sentence gives none.")
        return refused
    differing = disagreeing(best, items, run.library.embed, lambda item: judgement_of(found, item))
    best, rivals = newest(run, best, list(differing))
    against = contradiction(question, f"{best.candidate.context} {best.candidate.read}")
    if against:
        withheld = Withheld(text=best.candidate.text, reason=against)
        yield SentenceWithheld(withheld=withheld)
        return replace(refused, kind="contradicted", text=against, withheld=(withheld,))
    statement = unborne(run, question, looked.near)
    if statement:
        return replace(refused, kind="premise", text=not_said(statement))
    back = _asked_back(found, best, items, answerability)
    if back is not None:
        return replace(back, grounds=grounds)
    if decision == "answer":
        run.meter.first_sentence_s = run.meter.first_sentence_s or run.meter.clock()
        yield ClaimChecked(claim=quotation(run, best.candidate), provisional=True)
    return Judged(
        found=found,
        best=best,
        answerability=answerability,
        doubtful=decision == "doubt",
        premise=premise,
        rivals=rivals,
        grounds=grounds,
    )


def draft(judged: Judged) -> Steps[Drafted | Refused]:
    """The answer in the model's words, unless the source's very words are asked for."""
    run, question = judged.found.run, judged.found.part.question
    chosen = judged.best.candidate
    if not judged.doubtful and wording_matters(question, chosen.text):
        return Drafted(judged=judged, text="")
    yield Progress(message="Writing a sentence from it")
    run.go_on()
    messages = [*judged.best.messages, *run.prompts.messages("say")]
    written = run.model.write(messages, max_tokens=DRAFTED)
    run.spend(written.usage)
    near = _near(run, chosen)
    text = as_the_text_names(flat(written.text), question, near)
    sentence = one_sentence(text) if written.finished else ""
    refuting = _refuting(question, text, near)
    kept = sentence if not refuting and adds_to(sentence, question) else ""
    run.trace("draft", {"text": written.text, "kept": kept, "refuting": refuting})
    if refuting:
        withheld = Withheld(text=text, reason=refuting)
        yield SentenceWithheld(withheld=withheld)
        return _taken_back(judged, withheld)
    return Drafted(judged=judged, text=kept)


def verify(drafted: Drafted) -> Steps[Published | Refused]:
    """The drafted sentence if what it cites bears it out, else the source's own."""
    judged = drafted.judged
    run = judged.found.run
    chosen = judged.best.candidate
    claim: Claim | None = quotation(run, chosen)
    withheld: tuple[Withheld, ...] = ()
    if drafted.text and flat(drafted.text) != chosen.text:
        yield Progress(message="Checking the sentence against its source")
        run.go_on()
        claim, chosen, support = _checked(drafted)
        grounds = replace(judged.grounds, support=support.probability)
        judged = replace(judged, grounds=grounds)
        if claim is None:
            withheld = (Withheld(text=drafted.text, reason=support.reason),)
            yield SentenceWithheld(withheld=withheld[0])
    if judged.doubtful and (claim is None or not drafted.text):
        return _taken_back(judged, *withheld)
    if claim is None:
        run.go_on()
        claim, chosen = _repaired(drafted, withheld[0].reason)
        claim = claim or quoted_with(run, judged.best.candidate, _cited(drafted))
    meter = run.meter
    meter.first_sentence_s = meter.first_sentence_s or meter.clock()
    yield ClaimChecked(claim=claim)
    return Published(
        found=judged.found,
        claims=(claim,),
        answerability=judged.answerability,
        withheld=withheld,
        conflicts=tuple(_conflicts(judged, chosen)),
        grounds=judged.grounds,
    )


def _taken_back(judged: Judged, *withheld: Withheld) -> Refused:
    """The refusal where a draft has shown that the chosen sentence does not answer."""
    run = judged.found.run
    run.meter.first_sentence_s = None
    return Refused(
        found=judged.found,
        answerability=judged.answerability,
        kind="unsupported",
        text=withheld[0].reason if withheld else NOT_STATED,
        premise=judged.premise,
        withheld=withheld,
        grounds=judged.grounds,
    )


def _asked_back(
    found: Retrieved, best: Judgement, items: Sequence[Candidate], answerability: float
) -> AskedBack | None:
    """The question to ask back, where documents answer different readings of this one."""
    run = found.run
    if found.part.asked.history:
        return None
    several = readings(
        found.part.question, best, items, run.library.embed, lambda item: judgement_of(found, item)
    )
    if not several:
        return None
    return AskedBack(
        found=found,
        answerability=answerability,
        clarification=asked_back(several),
        documents=frozenset(item.span.document_id for item in several),
    )


def _near(run: Run, chosen: Candidate) -> str:
    """The chosen sentence after the two before it, with the title and heading over it."""
    document = run.library.document(chosen.span.document_id)
    earlier = [document.quote(span) for span in reversed(chosen.before[:2])]
    return " ".join((*earlier, chosen.read, chosen.title, chosen.heading))


def _refuting(question: str, text: str, near: str) -> str:
    """Why the draft shows that the text near it does not answer; empty where it does not."""
    if denied(text, near):
        return "asked for it, the model found that the nearest sentence does not give it"
    if nameless(question, text):
        return "asked for a name, the model gave none"
    name = made_up(question, text, near)
    if name:
        return f"it names {name}, which the nearest sentence does not"
    amount = made_up_amount(question, text, near)
    return f"it gives {amount}, and the nearest sentence no amount at all" if amount else ""


def _checked(drafted: Drafted) -> tuple[Claim | None, Candidate, Support]:
    """The draft as a verified claim, with the sentence it is from, and what the check found; None
    where it is not supported."""
    judged = drafted.judged
    run, question, best = judged.found.run, judged.found.part.question, judged.best
    document = run.library.document(best.candidate.span.document_id)
    spans = _sufficient(drafted, document)
    chosen = best.candidate if best.candidate.span in spans else _before(best, document)
    spans += [chosen.columns] if chosen.columns else []
    citations = cite_all(document, spans)
    context = (chosen.title, chosen.heading)
    claim, support = stated(
        run, drafted.text, citations, question=question, context=context, row=chosen.row
    )
    run.trace(
        "verify",
        {
            "claim": claim.text if claim else drafted.text,
            "quotes": [citation.quote for citation in citations],
            "supported": support.supported,
            "probability": support.probability,
            "reason": support.reason,
        },
    )
    return claim, chosen if claim else best.candidate, support


def _repaired(drafted: Drafted, reason: str) -> tuple[Claim | None, Candidate]:
    """A fallen draft written once more from what it cites, if that stands; a sentence that is the
    source's own is its quotation. None where it falls too, or answers nothing."""
    judged = drafted.judged
    run, question, best = judged.found.run, judged.found.part.question, judged.best.candidate
    document = run.library.document(best.span.document_id)
    quotes = [flat(document.quote(span)) for span in _cited(drafted)]
    evidence = best.row or " ".join(quotes)
    written = written_anew(
        run, drafted.text, evidence=evidence, question=question, reason=reason, most=DRAFTED
    )
    near = _near(run, best)
    text = as_the_text_names(one_sentence(flat(written.text)), question, near)
    refuting = _refuting(question, text, near)
    run.trace("repair", {"text": written.text, "refuting": refuting})
    if not written.finished or refuting or text == drafted.text or not adds_to(text, question):
        return None, best
    if text in (best.text, best.context) and text in quotes:
        item = best if text == best.text else _before(judged.best, document)
        return quotation(run, item), item
    claim, item, _ = _checked(replace(drafted, text=text))
    return claim, item


def _cited(drafted: Drafted) -> list[Span]:
    """The chosen sentence, and what else a draft of it is from, in the order of the text."""
    best = drafted.judged.best.candidate
    document = drafted.judged.found.run.library.document(best.span.document_id)
    return sorted({best.span, *_sufficient(drafted, document)}, key=lambda span: span.start)


def _sufficient(drafted: Drafted, document: Document) -> list[Span]:
    """The sentences that say what the draft says: the chosen one and those before it. The first of
    them does not lean on one that is left out: "It" would be what the next one names."""
    chosen = drafted.judged.best.candidate
    near = (chosen.span, *chosen.before)
    texts = [document.quote(span) for span in near]
    lent = f"{chosen.title} {chosen.heading}"
    question = drafted.judged.found.part.question
    told = sufficient(drafted.text, question, texts[:3], lent)
    first = max(told)
    while LEANS.match(flat(texts[first])) and first + 1 < len(near):
        first += 1
    return [near[at] for at in (*told, *range(max(told) + 1, first + 1))]


def _before(best: Judgement, document: Document) -> Candidate:
    """The sentence before the chosen one, which the model has read with it, in its place."""
    chosen = best.candidate
    before, *earlier = chosen.before
    return replace(
        chosen,
        span=before,
        text=chosen.context,
        before=tuple(earlier),
        context=flat(document.quote(earlier[0])) if earlier else "",
    )


def _conflicts(judged: Judged, chosen: Candidate) -> Iterator[Conflict]:
    """Other documents that answer otherwise, beside the chosen sentence."""
    run = judged.found.run
    for item in judged.rivals:
        run.trace("conflict", {"chosen": chosen.text, "other": item.text})
        yield Conflict(
            claims=(quotation(run, chosen), quotation(run, item)),
            note=note(run, chosen.span.document_id, item.span.document_id),
        )
