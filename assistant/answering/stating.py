"""A sentence as a claim: the model's, if what it cites bears it out, or the source's own."""

from collections.abc import Collection, Sequence

from assistant.answering.candidates import Candidate, leaning
from assistant.answering.values import Run, Steps
from assistant.checking.citations import LEANS, cite, cite_all, merge_adjacent
from assistant.checking.support import Support, check
from assistant.data import Citation, Claim, ClaimChecked, SentenceWithheld, Withheld
from assistant.language.notation import as_written
from assistant.language.words import flat
from assistant.models.protocol import Written
from index.data import Document, Span


def stated(
    run: Run,
    text: str,
    citations: tuple[Citation, ...],
    *,
    question: str,
    context: Collection[str] = (),
    row: str = "",
) -> tuple[Claim | None, Support]:
    """The text as a claim that cites these, None if they do not bear it out; and what the check
    found. A ``row`` of a table is read with the names of its columns in place of the quotations.

    ``context`` and ``question`` are those of ``assistant.checking.support.check``.

    Raises:
        ModelError: the model gave no answer.
    """
    quotes = [citation.quote for citation in citations]
    text = as_written(text, " ".join(quotes))
    support, usage = check(
        run.model,
        run.prompts,
        text,
        [row] if row else quotes,
        calibration=run.calibration,
        context=context,
        question=question,
    )
    run.spend(usage)
    if not support.supported:
        return None, support
    if flat(" ".join(quotes)) == text:
        return Claim(text=text, citations=citations, verdict="verbatim", support=1.0), support
    claim = Claim(text=text, citations=citations, verdict="verified", support=support.probability)
    return claim, support


def citations_of(run: Run, items: Sequence[Candidate]) -> tuple[Citation, ...]:
    """What is cited: the sentences, each with the one before it if it leans on that."""
    cited: list[Citation] = []
    for document_id in dict.fromkeys(item.span.document_id for item in items):
        document = run.library.document(document_id)
        of_one = [item for item in items if item.span.document_id == document_id]
        spans = [item.span for item in of_one]
        spans += [item.before[0] for item in of_one if leaning(item, document.text)]
        cited += cite_all(document, spans)
    return tuple(cited)


def quotation(run: Run, chosen: Candidate) -> Claim:
    """A sentence itself, as a claim; with the one before it where it leans on that."""
    document = run.library.document(chosen.span.document_id)
    spans = [chosen.span, *chosen.before[:1]] if LEANS.match(chosen.text) else [chosen.span]
    spans += [chosen.columns] if chosen.columns else []
    citations = cite_all(document, spans)
    return Claim(text=chosen.text, citations=citations, verdict="verbatim", support=1.0)


def quoted_with(run: Run, item: Candidate, cited: Sequence[Span]) -> Claim:
    """The quotation of a sentence, after those of ``cited`` that stand right before it: what a
    fallen draft said may stand there."""
    alone = quotation(run, item)
    document = run.library.document(item.span.document_id)
    merged = merge_adjacent({item.span, *cited}, document.text)
    if item.columns or len(merged) > 1 or merged == [item.span]:
        return alone
    return quoted(document, merged[0])


def quoted(document: Document, span: Span) -> Claim:
    """What stands in a document at a place, as a claim."""
    citation = cite(document, span.start, span.end)
    return Claim(text=flat(citation.quote), citations=(citation,), verdict="verbatim", support=1.0)


def written_anew(
    run: Run, claim: str, *, evidence: str, question: str, reason: str, most: int
) -> Written:
    """What the model writes, in ``most`` tokens, for a sentence that fell for a ``reason``.

    Raises:
        ModelError: the model gave no answer.
    """
    messages = run.prompts.messages(
        "repair", evidence=evidence, question=question, claim=claim, reason=reason
    )
    written = run.model.write(messages, max_tokens=most)
    run.spend(written.usage)
    return written


def told(run: Run, claims: Sequence[Claim], withheld: Sequence[Withheld] = ()) -> Steps[None]:
    """The events of checked sentences."""
    for item in withheld:
        yield SentenceWithheld(withheld=item)
    for claim in claims:
        run.meter.first_sentence_s = run.meter.first_sentence_s or run.meter.clock()
        yield ClaimChecked(claim=claim)
