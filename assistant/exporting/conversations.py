"""A conversation laid out to be forwarded: each question, what became of it, and the sources."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from assistant.checking.citations import cite, numbered
from assistant.data import Answer, Citation, Claim
from assistant.exporting import bundle, files
from assistant.exporting.memo import Item, Memo, Note, Part, in_legal_text, quoted, spoken
from assistant.exporting.memo import source_line as line_of
from assistant.json_forms import answer_from_json, evidence_from_json
from assistant.keeping.chats import REFUSAL, Chat, Exchange
from assistant.keeping.forgetting import is_former
from assistant.keeping.forgetting import quoted as ids_in
from assistant.language.words import flat
from assistant.standing import premise_of
from index import Library
from index.data import Document, Span
from index.errors import InputError

CHANGED = "A document has changed since; this quotes its former version."
STOPPED = "This was stopped before the answer was complete."
_REMARKS = (
    "Every sentence of an answer was checked against the passage it cites, or quotes it.",
    "Made with Citewell.",
)
Said = tuple[str, tuple[Citation, ...]]
"""A sentence with what it cites."""


def made(library: Library, chat: Chat, name: str) -> bytes:
    """A conversation in the format in which this name ends.

    Raises:
        InputError: it ends otherwise; or, for a bundle, no answer stands on documents as they are.
    """
    documents = _documents(library, chat)
    if files.suffix_of(name, "conversation") == bundle.SUFFIX:
        return _packed(library, chat, documents)
    former = [is_former(library, each) for each in chat.exchanges]
    return files.rendered(memo(chat, former, documents, date.today()), name)


def memo(chat: Chat, former: Sequence[bool], documents: Mapping[str, Document], day: date) -> Memo:
    """The conversation laid out; ``former`` says which exchanges quote a document as it was before
    its file changed, ``documents`` are those that it cites, by id."""
    told = [list(_told(each, old)) for each, old in zip(chat.exchanges, former, strict=True)]
    citations = numbered([cited for said in told for _, cited in said])
    numbers = {citation.span: number for number, citation in enumerate(citations, start=1)}
    parts = tuple(
        Part(
            name=f"{place}. {flat(exchange.question)}",
            items=tuple(_item(*each, numbers) for each in said),
        )
        for place, (exchange, said) in enumerate(zip(chat.exchanges, told, strict=True), start=1)
    )
    notes = tuple(_note(numbers[each.span], each, documents) for each in citations)
    lines = tuple(line_of(each) for each in documents.values())
    page = Memo(
        title=chat.title,
        sources=(spoken(day), *lines),
        headline=None,
        parts=parts,
        remarks=_REMARKS,
        notes=notes,
    )
    return in_legal_text(page)


def _told(exchange: Exchange, former: bool) -> Iterator[Said]:
    """What became of a question, sentence by sentence."""
    if former:
        yield CHANGED, ()
    if exchange.state == "done":
        yield from _answered(answer_from_json(exchange.answer))
    elif exchange.state == "found":
        for each in evidence_from_json(exchange.answer.get("evidence", ())):
            quote, span = each.passage.text, each.passage.span
            cited = Citation(
                span=span,
                quote=quote,
                document_name=each.document_name,
                published=each.published,
                library=each.library,
            )
            yield quoted(quote), (cited,)
    elif exchange.state == "failed":
        yield f"{exchange.error} {exchange.hint}".strip(), ()
    else:
        yield STOPPED, ()


def _answered(answer: Answer) -> Iterator[Said]:
    if answer.status == "not_in_documents":
        yield REFUSAL, ()
    if premise := premise_of(answer):
        yield premise, ()
    if answer.clarification:
        yield answer.clarification, ()
    yield from map(_said, answer.claims)
    for question in answer.missing:
        yield f"{REFUSAL} {question}", ()
    for conflict in answer.conflicts:
        yield f"Your documents disagree: {conflict.note}", ()
        yield from map(_said, conflict.claims)


def _said(claim: Claim) -> Said:
    if claim.verdict == "verbatim":
        return quoted(claim.text), claim.citations
    computed = " (computed)" if claim.verdict == "computed" else ""
    return claim.text + computed, claim.citations


def _item(text: str, citations: Sequence[Citation], numbers: Mapping[Span, int]) -> Item:
    notes = dict.fromkeys(numbers[citation.span] for citation in citations)
    return Item(text=flat(text), notes=tuple(notes))


def _note(number: int, citation: Citation, documents: Mapping[str, Document]) -> Note:
    document = documents.get(citation.span.document_id)
    there = document.place_of(citation.span.start) if document else ""
    place = f"{citation.source}, {there}" if there else citation.source
    return Note(number=number, quote=citation.quote, place=place)


def _documents(library: Library, chat: Chat) -> dict[str, Document]:
    """The documents that a conversation cites and that are in the library."""
    ids = dict.fromkeys(
        each
        for exchange in chat.exchanges
        for part in ("claims", "conflicts")
        for each in ids_in(exchange.answer.get(part, ()))
    )
    found = (library.document(each) for each in ids if library.holds(each))
    return {document.id: document for document in found}


def _packed(library: Library, chat: Chat, documents: Mapping[str, Document]) -> bytes:
    """The bundle of the answers whose documents are in the library as they were cited."""
    answers = []
    for exchange in chat.exchanges:
        ids = set(ids_in(exchange.answer.get("claims", ())))
        if exchange.state == "done" and ids and ids <= documents.keys():
            answer = answer_from_json(exchange.answer)
            claims = tuple(_anew(claim, documents) for claim in answer.claims)
            answers.append((exchange.question, exchange.at, claims))
    if not answers:
        raise InputError(
            "No answer of this conversation stands on documents as they are now.",
            "Ask again, or save it in another format.",
        )
    return bundle.pack_conversation(chat.title, answers, documents)


def _anew(claim: Claim, documents: Mapping[str, Document]) -> Claim:
    """The claim with its documents' names and days of today."""
    spans = [citation.span for citation in claim.citations]
    cited = (cite(documents[each.document_id], each.start, each.end) for each in spans)
    return replace(claim, citations=tuple(cited))
