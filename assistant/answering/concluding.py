"""The answer from what became of each part of its question."""

from collections.abc import Sequence

from assistant.answering.values import Asked, AskedBack, Outcome, Published, Refused, Steps
from assistant.data import (
    Answer,
    Answered,
    Claim,
    Form,
    Part,
    ReadShare,
    Refusal,
    Status,
    Timings,
)
from index.data import Evidence
from index.errors import UnknownDocumentError


def conclude(outcomes: tuple[Outcome, ...]) -> Steps[Answered]:
    """The answer, from the outcomes of its parts.

    Raises:
        UnknownDocumentError: what it stands on was removed while it was made.
    """
    asked = outcomes[0].found.part.asked
    published = [each for each in outcomes if isinstance(each, Published)]
    refused = [each for each in outcomes if isinstance(each, Refused)]
    back = next((each for each in outcomes if isinstance(each, AskedBack)), None)
    claims, parts = _claims(outcomes)
    evidence = _evidence(outcomes)
    _check_still_there(asked, outcomes, claims, evidence)
    if claims:
        back = None
    several = len(outcomes) > 1
    told = [each.answerability for each in outcomes if each.answerability is not None]
    standalone = outcomes[0].found.part.question
    rewritten = not several and standalone != asked.question
    first_refused = refused[0] if refused and not claims and not back else None
    run = asked.run
    meter = run.meter
    yield from ()  # a step of the chain, though it has no event
    return Answered(
        answer=Answer(
            question=asked.question,
            status=_status(claims, back),
            claims=claims,
            evidence=tuple(filter(run.holds, evidence)),
            model=run.model.name,
            answerability=max(told, default=None),
            calibrated=run.calibration.calibrated,
            standalone_question=standalone if rewritten else None,
            form=_form(published),
            parts=parts if several else (),
            missing=tuple(each.found.part.question for each in refused) if claims else (),
            read=_read(published),
            refusal=(
                Refusal(kind=first_refused.kind, text=first_refused.text) if first_refused else None
            ),
            premise=first_refused.premise if first_refused else None,
            clarification=back.clarification if back else None,
            conflicts=tuple(conflict for each in published for conflict in each.conflicts),
            withheld=tuple(
                item
                for each in outcomes
                if not isinstance(each, AskedBack)
                for item in each.withheld
            ),
            timings=Timings(
                first_evidence_s=meter.first_evidence_s,
                first_sentence_s=meter.first_sentence_s if claims else None,
                total_s=meter.clock(),
                prompt_tokens=meter.usage.prompt_tokens,
                completion_tokens=meter.usage.completion_tokens,
            ),
        )
    )


def _claims(outcomes: Sequence[Outcome]) -> tuple[tuple[Claim, ...], tuple[Part, ...]]:
    """All claims in order, each once, and which of them answer which part."""
    claims: list[Claim] = []
    parts = []
    for each in outcomes:
        numbers = []
        for claim in each.claims if isinstance(each, Published) else ():
            said = next((at for at, other in enumerate(claims) if _says(other, claim)), None)
            if said is None:
                said = len(claims)
                claims.append(claim)
            numbers.append(said)
        parts.append(Part(question=each.found.part.question, claims=tuple(dict.fromkeys(numbers))))
    return tuple(claims), tuple(parts)


def _says(one: Claim, other: Claim) -> bool:
    """Whether the first says the second too: they read the same, or the first quotes all that the
    second quotes or is from."""
    if one.text == other.text:
        return True
    quoted = one.verdict == "verbatim" and other.verdict in ("verbatim", "verified")
    return quoted and one.cites_all_of(other)


def _evidence(outcomes: Sequence[Outcome]) -> tuple[Evidence, ...]:
    """The passages of all parts, each once, in order."""
    found: dict[str, Evidence] = {}
    for each in outcomes:
        for item in each.found.evidence:
            found.setdefault(item.passage.id, item)
    return tuple(found.values())


def _check_still_there(
    asked: Asked,
    outcomes: Sequence[Outcome],
    claims: Sequence[Claim],
    evidence: Sequence[Evidence],
) -> None:
    """Raise UnknownDocumentError where what the answer stands on was removed meanwhile."""
    stands_on = {c.span.document_id for claim in claims for c in claim.citations}
    for each in outcomes:
        if isinstance(each, AskedBack):
            stands_on |= each.documents
    if not all(map(asked.run.library.holds, stands_on)):
        raise removed(asked, evidence)


def removed(asked: Asked, evidence: Sequence[Evidence] = ()) -> UnknownDocumentError:
    """What to say where a document was removed while this was being answered."""
    names = [each.document_name for each in evidence if not asked.run.holds(each)]
    which = " and ".join(dict.fromkeys(names)) or "A document"
    return UnknownDocumentError(
        f"{which} was removed or replaced while this was being answered.",
        "Ask again to hear what the documents say now.",
    )


def _status(claims: Sequence[Claim], back: AskedBack | None) -> Status:
    if back:
        return "needs_clarification"
    return "answered" if claims else "not_in_documents"


def _form(published: Sequence[Published]) -> Form:
    forms = {each.form for each in published}
    return forms.pop() if len(forms) == 1 else "sentences"


def _read(published: Sequence[Published]) -> ReadShare | None:
    """How much was read, of the part that read the most."""
    most = max(published, key=lambda each: each.passages, default=None)
    if most is None or not most.of:
        return None
    return ReadShare(passages=most.passages, of=most.of)
